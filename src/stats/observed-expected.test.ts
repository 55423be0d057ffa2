import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { type HorizonColumns, horizonCases, shuffled } from "../../test/reference/horizon-twin.ts";
import { assertClose } from "../../test/reference/reference.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { observedExpected } from "./observed-expected.ts";

const agree = recordAgreement({
  estimator: "Observed over expected risk at a horizon",
  reference: "survival::survfit over mean(risk)",
  tolerance: { relative: 1e-10 },
});

function known(columns: HorizonColumns) {
  const result = observedExpected(columns);
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

for (const { name, columns, expected } of horizonCases()) {
  const { oe } = expected;
  if (!oe) continue;
  test(`observedExpected agrees with R: ${name}`, () => {
    const ours = known(columns);
    agree(name, [ours.observed, ours.expected, ours.ratio], [oe.obs, oe.exp, oe.oe]);
    if (oe.obs_se !== undefined)
      agree(
        name,
        [ours.observedStdError, ours.lower, ours.upper],
        [oe.obs_se, oe.oe_km_lower, oe.oe_km_upper],
      );
  });
}

const of = (time: number[], event: number[], risk: number[], horizon: number): HorizonColumns => ({
  time: Float64Array.from(time),
  event: Uint8Array.from(event),
  risk: Float64Array.from(risk),
  horizon,
});

test("by hand: one event among two, mean risk .4; Var F = ½·½·½, interval exp(± 1.96 · √⅛ / ½)", () => {
  const { observed, ratio, lower, upper } = known(of([1, 2], [1, 0], [0.5, 0.3], 1));
  const factor = Math.exp((1.959963984540054 * Math.sqrt(1 / 8)) / 0.5);
  assertClose([observed, ratio, lower, upper], [0.5, 1.25, 1.25 / factor, 1.25 * factor], {
    relative: 1e-12,
  });
});

test("the order of patients is irrelevant; a higher level is wider", () => {
  const { columns } = horizonCases()[0]!;
  assertClose(Object.values(known(shuffled(columns))), Object.values(known(columns)), { relative: 1e-12 });
  const wide = observedExpected({ ...columns, level: 0.99 });
  expect(isNotEstimable(wide) ? 0 : wide.upper).toBeGreaterThan(known(columns).upper);
});

describe("not estimable", () => {
  test.each([
    ["no patients", of([], [], [], 1)],
    ["no events by the horizon", of([2, 3], [1, 1], [0.1, 0.1], 1)],
    ["follow-up ends before the horizon", of([1, 2], [1, 0], [0.1, 0.1], 3)],
    ["everybody has the event by the horizon", of([1, 2], [1, 1], [0.1, 0.1], 3)],
    ["nobody is followed beyond the horizon", of([1, 2], [0, 1], [0.1, 0.1], 3)],
    ["nobody is followed beyond the horizon", of([1, 2], [0, 1], [0.1, 0.1], 2)],
    ["the mean predicted risk is 0", of([1, 2], [1, 0], [0, 0], 1)],
  ])("%s", (notEstimable, columns) => {
    expect(observedExpected(columns)).toEqual({ notEstimable });
  });
});
