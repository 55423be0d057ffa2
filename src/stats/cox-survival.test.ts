import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { coxModelOf } from "../../test/reference/cox-cases.ts";
import { anyWeight, coxData, coxRows, hazardTwin, tiesOf } from "../../test/reference/cox-twin.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { coxRegression } from "./cox.ts";
import { coxBaseline } from "./cox-baseline.ts";
import { coxSurvival } from "./cox-survival.ts";
import { flemingHarrington } from "./nelson-aalen.ts";

const agrees = recordAgreement({
  estimator: "Cox regression, predicted survival with standard error and interval",
  reference: "survival::survfit.coxph(newdata =)",
  tolerance: { relative: 1e-8, absolute: 1e-9 },
});

for (const c of reference("cox-survival")) {
  test(`coxSurvival agrees with R survfit: ${c.name}`, () => {
    const model = coxModelOf(c);
    const patients = [
      { covariates: Float64Array.of(0, -1, 2), offset: 0.1, stratum: 0 },
      { covariates: Float64Array.of(1, 0.5, 6), offset: -0.2, stratum: 2 },
    ].map(({ offset, stratum, ...patient }) => ({
      ...patient,
      ...(model.offset && { offset }),
      ...(model.stratum && { stratum }),
    }));
    const curves = coxSurvival(coxRegression(model), model, { patients });
    const expected = c.expected as Readonly<Record<string, readonly number[]>>;
    expect(curves.map(({ time }) => time.length)).toEqual(expected.n);
    const names = {
      time: "time",
      surv: "survival",
      std_err: "stdError",
      cumhaz: "cumulativeHazard",
      lower: "lower",
      upper: "upper",
    } as const;
    for (const [theirs, ours] of Object.entries(names))
      agrees(
        c.name,
        curves.flatMap((curve) => [...curve[ours]]),
        expected[theirs],
      );
  });
}

test("by hand: three events, x = 0, 1, 0, with e^β = √2", () => {
  const data = {
    time: Float64Array.of(1, 2, 3),
    event: Uint8Array.of(1, 1, 1),
    covariates: [Float64Array.of(0, 1, 0)],
  };
  const fit = coxRegression({ ...data, ties: "efron" });
  const r = Math.SQRT2;
  const [curve] = coxSurvival(fit, data, { patients: [{ covariates: Float64Array.of(1) }] });
  const steps = [1 / (2 + r), 1 / (1 + r)];
  const hazard = r * (steps[0]! + steps[1]!);
  expect(curve!.cumulativeHazard[1]).toBeCloseTo(hazard, 12);
  const q = (1 - r / (2 + r)) * steps[0]! + (1 - r / (1 + r)) * steps[1]!;
  const variance = r ** 2 * (steps[0]! ** 2 + steps[1]! ** 2 + q ** 2 * fit.variance[0]![0]!);
  expect(curve!.stdError[1]).toBeCloseTo(Math.exp(-hazard) * Math.sqrt(variance), 12);
});

test("hazard, its variance and the drift agree with a twin that lists each risk set, by stratum", () => {
  let nCurves = 0;
  fc.assert(
    fc.property(coxRows({ weight: anyWeight, maxLength: 20 }), tiesOf, (rows, ties) => {
      const data = coxData(rows);
      const fit = coxRegression({ ...data, ties, variance: "robust" });
      if (fit.outcome !== "converged" || fit.coefficients.some((value) => Math.abs(value) > 5)) return;
      const beta = Array.from(fit.coefficients);
      const x = [1, -0.5];
      const risk = Math.exp(x[0]! * beta[0]! + x[1]! * beta[1]! + 0.3);
      for (const [stratum, baseline] of coxBaseline(fit, data).entries()) {
        const patients = [{ covariates: Float64Array.from(x), offset: 0.3, stratum }];
        const [curve] = coxSurvival(fit, data, { patients });
        for (const [k, t] of baseline.time.entries()) {
          nCurves++;
          const { hazard, variance, drift } = hazardTwin(rows, beta, { ties, stratum, t });
          expect(baseline.cumulativeHazard[k]).toBeCloseTo(hazard, 8);
          const q = x.map((value, j) => value * hazard - drift[j]!);
          const v = fit.variance;
          const spread = q[0]! ** 2 * v[0]![0]! + 2 * q[0]! * q[1]! * v[0]![1]! + q[1]! ** 2 * v[1]![1]!;
          const height = Math.exp(-hazard * risk);
          const expected = height * risk * Math.sqrt(variance + spread);
          expect(Math.abs(curve!.survival[k]! - height)).toBeLessThan(1e-8);
          expect(Math.abs(curve!.stdError[k]! - expected)).toBeLessThan(1e-7 * (1 + expected));
        }
      }
    }),
    { numRuns: 1000 },
  );
  expect(nCurves).toBeGreaterThan(1000);
});

