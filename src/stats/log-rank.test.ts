import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import {
  atRisk,
  columnsOf,
  distinctTimes,
  eventsAt,
  type Row,
  rowsOf,
  survivalTwin,
} from "../../test/reference/survival-twin.ts";
import { ContractError } from "./assert.ts";
import { type LogRank, type LogRankData, logRank } from "./log-rank.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";

const agrees = recordAgreement({
  estimator: "Log-rank and G-rho tests, stratified too",
  reference: "survival::survdiff",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

function estimated(result: LogRank | NotEstimable): LogRank {
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

for (const { name, input, expected } of reference("log-rank")) {
  test(`logRank agrees with R survdiff: ${name}`, () => {
    const data = {
      time: Float64Array.from(input.time!),
      event: Uint8Array.from(input.event!),
      group: Uint32Array.from(input.group!),
      nGroups: Math.max(...input.group!) + 1,
      ...(input.stratum && {
        stratum: Uint32Array.from(input.stratum),
        nStrata: Math.max(...input.stratum) + 1,
      }),
    };
    const result = estimated(logRank(data, { rho: input.rho![0]! }));
    const { n, obs, exp, var: variance, chisq, df, p } = expected as Readonly<Record<string, unknown>>;
    // R prints stratified counts as a row for each group, a column for each stratum.
    const table = (part: "observed" | "expected") =>
      input.stratum
        ? Array.from(result.n, (_, g) => result.byStratum.map((counts) => counts[part][g]!))
        : result[part];
    agrees(name, result.n, n);
    agrees(name, table("observed"), obs);
    agrees(name, table("expected"), exp);
    agrees(name, result.variance, variance);
    agrees(name, [result.chiSquare, result.degreesOfFreedom, result.pValue], [chisq, df, p]);
  });
}

const data = (
  time: readonly number[],
  event: readonly number[],
  group: readonly number[],
  more: Partial<LogRankData> = {},
): LogRankData => ({
  time: Float64Array.from(time),
  event: Uint8Array.from(event),
  group: Uint32Array.from(group),
  nGroups: 2,
  ...more,
});

describe("by hand", () => {
  // Events at 1 (2 of 4 at risk in group 0), 2 (1 of 3) and 4 (none of 1), a censoring at 3.
  const four = data([1, 3, 2, 4], [1, 0, 1, 1], [0, 0, 1, 1]);

  test("E = 1/2 + 1/3, V = 1/4 + 2/9, χ² = (1/6)²/V = 1/17", () => {
    const result = estimated(logRank(four));
    expect([...result.observed]).toEqual([1, 2]);
    expect(result.expected[0]).toBeCloseTo(5 / 6, 14);
    expect(result.variance[0]![0]).toBeCloseTo(17 / 36, 14);
    expect(result.variance[0]![1]).toBeCloseTo(-17 / 36, 14);
    expect(result.chiSquare).toBeCloseTo(1 / 17, 14);
    expect(result.degreesOfFreedom).toBe(1);
  });

  test("rho = 1 weighs by S(t−): 1, 3/4, 1/2", () => {
    const result = estimated(logRank(four, { rho: 1 }));
    expect([...result.observed]).toEqual([1, 3 / 4 + 1 / 2]);
    expect(result.expected[0]).toBeCloseTo(1 / 2 + 1 / 4, 14);
    expect(result.variance[0]![0]).toBeCloseTo(1 / 4 + (9 / 16) * (2 / 9), 14);
  });

  test("gamma = 1 weighs by 1 − S(t−): 0, 1/4, 1/2", () => {
    const result = estimated(logRank(four, { gamma: 1 }));
    expect([...result.observed]).toEqual([0, 1 / 4 + 1 / 2]);
    expect(result.expected[0]).toBeCloseTo(1 / 12, 14);
  });

  test("delayed entry: the second of group 0 enters at 1, so it is not at risk there", () => {
    const entry = Float64Array.of(0, 1, 0, 0);
    // Group 0: 1 of 3 at 1, 1 of 3 at 2.
    expect(estimated(logRank({ ...four, entry })).expected[0]).toBeCloseTo(2 / 3, 14);
  });
});

/** Each risk set counted from all rows; the test by Cramer's rule for at most three groups. */
function twin(rows: readonly Row[], rho: number, gamma: number) {
  const observed = [0, 0, 0];
  const expected = [0, 0, 0];
  const variance = [0, 1, 2].map(() => [0, 0, 0]);
  for (const stratum of [0, 1]) {
    const own = rows.filter((row) => row.stratum === stratum);
    for (const t of distinctTimes(own)) {
      const risk = atRisk(own, t);
      const [n, d] = [risk.length, eventsAt(own, t).length];
      const before = survivalTwin(own, t - 0.5);
      const weight = before ** rho * (1 - before) ** gamma;
      const size = (g: number) => risk.filter((row) => row.group === g).length;
      for (const g of [0, 1, 2]) {
        observed[g]! += weight * eventsAt(own, t).filter((row) => row.group === g).length;
        if (n === 0) continue;
        expected[g]! += (weight * d * size(g)) / n;
        for (const h of [0, 1, 2])
          if (n > 1)
            variance[g]![h]! +=
              (weight ** 2 * d * (n - d) * size(g) * ((g === h ? n : 0) - size(h))) / (n * n * (n - 1));
      }
    }
  }
  const [, b, c] = [0, 1, 2].filter((g) => expected[g]! > 0);
  const u = (g: number) => observed[g]! - expected[g]!;
  const v = (g: number, h: number) => variance[g]![h]!;
  if (b === undefined) return { observed, expected, variance, chiSquare: NaN, independence: 0 };
  if (c === undefined)
    return { observed, expected, variance, chiSquare: u(b) ** 2 / v(b, b), independence: +(v(b, b) > 0) };
  const determinant = v(b, b) * v(c, c) - v(b, c) ** 2;
  const quadratic = u(b) ** 2 * v(c, c) - 2 * u(b) * u(c) * v(b, c) + u(c) ** 2 * v(b, b);
  const independence = determinant / (v(b, b) * v(c, c));
  return { observed, expected, variance, chiSquare: quadratic / determinant, independence };
}

const dataOf = (rows: readonly Row[]): LogRankData => {
  const { time, event, group, stratum, entry } = columnsOf(rows);
  return { time, event, group, nGroups: 3, stratum, nStrata: 2, entry };
};

describe("properties", () => {
  const rowsOfGroups = rowsOf(fc.constant(1), 20);
  const power = fc.constantFrom(0, 0.5, 1, 2);

  test("agrees with risk sets counted one by one: groups, strata, weights, delayed entry", () => {
    let nTests = 0;
    fc.assert(
      fc.property(rowsOfGroups, power, power, (rows, rho, gamma) => {
        const result = logRank(dataOf(rows), { rho, gamma });
        const theirs = twin(rows, rho, gamma);
        if (isNotEstimable(result)) {
          expect(theirs.independence > 1e-9).toBe(false);
          return;
        }
        nTests++;
        for (const g of [0, 1, 2]) {
          expect(result.observed[g]).toBeCloseTo(theirs.observed[g]!, 10);
          expect(result.expected[g]).toBeCloseTo(theirs.expected[g]!, 10);
          for (const h of [0, 1, 2]) expect(result.variance[g]![h]).toBeCloseTo(theirs.variance[g]![h]!, 10);
        }
        expect(result.chiSquare).toBeCloseTo(theirs.chiSquare, 6);
      }),
      { numRuns: 4000 },
    );
    expect(nTests).toBeGreaterThan(1000);
  });

  const same = (one: LogRank | NotEstimable, other: LogRank | NotEstimable) => {
    if (isNotEstimable(one)) {
      expect(other).toEqual(one);
      return;
    }
    expect(estimated(other).chiSquare).toBeCloseTo(one.chiSquare, 8);
    expect(estimated(other).degreesOfFreedom).toBe(one.degreesOfFreedom);
  };

  test("order of rows, order of groups, order of strata and a rising change of times are irrelevant", () => {
    fc.assert(
      fc.property(rowsOfGroups, power, (rows, rho) => {
        const result = logRank(dataOf(rows), { rho });
        same(result, logRank(dataOf(rows.toReversed()), { rho }));
        same(result, logRank(dataOf(rows.map((row) => ({ ...row, group: (row.group + 1) % 3 }))), { rho }));
        same(result, logRank(dataOf(rows.map((row) => ({ ...row, stratum: 1 - row.stratum }))), { rho }));
        const later = rows.map((row) => ({ ...row, time: row.time ** 3, entry: row.entry ** 3 }));
        same(result, logRank(dataOf(later), { rho }));
      }),
    );
  });

  test("events add up to what is expected; strata add up to the whole", () => {
    fc.assert(
      fc.property(rowsOfGroups, power, (rows, gamma) => {
        const result = logRank(dataOf(rows), { gamma });
        if (isNotEstimable(result)) return;
        const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
        expect(sum(result.observed)).toBeCloseTo(sum(result.expected), 10);
        for (const row of result.variance) expect(sum(row)).toBeCloseTo(0, 10);
        for (const g of [0, 1, 2])
          expect(sum(result.byStratum.map(({ expected }) => expected[g]!))).toBeCloseTo(
            result.expected[g]!,
            10,
          );
        expect(sum(result.n)).toBe(rows.length);
      }),
    );
  });

  test("entry before every time is no delayed entry; patients twice in other strata double O, E and χ²", () => {
    fc.assert(
      fc.property(rowsOfGroups, (rows) => {
        const { entry: _, stratum: __, nStrata: ___, ...plain } = dataOf(rows);
        const result = logRank(plain);
        same(result, logRank({ ...plain, entry: plain.time.map(() => 0) }));
        if (isNotEstimable(result)) return;
        const twice = [0, 1].flatMap((stratum) => rows.map((row) => ({ ...row, stratum, entry: 0 })));
        const doubled = estimated(logRank(dataOf(twice)));
        expect(doubled.chiSquare).toBeCloseTo(2 * result.chiSquare, 8);
      }),
    );
  });
});

describe("edges", () => {
  test("what has no answer has a reason", () => {
    const reason = (notEstimable: string) => ({ notEstimable });
    expect(logRank(data([], [], []))).toEqual(reason("no patients"));
    expect(logRank(data([4], [1], [0]))).toEqual(reason("only one group"));
    expect(logRank(data([1, 2, 3], [1, 1, 0], [1, 1, 1]))).toEqual(reason("only one group"));
    expect(logRank(data([1, 2, 3, 4], [0, 0, 0, 0], [0, 0, 1, 1]))).toEqual(reason("no events"));
    // All events at the first time, where 1 − S(t−) is 0.
    const atOnce = data([1, 1, 2], [1, 1, 0], [0, 1, 0]);
    expect(logRank(atOnce, { gamma: 1 })).toEqual(reason("every event has the weight 0"));
    const apart = reason("the events do not tell all groups apart");
    expect(logRank(data([1, 2, 7], [1, 1, 1], [0, 0, 1], { entry: Float64Array.of(0, 0, 5) }))).toEqual(
      apart,
    );
    // Everybody has the event at one time: nothing is left to chance.
    expect(logRank(data([3, 3, 3], [1, 1, 1], [0, 0, 1]))).toEqual(apart);
    // Groups 0 and 1 meet in one stratum, 2 and 3 in the other.
    const strata = { nGroups: 4, stratum: Uint32Array.of(0, 0, 0, 0, 1, 1, 1, 1), nStrata: 2 };
    const pairs = data([1, 2, 3, 4, 1, 2, 3, 4], [1, 1, 1, 1, 1, 1, 1, 1], [0, 1, 0, 1, 2, 3, 2, 3], strata);
    expect(logRank(pairs)).toEqual(apart);
  });

  test("a group without anybody, or gone before the first event, takes no part", () => {
    const two = data([1, 3, 2, 4], [1, 0, 1, 1], [0, 0, 1, 1]);
    const three = estimated(logRank({ ...two, nGroups: 3 }));
    expect(three.degreesOfFreedom).toBe(1);
    expect(three.chiSquare).toBeCloseTo(1 / 17, 14);
  });

  test("bugs of the caller", () => {
    const two = data([1, 2], [1, 1], [0, 1]);
    const refused = (more: Partial<LogRankData>) =>
      expect(() => logRank({ ...two, ...more })).toThrow(ContractError);
    refused({ time: Float64Array.of(1, NaN) });
    refused({ time: Float64Array.of(1) });
    refused({ event: Uint8Array.of(1, 2) });
    refused({ group: Uint32Array.of(0, 2) });
    refused({ stratum: Uint32Array.of(0, 1) });
    refused({ nStrata: 2 });
    refused({ entry: Float64Array.of(0, 2) });
    refused({ entry: Float64Array.of(0, NaN) });
    expect(() => logRank(two, { rho: -1 })).toThrow(ContractError);
    expect(() => logRank(two, { gamma: NaN })).toThrow(ContractError);
  });
});
