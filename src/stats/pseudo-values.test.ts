import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { followUpOf, naiveFree, naiveIncidence, smallRows } from "../../test/reference/competing-twin.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { type PseudoValueData, pseudoValues } from "./pseudo-values.ts";

const agrees = recordAgreement({
  estimator: "Pseudo-values of cumulative incidence",
  reference: "prodlim::jackknife",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

function known(data: PseudoValueData): Float64Array {
  const result = pseudoValues(data);
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result.values;
}

for (const { name, input, expected } of reference("pseudo-values"))
  test(`pseudoValues agrees with R jackknife: ${name}`, () => {
    const values = known({
      time: Float64Array.from(input.time!),
      cause: Uint8Array.from(input.cause!),
      nCauses: 2,
      state: 1,
      horizon: input.horizon![0]!,
    });
    agrees(name, values.subarray(0, (expected as number[]).length), expected);
  });

test("by hand: event 1 at 1, censored at 2, event 2 at 3, beyond 3", () => {
  // F₁ = 1/4. Without the first 0; without any other 1/3. 4 · 1/4 − 3 · 0 = 1, 4 · 1/4 − 3 · 1/3 = 0.
  const data = {
    time: Float64Array.of(1, 2, 3, 9),
    cause: Uint8Array.of(1, 0, 2, 0),
    nCauses: 2,
    horizon: 3,
  };
  [1, 0, 0, 0].forEach((value, i) => {
    expect(known({ ...data, state: 1 })[i]).toBeCloseTo(value, 14);
  });
  // S = 3/4 · 1/2 = 3/8. Without each: 1 · 1/2, 2/3 · 1/2, 2/3, 0 (the last one left fails at 3).
  [1.5 - 1.5, 1.5 - 1, 1.5 - 2, 1.5 - 0].forEach((value, i) => {
    expect(known({ ...data, state: 0 })[i]).toBeCloseTo(value, 14);
  });
});

describe("properties", () => {
  test("agree with leaving each patient out", () => {
    let compared = 0;
    fc.assert(
      fc.property(
        smallRows,
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: 0, max: 2 }),
        (rows, horizon, state) => {
          const result = pseudoValues({ ...followUpOf(rows), state, horizon });
          if (isNotEstimable(result)) return;
          const n = rows.length;
          const estimate = (some: typeof rows) =>
            state === 0 ? naiveFree(some, horizon) : naiveIncidence(some, state, horizon);
          rows.forEach((_, i) => {
            const expected = n * estimate(rows) - (n - 1) * estimate(rows.filter((_, j) => j !== i));
            expect(Math.abs(result.values[i]! - expected)).toBeLessThan(1e-11);
          });
          compared++;
        },
      ),
      { numRuns: 2000 },
    );
    expect(compared).toBeGreaterThan(1000);
  }, 60_000);

  test("those of the states add up to 1 for each patient; without censoring they are the states", () => {
    fc.assert(
      fc.property(smallRows, fc.integer({ min: 0, max: 7 }), (rows, horizon) => {
        const followUp = followUpOf(rows);
        const all = [0, 1, 2].map((state) => pseudoValues({ ...followUp, state, horizon }));
        if (all.some((result) => isNotEstimable(result))) return;
        const values = all.map((result) => (isNotEstimable(result) ? new Float64Array(0) : result.values));
        const isComplete = rows.every(({ time, cause }) => cause > 0 || time > horizon);
        rows.forEach(({ time, cause }, i) => {
          expect(values[0]![i]! + values[1]![i]! + values[2]![i]!).toBeCloseTo(1, 10);
          if (!isComplete) return;
          const state = time <= horizon ? cause : 0;
          for (const [code, column] of values.entries())
            expect(column[i]).toBeCloseTo(code === state ? 1 : 0, 10);
        });
      }),
      { numRuns: 500 },
    );
  });

  test("the values go with their patients in any order", () => {
    fc.assert(
      fc.property(smallRows, (rows) => {
        const data = { state: 1, horizon: 4 };
        const values = pseudoValues({ ...followUpOf(rows), ...data });
        const reversed = pseudoValues({ ...followUpOf(rows.toReversed()), ...data });
        if (isNotEstimable(values) || isNotEstimable(reversed)) expect(reversed).toEqual(values);
        else expect(reversed.values.toReversed()).toEqual(values.values);
      }),
    );
  });
});

describe("edges", () => {
  const of = (time: number[], cause: number[], horizon: number, state = 1) =>
    pseudoValues({
      time: Float64Array.from(time),
      cause: Uint8Array.from(cause),
      nCauses: 2,
      state,
      horizon,
    });

  test("nobody, one patient, follow-up that ends early", () => {
    expect(of([], [], 1)).toEqual({ notEstimable: "no patients" });
    expect(of([5], [1], 1)).toEqual({ notEstimable: "one patient" });
    expect(of([1, 2], [1, 0], 3)).toEqual({ notEstimable: "follow-up ends before the horizon" });
  });

  test("all tied, all events, all beyond", () => {
    expect(of([2, 2, 2], [1, 2, 1], 3)).toEqual({ values: Float64Array.of(1, 0, 1) });
    expect(of([5, 6], [0, 0], 3)).toEqual({ values: Float64Array.of(0, 0) });
    expect(of([5, 6], [0, 0], 3, 0)).toEqual({ values: Float64Array.of(1, 1) });
  });

  test("bugs of the caller", () => {
    expect(() => of([1, NaN], [1, 1], 1)).toThrow(ContractError);
    expect(() => of([1, 2], [1, 1], NaN)).toThrow(ContractError);
    expect(() => of([1, 2], [1, 1], 1, 3)).toThrow("cause 3, of 2 causes");
  });
});
