import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type AveragePrecision, averagePrecision } from "./average-precision.ts";
import { isNotEstimable } from "./not-estimable.ts";

const agrees = recordAgreement({
  estimator: "Average precision, ties grouped",
  reference: "the sum over distinct scores",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

const of = (score: ArrayLike<number>, event: ArrayLike<number>) =>
  averagePrecision(Float64Array.from(score), Uint8Array.from(event));

function known(score: ArrayLike<number>, event: ArrayLike<number>): AveragePrecision {
  const result = of(score, event);
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

for (const { name, input, expected } of reference("average-precision"))
  test(`averagePrecision agrees with R: ${name}`, () =>
    agrees(name, known(input.score!, input.event!).averagePrecision, expected));

test("by hand: cases .9, .5 and .5, controls .5 and .2", () => {
  // At .9 one of one flagged is a case, at .5 three of four: (1 · 1 + 2 · ¾)/3.
  expect(known([0.5, 0.5, 0.5, 0.2, 0.9], [1, 0, 1, 0, 1])).toEqual({
    averagePrecision: 2.5 / 3,
    prevalence: 0.6,
    nCases: 3,
    nControls: 2,
  });
});

const rows = fc
  .array(fc.record({ score: fc.integer({ min: -4, max: 4 }), event: fc.integer({ min: 0, max: 1 }) }), {
    maxLength: 30,
  })
  .filter((list) => new Set(list.map(({ event }) => event)).size === 2);

test("agrees with the PPV at each case's own score; order, doubling, increasing changes do not matter", () => {
  fc.assert(
    fc.property(rows, (list) => {
      const score = list.map((row) => row.score);
      const event = list.map((row) => row.event);
      const { averagePrecision: value, prevalence } = known(score, event);
      const cases = list.filter((row) => row.event === 1);
      const ppvs = cases.map((own) => {
        const flagged = list.filter((row) => row.score >= own.score);
        return flagged.filter((row) => row.event === 1).length / flagged.length;
      });
      expect(value).toBeCloseTo(ppvs.reduce((sum, ppv) => sum + ppv, 0) / cases.length, 12);
      expect(prevalence).toBe(cases.length / list.length);
      const same = [
        known(score.toReversed(), event.toReversed()),
        known([...score, ...score], [...event, ...event]),
        known(
          score.map((s) => Math.exp(3 * s) - 5),
          event,
        ),
      ];
      for (const other of same) expect(other.averagePrecision).toBeCloseTo(value, 12);
    }),
    { numRuns: 1000 },
  );
});

test("edges: separated, all tied, one class, nobody, infinite scores", () => {
  expect(known([1, 2, 3], [0, 1, 1]).averagePrecision).toBe(1);
  expect(known([2, 2, 2, 2], [0, 1, 0, 0]).averagePrecision).toBe(0.25);
  expect(known([Infinity, -Infinity], [1, 0]).averagePrecision).toBe(1);
  expect(of([0.1, 0.2], [0, 0])).toEqual({ notEstimable: "no cases" });
  expect(of([0.1, 0.2], [1, 1])).toEqual({ notEstimable: "no controls" });
  expect(of([], [])).toEqual({ notEstimable: "no cases" });
});

test("bugs of the caller", () => {
  expect(() => of([NaN, 1], [0, 1])).toThrow(ContractError);
  expect(() => of([1], [0, 1])).toThrow(ContractError);
  expect(() => of([1, 2], [0, 2])).toThrow(ContractError);
});
