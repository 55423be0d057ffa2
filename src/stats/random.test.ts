import { expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { type Random, seededRandom, splitMix64 } from "./random.ts";
import { jumpAhead, type XoshiroState, xoshiro128 } from "./xoshiro.ts";

test("SplitMix64 gives the published words for the seed 1234567", () => {
  // rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64
  expect(splitMix64(1234567n, 5)).toEqual([
    6457827717110365317n,
    3203168211198807973n,
    9817491932198370423n,
    4593380528125082431n,
    16408922859458223821n,
  ]);
});

/** The state that the seed stands for: SplitMix64's words, low halves first. */
function stateOf(seed: number): XoshiroState {
  const [a, b] = splitMix64(BigInt(seed), 2) as [bigint, bigint];
  return [Number(a & 0xffffffffn), Number(a >> 32n), Number(b & 0xffffffffn), Number(b >> 32n)];
}

/** The next `count` words. */
const words = (random: Random, count = 20) =>
  Array.from({ length: count }, () => random.integer(0x100000000));
const wordsFrom = (state: XoshiroState) => Array.from({ length: 20 }, xoshiro128(...state).word);

test("a seeded generator draws the words of xoshiro128** from SplitMix64's state", () => {
  for (const seed of [0, 1, 20260105, 2 ** 53 - 1])
    expect(words(seededRandom(seed))).toEqual(wordsFrom(stateOf(seed)));
});

test("children start long jumps ahead, their children jumps", () => {
  const child = jumpAhead(jumpAhead(stateOf(5), "long jump"), "long jump");
  const second = seededRandom(5).split(2)[1]!;
  expect(words(second)).toEqual(wordsFrom(child));
  expect(words(second.split(1)[0]!)).toEqual(wordsFrom(jumpAhead(child, "jump")));
});

test("streams do not depend on what was drawn, on how many are split off, or on the order", () => {
  const draws = (random: Random) => words(random, 5);
  const expected = seededRandom(9)
    .split(4)
    .map((child) => [draws(child), ...child.split(3).map(draws)]);
  const parent = seededRandom(9);
  draws(parent);
  expect(parent.split(2).map(draws)).toEqual(expected.slice(0, 2).map(([own]) => own));
  const backwards = parent.split(4).toReversed();
  const got = backwards.map((child) => {
    const [third, second, first] = child.split(3).toReversed();
    const ofChildren = [draws(third!), draws(second!), draws(first!)].toReversed();
    return [draws(child), ...ofChildren];
  });
  expect(got.toReversed()).toEqual(expected);
  expect(draws(parent)).toEqual(words(seededRandom(9), 10).slice(5));
});

test("no two of a thousand streams share a word in their first hundred more often than chance", () => {
  const parent = seededRandom(12);
  const children = parent.split(10);
  const streams = [parent, ...children, ...children.flatMap((child) => child.split(99))];
  const drawn = streams.flatMap((random) => words(random, 100));
  // 100,100 words of 32 bits hold n²/2³³ = 1.17 equal pairs on average; more than 10 about once in 10⁷.
  expect(drawn.length - new Set(drawn).size).toBeLessThanOrEqual(10);
});

test("the same seed gives the same numbers, another seed others", () => {
  const draws = (seed: number) => {
    const random = seededRandom(seed);
    return [random.next(), random.next(), random.integer(1000)];
  };
  expect(draws(7)).toEqual(draws(7));
  expect(draws(7)).not.toEqual(draws(8));
});

test("next is uniform on [0, 1)", () => {
  const random = seededRandom(1);
  const n = 100_000;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const value = random.next();
    expect(value >= 0 && value < 1).toBe(true);
    sum += value;
    squares += value * value;
  }
  // Five standard errors: 5 · √(1/12n) and 5 · √(4/45n).
  expect(Math.abs(sum / n - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
  expect(Math.abs(squares / n - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / n));
});

test("integer is uniform on 0 … below − 1", () => {
  const random = seededRandom(2);
  const counts = new Uint32Array(6);
  for (let i = 0; i < 60_000; i++) counts[random.integer(6)]!++;
  // Chi-square on 5 degrees of freedom: beyond 25.7 once in 10,000.
  const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  expect(chiSquare).toBeLessThan(25.7);
  expect(random.integer(1)).toBe(0);
  expect(random.integer(0x100000000)).toBeLessThan(0x100000000);
});

test("tally counts the numbers that integer would draw and leaves the generator where they would", () => {
  // Below 2²⁰ + 1 one word in some 4,100 is drawn again.
  for (const [n, below] of [
    [0, 5],
    [1, 1],
    [1023, 7],
    [1024, 7],
    [5000, 900],
    [20_000, 2 ** 20 + 1],
    [300_000, 3],
    [300_000, 65_537],
  ] as const) {
    const [one, other] = [seededRandom(11), seededRandom(11)];
    const expected = new Uint32Array(below);
    for (let i = 0; i < n; i++) expected[one.integer(below)]!++;
    const tally = other.tally(n, below);
    expect(tally.length).toBe(below);
    expect(tally.every((times, k) => times === expected[k])).toBe(true);
    expect(other.next()).toBe(one.next());
  }
});

test("bugs of the caller", () => {
  for (const seed of [-1, 1.5, NaN, 2 ** 53]) expect(() => seededRandom(seed)).toThrow(ContractError);
  for (const below of [0, -1, 1.5, 2 ** 33])
    expect(() => seededRandom(1).integer(below)).toThrow(ContractError);
  expect(() => seededRandom(1).tally(-1, 3)).toThrow(ContractError);
  for (const n of [-1, 1.5, NaN, 1_000_001]) {
    expect(() => seededRandom(1).split(n)).toThrow(ContractError);
    expect(() => seededRandom(1).split(1)[0]!.split(n)).toThrow(ContractError);
  }
  expect(seededRandom(1).split(0)).toEqual([]);
});
