import { expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { jumpAhead, type XoshiroState, xoshiro128 } from "./xoshiro.ts";

test("gives the words of the authors' C program from the state 1, 2, 3, 4", () => {
  // prng.di.unimi.it/xoshiro128starstar.c 1.1; the same list is the test vector of Rust's rand_xoshiro.
  const expected = [
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ];
  const { word } = xoshiro128(1, 2, 3, 4);
  expect(expected.map(() => word())).toEqual(expected);
});

const toBits = (state: XoshiroState) => state.reduceRight((bits, word) => (bits << 32n) | BigInt(word), 0n);
const wordAt = (bits: bigint, i: number) => Number((bits >> BigInt(32 * i)) & 0xffffffffn);
const toState = (bits: bigint): XoshiroState => [
  wordAt(bits, 0),
  wordAt(bits, 1),
  wordAt(bits, 2),
  wordAt(bits, 3),
];

/** The state so many words further on, one at a time. */
function walk(state: XoshiroState, nWords: number): XoshiroState {
  const generator = xoshiro128(...state);
  for (let i = 0; i < nWords; i++) generator.word();
  return generator.state();
}

/** A linear map over GF(2): the image of each of the 128 unit vectors. */
type BitMatrix = readonly bigint[];

function image(matrix: BitMatrix, bits: bigint): bigint {
  return matrix.reduce((sum, column, j) => ((bits >> BigInt(j)) & 1n ? sum ^ column : sum), 0n);
}

const oneStep: BitMatrix = Array.from({ length: 128 }, (_, j) => toBits(walk(toState(1n << BigInt(j)), 1)));

/** 2^k steps, by squaring k times. */
function steps(k: number): BitMatrix {
  let power = oneStep;
  for (let i = 0; i < k; i++) {
    const square = power;
    power = square.map((column) => image(square, column));
  }
  return power;
}

const random = seededRandom(17);
const drawWord = () => random.integer(0x100000000);
const states = Array.from(
  { length: 20 },
  (): XoshiroState => [drawWord(), drawWord(), drawWord(), drawWord()],
);

test("a step is linear over GF(2), and squaring it twenty times is a million steps", () => {
  const [a, b] = [states[0]!, states[1]!];
  expect(image(oneStep, toBits(a) ^ toBits(b))).toBe(image(oneStep, toBits(a)) ^ image(oneStep, toBits(b)));
  expect(toState(image(steps(20), toBits(a)))).toEqual(walk(a, 2 ** 20));
});

test.each([
  ["jump", 64],
  ["long jump", 96],
] as const)("a %s is 2^%i steps", (distance, k) => {
  const matrix = steps(k);
  for (const state of states)
    expect(jumpAhead(state, distance)).toEqual(toState(image(matrix, toBits(state))));
});

test("the period divides 2^128 − 1: so many steps and one more are one step", () => {
  expect(steps(128)).toEqual(oneStep);
});
