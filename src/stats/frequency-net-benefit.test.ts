import fc from "fast-check";
import { expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { binaryDecisionCurve } from "./binary-net-benefit.ts";
import { frequencyNetBenefit } from "./frequency-net-benefit.ts";
import { isNotEstimable } from "./not-estimable.ts";

const share = fc.oneof(
  fc.integer({ min: 0, max: 19 }).map((k) => k / 20),
  fc.double({ min: 0, max: 0.99, noNaN: true }),
);
const patient = fc.record({
  risk: share,
  event: fc.integer({ min: 0, max: 1 }),
  times: fc.integer({ min: 0, max: 4 }),
});

test("the net benefits of the patients written out, exactly, at thresholds in any order and repeated", () => {
  fc.assert(
    fc.property(
      fc.array(patient, { maxLength: 60, size: "max" }),
      fc.array(share, { maxLength: 12 }),
      (rows, list) => {
        const thresholds = Float64Array.from(list);
        const sorted = rows.toSorted((a, b) => a.risk - b.risk);
        const columns = (patients: readonly (typeof rows)[number][]) => ({
          event: Uint8Array.from(patients, (row) => row.event),
          risk: Float64Array.from(patients, (row) => row.risk),
        });
        const draw = frequencyNetBenefit({ ...columns(sorted), thresholds });
        const ours = draw(Uint32Array.from(sorted, ({ times }) => times));
        const written = rows.flatMap((row) => Array.from({ length: row.times }, () => row));
        const twin = binaryDecisionCurve({ ...columns(written), thresholds });
        if (isNotEstimable(twin)) {
          expect(ours).toEqual(twin);
          return;
        }
        // + 0, because the twin has −0 in places.
        const values = (which: "model" | "all") => Float64Array.from(twin, (point) => point[which].value + 0);
        expect(ours).toEqual({ model: values("model"), all: values("all") });
      },
    ),
    { numRuns: 1000 },
  );
});

test("by hand: at ¼ of 6 patients 2 true and 1 false positives, at the highest risk all of them", () => {
  const draw = frequencyNetBenefit({
    event: Uint8Array.of(0, 0, 1),
    risk: Float64Array.of(0.1, 0.25, 0.9),
    thresholds: Float64Array.of(0.25, 0),
  });
  expect(draw(Uint32Array.of(3, 1, 2))).toEqual({
    model: Float64Array.of(2 / 6 - 1 / 6 / 3, 2 / 6),
    all: Float64Array.of(2 / 6 - (4 / 6) * (1 / 3), 2 / 6),
  });
});

test("not estimable: nobody taken; bugs of the caller", () => {
  const one = { event: Uint8Array.of(1), risk: Float64Array.of(0.2), thresholds: Float64Array.of(0.1) };
  expect(frequencyNetBenefit(one)(Uint32Array.of(0))).toEqual({ notEstimable: "no patients" });
  for (const wrong of [
    () => frequencyNetBenefit({ ...one, event: Uint8Array.of(2) }),
    () => frequencyNetBenefit({ ...one, risk: Float64Array.of(2) }),
    () => frequencyNetBenefit({ ...one, risk: Float64Array.of(0.1, 0.2) }),
    () => frequencyNetBenefit({ ...one, event: Uint8Array.of(1, 0), risk: Float64Array.of(0.2, 0.1) }),
    () => frequencyNetBenefit({ ...one, thresholds: Float64Array.of(1) }),
    () => frequencyNetBenefit(one)(Uint32Array.of(1, 1)),
  ])
    expect(wrong).toThrow(ContractError);
});
