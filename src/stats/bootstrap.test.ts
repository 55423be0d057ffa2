import { expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { clusterResampler, frequencyResampler, percentileInterval, resample } from "./bootstrap.ts";
import { seededRandom } from "./random.ts";

test("resample draws n rows with replacement, the same for the same seed", () => {
  const rows = resample(1000, seededRandom(3));
  expect(rows.length).toBe(1000);
  expect(rows.every((row) => row < 1000)).toBe(true);
  // A share 1 − 1/e = .632 of the rows is expected to appear, with a standard deviation of about .01.
  expect(Math.abs(new Set(rows).size / 1000 - 0.632)).toBeLessThan(0.05);
  expect(resample(1000, seededRandom(3))).toEqual(rows);
  expect(resample(0, seededRandom(3)).length).toBe(0);
});

test("frequencies count the rows that the same random numbers draw, alone or in clusters", () => {
  const cluster = Uint32Array.from({ length: 300 }, (_, row) =>
    row < 120 ? 7 * row : 7 * ((row * 37) % 120),
  );
  const counted = (rows: Uint32Array) => {
    const frequency = new Uint32Array(300);
    for (const row of rows) frequency[row]!++;
    return frequency;
  };
  for (let seed = 1; seed <= 20; seed++) {
    const alone = resample(300, seededRandom(seed));
    expect(frequencyResampler(300)(seededRandom(seed))).toEqual(counted(alone));
    const clusters = clusterResampler(cluster)(seededRandom(seed));
    const frequency = frequencyResampler(300, cluster)(seededRandom(seed));
    expect(frequency).toEqual(counted(clusters));
    // Codes may be any numbers.
    const large = cluster.map((code) => 4_000_000_000 - code);
    expect(frequencyResampler(300, large)(seededRandom(seed))).toEqual(frequency);
    // Rows of one cluster are drawn equally often.
    for (let row = 120; row < 300; row++) expect(frequency[row]).toBe(frequency[(row * 37) % 120]);
  }
  expect(frequencyResampler(0)(seededRandom(1))).toEqual(new Uint32Array());
  expect(() => frequencyResampler(2, Uint32Array.of(1))).toThrow(ContractError);
});

test("by hand: the 5 % and 95 % points of 0 … 100", () => {
  const draws = Float64Array.from({ length: 101 }, (_, i) => 100 - i);
  const { lower, upper } = percentileInterval(draws, 0.9);
  expect(lower).toBeCloseTo(5, 12);
  expect(upper).toBeCloseTo(95, 12);
  expect(draws[0]).toBe(100);
});

test("bugs of the caller", () => {
  for (const n of [-1, 1.5, NaN]) expect(() => resample(n, seededRandom(1))).toThrow(ContractError);
  expect(() => percentileInterval(new Float64Array(0), 0.95)).toThrow(ContractError);
  expect(() => percentileInterval(Float64Array.of(1, NaN), 0.95)).toThrow(ContractError);
  expect(() => percentileInterval(Float64Array.of(1), 95)).toThrow(ContractError);
});

test("one draw, equal draws, draws in any order", () => {
  expect(percentileInterval(Float64Array.of(3), 0.95)).toEqual({ lower: 3, upper: 3 });
  expect(percentileInterval(new Float64Array(40).fill(2), 0.5)).toEqual({ lower: 2, upper: 2 });
  const draws = Float64Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
  expect(percentileInterval(draws, 0.9)).toEqual(percentileInterval(draws.toSorted(), 0.9));
});
