import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assertClose } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { frequencyLowess } from "./frequency-lowess.ts";
import { interpolate } from "./interpolate.ts";
import { lowess } from "./lowess.ts";
import { seededRandom } from "./random.ts";

interface Row {
  readonly x: number;
  readonly y: number;
  readonly times: number;
}

/** The curve at each row taken, as of the rows written out, and both in the order of x. */
function both(rows: readonly Row[]) {
  const sorted = rows.toSorted((a, b) => a.x - b.x);
  const written = sorted.flatMap(({ x, y, times }) => Array.from({ length: times }, () => ({ x, y })));
  const x = Float64Array.from(written, (row) => row.x);
  const curve = frequencyLowess({
    x: Float64Array.from(sorted, (row) => row.x),
    y: Float64Array.from(sorted, (row) => row.y),
  })(Uint32Array.from(sorted, (row) => row.times));
  return {
    curve,
    ours: written.length === 0 ? x : interpolate({ ...curve, at: x }),
    twin: lowess({ x, y: Float64Array.from(written, (row) => row.y) }),
  };
}

function assertTwins(rows: readonly Row[]): void {
  const { ours, twin } = both(rows);
  const size = Math.max(1, ...rows.map(({ y }) => Math.abs(y)));
  assertClose(ours, twin, { absolute: 1e-9 * size });
}

const rowOf = (x: fc.Arbitrary<number>, y: fc.Arbitrary<number> = fc.integer({ min: 0, max: 1 })) =>
  fc.record({ x, y, times: fc.integer({ min: 0, max: 4 }) });
const real = (max: number) => fc.double({ min: 0, max, noNaN: true });
const many = { maxLength: 400, size: "max" as const };

describe("the curve is that of lowess of the rows written out", () => {
  const shapes: Readonly<Record<string, fc.Arbitrary<Row[]>>> = {
    "few rows": fc.array(rowOf(fc.integer({ min: 0, max: 5 })), { maxLength: 6 }),
    "many rows, many ties": fc.array(rowOf(fc.integer({ min: 0, max: 30 })), many),
    "many rows, few ties": fc.array(rowOf(real(1)), many),
    "skewed to 0": fc.array(rowOf(real(1).map((x) => x ** 8)), many),
    "clusters far apart": fc.array(
      rowOf(fc.tuple(fc.constantFrom(0, 1e-3, 0.5, 1), real(1e-6)).map(([at, by]) => at + by)),
      many,
    ),
    "one value far from all others": fc
      .tuple(fc.array(rowOf(real(1e-4)), many), rowOf(fc.constant(1)))
      .map(([rows, far]) => [...rows, { ...far, times: 1 }]),
    "y of any size": fc.array(rowOf(real(1), fc.double({ min: -1e6, max: 1e6, noNaN: true })), many),
    "one x": fc.array(rowOf(fc.constant(0.3)), { maxLength: 100, size: "max" }),
    "most rows not taken": fc
      .array(rowOf(real(1)), many)
      .map((rows) => rows.map((row, i) => (i % 7 === 0 ? row : { ...row, times: 0 }))),
    "large frequencies": fc.array(
      rowOf(real(1)).map((row) => ({ ...row, times: 25 * row.times })),
      { maxLength: 120, size: "max" },
    ),
  };
  for (const [name, rows] of Object.entries(shapes))
    test(name, () => fc.assert(fc.property(rows, assertTwins), { numRuns: 300 }));

  test("x in units from 1e-200 to 1e200, and far from 0", () => {
    const unit = fc.constantFrom(1e-200, 1e-12, 1e12, 1e200, 2 ** -1000);
    fc.assert(
      fc.property(fc.array(rowOf(real(1)), many), unit, (rows, size) =>
        // Digits of those below 1e-290 of the largest are lost.
        assertTwins(rows.map((row) => ({ ...row, x: row.x < 1e-90 ? 0 : row.x * size }))),
      ),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.array(rowOf(fc.integer({ min: 0, max: 2000 })), many), (rows) =>
        assertTwins(rows.map((row) => ({ ...row, x: 1e6 + row.x / 8 }))),
      ),
      { numRuns: 300 },
    );
  });

  test("30,000 skewed risks, a bootstrap draw", () => {
    const random = seededRandom(7);
    const n = 30_000;
    const times = new Uint32Array(n);
    for (let i = 0; i < n; i++) times[random.integer(n)]!++;
    const rows = Array.from(times, (taken): Row => {
      const x = Math.round(1e6 * (0.02 + 0.9 * random.next() ** 6)) / 1e6;
      return { x, y: +(random.next() < 0.8 * x), times: taken };
    });
    const { ours, twin } = both(rows);
    assertClose(ours, twin, { absolute: 1e-12 });
  });
});

test("by hand: a line comes back, of one x the mean, of one row its y", () => {
  const line = frequencyLowess({ x: Float64Array.of(0, 1, 2, 4, 7), y: Float64Array.of(3, 1, -1, -5, -11) });
  const { x, y } = line(Uint32Array.of(1, 2, 0, 3, 1));
  expect(Array.from(x)).toEqual([0, 1, 4, 7]);
  assertClose(y, [3, 1, -5, -11], { absolute: 1e-12 });
  // 1·2 + 0·1 + 1·3 over six, in two rows of one x beside one that is not taken.
  const same = frequencyLowess({ x: Float64Array.of(5, 5, 5, 9), y: Float64Array.of(1, 0, 1, 8) });
  expect(same(Uint32Array.of(2, 1, 3, 0))).toEqual({ x: Float64Array.of(5), y: Float64Array.of(5 / 6) });
  expect(same(Uint32Array.of(0, 0, 0, 1))).toEqual({ x: Float64Array.of(9), y: Float64Array.of(8) });
  // A draw leaves nothing behind for the next.
  expect(same(Uint32Array.of(2, 1, 3, 0)).y).toEqual(Float64Array.of(5 / 6));
});

test("edges: nobody, nobody taken; bugs of the caller", () => {
  const nothing = { x: new Float64Array(), y: new Float64Array() };
  expect(frequencyLowess(nothing)(new Uint32Array())).toEqual(nothing);
  const two = { x: Float64Array.of(1, 2), y: Float64Array.of(0, 1) };
  expect(frequencyLowess(two)(Uint32Array.of(0, 0))).toEqual(nothing);
  for (const wrong of [
    () => frequencyLowess({ ...two, y: Float64Array.of(1) }),
    () => frequencyLowess({ ...two, y: Float64Array.of(1, NaN) }),
    () => frequencyLowess({ ...two, x: Float64Array.of(2, 1) }),
    () => frequencyLowess({ ...two, x: Float64Array.of(1, Infinity) }),
    () => frequencyLowess(two)(Uint32Array.of(1)),
  ])
    expect(wrong).toThrow(ContractError);
});
