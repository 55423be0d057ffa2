import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { followUpOf, groupOf, type Row as Patient, smallRows } from "../../test/reference/competing-twin.ts";
import {
  anyWeight,
  type CoxRow,
  coxData,
  coxRows,
  likelihoodTwin,
  tiesOf,
  wholeWeight,
} from "../../test/reference/cox-twin.ts";
import { columnsOf, type Row, repeated, rowsOf, wholeWeights } from "../../test/reference/survival-twin.ts";
import { aalenJohansen, probabilityAt } from "./aalen-johansen.ts";
import { causeSpecificCox } from "./cause-specific-cox.ts";
import { type ConcordanceData, concordances } from "./concordance.ts";
import { type CoxData, type CoxFit, type CoxTies, coxRegression } from "./cox.ts";
import { coxBaseline } from "./cox-baseline.ts";
import { proportionalHazardsTest } from "./cox-proportionality.ts";
import { coxResiduals, schoenfeldResiduals } from "./cox-residuals.ts";
import { coxSurvival } from "./cox-survival.ts";
import { coxTests } from "./cox-tests.ts";
import { fineGray, fineGrayIncidence } from "./fine-gray.ts";
import { grayTest } from "./gray-test.ts";
import { kaplanMeier } from "./kaplan-meier.ts";
import { kaplanMeierGap } from "./kaplan-meier-gap.ts";
import { logRank } from "./log-rank.ts";
import { flemingHarrington, nelsonAalen } from "./nelson-aalen.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { pseudoValues } from "./pseudo-values.ts";
import { survivalQuantile } from "./survival-quantile.ts";

// What holds for every estimator of follow-up: its numbers do not feel the unit of time, the order of rows, or whether
// a patient is there twice.

/** Rises, and keeps whole numbers apart. */
const later = (t: number) => 5 * t ** 3 - 9;

function near(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-9): void {
  expect(actual.length).toBe(expected.length);
  for (let k = 0; k < expected.length; k++)
    if (Number.isNaN(expected[k])) expect(actual[k]).toBeNaN();
    else
      expect(Math.abs(actual[k]! - expected[k]!)).toBeLessThanOrEqual(
        tolerance * (1 + Math.abs(expected[k]!)),
      );
}

