import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import {
  type HorizonColumns,
  type HorizonExpected,
  horizonCases,
  shuffled,
  simulatedCohort,
} from "../../test/reference/horizon-twin.ts";
import { assertClose, reference } from "../../test/reference/reference.ts";
import { splineCalibration } from "./calibration-spline.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

const agree = recordAgreement({
  estimator: "Calibration errors of a smooth curve at a horizon: ICI, E50, E90, Emax",
  reference: "survival::coxph on Hmisc::rcspline.eval(cloglog(risk))",
  tolerance: { relative: 1e-7 },
});

function known(columns: HorizonColumns) {
  const result = splineCalibration(columns);
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

for (const { name, columns, expected } of horizonCases()) {
  const { ici } = expected;
  if (ici)
    test(`splineCalibration agrees with R: ${name}`, () => {
      const ours = known(columns);
      agree(name, [ours.ici, ours.e50, ours.e90, ours.emax], [ici.ICI, ici.E50, ici.E90, ici.Emax]);
    });
}

// Hmisc's own choice of knots differs below 100 patients, so R was given the knots.
for (const { name, input, expected } of reference("calibration-spline-small")) {
  test(`splineCalibration agrees with R: ${name}`, () => {
    const [time, event, risk, [horizon]] = [input.time!, input.event!, input.risk!, input.horizon!];
    const ours = known(of([...time], [...event], [...risk], horizon!));
    const { ici } = expected as Pick<Required<HorizonExpected>, "ici">;
    agree(name, [ours.ici, ours.e50, ours.e90, ours.emax], [ici.ICI, ici.E50, ici.E90, ici.Emax]);
  });
}

const of = (time: number[], event: number[], risk: number[], horizon: number): HorizonColumns => ({
  time: Float64Array.from(time),
  event: Uint8Array.from(event),
  risk: Float64Array.from(risk),
  horizon,
});

test("the errors are those of the curve at the patients' own risks", () => {
  const { columns } = horizonCases()[0]!;
  const { ici, emax, observedAt } = known(columns);
  const errors = observedAt(columns.risk).map((value, i) => Math.abs(value - columns.risk[i]!));
  assertClose([errors.reduce((sum, e) => sum + e, 0) / errors.length, Math.max(...errors)], [ici, emax], {
    relative: 1e-12,
  });
});

test("the order of patients is irrelevant", () => {
  const { columns } = horizonCases()[0]!;
  const [one, other] = [known(columns), known(shuffled(columns))];
  assertClose([other.ici, other.e50, other.e90], [one.ici, one.e50, one.e90], { relative: 1e-7 });
});

test("the curve finds a known distortion of the risks: predicted 1 − exp(−λ^1.3), true 1 − exp(−λ)", () => {
  const columns = simulatedCohort(20_000, seededRandom(2));
  const hazards = Float64Array.of(0.5, 0.8, 1.2);
  const observed = known(columns).observedAt(hazards.map((hazard) => -Math.expm1(-(hazard ** 1.3))));
  hazards.forEach((hazard, i) => {
    expect(Math.abs(observed[i]! - -Math.expm1(-hazard))).toBeLessThan(0.02);
  });
});

test("by hand: three risks whose patients fare alike, so the curve is flat at 1 − exp(−37/60)", () => {
  // At 1 three of six have the event, one of each risk: no coefficient has a score, and Efron's hazard is
  // 1/6 + 1/5 + 1/4.
  const risk = Float64Array.of(0.2, 0.5, 0.9, 0.2, 0.5, 0.9);
  const found = splineCalibration({
    time: Float64Array.of(1, 1, 1, 2, 2, 2),
    event: Uint8Array.of(1, 1, 1, 0, 0, 0),
    risk,
    horizon: 1.5,
  });
  if (isNotEstimable(found)) throw new Error(found.notEstimable);
  const observed = -Math.expm1(-37 / 60);
  const errors = [0.2, 0.5, 0.9].map((r) => Math.abs(observed - r));
  expect(found.ici).toBeCloseTo((errors[0]! + errors[1]! + errors[2]!) / 3, 10);
  expect(found.emax).toBeCloseTo(Math.max(...errors), 10);
  expect([...found.observedAt(Float64Array.of(0.3, 0.7))].map((value) => value - observed)).toEqual([
    expect.closeTo(0, 10),
    expect.closeTo(0, 10),
  ]);
});

describe("not estimable", () => {
  test.each([
    ["no patients", of([], [], [], 1)],
    ["no events by the horizon", of([2, 3, 4], [1, 1, 0], [0.1, 0.2, 0.3], 1)],
    ["follow-up ends before the horizon", of([1, 2, 3], [1, 1, 0], [0.1, 0.2, 0.3], 9)],
    [
      "too few different predicted risks for a smooth curve",
      of([1, 2, 3, 4], [1, 1, 0, 0], [0.1, 0.1, 0.1, 0.3], 2),
    ],
  ])("%s", (notEstimable, columns) => {
    expect(splineCalibration(columns)).toEqual({ notEstimable });
  });
});

test("draws from twelve patients have a finite curve or a reason, never a curve that is no number", () => {
  // Nobody is followed past the horizon, and the risk nearly sorts who is readmitted first.
  const time = [6, 30, 12, 30, 21, 30, 17, 3, 30, 30, 30, 28];
  const event = [1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1];
  const risk = [0.42, 0.11, 0.51, 0.09, 0.38, 0.22, 0.07, 0.64, 0.31, 0.18, 0.05, 0.47];
  const random = seededRandom(5);
  const reasons = new Set<string>();
  for (let draw = 0; draw < 3_000; draw++) {
    const rows = Array.from(time, () => random.integer(time.length));
    const curve = splineCalibration({
      time: Float64Array.from(rows, (row) => time[row]!),
      event: Uint8Array.from(rows, (row) => event[row]!),
      risk: Float64Array.from(rows, (row) => risk[row]!),
      horizon: 30,
    });
    if ("notEstimable" in curve) reasons.add(curve.notEstimable);
    else expect(curve.observedAt(Float64Array.of(0.01, 0.5, 0.99)).every((value) => value >= 0)).toBe(true);
  }
  expect(reasons).toContain("the smooth curve has no fit: its hazard is beyond the range of numbers");
});
