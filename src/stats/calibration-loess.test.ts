import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { assertClose, reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { loessCalibration } from "./calibration-loess.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

const agrees = recordAgreement({
  estimator: "Calibration errors of a local regression, binary outcome: ICI, E50, E90, Emax",
  reference: 'stats::loess(surface = "direct")',
  tolerance: { relative: 1e-7 },
});

function known(outcome: ArrayLike<number>, risk: ArrayLike<number>) {
  const result = loessCalibration(Uint8Array.from(outcome), Float64Array.from(risk));
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

for (const { name, input, expected } of reference("calibration-loess"))
  test(`loessCalibration agrees with R: ${name}`, () => {
    const { ici, e50, e90, emax } = known(input.outcome!, input.risk!);
    const { ICI, E50, E90, Emax } = expected as Readonly<Record<"ICI" | "E50" | "E90" | "Emax", number>>;
    agrees(name, [ici, e50, e90, emax], [ICI, E50, E90, Emax]);
  });

test("by hand: everybody has the outcome, so the curve is 1 and the errors are 1 − risk", () => {
  const { ici, e50, emax, observed } = known(
    new Array(9).fill(1),
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
  );
  assertClose(observed, new Array(9).fill(1), { relative: 1e-12 });
  assertClose([ici, e50, emax], [0.5, 0.5, 0.9], { relative: 1e-12 });
});

test("calibrated risks have a small ICI, shifted ones theirs; outcome and risk reversed have the same", () => {
  const random = seededRandom(3);
  const risk = Array.from({ length: 2000 }, () => 0.1 + 0.6 * random.next());
  const outcome = risk.map((r) => +(random.next() < r));
  const { ici, e90 } = known(outcome, risk);
  expect(ici).toBeLessThan(0.03);
  expect(
    known(
      outcome,
      risk.map((r) => r + 0.2),
    ).ici,
  ).toBeCloseTo(0.2, 1);
  const reversed = known(
    outcome.map((y) => 1 - y),
    risk.map((r) => 1 - r),
  );
  assertClose([reversed.ici, reversed.e90], [ici, e90], { relative: 1e-7 });
});

test("not estimable: nobody, one patient, one risk for all", () => {
  for (const [outcome, risk, notEstimable] of [
    [[], [], "no values"],
    [[1], [0.3], "the span holds too few values"],
    [[0, 1, 0, 1, 1, 0], [0.4, 0.4, 0.4, 0.4, 0.4, 0.4], "too few different values within the span"],
  ] as const)
    expect(loessCalibration(Uint8Array.from(outcome), Float64Array.from(risk))).toEqual({ notEstimable });
});

test("bugs of the caller", () => {
  expect(() => known([1], [0.1, 0.2])).toThrow(ContractError);
  expect(() => known([1, 2], [0.1, 0.2])).toThrow(ContractError);
  expect(() => known([1, 0], [0.1, NaN])).toThrow(ContractError);
});

test("the order of patients is irrelevant, and so is each of them twice", () => {
  const random = seededRandom(8);
  const risk = Array.from({ length: 60 }, () => random.next());
  const outcome = risk.map((r) => +(random.next() < r));
  const { ici, e50, emax, observed } = known(outcome, risk);
  const turned = known(outcome.toReversed(), risk.toReversed());
  assertClose([turned.ici, turned.e50, turned.emax], [ici, e50, emax], { relative: 1e-9 });
  // The 45 nearest of 60 are the 90 nearest of 120.
  const twice = known([...outcome, ...outcome], [...risk, ...risk]);
  assertClose(twice.observed.subarray(0, 60), observed, { relative: 1e-9 });
  assertClose([twice.ici, twice.emax], [ici, emax], { relative: 1e-9 });
});
