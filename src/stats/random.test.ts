import { expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { seededRandom, splitMix64, xoshiro128 } from "./random.ts";

test("xoshiro128** gives the words of the authors' C program from the state 1, 2, 3, 4", () => {
  // prng.di.unimi.it/xoshiro128starstar.c 1.1; the same list is the test vector of Rust's rand_xoshiro.
  const expected = [
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ];
  const word = xoshiro128(1, 2, 3, 4);
  expect(expected.map(() => word())).toEqual(expected);
});

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

test("bugs of the caller", () => {
  for (const seed of [-1, 1.5, NaN, 2 ** 53]) expect(() => seededRandom(seed)).toThrow(ContractError);
  for (const below of [0, -1, 1.5, 2 ** 33])
    expect(() => seededRandom(1).integer(below)).toThrow(ContractError);
});
