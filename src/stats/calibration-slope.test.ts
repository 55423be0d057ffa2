import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { type HorizonColumns, horizonCases, shuffled } from "../../test/reference/horizon-twin.ts";
import { assertClose } from "../../test/reference/reference.ts";
import { calibrationSlope } from "./calibration-slope.ts";
import { isNotEstimable } from "./not-estimable.ts";

const agree = recordAgreement({
  estimator: "Calibration slope at a horizon, with standard error and interval",
  reference: "survival::coxph on the linear predictor, follow-up cut at the horizon",
  tolerance: { relative: 1e-8 },
});

function known(columns: HorizonColumns) {
  const result = calibrationSlope(columns);
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

for (const { name, columns, expected } of horizonCases()) {
  const { slope } = expected;
  if (slope)
    test(`calibrationSlope agrees with R: ${name}`, () => {
      const ours = known(columns);
      agree(
        name,
        [ours.slope, ours.stdError, ours.lower, ours.upper],
        [slope.slope, slope.se, slope.lower, slope.upper],
      );
    });
}

const of = (time: number[], event: number[], risk: number[], horizon: number): HorizonColumns => ({
  time: Float64Array.from(time),
  event: Uint8Array.from(event),
  risk: Float64Array.from(risk),
  horizon,
});

test("by hand: log hazards 0, 1, 0 in the order of their events, so e^slope = √2", () => {
  // 1/(2 + r) · r/(1 + r) is largest at r = √2; what happens after the horizon is cut.
  const log = [0, 1, 0, 1];
  const risk = log.map((x) => -Math.expm1(-Math.exp(x)));
  const { slope, stdError } = known(of([1, 2, 3, 3], [1, 1, 1, 1], risk, 2));
  // At the horizon of 2: 1/(2 + 2r) · r/(1 + 2r) is largest at 2r² = 1.
  const r = Math.SQRT1_2;
  const shares = [(2 * r) / (2 + 2 * r), (2 * r) / (1 + 2 * r)];
  const information = shares.reduce((sum, p) => sum + p * (1 - p), 0);
  assertClose([slope, stdError], [Math.log(r), 1 / Math.sqrt(information)], { relative: 1e-10 });
  const toTheEnd = known(of([1, 2, 3], [1, 1, 1], risk.slice(0, 3), 3));
  assertClose(toTheEnd.slope, Math.log(Math.SQRT2), { relative: 1e-10 });
});

test("risks twice as spread on the log hazard scale have half the slope", () => {
  const { columns } = horizonCases()[0]!;
  const doubled = columns.risk.map((r) => -Math.expm1(-(Math.log1p(-r) ** 2)));
  assertClose(known({ ...columns, risk: doubled }).slope, known(columns).slope / 2, { relative: 1e-8 });
});

test("the order of patients and follow-up beyond the horizon are irrelevant", () => {
  const { columns } = horizonCases()[0]!;
  const longer = columns.time.map((t) => (t > columns.horizon ? t + 1000 : t));
  const slope = known(columns).slope;
  assertClose(known(shuffled(columns)).slope, slope, { relative: 1e-9 });
  assertClose(known({ ...columns, time: longer }).slope, slope, { relative: 1e-9 });
});

test("risks of 0 and 1 are clipped and counted", () => {
  const { columns } = horizonCases()[0]!;
  const risk = columns.risk.slice();
  [risk[0], risk[1]] = [0, 1];
  expect(known({ ...columns, risk }).nClipped).toBe(2);
});

describe("not estimable", () => {
  test.each([
    ["no patients", of([], [], [], 1)],
    ["no events by the horizon", of([2, 3, 4], [1, 1, 0], [0.1, 0.2, 0.3], 1)],
    ["no events by the horizon", of([2, 3, 4], [1, 1, 0], [0.1, 0.2, 0.3], -Infinity)],
    ["no events by the horizon", of([2, 3, 4], [0, 0, 0], [0.1, 0.2, 0.3], 9)],
    ["the predicted risks do not vary among patients at risk together", of([3, 1], [1, 0], [0.1, 0.2], 4)],
    ["all predicted risks are equal", of([1], [1], [0.2], 1)],
    ["all predicted risks are equal", of([1, 2, 3], [1, 1, 0], [0.1, 0.1, 0.1], 2)],
    [
      "the predicted risks separate the events, so the slope has no finite value",
      of([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], [0.9, 0.8, 0.7, 0.3, 0.2, 0.1], 4),
    ],
  ])("%s", (notEstimable, columns) => {
    expect(calibrationSlope(columns)).toEqual({ notEstimable });
  });
});
