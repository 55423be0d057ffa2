import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { coxModelOf } from "../../test/reference/cox-cases.ts";
import {
  anyWeight,
  coxData,
  coxRows,
  residualsTwin,
  roundsTwin,
  tiesOf,
} from "../../test/reference/cox-twin.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { coxRegression } from "./cox.ts";
import { coxResiduals, schoenfeldResiduals } from "./cox-residuals.ts";

const rowsAgree = recordAgreement({
  estimator: "Cox regression, martingale, deviance, score and dfbeta residuals",
  reference: "survival::residuals.coxph",
  tolerance: { relative: 1e-8, absolute: 1e-9 },
});
const schoenfeldAgrees = recordAgreement({
  estimator: "Cox regression, Schoenfeld residuals, plain and scaled",
  reference: "survival::residuals.coxph",
  tolerance: { relative: 1e-8, absolute: 1e-9 },
});

type Table = readonly (readonly number[])[];
const byRow = (columns: readonly Float64Array[]) =>
  Array.from(columns[0]!, (_, i) => columns.map((column) => column[i]!));

for (const c of reference("cox-residuals")) {
  test(`coxResiduals and schoenfeldResiduals agree with R: ${c.name}`, () => {
    const model = coxModelOf(c);
    const fit = coxRegression(model);
    const expected = c.expected as Readonly<Record<string, readonly number[] | Table>>;
    const { martingale, deviance, score, dfbeta } = coxResiduals(fit, model);
    rowsAgree(c.name, martingale, expected.martingale);
    rowsAgree(c.name, deviance, expected.deviance);
    rowsAgree(c.name, byRow(score), expected.score);
    rowsAgree(c.name, byRow(dfbeta), expected.dfbeta);
    const { residual, scaled } = schoenfeldResiduals(fit, model);
    schoenfeldAgrees(c.name, byRow(residual), expected.schoenfeld);
    schoenfeldAgrees(c.name, byRow(scaled), expected.scaled);
  });
}

test("by hand: three events, x = 0, 1, 0, with e^β = √2", () => {
  const data = {
    time: Float64Array.of(1, 2, 3),
    event: Uint8Array.of(1, 1, 1),
    covariates: [Float64Array.of(0, 1, 0)],
  };
  const fit = coxRegression({ ...data, ties: "breslow" });
  const r = Math.SQRT2;
  // Hazard steps 1/(2 + r), 1/(1 + r), 1; means of x at risk r/(2 + r), r/(1 + r), 0.
  const steps = [1 / (2 + r), 1 / (1 + r), 1];
  const means = [r / (2 + r), r / (1 + r), 0];
  const expected = [1 - steps[0]!, 1 - r * (steps[0]! + steps[1]!), -steps[0]! - steps[1]!];
  const { martingale, score, deviance } = coxResiduals(fit, data);
  for (const i of [0, 1, 2]) expect(martingale[i]).toBeCloseTo(expected[i]!, 12);
  expect(deviance[0]).toBeCloseTo(Math.sqrt(-2 * (expected[0]! + Math.log(steps[0]!))), 12);
  expect(score[0]![0]).toBeCloseTo(-means[0]! * expected[0]!, 12);
  const ofSecond = 1 - means[1]! - r * ((1 - means[0]!) * steps[0]! + (1 - means[1]!) * steps[1]!);
  expect(score[0]![1]).toBeCloseTo(ofSecond, 12);
  const { residual, time, row } = schoenfeldResiduals(fit, data);
  expect([...row]).toEqual([0, 1, 2]);
  expect([...time]).toEqual([1, 2, 3]);
  [-means[0]!, 1 - means[1]!, 0].forEach((value, k) => {
    expect(residual[0]![k]).toBeCloseTo(value, 12);
  });
});

test("agree with a twin that lists each risk set; sums over strata and events are zero", () => {
  let nFitted = 0;
  fc.assert(
    fc.property(coxRows({ weight: anyWeight, maxLength: 20 }), tiesOf, (rows, ties) => {
      const data = coxData(rows);
      const fit = coxRegression({ ...data, ties, variance: "robust" });
      if (fit.outcome !== "converged" || fit.coefficients.some((value) => Math.abs(value) > 5)) return;
      nFitted++;
      const beta = Array.from(fit.coefficients);
      const twin = residualsTwin(rows, beta, ties);
      const { martingale, score } = coxResiduals(fit, data);
      for (const [i, one] of twin.entries()) {
        expect(Math.abs(martingale[i]! - one.martingale)).toBeLessThan(1e-9);
        for (const j of [0, 1]) expect(Math.abs(score[j]![i]! - one.score[j]!)).toBeLessThan(1e-8);
      }
      for (const stratum of [0, 1, 2]) {
        const sum = martingale.reduce(
          (total, m, i) => total + (rows[i]!.stratum === stratum ? rows[i]!.weight * m : 0),
          0,
        );
        expect(Math.abs(sum)).toBeLessThan(1e-8);
      }
      for (const column of score)
        expect(Math.abs(column.reduce((sum, u, i) => sum + rows[i]!.weight * u, 0))).toBeLessThan(1e-6);
      const rounds = roundsTwin(rows, beta, ties);
      const { row, residual, time } = schoenfeldResiduals(fit, data);
      for (const [k, i] of row.entries()) {
        expect(time[k]).toBe(rows[i]!.time);
        const own = rounds.filter(
          (round) => round.stratum === rows[i]!.stratum && round.time === rows[i]!.time,
        );
        for (const j of [0, 1]) {
          const mean = own.reduce((sum, round) => sum + round.mean[j]!, 0) / own.length;
          expect(Math.abs(residual[j]![k]! - (rows[i]!.x[j]! - mean))).toBeLessThan(1e-8);
        }
      }
    }),
    { numRuns: 2500 },
  );
  expect(nFitted).toBeGreaterThan(400);
});

test("dfbeta is close to the change of the coefficient without the row", () => {
  const model = coxModelOf(reference("cox-residuals")[0]!);
  const fit = coxRegression(model);
  const { dfbeta } = coxResiduals(fit, model);
  for (const i of [0, 17, 43]) {
    const rest = (column: Float64Array) => column.filter((_, at) => at !== i);
    const without = coxRegression({
      time: rest(model.time),
      event: model.event.filter((_, at) => at !== i),
      covariates: model.covariates.map(rest),
      ties: model.ties,
    });
    for (const [j, column] of dfbeta.entries()) {
      const change = fit.coefficients[j]! - without.coefficients[j]!;
      const se = Math.sqrt(fit.variance[j]![j]!);
      expect(Math.abs(change - column[i]!)).toBeLessThan(0.06 * se);
    }
  }
});

test("edges: no events, no covariates, other rows, a singular fit", () => {
  const time = Float64Array.of(1, 2, 3);
  const none = { time, event: Uint8Array.of(1, 0, 1), covariates: [] };
  const fit = coxRegression({ ...none, ties: "efron" });
  const { martingale, score } = coxResiduals(fit, none);
  expect(score).toEqual([]);
  expect([...martingale]).toEqual([2 / 3, -1 / 3, -1 / 3].map((m) => expect.closeTo(m, 12)));
  const x = Float64Array.of(1, 2, 4);
  const censored = { time, event: new Uint8Array(3), covariates: [x] };
  expect(() => coxResiduals(coxRegression({ ...censored, ties: "efron" }), censored)).toThrow(ContractError);
  expect(() => schoenfeldResiduals(fit, { ...none, time: time.slice(1) })).toThrow("a fit to 3 rows, not 2");
});
