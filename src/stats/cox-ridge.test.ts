import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { coxModelOf } from "../../test/reference/cox-cases.ts";
import { coxData, coxRows, likelihoodTwin, tiesOf, wholeWeight } from "../../test/reference/cox-twin.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type CoxFit, coxRegression } from "./cox.ts";
import { coxTests } from "./cox-tests.ts";

interface Expected {
  readonly coef: readonly number[];
  readonly var: readonly (readonly number[])[];
  readonly loglik: readonly number[];
  readonly penalty: number;
  readonly df: number;
}

const coefficientAgrees = recordAgreement({
  estimator: "Cox regression with a ridge penalty, coefficients in standard errors",
  reference: "survival::coxph(ridge(theta =))",
  tolerance: { absolute: 1e-9 },
});
const restAgrees = recordAgreement({
  estimator: "Cox regression with a ridge penalty, variance, likelihood, penalty and degrees of freedom",
  reference: "survival::coxph(ridge(theta =))",
  tolerance: { relative: 1e-8 },
});

for (const c of reference("cox-ridge")) {
  test(`a ridge penalty agrees with R: ${c.name}`, () => {
    const theta = Number(/theta=([\d.]+)/.exec(c.r)![1]);
    const ridge = { theta, ...(c.r.includes("ridge(x,z,theta") && { covariates: [0, 1] }) };
    const fit = coxRegression({ ...coxModelOf(c), ridge });
    const expected = c.expected as Expected;
    const se = expected.var.map((row, j) => Math.sqrt(row[j]!));
    expect(fit.outcome).toBe("converged");
    coefficientAgrees(
      c.name,
      fit.coefficients.map((value, j) => value / se[j]!),
      expected.coef.map((value, j) => value / se[j]!),
    );
    restAgrees(c.name, fit.variance, expected.var);
    restAgrees(c.name, fit.logLikelihood, expected.loglik);
    restAgrees(c.name, [fit.ridge!.penalty, fit.ridge!.degreesOfFreedom], [expected.penalty, expected.df]);
  });
}

const time = Float64Array.of(1, 2, 3, 4);
const event = Uint8Array.of(1, 1, 1, 1);
const separated = { time, event, covariates: [Float64Array.of(1, 1, 0, 0)], ties: "efron" } as const;

test("by hand: two patients, x = 1 fails first, so the score is 1/(1 + e^β) − θβ/2", () => {
  // Var(1, 0) = 1/2. With θ = 1 the root of 1/(1 + e^β) = β/2 is found here by bisection.
  const fit = coxRegression({
    time: Float64Array.of(1, 2),
    event: Uint8Array.of(1, 1),
    covariates: [Float64Array.of(1, 0)],
    ties: "efron",
    ridge: { theta: 1 },
  });
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (1 / (1 + Math.exp(middle)) > middle / 2) low = middle;
    else high = middle;
  }
  expect(fit.coefficients[0]).toBeCloseTo(low, 12);
  const information = Math.exp(low) / (1 + Math.exp(low)) ** 2;
  expect(fit.variance[0]![0]).toBeCloseTo(1 / (information + 0.5), 10);
  expect(fit.ridge!.degreesOfFreedom).toBeCloseTo(information / (information + 0.5), 10);
  expect(fit.ridge!.penalty).toBeCloseTo(low ** 2 / 4, 12);
});

test("a penalty gives separated and collinear data a maximum; none is the plain fit", () => {
  expect(coxRegression(separated).outcome).toBe("monotone likelihood");
  const held = coxRegression({ ...separated, ridge: { theta: 0.1 } });
  expect(held.outcome).toBe("converged");
  const x = separated.covariates[0];
  const both = coxRegression({ ...separated, covariates: [x, x], ridge: { theta: 0.1 } });
  expect(both.outcome).toBe("converged");
  expect(both.coefficients[0]).toBeCloseTo(both.coefficients[1]!, 10);
  const model = coxModelOf(reference("cox-ridge")[0]!);
  const plain = coxRegression(model);
  const none = coxRegression({ ...model, ridge: { theta: 0 } });
  expect(none.coefficients).toEqual(plain.coefficients);
  expect(none.ridge!.penalty).toBe(0);
  expect(none.ridge!.degreesOfFreedom).toBeCloseTo(3, 10);
});

