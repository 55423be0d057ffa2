import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { CompactRange, type Digest, emptyRoot, leafHash } from "./merkle.ts";
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from "./merkle-proof.ts";

// Leaves, roots and proofs of the Certificate Transparency reference tree, as published in
// github.com/transparency-dev/merkle (testonly/constants.go and testonly/reference_test.go).
const leafInputs = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
];
const roots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const node = {
  a: "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
  b: "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
  c: "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
  d: "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
  e: "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
  f: "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
};
const leaves = leafInputs.map((input) => leafHash(Buffer.from(input, "hex")));
const headOf = (size: number) => ({ size, root: roots[size]! });

test("roots of the reference tree with 0 to 8 leaves", () => {
  const range = new CompactRange();
  expect(range.head).toEqual(headOf(0));
  for (const leaf of leaves) {
    range.append(leaf);
    expect(range.head).toEqual(headOf(range.size));
  }
});

describe("inclusion proofs of the reference tree", () => {
  for (const [index, size, proof] of [
    [0, 1, []],
    [0, 2, [node.a]],
    [1, 2, [roots[1]!]],
    [2, 3, [roots[2]!]],
    [1, 5, [roots[1]!, node.b, node.d]],
    [0, 8, [node.a, node.b, node.c]],
    [5, 8, [node.d, node.e, roots[4]!]],
  ] as const) {
    test(`leaf ${index} of ${size}`, () => {
      expect(inclusionProof(leaves.slice(0, size), index)).toEqual(proof);
      expect(verifyInclusion({ leaf: leaves[index]!, index, head: headOf(size), proof })).toBe(true);
    });
  }
});

describe("consistency proofs of the reference tree", () => {
  for (const [from, to, proof] of [
    [1, 1, []],
    [1, 8, [node.a, node.b, node.c]],
    [2, 5, [node.b, node.d]],
    [6, 8, [node.f, node.e, roots[4]!]],
  ] as const) {
    test(`${from} in ${to}`, () => {
      expect(consistencyProof(leaves.slice(0, to), from)).toEqual(proof);
      expect(verifyConsistency({ earlier: headOf(from), later: headOf(to), proof })).toBe(true);
    });
  }
});

// RFC 9162, sections 2.1.1, 2.1.3.1 and 2.1.4.1, word by word: slow, and written apart from the code under test.
const sha = (...parts: (string | number[])[]): Digest => {
  const hash = createHash("sha256");
  for (const part of parts)
    hash.update(typeof part === "string" ? Buffer.from(part, "hex") : Uint8Array.from(part));
  return hash.digest("hex");
};
const split = (n: number) => 2 ** Math.ceil(Math.log2(n) - 1);
function mth(d: readonly Digest[]): Digest {
  if (d.length === 0) return sha();
  if (d.length === 1) return d[0]!;
  const k = split(d.length);
  return sha([1], mth(d.slice(0, k)), mth(d.slice(k)));
}
function path(m: number, d: readonly Digest[]): Digest[] {
  if (d.length === 1) return [];
  const k = split(d.length);
  if (m < k) return [...path(m, d.slice(0, k)), mth(d.slice(k))];
  return [...path(m - k, d.slice(k)), mth(d.slice(0, k))];
}
function subproof(m: number, d: readonly Digest[], b: boolean): Digest[] {
  if (m === d.length) return b ? [] : [mth(d)];
  const k = split(d.length);
  if (m <= k) return [...subproof(m, d.slice(0, k), b), mth(d.slice(k))];
  return [...subproof(m - k, d.slice(k), false), mth(d.slice(0, k))];
}

const many = Array.from({ length: 70 }, (_, i) => leafHash(Buffer.from(`leaf ${i}`)));
const manyHeads = Array.from({ length: 71 }, (_, size) => ({ size, root: mth(many.slice(0, size)) }));

test("the compact range agrees with the recursive definition up to 70 leaves", () => {
  const range = new CompactRange();
  const heads = [range.head];
  for (const leaf of many) {
    range.append(leaf);
    heads.push(range.head);
  }
  expect(heads).toEqual(manyHeads);
});

const flip = (digest: Digest) => (digest.startsWith("0") ? "1" : "0") + digest.slice(1);
const damaged = (proof: readonly Digest[]) => [
  ...proof.map((digest, i) => proof.with(i, flip(digest))),
  ...proof.map((_, i) => proof.toSpliced(i, 1)),
  [...proof, manyHeads[1]!.root],
];

test("every inclusion proof up to 70 leaves is the RFC's, holds, and holds for nothing else", () => {
  for (let size = 1; size <= 70; size++) {
    const some = many.slice(0, size);
    const head = manyHeads[size]!;
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(some, index);
      expect(proof).toEqual(path(index, some));
      const claim = { leaf: some[index]!, index, head, proof };
      const wrong = [
        { ...claim, leaf: flip(claim.leaf) },
        { ...claim, index: index + 1 },
        { ...claim, index: -1 },
        { ...claim, head: { ...head, root: flip(head.root) } },
        ...damaged(proof).map((other) => ({ ...claim, proof: other })),
      ];
      expect(verifyInclusion(claim)).toBe(true);
      expect(wrong.filter(verifyInclusion)).toEqual([]);
    }
  }
});

test("every consistency proof up to 70 leaves is the RFC's, holds, and holds for nothing else", () => {
  for (let size = 1; size <= 70; size++) {
    const later = manyHeads[size]!;
    for (let prefix = 1; prefix <= size; prefix++) {
      const earlier = manyHeads[prefix]!;
      const proof = consistencyProof(many.slice(0, size), prefix);
      expect(proof).toEqual(subproof(prefix, many.slice(0, size), true));
      const claim = { earlier, later, proof };
      const wrong = [
        { ...claim, earlier: { ...earlier, root: flip(earlier.root) } },
        { ...claim, later: { ...later, root: flip(later.root) } },
        ...damaged(proof).map((other) => ({ ...claim, proof: other })),
      ];
      expect(verifyConsistency(claim)).toBe(true);
      expect(wrong.filter(verifyConsistency)).toEqual([]);
    }
  }
});

test("nothing is a prefix of every log, a longer log of none", () => {
  const [none, three, five] = [manyHeads[0]!, manyHeads[3]!, manyHeads[5]!];
  expect(none.root).toBe(emptyRoot);
  expect(consistencyProof(many.slice(0, 3), 0)).toEqual([]);
  expect(verifyConsistency({ earlier: none, later: three, proof: [] })).toBe(true);
  expect(verifyConsistency({ earlier: { size: 0, root: three.root }, later: three, proof: [] })).toBe(false);
  expect(verifyConsistency({ earlier: five, later: three, proof: [] })).toBe(false);
});

test("sizes beyond 2^32 do not wrap around", () => {
  // One leaf more than a complete tree: the proof of the last leaf is the root of that tree alone.
  const size = 2 ** 40 + 1;
  const [big, leaf] = [leafHash(Buffer.from("big")), leafHash(Buffer.from("last"))];
  const root = sha([1], big, leaf);
  expect(verifyInclusion({ leaf, index: 2 ** 40, head: { size, root }, proof: [big] })).toBe(true);
  expect(
    verifyConsistency({ earlier: { size: size - 1, root: big }, later: { size, root }, proof: [leaf] }),
  ).toBe(true);
});

test("a proof about what is not there is a bug of the caller", () => {
  expect(() => inclusionProof(leaves, 8)).toThrow(RangeError);
  expect(() => consistencyProof(leaves, 9)).toThrow(RangeError);
});
