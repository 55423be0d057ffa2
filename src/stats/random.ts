import { assertCount, ContractError } from "./assert.ts";
import { jumpAhead, type XoshiroState, xoshiro128 } from "./xoshiro.ts";

export interface Random {
  /** Uniform on [0, 1), 53 bits. */
  next(): number;
  /** Uniform on 0, 1, …, below − 1. */
  integer(below: number): number;
  /** How often each of 0, 1, …, below − 1 is among the next n of `integer`; leaves the generator where they would. */
  tally(n: number, below: number): Uint32Array;
}

/** A generator from which others are split off, none of which ever draws another's numbers. */
export interface Splittable<Child extends Random> extends Random {
  /**
   * The first `n` children. Child k is the same for any n, whatever was drawn or split off before, so parts of a
   * calculation that take a child each give the same numbers in any order and on any number of workers.
   */
  split(n: number): Child[];
}

/** So many children take a second; their number is bounded only against mistakes. */
const mostChildren = 1_000_000;

/**
 * The generator xoshiro128** with the state of four 32-bit words that SplitMix64 gives for the seed. The same
 * seed gives the same numbers on every machine. A seed that is not a safe integer ≥ 0 is a ContractError.
 *
 * Splits twice: child k starts (k + 1)·2⁹⁶ words further on, a child's own child j another (j + 1)·2⁶⁴ words, in a
 * period of 2¹²⁸ − 1. Streams overlap only if one draws 2⁶⁴ words. Different seeds have no such guarantee: within one
 * analysis take children of one seed. More than a million children, or a number of them that is not whole, is a
 * ContractError.
 *
 * Reference: Blackman & Vigna (2021), ACM Trans Math Softw 47(4), 36, doi:10.1145/3460772; Steele, Lea &
 * Flood (2014), OOPSLA, 453–472, doi:10.1145/2660193.2660195; C programs in the public domain at
 * prng.di.unimi.it.
 */
export function seededRandom(seed: number): Splittable<Splittable<Random>> {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new ContractError(`seed ${seed} is not a whole number from 0`);
  const [first, second] = splitMix64(BigInt(seed), 2) as [bigint, bigint];
  const origin = [low(first), high(first), low(second), high(second)] as const;
  return {
    ...stream(origin),
    split: (n) =>
      origins(origin, "long jump", n).map((child) => ({
        ...stream(child),
        split: (m) => origins(child, "jump", m).map(stream),
      })),
  };
}

function stream(origin: XoshiroState): Random {
  const { word, fill } = xoshiro128(...origin);
  return {
    next: () => ((word() >>> 5) * 0x4000000 + (word() >>> 6)) / 0x20000000000000,
    integer(below) {
      const limit = limitOf(below);
      let drawn = word();
      while (drawn >= limit) drawn = word();
      return drawn % below;
    },
    tally(n, below) {
      assertCount("numbers to draw", n);
      const last = n === 0 ? 0 : limitOf(below) - 1;
      const times = new Uint32Array(below);
      const share = 1 / below;
      const chunk = new Uint32Array(Math.min(n, 1024));
      // Words drawn again are few; the next chunk makes up for them and is never larger than what is missing.
      for (let missing = n; missing > 0; ) {
        const words = missing < chunk.length ? chunk.subarray(0, missing) : chunk;
        fill(words);
        for (let i = 0; i < words.length; i++) {
          const drawn = words[i]!;
          if (drawn > last) continue;
          // The remainder, in half the time of %: the quotient of drawn + ½ lies ½/below from any whole number, far more than
          // it is rounded by.
          const quotient = ((drawn + 0.5) * share) >>> 0;
          times[(drawn - Math.imul(quotient, below)) >>> 0]!++;
          missing--;
        }
      }
      return times;
    },
  };
}

/** Words from here on would make small numbers likelier: the last whole multiple of `below`. */
function limitOf(below: number): number {
  if (!(Number.isInteger(below) && below >= 1 && below <= 0x100000000))
    throw new ContractError(`no whole number below ${below}`);
  return 0x100000000 - (0x100000000 % below);
}

function origins(from: XoshiroState, distance: "jump" | "long jump", n: number): XoshiroState[] {
  if (!(Number.isInteger(n) && n >= 0 && n <= mostChildren))
    throw new ContractError(`split into ${n}, not a whole number from 0 to ${mostChildren}`);
  let state = from;
  return Array.from({ length: n }, () => {
    state = jumpAhead(state, distance);
    return state;
  });
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