test("the stronger the penalty, the smaller the coefficients, whatever their units", () => {
  const model = coxModelOf(reference("cox-ridge")[0]!);
  const size = (fit: CoxFit) => Math.hypot(...fit.coefficients);
  const fits = [0, 1, 10, 100, 1e6].map((theta) => coxRegression({ ...model, ridge: { theta } }));
  for (let k = 1; k < fits.length; k++) expect(size(fits[k]!)).toBeLessThan(size(fits[k - 1]!));
  const inches = model.covariates.map((column, j) => (j === 2 ? column.map((u) => u / 2.54) : column));
  const other = coxRegression({ ...model, covariates: inches, ridge: { theta: 10 } });
  expect(other.coefficients[2]! / 2.54).toBeCloseTo(fits[2]!.coefficients[2]!, 10);
});

test("the maximum of the penalised likelihood, by a twin that lists each risk set", () => {
  const variance = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  };
  let nFitted = 0;
  fc.assert(
    fc.property(
      coxRows({ weight: wholeWeight, maxLength: 25 }),
      tiesOf,
      fc.constantFrom(0.5, 3, 20),
      (rows, ties, theta) => {
        const fit = coxRegression({ ...coxData(rows), ties, ridge: { theta } });
        if (fit.outcome !== "converged") return;
        nFitted++;
        const beta = Array.from(fit.coefficients);
        const twin = likelihoodTwin(rows, beta, ties);
        const strength = [0, 1].map((j) => theta * variance(rows.map(({ x }) => x[j]!)));
        const penalty = strength.reduce((sum, s, j) => sum + (s * beta[j]! ** 2) / 2, 0);
        expect(Math.abs(fit.ridge!.penalty - penalty)).toBeLessThan(1e-9 * (1 + penalty));
        expect(Math.abs(fit.logLikelihood[1] - twin.logLikelihood)).toBeLessThan(1e-9);
        for (const j of [0, 1]) expect(Math.abs(twin.score[j]! - strength[j]! * beta[j]!)).toBeLessThan(1e-6);
        // The variance times the penalised information is the unit matrix.
        for (const a of [0, 1])
          for (const b of [0, 1]) {
            const column = [0, 1].map((j) => twin.information[j]![b]! + (j === b ? strength[j]! : 0));
            const product = fit.variance[a]![0]! * column[0]! + fit.variance[a]![1]! * column[1]!;
            expect(Math.abs(product - (a === b ? 1 : 0))).toBeLessThan(1e-6);
          }
      },
    ),
    { numRuns: 2000 },
  );
  expect(nFitted).toBeGreaterThan(1000);
});

test("one patient: singular, with likelihoods that are numbers", () => {
  const one = { time: Float64Array.of(1), event: Uint8Array.of(1), covariates: [Float64Array.of(2)] };
  const fit = coxRegression({ ...one, ties: "efron", ridge: { theta: 1 } });
  expect(fit.outcome).toBe("singular");
  expect(fit.logLikelihood).toEqual([0, 0]);
});

test("bugs of the caller", () => {
  for (const theta of [-1, NaN, Infinity])
    expect(() => coxRegression({ ...separated, ridge: { theta } })).toThrow(ContractError);
  expect(() => coxRegression({ ...separated, ridge: { theta: 1, covariates: [1] } })).toThrow(
    "no covariate 1 among 1",
  );
  const fit = coxRegression({ ...separated, ridge: { theta: 1 } });
  expect(() => coxTests(fit, separated)).toThrow(ContractError);
});
