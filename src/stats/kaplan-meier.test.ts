import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import {
  anyWeights,
  columnsOf,
  distinctTimes,
  eventsAt,
  atRisk as inRiskSet,
  jackknifeTwin,
  nRuns,
  repeated,
  rowsOf,
  survivalTwin,
  total,
  wholeWeights,
} from "../../test/reference/survival-twin.ts";
import { ContractError } from "./assert.ts";
import { kaplanMeier, medianFollowUp, medianSurvival, survivalAt } from "./kaplan-meier.ts";
import { nelsonAalen } from "./nelson-aalen.ts";

interface Curve {
  readonly time: readonly number[];
  readonly n_risk: readonly number[];
  readonly n_event: readonly number[];
  readonly n_censor: readonly number[];
  readonly surv: readonly number[];
  readonly std_err_log: readonly (number | string)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

const closedForm = { relative: 1e-10, absolute: 1e-12 };
const curveAgrees = recordAgreement({
  estimator: "Kaplan–Meier curve with its log interval",
  reference: "survival::survfit",
  tolerance: closedForm,
});
const pointAgrees = recordAgreement({
  estimator: "Kaplan–Meier curve at given times",
  reference: "survival::summary.survfit",
  tolerance: closedForm,
});
const medianAgrees = recordAgreement({
  estimator: "Median of a Kaplan–Meier curve",
  reference: "survival::quantile.survfit",
  tolerance: closedForm,
});

const rowsAgree = recordAgreement({
  estimator: "Kaplan–Meier curve with delayed entry, whole and robust weights",
  reference: "survival::survfit(Surv(start, stop, event), weights =)",
  tolerance: closedForm,
});

function followUp({
  time,
  event,
}: {
  readonly time?: readonly number[];
  readonly event?: readonly number[];
}) {
  return [Float64Array.from(time!), Uint8Array.from(event!)] as const;
}

/** Weights that are not whole numbers are read as R reads them: with the robust standard error. */
function curveOptions({ entry, weight }: Readonly<Record<string, readonly number[]>>) {
  return {
    ...(entry && { entry: Float64Array.from(entry) }),
    ...(weight && { weight: Float64Array.from(weight) }),
    ...(weight && {
      variance: weight.every(Number.isInteger) ? ("greenwood" as const) : ("robust" as const),
    }),
  };
}

for (const { name, input, expected } of reference("kaplan-meier")) {
  test(`kaplanMeier agrees with R survfit: ${name}`, () => {
    const curve = kaplanMeier(...followUp(input));
    const points = Array.from(curve.time, (time) => survivalAt(curve, time));
    const theirs = expected as Curve;
    curveAgrees(name, curve.time, theirs.time);
    curveAgrees(name, curve.atRisk, theirs.n_risk);
    curveAgrees(name, curve.events, theirs.n_event);
    curveAgrees(name, curve.censored, theirs.n_censor);
    curveAgrees(name, curve.survival, theirs.surv);
    // R prints the standard error of log S, infinite where S is 0; ours is that of S.
    const logErrors = points.map(({ survival, stdError }) =>
      survival === 0 ? Infinity : stdError / survival,
    );
    curveAgrees(name, logErrors, theirs.std_err_log);
    curveAgrees(
      name,
      points.map(({ lower }) => lower),
      theirs.lower,
    );
    curveAgrees(
      name,
      points.map(({ upper }) => upper),
      theirs.upper,
    );
  });
}

for (const { name, input, expected } of reference("kaplan-meier-rows")) {
  test(`kaplanMeier with entry or weights agrees with R survfit: ${name}`, () => {
    const curve = kaplanMeier(...followUp(input), curveOptions(input));
    const theirs = expected as Curve;
    rowsAgree(name, curve.time, theirs.time);
    rowsAgree(name, curve.atRisk, theirs.n_risk);
    rowsAgree(name, curve.events, theirs.n_event);
    rowsAgree(name, curve.censored, theirs.n_censor);
    rowsAgree(name, curve.survival, theirs.surv);
    // R prints the standard error of log S, but that of S where it is robust; where S is 0 ours is NaN.
    const [atZero, unit] =
      curve.variance === "robust" ? [0, curve.survival.map(() => 1)] : [Infinity, curve.survival];
    const errors = curve.stdError.map((error, k) => (curve.survival[k] === 0 ? atZero : error / unit[k]!));
    rowsAgree(name, errors, theirs.std_err_log);
  });
}

for (const { name, input, expected } of reference("survival-at")) {
  test(`survivalAt agrees with R summary.survfit: ${name}`, () => {
    const curve = kaplanMeier(...followUp(input));
    const columns = {
      surv: "survival",
      std_err: "stdError",
      lower: "lower",
      upper: "upper",
      n_risk: "atRisk",
    } as const;
    for (const [theirs, ours] of Object.entries(columns))
      pointAgrees(
        name,
        input.at!.map((t) => survivalAt(curve, t)[ours]),
        (expected as Record<string, unknown>)[theirs],
      );
  });
}

for (const { name, input, expected } of reference("median")) {
  test(`medianSurvival agrees with R quantile.survfit: ${name}`, () => {
    const median = medianSurvival(kaplanMeier(...followUp(input)));
    medianAgrees(name, "value" in median ? median.value : null, expected);
  });
}

describe("by hand", () => {
  // At risk 5, 4, 2 at times 1, 2, 4; at 2 one event and one censoring, which is still at risk for it.
  const curve = kaplanMeier(Float64Array.of(4, 2, 1, 2, 9), Uint8Array.of(1, 1, 1, 0, 0));

  test("S = 4/5, 4/5·3/4, 4/5·3/4·1/2, then flat", () => {
    expect(Array.from(curve.time)).toEqual([1, 2, 4, 9]);
    expect(Array.from(curve.atRisk)).toEqual([5, 4, 2, 1]);
    expect(Array.from(curve.censored)).toEqual([0, 1, 0, 1]);
    const expected = [4 / 5, 3 / 5, 3 / 10, 3 / 10];
    curve.survival.forEach((value, k) => {
      expect(value).toBeCloseTo(expected[k]!, 14);
    });
    // Greenwood at time 2: (3/5)² (1/(5·4) + 1/(4·3)) = .36 · 8/60
    expect(curve.stdError[1]).toBeCloseTo(Math.sqrt(0.36 * (8 / 60)), 14);
  });

  test("before, between and beyond the times", () => {
    expect(survivalAt(curve, 0)).toEqual({ survival: 1, stdError: 0, lower: 1, upper: 1, atRisk: 5 });
    expect(survivalAt(curve, 3)).toEqual({ ...survivalAt(curve, 2), atRisk: 2 });
    expect(survivalAt(curve, 99)).toEqual({ ...survivalAt(curve, 9), atRisk: 0 });
    expect(survivalAt(curve, 4, 0.99).lower).toBeLessThan(survivalAt(curve, 4).lower);
  });

  test("median 4; median follow-up 9", () => {
    // Reverse: censorings at 2 (of 4 at risk) and 9 (of 1), so the curve is 3/4, then 0.
    expect(medianSurvival(curve)).toEqual({ value: 4 });
    expect(medianFollowUp(Float64Array.of(4, 2, 1, 2, 9), Uint8Array.of(1, 1, 1, 0, 0))).toEqual({
      value: 9,
    });
  });
});

describe("properties", () => {
  const patients = fc.array(
    fc.record({ time: fc.integer({ min: 0, max: 12 }), event: fc.integer({ min: 0, max: 1 }) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  );
  const columns = (rows: readonly { time: number; event: number }[]) =>
    [Float64Array.from(rows, ({ time }) => time), Uint8Array.from(rows, ({ event }) => event)] as const;

  test("the order of patients is irrelevant", () => {
    fc.assert(
      fc.property(patients, (rows) => {
        expect(kaplanMeier(...columns(rows.toReversed()))).toEqual(kaplanMeier(...columns(rows)));
      }),
    );
  });

  test("agrees with the product over all patients, one factor for each time", () => {
    fc.assert(
      fc.property(patients, fc.integer({ min: -1, max: 14 }), (rows, t) => {
        let survival = 1;
        for (const at of new Set(rows.filter(({ time }) => time <= t).map(({ time }) => time))) {
          const atRisk = rows.filter(({ time }) => time >= at).length;
          survival *= 1 - rows.filter(({ time, event }) => time === at && event === 1).length / atRisk;
        }
        expect(survivalAt(kaplanMeier(...columns(rows)), t).survival).toBeCloseTo(survival, 12);
      }),
    );
  });

  test("without censoring it is the share still event-free", () => {
    fc.assert(
      fc.property(patients, (rows) => {
        const curve = kaplanMeier(columns(rows)[0], new Uint8Array(rows.length).fill(1));
        curve.time.forEach((at, k) => {
          expect(curve.survival[k]).toBeCloseTo(
            rows.filter(({ time }) => time > at).length / rows.length,
            12,
          );
        });
      }),
    );
  });
});

describe("delayed entry and weights", () => {
  test("by hand: who enters at t is not at risk at t", () => {
    // At risk: 2 at time 2 (the third enters there), 3 at 4, 2 at 5, 1 at 6.
    const curve = kaplanMeier(Float64Array.of(2, 4, 5, 6), Uint8Array.of(1, 1, 0, 1), {
      entry: Float64Array.of(0, 0, 2, 3),
    });
    expect([...curve.atRisk]).toEqual([2, 3, 2, 1]);
    expect([...curve.survival].map((value) => value.toFixed(12))).toEqual(
      [1 / 2, 1 / 3, 1 / 3, 0].map((value) => value.toFixed(12)),
    );
    // At 2.5 the second and third are followed, at 3.5 the fourth too.
    expect([1, 2.5, 3, 3.5, 7].map((t) => survivalAt(curve, t).atRisk)).toEqual([2, 2, 2, 3, 0]);
  });

  test("by hand: robust standard error of S = b/(a + b)", () => {
    // a = 1 has the event, b = 3 not: dS/da = −b/n² = −3/16, dS/db = a/n² = 1/16.
    const curve = kaplanMeier(Float64Array.of(1, 2), Uint8Array.of(1, 0), {
      weight: Float64Array.of(1, 3),
      variance: "robust",
    });
    expect(curve.survival[0]).toBe(3 / 4);
    expect(curve.stdError[0]).toBeCloseTo(Math.hypot((1 * 3) / 16, (3 * 1) / 16), 14);
  });

  test("agrees with risk sets counted one by one", () => {
    fc.assert(
      fc.property(rowsOf(anyWeights), (rows) => {
        const { time, event, entry, weight } = columnsOf(rows);
        const curve = kaplanMeier(time, event, { entry, weight, variance: "robust" });
        expect([...curve.time]).toEqual(distinctTimes(rows));
        for (const [k, t] of distinctTimes(rows).entries()) {
          expect(curve.atRisk[k]).toBeCloseTo(total(inRiskSet(rows, t)), 10);
          expect(curve.events[k]).toBeCloseTo(total(eventsAt(rows, t)), 10);
          expect(curve.survival[k]).toBeCloseTo(survivalTwin(rows, t), 10);
          expect(curve.survival[k] === 0).toBe(survivalTwin(rows, t) === 0);
        }
        for (const t of [0.5, 1, 2.5, 4, 6.5, 9]) {
          const beyond = t > Math.max(...time);
          expect(survivalAt(curve, t).atRisk).toBeCloseTo(beyond ? 0 : total(inRiskSet(rows, t)), 10);
        }
      }),
      nRuns,
    );
  });

  test("robust standard error is that of the derivatives by the weights", () => {
    fc.assert(
      fc.property(rowsOf(anyWeights, 8), (rows) => {
        const { time, event, entry, weight } = columnsOf(rows);
        const curve = kaplanMeier(time, event, { entry, weight, variance: "robust" });
        for (const [k, t] of distinctTimes(rows).entries()) {
          const expected = jackknifeTwin(rows, (moved) => survivalTwin(moved, t));
          if (curve.survival[k]! > 0) expect(curve.stdError[k]).toBeCloseTo(expected, 6);
          else expect(curve.stdError[k]).toBeNaN();
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("a weight of 2 is the row twice", () => {
    fc.assert(
      fc.property(rowsOf(wholeWeights), (rows) => {
        const { time, event, entry, weight } = columnsOf(rows);
        const twice = columnsOf(repeated(rows));
        const { entries: _, ...curve } = kaplanMeier(time, event, { entry, weight });
        const { entries: __, ...expected } = kaplanMeier(twice.time, twice.event, { entry: twice.entry });
        expect(curve).toEqual(expected);
      }),
    );
  });

  test("a weight of 0 is no row, whatever else is at its time", () => {
    const maybeNone = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(rowsOf(maybeNone), (rows) => {
        const some = rows.filter((row) => row.weight > 0);
        if (some.length === 0) return;
        const [all, kept] = [columnsOf(rows), columnsOf(some)];
        for (const variance of ["greenwood", "robust"] as const)
          for (const estimate of [kaplanMeier, nelsonAalen]) {
            const curve = estimate(all.time, all.event, { ...all, variance });
            const expected = estimate(kept.time, kept.event, { ...kept, variance });
            const heights = (of: typeof curve) => ("survival" in of ? of.survival : of.cumulativeHazard);
            const start = "survival" in curve ? 1 : 0;
            for (const [k, t] of curve.time.entries()) {
              const last = expected.time.findLastIndex((time) => time <= t);
              expect(heights(curve)[k]).toBeCloseTo(heights(expected)[last] ?? start, 12);
              const error = expected.stdError[last] ?? 0;
              if (Number.isNaN(error)) expect(curve.stdError[k]).toBeNaN();
              else expect(curve.stdError[k]).toBeCloseTo(error, 7);
            }
          }
      }),
      nRuns,
    );
  });

  test("weights of 1 and entry before every time change nothing; a common factor leaves the robust error", () => {
    fc.assert(
      fc.property(rowsOf(anyWeights), fc.double({ min: 0.1, max: 9, noNaN: true }), (rows, factor) => {
        const { time, event, weight } = columnsOf(rows);
        const { entries: _, ...same } = kaplanMeier(time, event, {
          weight: weight.map(() => 1),
          entry: weight.map(() => 0),
        });
        expect(same).toEqual(kaplanMeier(time, event));
        const before = kaplanMeier(time, event, { weight, variance: "robust" });
        const after = kaplanMeier(time, event, { weight: weight.map((w) => factor * w), variance: "robust" });
        before.stdError.forEach((error, k) => {
          if (Number.isNaN(error)) expect(after.stdError[k]).toBeNaN();
          else expect(after.stdError[k]).toBeCloseTo(error, 10);
        });
      }),
    );
  });

  test("the order of rows is irrelevant", () => {
    fc.assert(
      fc.property(rowsOf(wholeWeights), (rows) => {
        const [one, other] = [columnsOf(rows), columnsOf(rows.toReversed())];
        expect(kaplanMeier(other.time, other.event, { weight: other.weight })).toEqual(
          kaplanMeier(one.time, one.event, { weight: one.weight }),
        );
      }),
    );
  });

  test("once everybody at risk has the event the curve stays 0", () => {
    const curve = kaplanMeier(Float64Array.of(2, 5, 6), Uint8Array.of(1, 1, 0), {
      entry: Float64Array.of(0, 3, 3),
    });
    expect([...curve.survival]).toEqual([0, 0, 0]);
    expect([...curve.stdError]).toEqual([NaN, NaN, NaN]);
  });

  test("bugs of the caller", () => {
    const [time, event] = [Float64Array.of(1, 2), Uint8Array.of(1, 0)];
    const refused = (options: Parameters<typeof kaplanMeier>[2]) =>
      expect(() => kaplanMeier(time, event, options)).toThrow(ContractError);
    refused({ entry: Float64Array.of(0, 2) });
    refused({ entry: Float64Array.of(0, NaN) });
    refused({ entry: Float64Array.of(0) });
    refused({ weight: Float64Array.of(1, -1) });
    refused({ weight: Float64Array.of(1, NaN) });
    refused({ weight: Float64Array.of(0, 0) });
    refused({ weight: Float64Array.of(1, 0.5) });
  });
});

describe("edges", () => {
  test("nobody", () => {
    const curve = kaplanMeier(new Float64Array(0), new Uint8Array(0));
    expect(curve.time.length).toBe(0);
    expect(survivalAt(curve, 1)).toEqual({ survival: NaN, stdError: NaN, lower: NaN, upper: NaN, atRisk: 0 });
    expect(medianSurvival(curve)).toEqual({ notEstimable: "nobody was followed" });
  });

  test("all have the event: survival 0, its interval does not exist", () => {
    const point = survivalAt(kaplanMeier(Float64Array.of(1, 2), Uint8Array.of(1, 1)), 2);
    expect(point).toEqual({ survival: 0, stdError: NaN, lower: NaN, upper: NaN, atRisk: 1 });
  });

  test("one patient, all censored, all tied", () => {
    expect(kaplanMeier(Float64Array.of(4), Uint8Array.of(1))).toMatchObject({
      atRisk: Float64Array.of(1),
      survival: Float64Array.of(0),
      stdError: Float64Array.of(NaN),
    });
    const censored = kaplanMeier(Float64Array.of(1, 3, 3), new Uint8Array(3));
    expect([...censored.survival, ...censored.stdError]).toEqual([1, 1, 0, 0]);
    expect(survivalAt(censored, 3)).toEqual({ survival: 1, stdError: 0, lower: 1, upper: 1, atRisk: 2 });
    expect(medianSurvival(censored)).toEqual({ notEstimable: "the curve does not reach one half" });
    expect(medianFollowUp(Float64Array.of(1, 3, 3), new Uint8Array(3))).toEqual({ value: 3 });
    // Three at 2, of whom two have the event: S = 1/3, Greenwood (1/9) · 2/(3 · 1).
    const tied = kaplanMeier(Float64Array.of(2, 2, 2), Uint8Array.of(1, 0, 1));
    expect(tied.survival[0]).toBeCloseTo(1 / 3, 15);
    expect(tied.stdError[0]).toBeCloseTo(Math.sqrt(2 / 27), 15);
  });

  test("nobody followed has no median follow-up; the median of others does not feel their order", () => {
    expect(medianFollowUp(new Float64Array(0), new Uint8Array(0))).toEqual({
      notEstimable: "nobody was followed",
    });
    fc.assert(
      fc.property(rowsOf(fc.constant(1)), (rows) => {
        const [one, other] = [columnsOf(rows), columnsOf(rows.flatMap((row) => [row, row]).toReversed())];
        expect(medianFollowUp(other.time, other.event)).toEqual(medianFollowUp(one.time, one.event));
      }),
    );
    expect(() => medianFollowUp(Float64Array.of(NaN), Uint8Array.of(1))).toThrow(ContractError);
    expect(() => medianFollowUp(Float64Array.of(1), Uint8Array.of(2))).toThrow(ContractError);
  });

  test("nobody is censored: no median follow-up", () => {
    const result = medianFollowUp(Float64Array.of(1, 2), Uint8Array.of(1, 1));
    expect(result).toEqual({ notEstimable: "the curve does not reach one half" });
  });

  test("bugs of the caller", () => {
    expect(() => kaplanMeier(Float64Array.of(1), Uint8Array.of(1, 0))).toThrow(ContractError);
    expect(() => kaplanMeier(Float64Array.of(NaN), Uint8Array.of(1))).toThrow(ContractError);
    expect(() => kaplanMeier(Float64Array.of(1), Uint8Array.of(2))).toThrow(ContractError);
    expect(() => survivalAt(kaplanMeier(Float64Array.of(1), Uint8Array.of(1)), NaN)).toThrow(ContractError);
  });
});
