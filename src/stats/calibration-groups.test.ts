import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { horizonCases, shuffled } from "../../test/reference/horizon-twin.ts";
import { assertClose } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type CalibrationGroup, calibrationGroups } from "./calibration-groups.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";

const agree = recordAgreement({
  estimator: "Calibration in groups of risk at a horizon",
  reference: "survival::survfit by cut(risk, quantile(risk))",
  tolerance: { relative: 1e-10, absolute: 1e-15 },
});

function known(groups: readonly CalibrationGroup[] | NotEstimable): readonly CalibrationGroup[] {
  if (isNotEstimable(groups)) throw new Error(groups.notEstimable);
  return groups;
}

for (const { name, columns, expected } of horizonCases()) {
  const { groups } = expected;
  if (!groups) continue;
  test(`calibrationGroups agrees with R: ${name}`, () => {
    const ours = known(calibrationGroups({ ...columns, nGroups: groups.n.length }));
    const keys = {
      n: "n",
      pred: "predicted",
      obs: "observed",
      se: "stdError",
      lower: "lower",
      upper: "upper",
    } as const;
    for (const [theirs, key] of Object.entries(keys))
      agree(
        name,
        ours.map((group) => group[key]),
        groups[theirs as keyof typeof keys],
      );
  });
}

test("by hand: quantiles that coincide merge their groups", () => {
  // Quarter points of .1 .1 .1 .1 .5 .9 are .1, .1, .1, .4, .9: two groups are left, up to .4 and up to .9.
  const groups = known(
    calibrationGroups({
      time: Float64Array.of(1, 2, 3, 4, 1, 1),
      event: Uint8Array.of(1, 0, 0, 0, 1, 0),
      risk: Float64Array.of(0.1, 0.1, 0.1, 0.1, 0.5, 0.9),
      horizon: 1,
      nGroups: 4,
    }),
  );
  expect(groups).toMatchObject([
    { n: 4, nEvents: 1, observed: 0.25, atRisk: 4 },
    { n: 2, nEvents: 1, observed: 0.5, atRisk: 2 },
  ]);
  assertClose(
    groups.map(({ predicted }) => predicted),
    [0.1, 0.7],
    { relative: 1e-12 },
  );
});

test("by hand: a risk at a quantile belongs to the group below it, the least of all to the first", () => {
  // The median of .1, .2, .3 is .2, so .1 and .2 are one group and .3 the other.
  const groups = known(
    calibrationGroups({
      time: Float64Array.of(1, 2, 3),
      event: Uint8Array.of(1, 0, 1),
      risk: Float64Array.of(0.1, 0.2, 0.3),
      horizon: 1.5,
      nGroups: 2,
    }),
  );
  expect(groups).toMatchObject([
    { n: 2, nEvents: 1, observed: 0.5, stdError: expect.closeTo(Math.sqrt(1 / 8), 14) },
    { n: 1, nEvents: 0, observed: 0, stdError: 0, lower: 0, upper: 0 },
  ]);
});

test("every patient is in one group, and the order of patients is irrelevant", () => {
  const { columns } = horizonCases()[0]!;
  const groups = known(calibrationGroups({ ...columns, nGroups: 7 }));
  expect(groups.reduce((sum, { n }) => sum + n, 0)).toBe(columns.time.length);
  const other = known(calibrationGroups({ ...shuffled(columns), nGroups: 7 }));
  assertClose(other.map(Object.values) as number[][], groups.map(Object.values), {
    relative: 1e-12,
    absolute: 1e-15,
  });
});

describe("edges", () => {
  const time = Float64Array.of(1, 2);
  const event = Uint8Array.of(1, 0);
  test("nobody; equal risks; no groups", () => {
    const none = { time: new Float64Array(0), event: new Uint8Array(0), risk: new Float64Array(0) };
    expect(calibrationGroups({ ...none, horizon: 1, nGroups: 5 })).toEqual({ notEstimable: "no patients" });
    const equal = { time, event, risk: Float64Array.of(0.2, 0.2), horizon: 1 };
    expect(calibrationGroups({ ...equal, nGroups: 5 })).toEqual({
      notEstimable: "all predicted risks are equal",
    });
    expect(() => calibrationGroups({ ...equal, nGroups: 0 })).toThrow(ContractError);
  });

  test("a group whose follow-up ends before the horizon has nobody at risk there", () => {
    const groups = known(
      calibrationGroups({ time, event, risk: Float64Array.of(0.9, 0.2), horizon: 5, nGroups: 1 }),
    );
    expect(groups).toMatchObject([
      { n: 2, observed: 0.5, atRisk: 0, ends: "follow-up ends before the horizon" },
    ]);
  });
});
