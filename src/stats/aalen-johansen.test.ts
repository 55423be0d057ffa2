import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import {
  followUpOf,
  groupOf,
  naiveFree,
  naiveGrayVariance,
  naiveIncidence,
  naiveInfluence,
  smallRows,
} from "../../test/reference/competing-twin.ts";
import { type ReferenceCase, reference } from "../../test/reference/reference.ts";
import { aalenJohansen, aalenJohansenByGroup, type ProbabilityAt, probabilityAt } from "./aalen-johansen.ts";
import { ContractError } from "./assert.ts";
import { kaplanMeier } from "./kaplan-meier.ts";

const closedForm = { relative: 1e-10, absolute: 1e-12 };
const curveAgrees = recordAgreement({
  estimator: "Aalen–Johansen cumulative incidence with standard error and log interval",
  reference: "survival::survfit",
  tolerance: closedForm,
});
const grayAgrees = recordAgreement({
  estimator: "Aalen–Johansen cumulative incidence with Gray's variance",
  reference: "cmprsk::timepoints(cuminc)",
  tolerance: closedForm,
});

const groupsOf = ({ input }: ReferenceCase) =>
  aalenJohansenByGroup({
    time: Float64Array.from(input.time!),
    cause: Uint8Array.from(input.cause!),
    nCauses: 2,
    group: Uint16Array.from(input.group ?? input.time!.map(() => 0)),
    nGroups: 1 + Math.max(0, ...(input.group ?? [])),
  });

for (const c of reference("aalen-johansen"))
  test(`aalenJohansen agrees with R: ${c.name}`, () => {
    const groups = groupsOf(c);
    const theirs = c.expected as Record<string, readonly unknown[]>;
    if (theirs.est) {
      for (const [row, name] of theirs.rows!.entries()) {
        const [group, cause] = (name as string).split(" ").map(Number) as [number, number];
        const curves = groups[group]!;
        const points = c.input.at!.map((t) => probabilityAt(curves, { state: cause, t }).probability);
        const variances = c.input.at!.map((t) => {
          const last = curves.time.findLastIndex((value) => value <= t);
          return curves.causes[cause - 1]!.stdErrorGray[last]! ** 2;
        });
        grayAgrees(c.name, points, theirs.est[row]);
        grayAgrees(c.name, variances, theirs.var![row]);
      }
      return;
    }
    const points = groups.flatMap((curves) =>
      Array.from(c.input.at ?? curves.time, (t) =>
        [0, 1, 2].map((state) => probabilityAt(curves, { state, t })),
      ),
    );
    const all = (key: keyof ProbabilityAt) => points.map((row) => row.map((point) => point[key]));
    curveAgrees(
      c.name,
      points.map(([free]) => [free!.atRisk, 0, 0]),
      theirs.n_risk,
    );
    curveAgrees(c.name, all("probability"), theirs.pstate);
    curveAgrees(c.name, all("stdError"), theirs.std_err);
    curveAgrees(c.name, all("lower"), theirs.lower);
    curveAgrees(c.name, all("upper"), theirs.upper);
  });

describe("by hand", () => {
  // At risk 5, 4, 2 at times 1, 2, 4: cause 1, then cause 2 beside a censoring, then cause 1; one left at 9.
  const curves = aalenJohansen({
    time: Float64Array.of(4, 2, 1, 2, 9),
    cause: Uint8Array.of(1, 2, 1, 0, 0),
    nCauses: 2,
  });

  test("S = 4/5, 3/5, 3/10; F₁ = 1/5, 1/5, 1/5 + 3/5·1/2; F₂ = 0, 4/5·1/4", () => {
    const near = (column: Float64Array, expected: number[]) =>
      expected.forEach((value, k) => {
        expect(column[k]).toBeCloseTo(value, 14);
      });
    expect([...curves.time]).toEqual([1, 2, 4, 9]);
    expect([...curves.censored]).toEqual([0, 1, 0, 1]);
    near(curves.eventFree.probability, [0.8, 0.6, 0.3, 0.3]);
    near(curves.causes[0]!.probability, [0.2, 0.2, 0.5, 0.5]);
    near(curves.causes[1]!.probability, [0, 0.2, 0.2, 0.2]);
    near(curves.causes[0]!.cumulativeHazard, [0.2, 0.2, 0.7, 0.7]);
    // F₂ at 2: of (1/5)² [g₁² (1 − 1/5)] with g₁ = −F₂/S(1) = −1/4, and (4/5 / 4)² (1 − 1/4) with g₂ = 1.
    expect(curves.causes[1]!.stdError[1]).toBeCloseTo(Math.sqrt(0.04 * 0.8 * 0.0625 + 0.04 * 0.75), 14);
    // Gray's has no ties to count here, and no 1 − d/n: 1/25 · 1/16 + 1/25.
    expect(curves.causes[1]!.stdErrorGray[1]).toBeCloseTo(Math.sqrt(0.04 * 0.0625 + 0.04), 14);
  });

  test("before, between and beyond the times", () => {
    const at = (state: number, t: number) => probabilityAt(curves, { state, t });
    expect(at(0, 0)).toEqual({ probability: 1, stdError: 0, lower: 1, upper: 1, atRisk: 5 });
    expect(at(1, 0)).toEqual({ probability: 0, stdError: 0, lower: NaN, upper: NaN, atRisk: 5 });
    expect(at(2, 3)).toEqual({ ...at(2, 2), atRisk: 2 });
    expect(at(2, 99)).toEqual({ ...at(2, 9), atRisk: 0 });
    expect(probabilityAt(curves, { state: 1, t: 4, level: 0.99 }).lower).toBeLessThan(at(1, 4).lower);
  });
});

