import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type HorizonColumns,
  naiveCensoringTerm,
  naiveWeights,
  smallCohort,
} from "../../test/reference/horizon-twin.ts";
import { assertClose } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { ipcwSample } from "./ipcw-mean.ts";
import { ipcwRatio, weightedCells } from "./ipcw-ratio.ts";
import { isNotEstimable } from "./not-estimable.ts";

const withCells = fc.tuple(
  smallCohort,
  fc.array(fc.record({ cell: fc.integer({ min: 0, max: 3 }), group: fc.integer({ min: -1, max: 2 }) }), {
    minLength: 24,
    maxLength: 24,
  }),
);

/** The ratio and its standard error from the influence function of every patient. */
function naiveRatio(columns: HorizonColumns, above: readonly number[], below: readonly number[]) {
  const n = columns.time.length;
  const weight = naiveWeights(columns);
  const total = (column: readonly number[]) => column.reduce((sum, value, i) => sum + weight[i]! * value, 0);
  const value = total(above) / total(below);
  const own = weight.map((w, i) => (w * (above[i]! - value * below[i]!) * n) / total(below));
  const psi = naiveCensoringTerm(columns, own).map((term, i) => own[i]! + term);
  return { value, stdError: Math.sqrt(psi.reduce((sum, x) => sum + x * x, 0)) / n };
}

describe("weightedCells and ipcwRatio", () => {
  test("agree with the influence function written out, for the whole and for each group", () => {
    fc.assert(
      fc.property(withCells, ([columns, codes]) => {
        const cell =
          columns.time.length === 0
            ? new Uint8Array(0)
            : Uint8Array.from(columns.time, (_, i) => codes[i]!.cell);
        const group = Int32Array.from(columns.time, (_, i) => codes[i]!.group);
        const {
          whole,
          partitions: [groups = []],
        } = weightedCells({
          sample: ipcwSample(columns),
          cell,
          nCells: 4,
          partitions: [{ group, nGroups: 3 }],
        });
        [...groups, whole].forEach((cells, code) => {
          const ratio = ipcwRatio(cells, [1, 0, 0, 1], [1, 0, 1, 1]);
          if (isNotEstimable(ratio)) return;
          const inGroup = (i: number) => code === 3 || group[i] === code;
          const above = Array.from(cell, (c, i) => (inGroup(i) && (c === 0 || c === 3) ? 1 : 0));
          const below = Array.from(cell, (c, i) => (inGroup(i) && c !== 1 ? 1 : 0));
          const naive = naiveRatio(columns, above, below);
          assertClose(ratio.value, naive.value, { relative: 1e-12 });
          assertClose(ratio.stdError, naive.stdError, { relative: 1e-8, absolute: 1e-7 });
        });
      }),
      { numRuns: 300 },
    );
  });

  test("the cells of a partition add up to the whole", () => {
    fc.assert(
      fc.property(withCells, ([columns, codes]) => {
        const cell = Uint8Array.from(columns.time, (_, i) => codes[i]!.cell);
        const group = Uint16Array.from(columns.time, (_, i) => codes[i]!.group + 1);
        const {
          whole,
          partitions: [groups = []],
        } = weightedCells({
          sample: ipcwSample(columns),
          cell,
          nCells: 4,
          partitions: [{ group, nGroups: 4 }],
        });
        const sums = Array.from({ length: 4 }, (_, c) =>
          groups.reduce((sum, cells) => sum + cells.sum[c]!, 0),
        );
        assertClose(sums, whole.sum, { relative: 1e-12, absolute: 1e-12 });
      }),
    );
  });

  test("by hand: without censoring the binomial standard error", () => {
    const time = Float64Array.of(1, 1, 1, 1, 2);
    const sample = ipcwSample({ time, event: Uint8Array.of(1, 1, 1, 1, 1), horizon: 1 });
    const { whole } = weightedCells({ sample, cell: Uint8Array.of(0, 0, 0, 2, 3), nCells: 4 });
    expect(ipcwRatio(whole, [1, 0, 0, 0], [1, 0, 1, 0])).toEqual({
      value: 0.75,
      stdError: Math.sqrt((0.75 * 0.25) / 4),
      effectiveSize: 4,
    });
    expect(ipcwRatio(whole, [0, 1, 0, 0], [0, 1, 0, 0])).toEqual({
      notEstimable: "nobody in the denominator",
    });
  });

  test("a group code beyond the groups is our bug", () => {
    const sample = ipcwSample({ time: Float64Array.of(1), event: Uint8Array.of(1), horizon: 1 });
    const cell = Uint8Array.of(0);
    expect(() =>
      weightedCells({ sample, cell, nCells: 4, partitions: [{ group: Uint16Array.of(2), nGroups: 2 }] }),
    ).toThrow(ContractError);
  });
});
