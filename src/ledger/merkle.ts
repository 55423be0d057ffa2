import { hash } from "node:crypto";

/** A SHA-256 digest as 64 lower-case hexadecimal digits. */
export type Digest = string;

/** Size and root of a log at one moment: what a checkpoint states. */
export interface TreeHead {
  readonly size: number;
  readonly root: Digest;
}

/** Root of the tree without leaves: SHA-256 of nothing (RFC 9162, section 2.1.1). */
export const emptyRoot: Digest = hash("sha256", "");

/** SHA-256(0x00 ‖ entry), RFC 9162, section 2.1.1. */
export function leafHash(entry: Uint8Array): Digest {
  return hashPrefixed(Buffer.concat([Uint8Array.of(0), entry]));
}

export function sha256(bytes: Uint8Array): Digest {
  return hash("sha256", bytes);
}

/** `leafHash` of bytes that already begin with the 0x00. */
export function hashPrefixed(prefixed: Uint8Array): Digest {
  return hash("sha256", prefixed);
}

const pair = Buffer.alloc(65, 1);

/** SHA-256(0x01 ‖ left ‖ right), RFC 9162, section 2.1.1. */
export function nodeHash(left: Digest, right: Digest): Digest {
  pair.write(left, 1, "hex");
  pair.write(right, 33, "hex");
  return hash("sha256", pair);
}

/**
 * A Merkle tree of which only the roots of its complete subtrees are kept: at most one for each bit of the size.
 *
 * Source: RFC 9162, section 2.1.2 (the same stack of subtrees, largest first).
 */
export class CompactRange {
  #size = 0;
  readonly #subtrees: Digest[] = [];

  append(leaf: Digest): void {
    let merged = leaf;
    // Each trailing one bit of the size is a complete subtree as large as the one being carried.
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      merged = nodeHash(this.#subtrees.pop()!, merged);
    }
    this.#subtrees.push(merged);
    this.#size += 1;
  }

  get size(): number {
    return this.#size;
  }

  get head(): TreeHead {
    const root =
      this.#subtrees.length === 0
        ? emptyRoot
        : this.#subtrees.reduceRight((right, left) => nodeHash(left, right));
    return { size: this.#size, root };
  }
}

/** MTH of RFC 9162, section 2.1.1: the root of the tree with these leaves. */
export function rootOver(leaves: readonly Digest[]): Digest {
  const range = new CompactRange();
  for (const leaf of leaves) range.append(leaf);
  return range.head.root;
}