describe("properties", () => {
  const closeTo = (actual: number, expected: number) =>
    expect(Math.abs(actual - expected)).toBeLessThan(1e-12 + 1e-11 * Math.abs(expected));

  test("curves, both variances and their sum to 1 agree with the definitions", () => {
    fc.assert(
      fc.property(smallRows, fc.integer({ min: 0, max: 8 }), (rows, t) => {
        const curves = aalenJohansen(followUpOf(rows));
        const last = curves.time.findLastIndex((value) => value <= t);
        const influence = naiveInfluence(rows, t);
        const points = [0, 1, 2].map((state) => probabilityAt(curves, { state, t }));
        closeTo(points[0]!.probability, naiveFree(rows, t));
        closeTo(points[0]!.probability + points[1]!.probability + points[2]!.probability, 1);
        for (const state of [0, 1, 2]) {
          const squares = influence.reduce((sum, change) => sum + change[state]! ** 2, 0);
          closeTo(points[state]!.stdError ** 2, squares);
        }
        for (const cause of [1, 2]) {
          closeTo(points[cause]!.probability, naiveIncidence(rows, cause, t));
          if (last < 0) continue;
          const gray = curves.causes[cause - 1]!.stdErrorGray[last]! ** 2;
          closeTo(gray, naiveGrayVariance(rows, cause, t));
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("order of patients does not matter; each patient twice halves the variance", () => {
    fc.assert(
      fc.property(smallRows, (rows) => {
        const once = aalenJohansen(followUpOf(rows));
        expect(aalenJohansen(followUpOf(rows.toReversed()))).toEqual(once);
        const twice = aalenJohansen(followUpOf(rows.flatMap((row) => [row, row])));
        for (const [j, { probability, stdError }] of once.causes.entries())
          for (const [k, value] of probability.entries()) {
            closeTo(twice.causes[j]!.probability[k]!, value);
            closeTo(twice.causes[j]!.stdError[k]! ** 2, stdError[k]! ** 2 / 2);
          }
      }),
    );
  });

  test("one cause alone is 1 − Kaplan–Meier with Greenwood's standard error; no censoring gives shares", () => {
    fc.assert(
      fc.property(smallRows, (rows) => {
        const alone = followUpOf(rows.map((row) => ({ ...row, cause: Math.min(row.cause, 1) })));
        const curve = kaplanMeier(alone.time, alone.cause);
        const { probability, stdError } = aalenJohansen(alone).causes[0]!;
        curve.survival.forEach((survival, k) => {
          closeTo(probability[k]!, 1 - survival);
          expect(stdError[k]).toBeCloseTo(survival > 0 ? curve.stdError[k]! : 0, 11);
        });
        const seen = rows.map((row) => ({ ...row, cause: row.cause || 1 }));
        const curves = aalenJohansen(followUpOf(seen));
        for (const cause of [1, 2])
          for (const [k, t] of curves.time.entries()) {
            const failed = seen.filter((row) => row.time <= t && row.cause === cause).length;
            closeTo(curves.causes[cause - 1]!.probability[k]!, failed / rows.length);
          }
      }),
    );
  });

  test("a group's curves are those of its rows alone", () => {
    fc.assert(
      fc.property(smallRows, (rows) => {
        const groups = aalenJohansenByGroup({ ...followUpOf(rows), group: groupOf(rows), nGroups: 3 });
        groups.forEach((curves, g) => {
          expect(curves).toEqual(aalenJohansen(followUpOf(rows.filter(({ group }) => group === g))));
        });
      }),
    );
  });
});

describe("edges", () => {
  const of = (time: number[], cause: number[], nCauses = 2) =>
    aalenJohansen({ time: Float64Array.from(time), cause: Uint8Array.from(cause), nCauses });

  test("nobody", () => {
    const none = { probability: NaN, stdError: NaN, lower: NaN, upper: NaN, atRisk: 0 };
    expect(probabilityAt(of([], []), { state: 1, t: 1 })).toEqual(none);
    expect(of([], []).time.length).toBe(0);
  });

  test("everybody at once: shares, without an event-free state", () => {
    const curves = of([2, 2, 2, 2], [1, 2, 1, 2]);
    expect(probabilityAt(curves, { state: 0, t: 2 })).toMatchObject({ probability: 0, stdError: 0 });
    expect(probabilityAt(curves, { state: 1, t: 2 })).toMatchObject({ probability: 0.5, stdError: 0.25 });
  });

  test("bugs of the caller", () => {
    const time = Float64Array.of(1);
    expect(() => of([NaN], [1])).toThrow(ContractError);
    expect(() => of([1], [3])).toThrow("cause[0] is 3, of 2 causes");
    expect(() => of([1], [1, 0])).toThrow(ContractError);
    expect(() => of([1], [0], 0)).toThrow(ContractError);
    expect(() => probabilityAt(of([1], [1]), { state: 3, t: 1 })).toThrow(ContractError);
    expect(() => probabilityAt(of([1], [1]), { state: 1, t: NaN })).toThrow(ContractError);
    expect(() => probabilityAt(of([1], [1]), { state: 1, t: 1, level: 95 })).toThrow(ContractError);
    const group = Uint16Array.of(1);
    expect(() =>
      aalenJohansenByGroup({ time, cause: Uint8Array.of(1), nCauses: 1, group, nGroups: 1 }),
    ).toThrow("group[0] is 1, of 1 groups");
  });
});
