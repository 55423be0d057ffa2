import { assertSameLength } from "./assert.ts";
import type { IpcwMean, IpcwSample } from "./ipcw-mean.ts";
import type { NotEstimable } from "./not-estimable.ts";

/**
 * Share of all patients in each of some cells that exclude each other: `ipcwMean` of the column that is 1 for the
 * patients of the cell and 0 for the others, to the last bit, from one pass for all cells.
 *
 * Patients of unknown status weigh nothing, whatever their code.
 */
export function ipcwShares(
  sample: IpcwSample,
  cell: Uint8Array,
  nCells: number,
): readonly (IpcwMean | NotEstimable)[] {
  const { nPatients, weight, notEstimable } = sample;
  assertSameLength({ weight, cell });
  const each = (share: (c: number) => IpcwMean | NotEstimable) =>
    Array.from({ length: nCells }, (_, c) => share(c));
  if (notEstimable !== undefined) return each(() => ({ notEstimable }));
  if (nPatients < 2) return each(() => ({ notEstimable: "one patient" }));
  const means = new Float64Array(nCells);
  for (let i = 0; i < nPatients; i++) if (weight[i]! > 0) means[cell[i]!]! += weight[i]!;
  for (let c = 0; c < nCells; c++) means[c]! /= nPatients;
  const squares = squaresOf(sample, cell, means);
  return each((c) => ({
    mean: means[c]!,
    stdError: Math.sqrt(squares[c]! / (nPatients * (nPatients - 1))),
  }));
}

/** `influenceSquares` for each cell: a patient adds its weight in its own cell and 0 in the others. */
function squaresOf(sample: IpcwSample, cell: Uint8Array, means: Float64Array): Float64Array {
  const { nPatients, order, weight, censoring } = sample;
  const nCells = means.length;
  const squares = squaresAround(sample, cell, means);
  const after = new Float64Array(nCells);
  const events = new Float64Array(nCells);
  const from = new Float64Array(nCells);
  let position = nPatients;
  for (let u = sample.nCensoringTimes - 1; u >= 0; u--) {
    const atRisk = censoring.atRisk[u]!;
    const first = nPatients - atRisk;
    const next = first + censoring.events[u]! + censoring.censored[u]!;
    while (position > first) {
      const isAfter = position > next;
      const row = order ? order[--position]! : --position;
      const c = cell[row]!;
      if (isAfter) after[c]! += weight[row]!;
      else events[c]! += weight[row]!;
      from[c]! += weight[row]!;
    }
    const share = censoring.censored[u]! / atRisk;
    for (let c = 0; c < nCells; c++) {
      const slope = after[c]! / atRisk;
      squares[c]! += slope * slope * censoring.censored[u]! * (1 - share) - 2 * slope * share * from[c]!;
      after[c]! += events[c]!;
      events[c] = 0;
    }
  }
  return squares;
}

function squaresAround({ weight }: IpcwSample, cell: Uint8Array, means: Float64Array): Float64Array {
  const squares = new Float64Array(means.length);
  for (let i = 0; i < weight.length; i++)
    for (let c = 0; c < means.length; c++) squares[c]! += ((c === cell[i] ? weight[i]! : 0) - means[c]!) ** 2;
  return squares;
}
