import { assertWord } from "./assert.ts";

/** Four 32-bit words, not all zero. */
export type XoshiroState = readonly [number, number, number, number];

export interface Xoshiro {
  /** Draws the next 32-bit word. */
  readonly word: () => number;
  /** Draws as many words as there is room for: the same ones, in less than half the time. */
  readonly fill: (words: Uint32Array) => void;
  /** From which the words not yet drawn follow. */
  readonly state: () => XoshiroState;
}

/**
 * The generator xoshiro128** (version 1.1) from a state.
 *
 * Reference: Blackman & Vigna (2021), ACM Trans Math Softw 47(4), 36, doi:10.1145/3460772; C program in the public
 * domain at prng.di.unimi.it.
 */
export function xoshiro128(s0: number, s1: number, s2: number, s3: number): Xoshiro {
  // The parameters are the state, because variables of their own or an array take three times as long.
  return {
    word: () => {
      const product = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
      const shifted = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= shifted;
      s3 = rotate(s3, 11);
      return product;
    },
    fill: (words) => {
      let [a, b, c, d] = [s0, s1, s2, s3];
      for (let i = 0; i < words.length; i++) {
        words[i] = Math.imul(rotate(Math.imul(b, 5), 7), 9);
        const shifted = b << 9;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        d = rotate(d, 11);
      }
      [s0, s1, s2, s3] = [a, b, c, d];
    },
    state: () => [s0 >>> 0, s1 >>> 0, s2 >>> 0, s3 >>> 0],
  };
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/**
 * The state 2⁶⁴ words ("jump") or 2⁹⁶ words ("long jump") further on.
 *
 *     Σ cₖ Tᵏ s over GF(2),  T one step, Σ cₖ zᵏ = z^(2⁶⁴) or z^(2⁹⁶) modulo T's characteristic polynomial
 *
 * Reference: the authors' jump and long-jump polynomials, as for `xoshiro128`. Checked against: powers of T by
 * squaring (xoshiro.test.ts).
 */
export function jumpAhead(state: XoshiroState, distance: "jump" | "long jump"): XoshiroState {
  assertWord("distance", distance, Object.keys(polynomials));
  const { word, state: walked } = xoshiro128(...state);
  let sum: XoshiroState = [0, 0, 0, 0];
  for (const coefficients of polynomials[distance])
    for (let bit = 0; bit < 32; bit++) {
      if ((coefficients >>> bit) & 1) sum = plus(sum, walked());
      word();
    }
  return sum;
}

function plus(a: XoshiroState, b: XoshiroState): XoshiroState {
  return [(a[0] ^ b[0]) >>> 0, (a[1] ^ b[1]) >>> 0, (a[2] ^ b[2]) >>> 0, (a[3] ^ b[3]) >>> 0];
}

/** 128 coefficients each, the lowest power in the lowest bit of the first word. */
const polynomials = {
  jump: [0x8764000b, 0xf542d2d3, 0x6fa035c3, 0x77f2db5b],
  "long jump": [0xb523952e, 0x0b6f099f, 0xccf5a0ef, 0x1c580662],
} as const;
