import fc from "fast-check";
import { expect, test } from "vitest";
import { assertClose } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { lowessCalibration } from "./calibration-lowess.ts";
import { frequencyCalibration } from "./frequency-calibration.ts";
import { interpolate } from "./interpolate.ts";
import { isNotEstimable } from "./not-estimable.ts";

const risk = fc.oneof(
  fc.integer({ min: 0, max: 20 }).map((k) => k / 20),
  fc.double({ min: 0, max: 1, noNaN: true }).map((u) => u ** 6),
);
const patient = fc.record({
  risk,
  event: fc.integer({ min: 0, max: 1 }),
  times: fc.integer({ min: 0, max: 4 }),
});

test("the curve and errors of the patients written out", () => {
  fc.assert(
    fc.property(fc.array(patient, { maxLength: 300, size: "max" }), (patients) => {
      const sorted = patients.toSorted((a, b) => a.risk - b.risk);
      const written = sorted.flatMap((row) => Array.from({ length: row.times }, () => row));
      const columns = (rows: readonly (typeof sorted)[number][]) => ({
        event: Uint8Array.from(rows, (row) => row.event),
        risk: Float64Array.from(rows, (row) => row.risk),
      });
      const ours = frequencyCalibration(columns(sorted))(Uint32Array.from(sorted, ({ times }) => times));
      const drawn = columns(written);
      const twin = lowessCalibration(drawn);
      if (isNotEstimable(ours) || isNotEstimable(twin)) {
        expect(ours).toEqual(twin);
        return;
      }
      assertClose([ours.ici, ours.e50, ours.e90, ours.emax], [twin.ici, twin.e50, twin.e90, twin.emax], {
        absolute: 1e-9,
      });
      assertClose(interpolate({ ...ours.curve, at: drawn.risk }), twin.observed, { absolute: 1e-9 });
      // Between and beyond the risks that are taken too.
      const at = Float64Array.from({ length: 41 }, (_, k) => k / 40);
      assertClose(interpolate({ ...ours.curve, at }), interpolate({ x: drawn.risk, y: twin.observed, at }), {
        absolute: 1e-9,
      });
    }),
    { numRuns: 500 },
  );
});

test("by hand: equal risks have the event rate, here 2 of 5; one draw leaves nothing behind for the next", () => {
  const draw = frequencyCalibration({
    event: Uint8Array.of(1, 0, 0, 1),
    risk: Float64Array.of(0.5, 0.5, 0.5, 0.75),
  });
  const rate = { ici: 0.5 - 2 / 5, e50: 0.5 - 2 / 5, e90: 0.5 - 2 / 5, emax: 0.5 - 2 / 5 };
  expect(draw(Uint32Array.of(2, 3, 0, 0))).toMatchObject(rate);
  expect(draw(Uint32Array.of(0, 0, 0, 4))).toMatchObject({ ici: 0.25, emax: 0.25 });
  expect(draw(Uint32Array.of(2, 1, 2, 0))).toMatchObject(rate);
});

test("not estimable: nobody, nobody taken, one patient; bugs of the caller", () => {
  const of = (event: readonly number[], risks: readonly number[], times: readonly number[]) =>
    frequencyCalibration({ event: Uint8Array.from(event), risk: Float64Array.from(risks) })(
      Uint32Array.from(times),
    );
  expect(of([], [], [])).toEqual({ notEstimable: "no patients" });
  expect(of([1, 0], [0.2, 0.3], [0, 0])).toEqual({ notEstimable: "no patients" });
  expect(of([1, 0], [0.2, 0.3], [0, 1])).toEqual({ notEstimable: "one patient" });
  for (const wrong of [
    () => of([1], [0.1, 0.2], [1, 1]),
    () => of([1, 2], [0.1, 0.2], [1, 1]),
    () => of([1, 0], [0.1, 20], [1, 1]),
    () => of([1, 0], [0.2, 0.1], [1, 1]),
    () => of([1, 0], [0.1, 0.2], [1, 1, 1]),
  ])
    expect(wrong).toThrow(ContractError);
});
