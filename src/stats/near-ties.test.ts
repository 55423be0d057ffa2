import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsOf, rowsOf } from "../../test/reference/survival-twin.ts";
import { ContractError } from "./assert.ts";
import { kaplanMeier } from "./kaplan-meier.ts";
import { mergeNearTies } from "./near-ties.ts";

test("by hand: 0.1 + 0.2 is 0.3, an entry at 0.3 too; 0.4 stays", () => {
  const merged = mergeNearTies({
    time: Float64Array.of(0.1 + 0.2, 0.4, 0.3),
    entry: Float64Array.of(0, 0.3, 0.1),
  });
  expect([...merged.time]).toEqual([0.3, 0.4, 0.3]);
  expect([...merged.entry!]).toEqual([0, 0.3, 0.1]);
});

test("what R's survfit(timefix = TRUE) merges: 1 with 1 + 1e-12, 2 with 2 + 1e-9", () => {
  const { time } = mergeNearTies({ time: Float64Array.of(1, 1 + 1e-12, 2, 2 + 1e-9, 2 + 1e-6) });
  expect([...time]).toEqual([1, 1, 2, 2, 2 + 1e-6]);
});

test("times that were disturbed by rounding give the curve of the undisturbed ones", () => {
  fc.assert(
    fc.property(
      rowsOf(fc.constant(1)),
      fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 12 }),
      (rows, noise) => {
        const { time, event, entry } = columnsOf(rows);
        const disturbed = { time: time.map((t, i) => t + noise[i]! * 1e-13), entry };
        const merged = mergeNearTies(disturbed);
        const curve = kaplanMeier(merged.time, event, { entry: merged.entry! });
        const expected = kaplanMeier(time, event, { entry });
        expect(curve.survival).toEqual(expected.survival);
        expect(curve.atRisk).toEqual(expected.atRisk);
      },
    ),
  );
});

test("distinct times stay as they are, to the bit; nobody stays nobody; the input is not written to", () => {
  fc.assert(
    fc.property(rowsOf(fc.constant(1)), (rows) => {
      const { time, entry } = columnsOf(rows);
      const before = { time: time.slice(), entry: entry.slice() };
      expect(mergeNearTies({ time, entry })).toEqual(before);
      expect({ time, entry }).toEqual(before);
    }),
  );
  expect(mergeNearTies({ time: new Float64Array(0) }).time.length).toBe(0);
});

test("bugs of the caller", () => {
  expect(() => mergeNearTies({ time: Float64Array.of(NaN) })).toThrow(ContractError);
  const noFollowUp = { time: Float64Array.of(1 + 1e-12), entry: Float64Array.of(1) };
  expect(() => mergeNearTies(noFollowUp)).toThrow(ContractError);
});
