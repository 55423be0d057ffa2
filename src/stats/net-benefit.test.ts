import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import {
  type HorizonColumns,
  horizonCases,
  rowsOf,
  shuffled,
  smallCohort,
} from "../../test/reference/horizon-twin.ts";
import { assertClose } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { kaplanMeier, survivalAt } from "./kaplan-meier.ts";
import { decisionCurve } from "./net-benefit.ts";
import { isNotEstimable } from "./not-estimable.ts";

const agree = recordAgreement({
  estimator: "Net benefit at a horizon, of the model and of flagging everybody",
  reference: "survival::survfit among the flagged (Vickers 2008)",
  tolerance: { relative: 1e-10, absolute: 1e-15 },
});

function known(columns: HorizonColumns, thresholds: Float64Array) {
  const curve = decisionCurve({ ...columns, thresholds });
  if (isNotEstimable(curve)) throw new Error(curve.notEstimable);
  return curve;
}

for (const { name, columns, thresholds, expected } of horizonCases()) {
  if (!expected.netBenefit) continue;
  test(`decisionCurve agrees with R: ${name}`, () => {
    const { model, all } = known(columns, thresholds);
    agree(name, model, expected.netBenefit);
    if (expected.netBenefitAll) agree(name, all, expected.netBenefitAll);
  });
}

/** Kaplan–Meier of the rows at or above the threshold. */
function naive(columns: HorizonColumns, threshold: number): number {
  const rows = [...columns.risk.keys()].filter((i) => columns.risk[i]! >= threshold);
  if (rows.length === 0) return 0;
  const flagged = rowsOf(columns, rows);
  const { survival } = survivalAt(kaplanMeier(flagged.time, flagged.event), columns.horizon);
  return (rows.length / columns.risk.length) * (1 - survival - (survival * threshold) / (1 - threshold));
}

test("agrees with the naive twin, thresholds in any order and repeated", () => {
  const threshold = fc.integer({ min: 0, max: 19 }).map((k) => k / 20);
  fc.assert(
    fc.property(smallCohort, fc.array(threshold, { maxLength: 6 }), (columns, list) => {
      const thresholds = Float64Array.from(list);
      const curve = decisionCurve({ ...columns, thresholds });
      if (isNotEstimable(curve)) return;
      assertClose(
        curve.model,
        list.map((p) => naive(columns, p)),
        { relative: 1e-12, absolute: 1e-14 },
      );
      expect(Array.from(curve.nFlagged)).toEqual(list.map((p) => columns.risk.filter((r) => r >= p).length));
      expect(curve.thresholds).toEqual(thresholds);
    }),
    { numRuns: 2000 },
  );
});

test("by hand, without censoring: true less false positives at the odds of the threshold", () => {
  const columns = {
    time: Float64Array.of(1, 1, 2, 2),
    event: Uint8Array.of(1, 1, 1, 1),
    risk: Float64Array.of(0.8, 0.1, 0.6, 0.2),
    horizon: 1,
  };
  const { model, all, nFlagged } = known(columns, Float64Array.of(0.5));
  // One true, one false positive of four: (1 − 1 · .5/.5)/4; for all (2 − 2)/4.
  assertClose([model[0]!, all[0]!, nFlagged[0]!], [0, 0, 2], { absolute: 1e-15 });
});

test("at threshold 0 the model flags everybody", () => {
  const { columns } = horizonCases()[0]!;
  const { model, all } = known(shuffled(columns), Float64Array.of(0));
  assertClose(model, all, { relative: 1e-14 });
});

describe("edges", () => {
  const columns = {
    time: Float64Array.of(1, 2),
    event: Uint8Array.of(1, 0),
    risk: Float64Array.of(0.5, 0.5),
  };
  test("nobody, follow-up that ends too early, a threshold that is no probability", () => {
    const none = {
      time: new Float64Array(0),
      event: new Uint8Array(0),
      risk: new Float64Array(0),
      horizon: 1,
    };
    const thresholds = Float64Array.of(0.5);
    expect(decisionCurve({ ...none, thresholds })).toEqual({ notEstimable: "no patients" });
    expect(decisionCurve({ ...columns, horizon: 3, thresholds })).toEqual({
      notEstimable: "follow-up ends before the horizon",
    });
    const lastEvent = { ...columns, event: columns.event.map((_, i) => (i === 0 ? 0 : 1)) };
    const horizon = Math.max(...columns.time);
    expect(decisionCurve({ ...lastEvent, horizon, thresholds })).toEqual({
      notEstimable: "nobody is followed beyond the horizon",
    });
    expect(() => decisionCurve({ ...columns, horizon: NaN, thresholds })).toThrow("the horizon is NaN");
    expect(() => decisionCurve({ ...columns, horizon: 1, thresholds: Float64Array.of(1) })).toThrow(
      ContractError,
    );
  });
});
