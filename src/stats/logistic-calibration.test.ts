import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { logisticCalibration } from "./logistic-calibration.ts";
import { seededRandom } from "./random.ts";

const agrees = recordAgreement({
  estimator: "Calibration in the large, joint intercept and slope, and their test, binary outcome",
  reference: "stats::glm, rms::val.prob (converged)",
  tolerance: { relative: 1e-8, absolute: 1e-9 },
});

const of = (event: ArrayLike<number>, risk: ArrayLike<number>) =>
  logisticCalibration({ event: Uint8Array.from(event), risk: Float64Array.from(risk) });

for (const { name, input, expected } of reference("logistic-calibration"))
  test(`logisticCalibration agrees with R: ${name}`, () => {
    const result = known(of(input.event!, input.risk!));
    const inTheLarge = known(result.inTheLarge);
    const { intercept, slope, test } = known(result.joint);
    const theirs = expected as Readonly<Record<string, unknown>>;
    agrees(name, [inTheLarge.value, inTheLarge.stdError], theirs.inTheLarge);
    agrees(name, [intercept.value, slope.value, intercept.stdError, slope.stdError], theirs.joint);
    agrees(name, [test.chiSquare, test.pValue], theirs.test);
  });

test("by hand: risks of .2 and .8, 2 of 4 and 3 of 4 with the event", () => {
  // Log odds of the risks ∓log 4, of the outcome 0 and log 3: slope log 3 / (2 log 4), intercept log 3 / 2.
  const result = known(of([1, 1, 0, 0, 1, 1, 1, 0], [0.2, 0.2, 0.2, 0.2, 0.8, 0.8, 0.8, 0.8]));
  const { intercept, slope } = known(result.joint);
  expect(slope.value).toBeCloseTo(Math.log(3) / (2 * Math.log(4)), 12);
  expect(intercept.value).toBeCloseTo(Math.log(3) / 2, 12);
  // In the large: the odds of .2 and .8 times e^a have mean risk 5/8; with u = e^a,
  // u/(u + 4) + 4u/(4u + 1) = 5/4.
  const u = Math.exp(known(result.inTheLarge).value);
  expect(u / (u + 4) + (4 * u) / (4 * u + 1)).toBeCloseTo(5 / 4, 12);
});

test("calibrated risks: 0 and 1 within the interval; distorted ones give the distortion back", () => {
  const random = seededRandom(5);
  const x = Array.from({ length: 20_000 }, () => 3 * random.next() - 2);
  const event = x.map((value) => +(random.next() < 1 / (1 + Math.exp(-value))));
  const right = known(
    of(
      event,
      x.map((value) => 1 / (1 + Math.exp(-value))),
    ),
  );
  const { slope, test } = known(right.joint);
  expect(slope.lower < 1 && slope.upper > 1).toBe(true);
  expect(Math.abs(known(right.inTheLarge).value)).toBeLessThan(0.06);
  expect(test.pValue).toBeGreaterThan(0.01);
  const extreme = known(
    of(
      event,
      x.map((value) => 1 / (1 + Math.exp(-2 * value - 0.5))),
    ),
  );
  const joint = known(extreme.joint);
  expect(joint.slope.value).toBeCloseTo(slope.value / 2, 8);
  expect(joint.intercept.value).toBeCloseTo(known(right.joint).intercept.value - slope.value / 4, 8);
  expect(joint.test.pValue).toBeLessThan(1e-10);
});

test("outcome and risk reversed change the sign of both intercepts and leave the slope", () => {
  const { input } = reference("logistic-calibration")[0]!;
  const plain = known(of(input.event!, input.risk!));
  const reversed = known(
    of(
      input.event!.map((d) => 1 - d),
      input.risk!.map((r) => 1 - r),
    ),
  );
  expect(known(reversed.inTheLarge).value).toBeCloseTo(-known(plain.inTheLarge).value, 9);
  expect(known(reversed.joint).intercept.value).toBeCloseTo(-known(plain.joint).intercept.value, 9);
  expect(known(reversed.joint).slope.value).toBeCloseTo(known(plain.joint).slope.value, 9);
});

test("edges: nobody, one class, equal risks, separated events, risks of 0 and 1", () => {
  expect(of([], [])).toEqual({ notEstimable: "no patients" });
  for (const [event, notEstimable] of [
    [[0, 0, 0], "no events"],
    [[1, 1, 1], "everybody has the event"],
  ] as const)
    expect(of(event, [0.1, 0.2, 0.3])).toEqual({
      inTheLarge: { notEstimable },
      joint: { notEstimable },
      nClipped: 0,
    });
  const equal = known(of([0, 1, 1, 0], [0.5, 0.5, 0.5, 0.5]));
  expect(equal.joint).toEqual({ notEstimable: "all predicted risks are equal" });
  expect(known(equal.inTheLarge).value).toBeCloseTo(0, 12);
  const separated = known(of([0, 0, 0, 1, 1, 1], [0.1, 0.2, 0.3, 0.6, 0.7, 0.8]));
  expect(separated.joint).toEqual({
    notEstimable: "the predicted risks separate the events, so the slope has no finite value",
  });
  known(separated.inTheLarge);
  expect(known(of([0, 1, 0, 1, 0], [0, 0.5, 0.2, 0.9, 1])).nClipped).toBe(2);
});

test("risks that are all 0 or 1 leave nothing to correct", () => {
  for (const event of [Uint8Array.of(0, 1), Uint8Array.of(1, 0)])
    expect(logisticCalibration({ event, risk: Float64Array.of(0, 1) })).toEqual({
      notEstimable: "every predicted risk is 0 or 1",
    });
});

test("bugs of the caller", () => {
  expect(() => of([1, 0], [0.1])).toThrow(ContractError);
  expect(() => of([1, 2], [0.1, 0.2])).toThrow(ContractError);
  expect(() => of([1, 0], [0.1, NaN])).toThrow(ContractError);
  expect(() => of([1, 0], [0.1, 20])).toThrow(ContractError);
  expect(() =>
    logisticCalibration({ event: Uint8Array.of(1), risk: Float64Array.of(0.2), level: 95 }),
  ).toThrow(ContractError);
});
