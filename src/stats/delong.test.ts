import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type AucDeLong, aucDeLong } from "./delong.ts";
import { seededRandom } from "./random.ts";

const agrees = recordAgreement({
  estimator: "AUC with DeLong interval",
  reference: "pROC::ci.auc",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

function estimated(result: ReturnType<typeof aucDeLong>): AucDeLong {
  if ("notEstimable" in result) throw new Error(result.notEstimable);
  return result;
}

for (const { name, input, expected } of reference("delong"))
  test(`aucDeLong agrees with R pROC: ${name}`, () => {
    const result = aucDeLong(
      Float64Array.from(input.score!),
      Uint8Array.from(input.event!),
      input.level![0]!,
    );
    const { lower, auc, upper } = estimated(result);
    agrees(name, [lower, auc, upper], expected);
  });

test("by hand: cases 3 and 1, controls 2, 1 and 0", () => {
  // ψ for case 3: 1, 1, 1; for case 1: 0, ½, 1. AUC = 4.5/6 = .75.
  // Case means 1, .5: variance .125; control means .5, .75, 1: variance .0625. Var = .125/2 + .0625/3.
  const result = estimated(aucDeLong(Float64Array.of(3, 1, 2, 1, 0), Uint8Array.of(1, 1, 0, 0, 0), 0.95));
  expect(result.auc).toBe(0.75);
  expect(result.stdError ** 2).toBeCloseTo(0.125 / 2 + 0.0625 / 3, 14);
  expect(result).toMatchObject({ nCases: 2, nControls: 3, kind: "pointwise", upper: 1 });
});

describe("properties", () => {
  const rows = fc
    .array(fc.record({ score: fc.integer({ min: -4, max: 4 }), event: fc.integer({ min: 0, max: 1 }) }), {
      minLength: 4,
      maxLength: 30,
    })
    .filter((list) => {
      const nCases = list.filter(({ event }) => event === 1).length;
      return nCases >= 2 && list.length - nCases >= 2;
    });
  type Rows = readonly { score: number; event: number }[];
  const estimate = (list: Rows, change = (score: number) => score) =>
    estimated(
      aucDeLong(
        Float64Array.from(list, ({ score }) => change(score)),
        Uint8Array.from(list, ({ event }) => event),
        0.95,
      ),
    );

  function naive(list: Rows): { auc: number; variance: number } {
    const cases = list.filter(({ event }) => event === 1);
    const controls = list.filter(({ event }) => event === 0);
    const psi = (x: number, y: number) => (x > y ? 1 : x === y ? 0.5 : 0);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) /
      (values.length - 1) /
      values.length;
    const ofCases = cases.map((x) => mean(controls.map((y) => psi(x.score, y.score))));
    const ofControls = controls.map((y) => mean(cases.map((x) => psi(x.score, y.score))));
    return { auc: mean(ofCases), variance: variance(ofCases) + variance(ofControls) };
  }

  test("agrees with the average over all pairs", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const { auc, stdError } = estimate(list);
        const expected = naive(list);
        expect(auc).toBeCloseTo(expected.auc, 12);
        expect(stdError ** 2).toBeCloseTo(expected.variance, 12);
      }),
    );
  });

  test("increasing changes of the scores and the order of patients leave it alone; reversal mirrors it", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const result = estimate(list);
        expect(estimate(list, (score) => Math.exp(score) + 7)).toEqual(result);
        expect(estimate(list.toReversed())).toEqual(result);
        expect(estimate(list, (score) => -score).auc).toBeCloseTo(1 - result.auc, 12);
      }),
    );
  });
});

describe("edges", () => {
  test("separated: the exact bound of two disjoint pairs, .025^(1/2)", () => {
    const above = estimated(aucDeLong(Float64Array.of(1, 2, 3, 4, 5), Uint8Array.of(0, 0, 0, 1, 1), 0.95));
    expect(above).toMatchObject({ auc: 1, stdError: 0, upper: 1, kind: "bound" });
    expect(above.lower).toBeCloseTo(Math.sqrt(0.025), 12);
    const below = estimated(aucDeLong(Float64Array.of(-Infinity, 9), Uint8Array.of(1, 0), 0.95));
    expect(below).toMatchObject({ auc: 0, lower: 0, kind: "bound" });
    expect(below.upper).toBeCloseTo(0.975, 12);
  });

  test("all tied: one half, with the exact bound of two disjoint pairs that are equal", () => {
    const result = estimated(aucDeLong(new Float64Array(5), Uint8Array.of(1, 1, 0, 0, 0), 0.95));
    expect(result).toMatchObject({ auc: 0.5, stdError: 0, kind: "bound" });
    expect(result.lower).toBeCloseTo(Math.sqrt(0.025) / 2, 12);
    expect(result.upper).toBeCloseTo(1 - Math.sqrt(0.025) / 2, 12);
  });

  test("no interval has no width, and the bounds hold what they promise", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ score: fc.integer({ min: 0, max: 2 }), event: fc.integer({ min: 0, max: 1 }) }),
          { maxLength: 9 },
        ),
        (list) => {
          const result = aucDeLong(
            Float64Array.from(list, ({ score }) => score),
            Uint8Array.from(list, ({ event }) => event),
            0.95,
          );
          if (!("notEstimable" in result)) expect(result.upper).toBeGreaterThan(result.lower);
        },
      ),
      { numRuns: 3000 },
    );
    // Five cases, seven controls: an AUC at or under the bound is separated in at most 2.5 of 100 samples.
    const { lower } = estimated(
      aucDeLong(
        Float64Array.from({ length: 12 }, (_, i) => i),
        Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1),
        0.95,
      ),
    );
    expect(lower ** 5).toBeCloseTo(0.025, 12);
    // Scores uniform on 0 to 1, cases with density a x^(a − 1), AUC = a/(a + 1) at the bound: simulated.
    const random = seededRandom(11);
    const a = lower / (1 - lower);
    let nSeparated = 0;
    const nSamples = 20_000;
    for (let sample = 0; sample < nSamples; sample++) {
      let [least, most] = [Infinity, -Infinity];
      for (let i = 0; i < 5; i++) least = Math.min(least, random.next() ** (1 / a));
      for (let i = 0; i < 7; i++) most = Math.max(most, random.next());
      if (least > most) nSeparated++;
    }
    expect(nSeparated / nSamples).toBeLessThan(0.025);
  });

  test("nobody, no cases, no controls, one case", () => {
    expect(aucDeLong(new Float64Array(0), new Uint8Array(0), 0.95)).toEqual({ notEstimable: "no cases" });
    expect(aucDeLong(Float64Array.of(1), Uint8Array.of(1), 0.95)).toEqual({ notEstimable: "no controls" });
    expect(aucDeLong(Float64Array.of(1, 3, 2), Uint8Array.of(0, 0, 1), 0.95)).toEqual({
      notEstimable: "the variance needs two cases, there is one",
    });
  });

  test("bugs of the caller", () => {
    expect(() => aucDeLong(Float64Array.of(1, NaN), Uint8Array.of(1, 0), 0.95)).toThrow(ContractError);
    expect(() => aucDeLong(Float64Array.of(1), Uint8Array.of(1, 0), 0.95)).toThrow(ContractError);
    expect(() => aucDeLong(Float64Array.of(1, 2, 3, 2), Uint8Array.of(1, 0, 0, 1), 95)).toThrow(
      ContractError,
    );
  });
});
