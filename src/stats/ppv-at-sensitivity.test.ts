import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { ppvAtSensitivity } from "./ppv-at-sensitivity.ts";

const agrees = recordAgreement({
  estimator: "PPV at the threshold of a fixed sensitivity, with interval",
  reference: 'pROC::coords("all"), stats::prop.test',
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

const of = (score: ArrayLike<number>, event: ArrayLike<number>, sensitivity: number) =>
  ppvAtSensitivity({ score: Float64Array.from(score), event: Uint8Array.from(event), sensitivity });

function known(...call: Parameters<typeof of>) {
  const result = of(...call);
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

for (const { name, input, expected } of reference("ppv-at-sensitivity"))
  test(`ppvAtSensitivity agrees with R: ${name}`, () => {
    const at = known(input.score!, input.event!, input.sensitivity![0]!);
    const { threshold, sensitivity, specificity, nFlagged, truePositives, ppv, lower, upper } = at;
    agrees(name, [threshold, sensitivity, specificity, nFlagged, truePositives, ppv, lower, upper], expected);
  });

test("by hand: cases 8, 5 and 2, controls 7, 5 and 1, two thirds of the cases", () => {
  // At 7 one case of three is found; at 5 two, with two controls.
  expect(known([8, 5, 2, 7, 5, 1], [1, 1, 1, 0, 0, 0], 2 / 3)).toMatchObject({
    threshold: 5,
    sensitivity: 2 / 3,
    specificity: 1 / 3,
    nFlagged: 4,
    truePositives: 2,
    ppv: 0.5,
    kind: "pointwise",
  });
});

const rows = fc
  .array(fc.record({ score: fc.integer({ min: -4, max: 4 }), event: fc.integer({ min: 0, max: 1 }) }), {
    maxLength: 30,
  })
  .filter((list) => new Set(list.map(({ event }) => event)).size === 2);

test("no higher score finds enough cases; order and increasing changes do not matter", () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 20 }), (list, twentieths) => {
      const target = twentieths / 20;
      const score = list.map((row) => row.score);
      const event = list.map((row) => row.event);
      const at = known(score, event, target);
      const nCases = event.filter((e) => e === 1).length;
      const found = (threshold: number) =>
        list.filter((row) => row.score >= threshold && row.event === 1).length / nCases;
      expect(at.sensitivity).toBeCloseTo(found(at.threshold), 12);
      expect(at.sensitivity).toBeGreaterThanOrEqual(target - 1e-9);
      for (const higher of score.filter((s) => s > at.threshold)) expect(found(higher)).toBeLessThan(target);
      expect(at.lower < at.ppv && at.ppv <= at.upper && at.upper <= 1).toBe(true);
      expect(known(score.toReversed(), event.toReversed(), target)).toEqual(at);
      const changed = known(
        score.map((s) => s ** 3 + 1),
        event,
        target,
      );
      expect({ ...changed, threshold: at.threshold }).toEqual(at);
    }),
    { numRuns: 1000 },
  );
});

test("edges: a PPV of 1 has an exact bound; all tied; a share that rounding touches; one class", () => {
  const certain = known([9, 8, 7, 1], [1, 1, 0, 1], 0.5);
  expect(certain).toMatchObject({ threshold: 8, ppv: 1, upper: 1, kind: "bound" });
  expect(certain.lower).toBeCloseTo(Math.sqrt(0.025), 12);
  expect(known([3, 3, 3], [1, 0, 0], 0.01)).toMatchObject({ threshold: 3, sensitivity: 1, ppv: 1 / 3 });
  const ten = Array.from({ length: 10 }, (_, i) => i);
  expect(known([...ten, -1], [...ten.map(() => 1), 0], 1 - 0.7).threshold).toBe(7); // 1 − .7 is above 3/10
  expect(known([3, 2, 1], [0, 1, 1], 1e-10)).toMatchObject({ threshold: 2, truePositives: 1 });
  expect(of([1, 2], [0, 0], 0.8)).toEqual({ notEstimable: "no cases" });
  expect(of([1, 2], [1, 1], 0.8)).toEqual({ notEstimable: "no controls" });
});

test("bugs of the caller", () => {
  for (const target of [0, -0.1, 1.01, NaN, 80])
    expect(() => of([1, 2], [0, 1], target)).toThrow(ContractError);
  expect(() => of([NaN, 2], [0, 1], 0.8)).toThrow(ContractError);
  expect(() =>
    ppvAtSensitivity({
      score: Float64Array.of(1, 2),
      event: Uint8Array.of(0, 1),
      sensitivity: 0.8,
      level: 95,
    }),
  ).toThrow(ContractError);
});
