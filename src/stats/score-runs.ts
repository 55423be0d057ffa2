import { assertBinary, assertSameLength } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { ascendingOrder } from "./order.ts";

/** Cases and controls at each distinct score, from the lowest score. */
export interface ScoreRuns {
  readonly nCases: number;
  readonly nControls: number;
  /** How many distinct scores there are; the columns may be longer. */
  readonly length: number;
  readonly score: Float64Array;
  readonly cases: Uint32Array;
  readonly controls: Uint32Array;
  /** Rows in ascending score. */
  readonly order: Uint32Array;
}

/** Equal scores are one run; −0 equals 0, infinities are ordered. NaN is a ContractError. */
export function scoreRuns(score: Float64Array, event: Uint8Array): ScoreRuns | NotEstimable {
  assertSameLength({ score, event });
  assertBinary({ event });
  let nCases = 0;
  for (let i = 0; i < event.length; i++) nCases += event[i]!;
  const nControls = event.length - nCases;
  const order = ascendingOrder(score);
  if (nCases === 0) return { notEstimable: "no cases" };
  if (nControls === 0) return { notEstimable: "no controls" };
  return { nCases, nControls, order, ...tiedRuns(score, event, order) };
}

function tiedRuns(values: Float64Array, event: Uint8Array, order: Uint32Array) {
  const score = new Float64Array(order.length);
  const cases = new Uint32Array(order.length);
  const controls = new Uint32Array(order.length);
  let length = 0;
  let previous = Number.NaN;
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    const value = values[row]!;
    if (value !== previous) score[length++] = value;
    previous = value;
    if (event[row] === 1) cases[length - 1]!++;
    else controls[length - 1]!++;
  }
  return { score, cases, controls, length };
}
