import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { smallCohort } from "../../test/reference/horizon-twin.ts";
import { ContractError } from "./assert.ts";
import { ipcwMean, ipcwSample } from "./ipcw-mean.ts";
import { ipcwShares } from "./ipcw-shares.ts";

describe("ipcwShares", () => {
  test("each share and its standard error are, to the last bit, ipcwMean of the cell's column", () => {
    fc.assert(
      fc.property(smallCohort, fc.infiniteStream(fc.integer({ min: 0, max: 3 })), (columns, codes) => {
        const sample = ipcwSample(columns);
        const cell = Uint8Array.from(columns.time, () => codes.next().value);
        const shares = ipcwShares(sample, cell, 4);
        for (let c = 0; c < 4; c++) {
          const isIn = Float64Array.from(cell, (code) => (code === c ? 1 : 0));
          expect(shares[c]).toEqual(ipcwMean(sample, isIn));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("a cell for some patients only, or none to count, is refused or has the reason", () => {
    const sample = ipcwSample({ time: Float64Array.of(1, 2), event: Uint8Array.of(1, 1), horizon: 1 });
    expect(() => ipcwShares(sample, Uint8Array.of(0), 2)).toThrow(ContractError);
    const nobody = ipcwSample({ time: new Float64Array(), event: new Uint8Array(), horizon: 1 });
    const none = { notEstimable: "no patients" };
    expect(ipcwShares(nobody, new Uint8Array(), 2)).toEqual([none, none]);
  });
});
