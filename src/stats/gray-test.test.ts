import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import {
  atRiskAt,
  eventsAt,
  followUpOf,
  groupOf,
  naiveFree,
  naiveIncidence,
  type Row,
  smallRows,
  timesOf,
} from "../../test/reference/competing-twin.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type GrayTestData, grayTest } from "./gray-test.ts";
import { isNotEstimable } from "./not-estimable.ts";

const agrees = recordAgreement({
  estimator: "Gray's test",
  reference: "cmprsk::cuminc",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

for (const { name, input, expected } of reference("gray-test"))
  test(`grayTest agrees with R cuminc: ${name}`, () => {
    const { cause: causes, stat_pv_df: rows } = expected as { cause: number[]; stat_pv_df: number[][] };
    for (const [k, of] of causes.entries()) {
      const result = grayTest({
        time: Float64Array.from(input.time!),
        cause: Uint8Array.from(input.cause!),
        nCauses: 2,
        group: Uint16Array.from(input.group!),
        nGroups: 2,
        of,
        rho: input.rho![0]!,
      });
      if (isNotEstimable(result)) throw new Error(result.notEstimable);
      agrees(name, [result.chiSquare, result.pValue, result.degreesOfFreedom], rows[k]);
    }
  });

const dataOf = (rows: readonly Row[], rho = 0): GrayTestData => ({
  ...followUpOf(rows),
  group: groupOf(rows),
  nGroups: 3,
  of: 1,
  rho,
});

const row = (time: number, cause: number, group: number): Row => ({ time, cause, group, x: 0, z: 0 });

test("by hand: one patient in each group fails, at times 1 and 2", () => {
  // Time 1: H = 1, 1, R = 1, 1: score ½, A = ±½ · 1 (1 − 1/2), so b² = ¼ before the rest. Time 2: only group 2.
  const result = grayTest({ ...dataOf([row(1, 1, 0), row(2, 1, 1)]), nGroups: 2 });
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  expect(result.score[0]).toBeCloseTo(0.5, 14);
  expect(result.score[1]).toBeCloseTo(-0.5, 14);
  // Group 1 is empty at time 2, so A = 0 there and C stays. V = Σₖ S(1−) d/(ΣH Yₖ) bₖ² = ½·¼ + ½·¼ = ¼.
  expect(result.chiSquare).toBeCloseTo(1, 14);
  expect(result.degreesOfFreedom).toBe(1);
});

/** Every sum of the definition, from the rows of each group. */
function naive(rows: readonly Row[], rho: number): { z: number[]; v: number[][] } {
  const groups = [0, 1, 2].map((g) => rows.filter(({ group }) => group === g)).filter((g) => g.length > 0);
  const index = groups.map((_, g) => g);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  let common = 0;
  const moments = timesOf(rows)
    .filter((u) => eventsAt(rows, u) > 0)
    .map((u) => {
      const n = groups.map((own) => atRiskAt(own, u));
      const before = groups.map((own) => naiveFree(own, u, true));
      const h = index.map((g) => (n[g]! > 0 ? n[g]! / before[g]! : 0));
      const d = eventsAt(rows, u, 1);
      const commonBefore = common;
      common += d / sum(h);
      const weight = (1 - commonBefore) ** rho;
      const a = index.map((i) => index.map((k) => weight * h[i]! * ((i === k ? 1 : 0) - h[k]! / sum(h))));
      const growth = d / sum(h) / (1 - commonBefore);
      return { u, n, before, h, d, common, weight, a, growth };
    });
  const c = (from: number, i: number, k: number) =>
    sum(moments.map(({ u, a, growth }) => (u > from && growth > 0 ? a[i]![k]! * growth : 0)));
  const z = index.map((i) =>
    sum(
      moments.map(({ u, h, d, weight }) => {
        const r = groups.map((own, g) => h[g]! * (1 - naiveIncidence(own, 1, u - 0.5)));
        return d === 0 || h[i] === 0 ? 0 : weight * (eventsAt(groups[i]!, u, 1) - (d * r[i]!) / sum(r));
      }),
    ),
  );
  const v = index.map(() => index.map(() => 0));
  for (const { u, n, before, h, d, common: after, a } of moments)
    for (const k of index) {
      if (n[k] === 0) continue;
      const free = naiveFree(groups[k]!, u);
      const left = free > 1e-12 ? (1 - after) / free : 0;
      const rest = index.map((i) => c(u, i, k));
      const other = eventsAt(groups[k]!, u, 2);
      const tie = d > 1 ? 1 - (d - 1) / (sum(h) * before[k]! - 1) : 1;
      const otherTie = other > 1 ? 1 - (other - 1) / (n[k]! - 1) : 1;
      const ofCause = d > 0 ? (tie * before[k]! * d) / (sum(h) * n[k]!) : 0;
      const ofOthers = otherTie * (before[k]! / n[k]!) ** 2 * other * left * left;
      const b = index.map((i) => a[i]![k]! + (1 - left) * rest[i]!);
      for (const i of index)
        for (const j of index) v[i]![j]! += ofCause * b[i]! * b[j]! + ofOthers * rest[i]! * rest[j]!;
    }
  return { z, v };
}

describe("properties", () => {
  test("scores and chi-squared agree with the sums of the definition", () => {
    let compared = 0;
    fc.assert(
      fc.property(smallRows, fc.constantFrom(0, 1, -1, 2), (rows, rho) => {
        const result = grayTest(dataOf(rows, rho));
        if (isNotEstimable(result)) return;
        const { z, v } = naive(rows, rho);
        const scores = [...result.score].filter((_, g) => rows.some(({ group }) => group === g));
        scores.forEach((score, i) => {
          expect(Math.abs(score - z[i]!)).toBeLessThan(1e-9 * (1 + Math.abs(z[i]!)));
        });
        const expected = quadraticForm(z, v);
        if (expected === undefined) return;
        expect(Math.abs(result.chiSquare / expected - 1)).toBeLessThan(1e-6);
        compared++;
      }),
      { numRuns: 2000 },
    );
    expect(compared).toBeGreaterThan(700);
  }, 60_000);

  /** Z′V⁻¹Z over all groups but the last of two or three; undefined where V is nearly singular or Z is 0. */
  function quadraticForm(z: number[], v: number[][]): number | undefined {
    if (Math.abs(z[0]!) + Math.abs(z.at(-2)!) < 1e-6) return undefined;
    if (z.length === 2) return v[0]![0]! > 1e-6 ? z[0]! ** 2 / v[0]![0]! : undefined;
    const [[a, b], [, d]] = v as [[number, number], [number, number]];
    const determinant = a * d - b * b;
    if (determinant < 1e-4 * a * d || a < 1e-6 || d < 1e-6) return undefined;
    const form = (d * z[0]! ** 2 - 2 * b * z[0]! * z[1]! + a * z[1]! ** 2) / determinant;
    return form > 1e-6 ? form : undefined;
  }

  test("order of patients and names of groups do not matter", () => {
    fc.assert(
      fc.property(smallRows, (rows) => {
        const result = grayTest(dataOf(rows));
        const reversed = grayTest(dataOf(rows.toReversed()));
        expect(reversed).toEqual(result);
        const renamed = grayTest(dataOf(rows.map((one) => ({ ...one, group: (one.group + 1) % 3 }))));
        if (isNotEstimable(result) || isNotEstimable(renamed)) return;
        const scores = [0, 1, 2].map((g) => renamed.score[(g + 1) % 3]!);
        scores.forEach((score, g) => {
          expect(score).toBeCloseTo(result.score[g]!, 9);
        });
        expect(renamed.degreesOfFreedom).toBe(result.degreesOfFreedom);
      }),
      { numRuns: 500 },
    );
  });

  test("the scores add up to 0", () => {
    fc.assert(
      fc.property(smallRows, (rows) => {
        const result = grayTest(dataOf(rows));
        if (isNotEstimable(result)) return;
        expect(result.score.reduce((sum, score) => sum + score, 0)).toBeCloseTo(0, 9);
      }),
    );
  });
});

describe("edges", () => {
  test("nobody, one group, no events of the cause, the same patients in each group", () => {
    expect(grayTest(dataOf([]))).toEqual({ notEstimable: "fewer than two groups have patients" });
    expect(grayTest(dataOf([row(1, 1, 0)]))).toEqual({ notEstimable: "fewer than two groups have patients" });
    expect(grayTest(dataOf([row(1, 2, 0), row(1, 0, 1)]))).toEqual({
      notEstimable: "no events of the cause",
    });
    const same = [row(2, 1, 0), row(2, 2, 0), row(2, 0, 0)].flatMap((one) => [one, { ...one, group: 1 }]);
    expect(grayTest(dataOf(same))).toMatchObject({ chiSquare: 0, pValue: 1, degreesOfFreedom: 1 });
  });

  test("a variance below 0, for which R prints 1.085: four of eight fail at 1, the other four at 2", () => {
    // At 2 ΣH = 3 + 3 + 2 and S(2−) = 1/3 in groups 0 and 1, so their tie is 1 − 3/(8/3 − 1) = −4/5.
    const failing = (group: number, times: readonly number[]) => times.map((time) => row(time, 1, group));
    const rows = [...failing(0, [1, 1, 2]), ...failing(1, [1, 1, 2]), ...failing(2, [2, 2])];
    expect(grayTest(dataOf(rows))).toEqual({ notEstimable: "the variance of the scores is not positive" });
  });

  test("bugs of the caller", () => {
    const good = dataOf([row(1, 1, 0), row(2, 1, 1)]);
    expect(() => grayTest({ ...good, of: 3 })).toThrow("cause 3, of 2 causes");
    expect(() => grayTest({ ...good, group: Uint16Array.of(0, 7) })).toThrow("group[1] is 7, of 3 groups");
    expect(() => grayTest({ ...good, rho: NaN })).toThrow(ContractError);
    expect(() => grayTest({ ...good, time: Float64Array.of(1, NaN) })).toThrow(ContractError);
    expect(() => grayTest({ ...good, group: Uint16Array.of(0) })).toThrow(ContractError);
  });
});