test("without covariates the curve is Fleming and Harrington's", () => {
  const time = Float64Array.of(1, 2, 2, 3, 5, 5, 7);
  const event = Uint8Array.of(1, 1, 1, 0, 1, 0, 1);
  const fit = coxRegression({ time, event, covariates: [], ties: "efron" });
  const patients = [{ covariates: new Float64Array(0) }];
  const [curve] = coxSurvival(fit, { time, event, covariates: [] }, { patients });
  const expected = flemingHarrington(time, event);
  for (const k of curve!.time.keys()) {
    expect(curve!.survival[k]).toBeCloseTo(expected.survival[k]!, 12);
    expect(curve!.stdError[k]).toBeCloseTo(expected.stdError[k]!, 12);
  }
});

test("bugs of the caller: stratum, covariates, offset, a fit without a maximum", () => {
  const time = Float64Array.of(1, 2, 3, 4);
  const data = {
    time,
    event: Uint8Array.of(1, 1, 1, 1),
    covariates: [Float64Array.of(0, 1, 0, 1)],
    stratum: Uint32Array.of(0, 0, 0, 0),
    nStrata: 2,
  };
  const fit = coxRegression({ ...data, ties: "efron" });
  const refused = (patient: object, message: string) => {
    const patients = [{ covariates: Float64Array.of(1), stratum: 0, ...patient }];
    expect(() => coxSurvival(fit, data, { patients })).toThrow(ContractError);
    expect(() => coxSurvival(fit, data, { patients })).toThrow(message);
  };
  refused({ stratum: 2 }, "stratum 2 of a model with 2");
  refused({ stratum: undefined }, "stratum undefined of a model with 2");
  refused({ covariates: Float64Array.of(1, 2) }, "2 values for 1 covariates");
  refused({ covariates: Float64Array.of(NaN) }, "covariates[0] is NaN");
  refused({ offset: NaN }, "offset[0] is NaN");
  const separated = coxRegression({ ...data, covariates: [time.map((t) => (t < 3 ? 1 : 0))], ties: "efron" });
  expect(() => coxSurvival(separated, data, { patients: [] })).toThrow("a fit that is monotone likelihood");
  const [empty] = coxSurvival(fit, data, { patients: [{ covariates: Float64Array.of(1), stratum: 1 }] });
  expect(empty!.time.length).toBe(0);
});

test("far beyond the data: certain of the event or of none, and no NaN in between", () => {
  const data = {
    time: Float64Array.of(1, 2, 3, 4, 5),
    event: Uint8Array.of(0, 1, 1, 0, 1),
    covariates: [Float64Array.of(1, 3, 1, 2, 2)],
  };
  const fit = coxRegression({ ...data, ties: "efron" });
  const far = [1e6, -1e6].map((x) => ({ covariates: Float64Array.of(Math.sign(fit.coefficients[0]!) * x) }));
  const [high, low] = coxSurvival(fit, data, { patients: far });
  expect([...high!.survival]).toEqual([1, 0, 0, 0, 0]);
  expect([...high!.cumulativeHazard]).toEqual([0, Infinity, Infinity, Infinity, Infinity]);
  expect([...low!.survival]).toEqual([1, 1, 1, 1, 1]);
  for (const { stdError } of [high!, low!]) expect([...stdError]).toEqual([0, 0, 0, 0, 0]);
});

test("a stratum is a whole number", () => {
  const data = {
    time: Float64Array.of(1, 2, 3, 4),
    event: Uint8Array.of(1, 1, 1, 0),
    covariates: [Float64Array.of(1, 0, 1, 0)],
    stratum: Uint32Array.of(0, 0, 0, 1),
    nStrata: 2,
  };
  const fit = coxRegression({ ...data, ties: "efron" });
  const patients = [{ covariates: Float64Array.of(1), stratum: 0.5 }];
  expect(() => coxSurvival(fit, data, { patients })).toThrow(ContractError);
});