describe("curves of one event", () => {
  test("any rising change of the times changes the times alone", () => {
    fc.assert(
      fc.property(rowsOf(wholeWeights), (rows) => {
        const { time, event, entry, weight } = columnsOf(rows);
        const options = { entry: entry.map(later), weight };
        for (const estimate of [kaplanMeier, nelsonAalen, flemingHarrington]) {
          const { time: before, entries: _, ...curve } = estimate(time, event, { entry, weight });
          const { time: after, entries: __, ...moved } = estimate(time.map(later), event, options);
          expect(moved).toEqual(curve);
          expect(after).toEqual(before.map(later));
        }
      }),
      { numRuns: 500 },
    );
  });

  test("quantiles: each patient twice, or with the weight 2, has the same; limits closer to it", () => {
    fc.assert(
      fc.property(rowsOf(wholeWeights), fc.integer({ min: 1, max: 9 }), (rows, tenths) => {
        const { time, event, weight } = columnsOf(rows);
        const twice = columnsOf(repeated(rows));
        const result = survivalQuantile(kaplanMeier(time, event, { weight }), tenths / 10);
        expect(survivalQuantile(kaplanMeier(twice.time, twice.event), tenths / 10)).toEqual(result);
      }),
      { numRuns: 500 },
    );
  });

  test("flemingHarrington: one patient, all censored; NaN is refused", () => {
    const one = flemingHarrington(Float64Array.of(4), Uint8Array.of(1));
    near([...one.survival, ...one.stdError], [Math.exp(-1), Math.exp(-1)]);
    const censored = flemingHarrington(Float64Array.of(1, 2), new Uint8Array(2));
    expect([...censored.survival, ...censored.stdError]).toEqual([1, 1, 0, 0]);
    for (const time of [Float64Array.of(NaN), Float64Array.of(Infinity)])
      for (const estimate of [kaplanMeier, nelsonAalen, flemingHarrington])
        expect(() => estimate(time, Uint8Array.of(1))).toThrow("not a finite number");
  });

  test("log-rank by hand: one group fails before the other, χ² = (7/6)²/(17/36) = 49/17", () => {
    // Group 0 at 1 (of 2 in 4) and 2 (of 1 in 3): E = 1/2 + 1/3, V = 1/4 + 2/9; at 3 and 4 nobody of it is left.
    const apart = logRank({
      time: Float64Array.of(1, 2, 3, 4),
      event: Uint8Array.of(1, 1, 1, 1),
      group: Uint32Array.of(0, 0, 1, 1),
      nGroups: 2,
    });
    expect(apart).toMatchObject({ chiSquare: expect.closeTo(49 / 17, 12), degreesOfFreedom: 1 });
  });

  test("log-rank: each patient twice doubles what is observed and expected", () => {
    const numbers = (rows: readonly Row[]) =>
      logRank({ ...columnsOf(rows), nGroups: 3, nStrata: 2 }, { rho: 1 });
    fc.assert(
      fc.property(rowsOf(fc.constant(1), 20), (rows) => {
        const [once, twice] = [numbers(rows), numbers(rows.flatMap((row) => [row, row]))];
        if (isNotEstimable(once) || isNotEstimable(twice)) return;
        near(
          twice.observed,
          once.observed.map((value) => 2 * value),
        );
        near(
          twice.expected,
          once.expected.map((value) => 2 * value),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe("concordance", () => {
  const row = fc.record({
    time: fc.integer({ min: 0, max: 9 }),
    event: fc.integer({ min: 0, max: 1 }),
    score: fc.integer({ min: -3, max: 3 }),
  });
  const rows = fc.array(row, { minLength: 1, maxLength: 20 });
  type Scored = { time: number; event: number; score: number };
  const dataOf = (list: readonly Scored[]): Omit<ConcordanceData, "weighting"> => ({
    time: Float64Array.from(list, ({ time }) => time),
    event: Uint8Array.from(list, ({ event }) => event),
    score: Float64Array.from(list, ({ score }) => score),
  });
  const both = (list: readonly Scored[]) => {
    const { harrell, uno } = concordances(dataOf(list));
    return [harrell, uno];
  };

  test("order, rising changes of times and score, each patient twice: the same C; the error of twice as many", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const once = both(list);
        const moved = both(
          list.map(({ time, event, score }) => ({ time: later(time), event, score: score ** 3 })),
        );
        const turned = both(list.toReversed());
        const twice = both(list.flatMap((one) => [one, one]));
        for (const [k, one] of once.entries()) {
          for (const other of [moved[k]!, turned[k]!, twice[k]!])
            expect(isNotEstimable(other)).toBe(isNotEstimable(one));
          if (isNotEstimable(one)) return;
          for (const [other, factor] of [
            [moved[k]!, 1],
            [turned[k]!, 1],
            [twice[k]!, Math.SQRT1_2],
          ] as const) {
            if (isNotEstimable(other)) throw new Error(other.notEstimable);
            near([other.c], [one.c]);
            near([other.stdError], [factor * one.stdError], 1e-8);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("a score that sorts the events is 1, one that sorts them the wrong way 0, equal scores ½: no error", () => {
    const sorted = [4, 3, 2, 1].map((score, i) => ({ time: i + 1, event: i === 1 ? 0 : 1, score }));
    for (const [sign, c] of [
      [1, 1],
      [-1, 0],
      [0, 0.5],
    ] as const)
      for (const result of both(sorted.map((one) => ({ ...one, score: sign * one.score }))))
        expect(result).toMatchObject({ c, stdError: 0, nComparable: 4 });
    expect(both(sorted.map((one) => ({ ...one, event: 0 })))).toEqual([
      { notEstimable: "no events" },
      { notEstimable: "no events" },
    ]);
  });
});

describe("a Cox model and what follows from it", () => {
  const time = Float64Array.of(1, 2, 3, 4, 5, 6);
  const separated = {
    time,
    event: new Uint8Array(6).fill(1),
    covariates: [Float64Array.of(1, 1, 1, 0, 0, 0)],
  };

  const isSteady = ({ outcome, coefficients, modelVariance }: CoxFit) =>
    outcome === "converged" &&
    coefficients.every((value, j) => Math.abs(value) < 4 && modelVariance[j]![j]! < 10);
  const patients = [0, 1, 2].map((stratum) => ({
    covariates: Float64Array.of(1, -0.5),
    offset: 0.2,
    stratum,
  }));

  /** Numbers that do not belong to a row, by name. */
  function numbersOf(data: CoxData, ties: CoxTies, variance: "model" | "robust") {
    const fit = coxRegression({ ...data, ties, variance });
    if (!isSteady(fit)) return undefined;
    const tests = coxTests(fit, data);
    const hazards = proportionalHazardsTest(fit, data, { transform: "rank" });
    const curves = coxSurvival(fit, data, { patients });
    return {
      coefficients: [...fit.coefficients],
      baseline: coxBaseline(fit, data).flatMap(({ cumulativeHazard }) => [...cumulativeHazard]),
      survival: curves.flatMap(({ survival }) => [...survival]),
      errors: curves.flatMap(({ stdError }) => [...stdError]),
      tests: isNotEstimable(tests)
        ? []
        : [tests.likelihoodRatio, tests.score, tests.wald].map(({ chiSquare }) => chiSquare),
      proportionality: isNotEstimable(hazards) ? [] : [hazards.global.chiSquare],
    };
  }
  const compare = (
    one: ReturnType<typeof numbersOf>,
    other: ReturnType<typeof numbersOf>,
    parts: readonly (keyof NonNullable<ReturnType<typeof numbersOf>>)[],
  ) => {
    if (!one || !other) return 0;
    for (const part of parts) if (one[part].length === other[part].length) near(other[part], one[part], 1e-5);
    return 1;
  };
  const all = ["coefficients", "baseline", "survival", "errors", "tests"] as const;

  test("order of rows, a rising change of times, and covariates moved and mixed are irrelevant", () => {
    let compared = 0;
    fc.assert(
      fc.property(coxRows({ weight: anyWeight, maxLength: 25 }), tiesOf, (rows, ties) => {
        const one = numbersOf(coxData(rows), ties, "robust");
        const turned = coxData(rows.toReversed());
        compared += compare(one, numbersOf(turned, ties, "robust"), [...all, "proportionality"]);
        const moved = { ...turned, time: turned.time.map(later), entry: turned.entry!.map(later) };
        compare(one, numbersOf(moved, ties, "robust"), [...all, "proportionality"]);
        const mixed = rows.map((row): CoxRow => ({ ...row, x: [row.x[0]! + row.x[1]!, 3 * row.x[1]!] }));
        compare(one, numbersOf(coxData(mixed), ties, "robust"), ["tests", "proportionality"]);
      }),
      { numRuns: 400 },
    );
    expect(compared).toBeGreaterThan(60);
  });

  test("with Breslow's ties a weight of 2 is the row twice, in everything", () => {
    let compared = 0;
    fc.assert(
      fc.property(coxRows({ weight: wholeWeight, maxLength: 25 }), (rows) => {
        const twice = rows.flatMap((row) =>
          Array.from({ length: row.weight }, () => ({ ...row, weight: 1 })),
        );
        const one = numbersOf(coxData(rows), "breslow", "model");
        compared += compare(one, numbersOf(coxData(twice), "breslow", "model"), all);
      }),
      { numRuns: 400 },
    );
    expect(compared).toBeGreaterThan(60);
  });

  test("the tests agree with scores and information summed over risk sets that are listed row by row", () => {
    let compared = 0;
    fc.assert(
      fc.property(coxRows({ weight: wholeWeight, maxLength: 20 }), tiesOf, (rows, ties) => {
        const data = coxData(rows);
        const fit = coxRegression({ ...data, ties });
        const tests = coxTests(fit, data);
        if (!isSteady(fit) || isNotEstimable(tests)) return;
        const zero = likelihoodTwin(rows, [0, 0], ties);
        const fitted = likelihoodTwin(rows, [...fit.coefficients], ties);
        const [[a, b], [, d]] = zero.information as [[number, number], [number, number]];
        const [u, v] = zero.score as [number, number];
        const determinant = a * d - b * b;
        if (!(determinant > 1e-4 * a * d)) return;
        compared++;
        near([tests.score.chiSquare], [(d * u * u - 2 * b * u * v + a * v * v) / determinant], 1e-6);
        const gain = 2 * (fitted.logLikelihood - zero.logLikelihood);
        near([tests.likelihoodRatio.chiSquare], [Math.max(0, gain)], 1e-6);
        const [x, z] = fit.coefficients as unknown as [number, number];
        const [[p, q], [, r]] = fitted.information as [[number, number], [number, number]];
        near([tests.wald.chiSquare], [p * x * x + 2 * q * x * z + r * z * z], 1e-5);
      }),
      { numRuns: 1000 },
    );
    expect(compared).toBeGreaterThan(150);
  });

  test("with Breslow's ties each row twice doubles the test of proportional hazards", () => {
    const data = { ...separated, covariates: [Float64Array.of(1, 3, 2, 5, 1, 4)] };
    const doubled = {
      time: Float64Array.of(...data.time, ...data.time),
      event: Uint8Array.of(...data.event, ...data.event),
      covariates: data.covariates.map((column) => Float64Array.of(...column, ...column)),
    };
    for (const transform of ["km", "identity", "log"] as const) {
      const [once, twice] = [data, doubled].map((rows) =>
        proportionalHazardsTest(coxRegression({ ...rows, ties: "breslow" }), rows, { transform }),
      ) as [ReturnType<typeof proportionalHazardsTest>, ReturnType<typeof proportionalHazardsTest>];
      if (isNotEstimable(once) || isNotEstimable(twice)) throw new Error("not estimable");
      expect(twice.global.chiSquare).toBeCloseTo(2 * once.global.chiSquare, 8);
    }
  });

  test("residuals go with their rows; dfbeta is weight · variance · score; scaled Schoenfeld residuals mean β", () => {
    let compared = 0;
    fc.assert(
      fc.property(coxRows({ weight: wholeWeight, maxLength: 20 }), tiesOf, (rows, ties) => {
        const data = coxData(rows);
        const fit = coxRegression({ ...data, ties });
        if (!isSteady(fit)) return;
        compared++;
        const { martingale, deviance, score, dfbeta } = coxResiduals(fit, data);
        const turned = coxData(rows.toReversed());
        const other = coxResiduals(coxRegression({ ...turned, ties }), turned);
        near(other.martingale.toReversed(), martingale, 1e-6);
        near(other.deviance.toReversed(), deviance, 1e-5);
        for (const j of [0, 1]) {
          near(other.score[j]!.toReversed(), score[j]!, 1e-5);
          const expected = rows.map(
            ({ weight }, i) =>
              weight *
              (fit.modelVariance[j]![0]! * score[0]![i]! + fit.modelVariance[j]![1]! * score[1]![i]!),
          );
          near(dfbeta[j]!, expected);
        }
        martingale.forEach((m, i) => {
          const gain = rows[i]!.event === 1 ? m + Math.log(1 - m) : m;
          expect(deviance[i]).toBeCloseTo(Math.sign(m) * Math.sqrt(Math.max(0, -2 * gain)), 6);
        });
        // Without weights the residuals of the events add up to 0.
        const plain = coxData(rows.map((row) => ({ ...row, weight: 1 })));
        const even = coxRegression({ ...plain, ties });
        if (!isSteady(even)) return;
        const { scaled } = schoenfeldResiduals(even, plain);
        for (const j of [0, 1])
          expect(scaled[j]!.reduce((sum, value) => sum + value, 0) / even.nEvents).toBeCloseTo(
            even.coefficients[j]!,
            6,
          );
      }),
      { numRuns: 400 },
    );
    expect(compared).toBeGreaterThan(60);
  });

  test("separation, one patient and a constant covariate leave no test, no curve and no residual of a fit", () => {
    const fit = coxRegression({ ...separated, ties: "efron" });
    const reason = "the Cox model: the likelihood keeps rising as the coefficient of covariate 1 grows";
    expect(coxTests(fit, separated)).toEqual({ notEstimable: reason });
    expect(proportionalHazardsTest(fit, separated, { transform: "km" })).toEqual({ notEstimable: reason });
    const one = { time: Float64Array.of(1), event: Uint8Array.of(1), covariates: [Float64Array.of(3)] };
    for (const data of [one, { ...separated, covariates: [new Float64Array(6).fill(2)] }]) {
      const singular = coxRegression({ ...data, ties: "efron" });
      expect(coxTests(singular, data)).toHaveProperty("notEstimable");
      expect(() => coxBaseline(singular, data)).toThrow("a singular fit has no coefficients");
      expect(() => coxResiduals(singular, data)).toThrow("a singular fit has no coefficients");
      expect(() => schoenfeldResiduals(singular, data)).toThrow("a singular fit has no coefficients");
      expect(() => coxSurvival(singular, data, { patients: [] })).toThrow("a fit that is singular");
    }
  });

  test("all events at one time, by hand: Breslow's l(0) = −6 log 6, hazard 1; Efron's log 6!, Σ 1/(6 − j)", () => {
    const tied = { ...separated, time: new Float64Array(6).fill(2) };
    const breslow = coxRegression({ ...tied, ties: "breslow" });
    expect(breslow.logLikelihood[0]).toBeCloseTo(-6 * Math.log(6), 12);
    const efron = coxRegression({ ...tied, ties: "efron" });
    expect(efron.logLikelihood[0]).toBeCloseTo(-Math.log(720), 12);
    // Three of six have x = 1 and all have the event, so no coefficient is better than 0.
    for (const [fit, hazard] of [
      [breslow, 1],
      [efron, 1 / 6 + 1 / 5 + 1 / 4 + 1 / 3 + 1 / 2 + 1],
    ] as const) {
      expect(fit.coefficients[0]).toBeCloseTo(0, 10);
      expect([...coxBaseline(fit, tied)[0]!.cumulativeHazard]).toEqual([expect.closeTo(hazard, 10)]);
      const { martingale } = coxResiduals(fit, tied);
      near(martingale, new Float64Array(6), 1e-9);
    }
  });

  test("data that are not those of the fit, or hold NaN, are refused", () => {
    const data = { ...separated, covariates: [Float64Array.of(1, 3, 2, 5, 1, 4)] };
    const fit = coxRegression({ ...data, ties: "efron" });
    for (const use of [coxBaseline, coxResiduals, schoenfeldResiduals, coxTests] as const) {
      expect(() => use(fit, { ...data, time: time.with(2, NaN) })).toThrow("time[2] is NaN");
      expect(() => use(fit, { ...data, covariates: [time.with(0, NaN)] })).toThrow("covariate 1[0] is NaN");
      expect(() => use(fit, { ...data, covariates: [] })).toThrow("1 coefficients for 0 covariates");
    }
  });
});

describe("causes that compete", () => {
  const moved = (rows: readonly Patient[]) => rows.map((row) => ({ ...row, time: later(row.time) }));
  const twice = (rows: readonly Patient[]) => rows.flatMap((row) => [row, row]);
  const exchanged = (rows: readonly Patient[]) =>
    rows.map((row) => ({ ...row, cause: [0, 2, 1][row.cause]! }));

  test("a rising change of times changes times alone; exchanged names of causes exchange their curves", () => {
    fc.assert(
      fc.property(smallRows, (rows) => {
        const { time, ...curves } = aalenJohansen(followUpOf(rows));
        const other = aalenJohansen(followUpOf(moved(rows)));
        expect(other).toEqual({ ...curves, time: time.map(later) });
        const [first, second] = curves.causes;
        const swapped = aalenJohansen(followUpOf(exchanged(rows)));
        expect(swapped.causes).toEqual([second, first]);
        for (const state of [0, 1, 2]) {
          const at = (horizon: number, list: readonly Patient[]) =>
            pseudoValues({ ...followUpOf(list), state, horizon });
          expect(at(later(4), moved(rows))).toEqual(at(4, rows));
        }
        const gap = (horizon: number, list: readonly Patient[]) =>
          kaplanMeierGap({ ...followUpOf(list), of: 1, horizon });
        expect(gap(later(4), moved(rows))).toEqual(gap(4, rows));
      }),
      { numRuns: 500 },
    );
  });

  test("Gray's test: times in any unit; each patient twice doubles the scores", () => {
    const gray = (rows: readonly Patient[]) =>
      grayTest({ ...followUpOf(rows), group: groupOf(rows), nGroups: 3, of: 1, rho: 1 });
    let compared = 0;
    fc.assert(
      fc.property(smallRows, (rows) => {
        const once = gray(rows);
        expect(gray(moved(rows))).toEqual(once);
        const doubled = gray(twice(rows));
        if (isNotEstimable(once) || isNotEstimable(doubled)) return;
        compared++;
        near(
          doubled.score,
          once.score.map((score) => 2 * score),
        );
      }),
      { numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(100);
  });

  test("Aalen–Johansen: one patient, all censored, all events", () => {
    const of = (time: number[], cause: number[]) =>
      aalenJohansen({ time: Float64Array.from(time), cause: Uint8Array.from(cause), nCauses: 2 });
    const [one, censored, events] = [of([4], [2]), of([1, 2, 2], [0, 0, 0]), of([1, 2], [1, 2])];
    expect(probabilityAt(one, { state: 2, t: 4 })).toMatchObject({ probability: 1, stdError: 0, atRisk: 1 });
    expect(probabilityAt(one, { state: 1, t: 4 })).toMatchObject({ probability: 0, stdError: 0 });
    for (const state of [1, 2])
      expect(probabilityAt(censored, { state, t: 9 })).toMatchObject({ probability: 0, stdError: 0 });
    expect(probabilityAt(censored, { state: 0, t: 9 })).toMatchObject({ probability: 1, lower: 1, upper: 1 });
    // Of two patients one has each cause: variance ½ · ½ / 2.
    for (const state of [1, 2])
      expect(probabilityAt(events, { state, t: 2 })).toMatchObject({
        probability: 0.5,
        stdError: expect.closeTo(Math.sqrt(1 / 8), 14),
      });
  });

  test("Fine–Gray: times in any unit; predicted incidence rises from 0 to at most 1; all events at one time", () => {
    let compared = 0;
    fc.assert(
      fc.property(smallRows, (rows) => {
        const dataOf = (list: readonly Patient[]) => ({
          ...followUpOf(list),
          of: 1,
          covariates: [Float64Array.from(list, ({ z }) => z)],
        });
        const fit = fineGray(dataOf(rows));
        const { baseline, ...rest } = fineGray(dataOf(moved(rows)));
        expect(rest).toEqual({ ...fit, baseline: undefined });
        if (fit.outcome !== "converged") return;
        compared++;
        expect(baseline.cumulativeHazard).toEqual(fit.baseline.cumulativeHazard);
        const incidence = fineGrayIncidence(fit, Float64Array.of(0.7));
        incidence.forEach((p, k) => {
          expect(p).toBeGreaterThanOrEqual(incidence[k - 1] ?? 0);
          expect(p).toBeLessThanOrEqual(1);
        });
      }),
      { numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(100);
    // By hand: three of three at one time, x = 0, 1, 2: l = 3β − 3 log(1 + e^β + e^2β), flat at β = 0; I = 3 · 2/3.
    const tied = fineGray({
      time: new Float64Array(3).fill(2),
      cause: new Uint8Array(3).fill(1),
      nCauses: 1,
      of: 1,
      covariates: [Float64Array.of(0, 1, 2)],
    });
    expect(tied).toMatchObject({ outcome: "converged", nEvents: 3 });
    expect(tied.coefficients[0]).toBeCloseTo(0, 12);
    expect(tied.modelVariance[0]![0]).toBeCloseTo(1 / 2, 10);
    expect([...tied.baseline.cumulativeHazard]).toEqual([expect.closeTo(1, 12)]);
  });

  test("a cause-specific Cox model: nobody, no events of the cause; NaN is refused", () => {
    const none = new Float64Array(0);
    const nobody = { time: none, cause: new Uint8Array(0), nCauses: 2, of: 1, covariates: [none] };
    expect(causeSpecificCox({ ...nobody, ties: "efron" })).toMatchObject({ outcome: "singular", n: 0 });
    const two = { time: Float64Array.of(1, 2), cause: Uint8Array.of(2, 2), nCauses: 2, of: 1 };
    const covariates = [Float64Array.of(1, 2)];
    expect(causeSpecificCox({ ...two, covariates, ties: "efron" })).toMatchObject({ reason: "no events" });
    expect(() =>
      causeSpecificCox({ ...two, time: Float64Array.of(NaN, 1), covariates, ties: "efron" }),
    ).toThrow("time[0] is NaN");
  });
});
