import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { assertClose, reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { lowessCalibration } from "./calibration-lowess.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

const agrees = recordAgreement({
  estimator: "Calibration errors of lowess, binary outcome: Eavg (ICI), E50, E90, Emax",
  reference: "rms::val.prob, stats::lowess(iter = 0)",
  tolerance: { relative: 1e-9 },
});

const of = (event: ArrayLike<number>, risk: ArrayLike<number>) =>
  lowessCalibration({ event: Uint8Array.from(event), risk: Float64Array.from(risk) });

function known(...call: Parameters<typeof of>) {
  const result = of(...call);
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

for (const { name, input, expected } of reference("calibration-lowess"))
  test(`lowessCalibration agrees with R: ${name}`, () => {
    const { ici, e50, e90, emax } = known(input.event!, input.risk!);
    agrees(name, [ici, e50, e90, emax], expected);
  });

test("by hand: equal risks have the event rate; everybody with the event has errors of 1 − risk", () => {
  expect(known([1, 0, 0, 0], [0.4, 0.4, 0.4, 0.4])).toMatchObject({ ici: 0.4 - 0.25, emax: 0.4 - 0.25 });
  const { ici, emax } = known([1, 1, 1, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5]);
  assertClose([ici, emax], [0.7, 0.9], { relative: 1e-12 });
});

test("of 100,000 patients: right risks have a small error, shifted ones theirs", () => {
  const random = seededRandom(3);
  const risk = Float64Array.from({ length: 100_000 }, () => 0.1 + 0.6 * random.next());
  const event = Uint8Array.from(risk, (r) => +(random.next() < r));
  expect(known(event, risk).ici).toBeLessThan(0.01);
  expect(
    known(
      event,
      risk.map((r) => r + 0.2),
    ).ici,
  ).toBeCloseTo(0.2, 2);
});

test("not estimable: nobody, one patient; bugs of the caller", () => {
  expect(of([], [])).toEqual({ notEstimable: "no patients" });
  expect(of([1], [0.2])).toEqual({ notEstimable: "one patient" });
  expect(() => of([1], [0.1, 0.2])).toThrow(ContractError);
  expect(() => of([1, 2], [0.1, 0.2])).toThrow(ContractError);
  expect(() => of([1, 0], [0.1, NaN])).toThrow(ContractError);
  expect(() => of([1, 0], [10, 20])).toThrow(ContractError);
});
