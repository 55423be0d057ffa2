import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { type RocCurve, rocCurve } from "./roc.ts";

const agrees = recordAgreement({
  estimator: "ROC curve with ties: thresholds, sensitivity, specificity",
  reference: "pROC::roc",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

function known(score: ArrayLike<number>, event: ArrayLike<number>): RocCurve {
  const result = rocCurve(Float64Array.from(score), Uint8Array.from(event));
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

for (const { name, input, expected } of reference("roc"))
  test(`rocCurve agrees with R pROC: ${name}`, () => {
    const curve = known(input.score!, input.event!);
    const { thresholds, sens, spec } = expected as Readonly<Record<string, readonly number[]>>;
    // R starts with everybody, and its thresholds lie halfway to the next lower score.
    const scores = curve.threshold.slice(1).reverse();
    const halfway = [-Infinity, ...scores.slice(1).map((score, k) => (score + scores[k]!) / 2), Infinity];
    agrees(name, halfway, thresholds);
    agrees(name, curve.sensitivity.toReversed(), sens);
    agrees(name, curve.specificity.toReversed(), spec);
  });

test("by hand: cases 3 and 1, controls 2, 1 and 0", () => {
  expect(known([3, 1, 2, 1, 0], [1, 1, 0, 0, 0])).toEqual({
    nCases: 2,
    nControls: 3,
    threshold: Float64Array.of(Infinity, 3, 2, 1, 0),
    truePositives: Uint32Array.of(0, 1, 1, 2, 2),
    falsePositives: Uint32Array.of(0, 0, 1, 2, 3),
    sensitivity: Float64Array.of(0, 0.5, 0.5, 1, 1),
    specificity: Float64Array.of(1, 1, 2 / 3, 1 / 3, 0),
  });
});

const rows = fc.array(
  fc.record({ score: fc.integer({ min: -5, max: 5 }), event: fc.integer({ min: 0, max: 1 }) }),
  { maxLength: 40 },
);

test("each point counts those at or above its threshold; order and increasing changes do not matter", () => {
  fc.assert(
    fc.property(rows, (list) => {
      const columns = (change: (score: number) => number, some = list) =>
        rocCurve(
          Float64Array.from(some, ({ score }) => change(score)),
          Uint8Array.from(some, ({ event }) => event),
        );
      const curve = columns((score) => score);
      expect(columns((score) => score, list.toReversed())).toEqual(curve);
      if (isNotEstimable(curve)) return;
      for (const [k, threshold] of curve.threshold.entries()) {
        const flagged = list.filter(({ score }) => score >= threshold);
        const nCases = flagged.filter(({ event }) => event === 1).length;
        expect(curve.truePositives[k]).toBe(nCases);
        expect(curve.falsePositives[k]).toBe(flagged.length - nCases);
      }
      const changed = columns((score) => Math.exp(score) - 9) as RocCurve;
      expect(changed.sensitivity).toEqual(curve.sensitivity);
      expect(changed.specificity).toEqual(curve.specificity);
      const twice = columns((score) => score, [...list, ...list]) as RocCurve;
      expect(twice.sensitivity).toEqual(curve.sensitivity);
    }),
    { numRuns: 500 },
  );
});

test("edges: nobody, one class, all tied, infinite scores; bugs of the caller", () => {
  expect(rocCurve(new Float64Array(0), new Uint8Array(0))).toEqual({ notEstimable: "no cases" });
  expect(rocCurve(Float64Array.of(1), Uint8Array.of(1))).toEqual({ notEstimable: "no controls" });
  expect(known([7, 7, 7], [0, 1, 0]).sensitivity).toEqual(Float64Array.of(0, 1));
  expect(known([Infinity, -Infinity], [1, 0]).threshold).toEqual(
    Float64Array.of(Infinity, Infinity, -Infinity),
  );
  expect(() => known([NaN, 1], [1, 0])).toThrow(ContractError);
  expect(() => known([1], [1, 0])).toThrow(ContractError);
  expect(() => known([1, 2], [2, 0])).toThrow(ContractError);
});
