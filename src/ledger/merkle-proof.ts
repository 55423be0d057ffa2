import { type Digest, emptyRoot, nodeHash, rootOver, type TreeHead } from "./merkle.ts";

/**
 * Hashes that lead from leaf `index` to the root over `leaves`, from the bottom up.
 *
 * Source: RFC 9162, section 2.1.3.1, PATH(m, D[n]). Costs one pass over the leaves.
 * Throws RangeError when there is no leaf `index`.
 */
export function inclusionProof(leaves: readonly Digest[], index: number): Digest[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
    throw new RangeError(`leaf ${index} of ${leaves.length}`);
  }
  const proof: Digest[] = [];
  let [from, to] = [0, leaves.length];
  while (to - from > 1) {
    const middle = from + largestPowerBelow(to - from);
    if (index < middle) {
      proof.push(rootOver(leaves.slice(middle, to)));
      to = middle;
    } else {
      proof.push(rootOver(leaves.slice(from, middle)));
      from = middle;
    }
  }
  return proof.reverse();
}

/**
 * Hashes which show that the first `size` leaves are a prefix of `leaves`.
 *
 * Source: RFC 9162, section 2.1.4.1, PROOF(m, D[n]). Empty where `size` is 0 or all of them.
 * Throws RangeError when there are fewer leaves.
 */
export function consistencyProof(leaves: readonly Digest[], size: number): Digest[] {
  if (!Number.isInteger(size) || size < 0 || size > leaves.length) {
    throw new RangeError(`prefix of ${size} in ${leaves.length}`);
  }
  if (size === 0) return [];
  const proof: Digest[] = [];
  let [from, to] = [0, leaves.length];
  while (to !== size) {
    const middle = from + largestPowerBelow(to - from);
    if (size <= middle) {
      proof.push(rootOver(leaves.slice(middle, to)));
      to = middle;
    } else {
      proof.push(rootOver(leaves.slice(from, middle)));
      from = middle;
    }
  }
  // The old root itself is known to whoever asks; any other subtree has to be told.
  if (from > 0) proof.push(rootOver(leaves.slice(from, to)));
  return proof.reverse();
}

export interface InclusionClaim {
  readonly leaf: Digest;
  readonly index: number;
  readonly head: TreeHead;
  readonly proof: readonly Digest[];
}

/** Whether the leaf is at this index of the log with this head. Source: RFC 9162, section 2.1.3.2. */
export function verifyInclusion({ leaf, index, head, proof }: InclusionClaim): boolean {
  if (!Number.isInteger(index) || index < 0 || index >= head.size) return false;
  let [node, last] = [index, head.size - 1];
  let root = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      root = nodeHash(sibling, root);
      [node, last] = skipRightEdge(node, last);
    } else {
      root = nodeHash(root, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && root === head.root;
}

export interface ConsistencyClaim {
  readonly earlier: TreeHead;
  readonly later: TreeHead;
  readonly proof: readonly Digest[];
}

/** Whether the earlier log is a prefix of the later one. Source: RFC 9162, section 2.1.4.2. */
export function verifyConsistency({ earlier, later, proof }: ConsistencyClaim): boolean {
  if (earlier.size > later.size || earlier.size < 0) return false;
  if (earlier.size === later.size) return proof.length === 0 && earlier.root === later.root;
  if (earlier.size === 0) return proof.length === 0 && earlier.root === emptyRoot;
  const path = isPowerOfTwo(earlier.size) ? [earlier.root, ...proof] : [...proof];
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let [node, last] = [earlier.size - 1, later.size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let [earlierRoot, laterRoot] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      earlierRoot = nodeHash(sibling, earlierRoot);
      laterRoot = nodeHash(sibling, laterRoot);
      [node, last] = skipRightEdge(node, last);
    } else {
      laterRoot = nodeHash(laterRoot, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && earlierRoot === earlier.root && laterRoot === later.root;
}

/** On the right edge of the tree a node may have no sibling for some levels: it moves up unchanged. */
function skipRightEdge(node: number, last: number): [node: number, last: number] {
  let [up, end] = [node, last];
  while (up !== 0 && up % 2 === 0) [up, end] = [half(up), half(end)];
  return [up, end];
}

// Sizes may exceed 2^32, where shifts would wrap around.
function half(n: number): number {
  return Math.floor(n / 2);
}

function isPowerOfTwo(n: number): boolean {
  return n === 1 || largestPowerBelow(n) * 2 === n;
}

/** The largest power of two smaller than n, for n > 1. */
function largestPowerBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}
