import { ContractError } from "./assert.ts";

export interface Random {
  /** Uniform on [0, 1), 53 bits. */
  next(): number;
  /** Uniform on 0, 1, …, below − 1. */
  integer(below: number): number;
}

/**
 * The generator xoshiro128** with the state of four 32-bit words that SplitMix64 gives for the seed. The same
 * seed gives the same numbers on every machine. A seed that is not a safe integer ≥ 0 is a ContractError.
 *
 * Reference: Blackman & Vigna (2021), ACM Trans Math Softw 47(4), 36, doi:10.1145/3460772; Steele, Lea &
 * Flood (2014), OOPSLA, 453–472, doi:10.1145/2660193.2660195; C programs in the public domain at
 * prng.di.unimi.it.
 */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new ContractError(`seed ${seed} is not a whole number from 0`);
  const [first, second] = splitMix64(BigInt(seed), 2) as [bigint, bigint];
  const word = xoshiro128(low(first), high(first), low(second), high(second));
  return {
    next: () => ((word() >>> 5) * 0x4000000 + (word() >>> 6)) / 0x20000000000000,
    integer(below) {
      if (!(Number.isInteger(below) && below >= 1 && below <= 0x100000000))
        throw new ContractError(`no whole number below ${below}`);
      // Words past the last whole multiple would make small numbers likelier.
      const limit = 0x100000000 - (0x100000000 % below);
      let drawn = word();
      while (drawn >= limit) drawn = word();
      return drawn % below;
    },
  };
}

/** Successive 32-bit words of xoshiro128** from a state that is not all zero. */
export function xoshiro128(s0: number, s1: number, s2: number, s3: number): () => number {
  return () => {
    const product = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotate(s3, 11);
    return product;
  };
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The first `count` 64-bit words of SplitMix64. */
export function splitMix64(seed: bigint, count: number): bigint[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let word = state;
    word = BigInt.asUintN(64, (word ^ (word >> 30n)) * 0xbf58476d1ce4e5b9n);
    word = BigInt.asUintN(64, (word ^ (word >> 27n)) * 0x94d049bb133111ebn);
    return word ^ (word >> 31n);
  });
}

function low(word: bigint): number {
  return Number(word & 0xffffffffn);
}

function high(word: bigint): number {
  return Number(word >> 32n);
}
