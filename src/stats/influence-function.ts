import { assertSameLength } from "./assert.ts";
import { horizonStatusCode } from "./censoring.ts";
import type { Influence } from "./ipcw-mean.ts";

/**
 * The influence function of a weighted estimate, patient by patient: ψᵢ = rᵢ + cᵢ of `influenceSquares`. For sums over
 * several horizons, whose squares do not add up.
 *
 *     cᵢ = 1{i censored at tᵢ ≤ h} A(tᵢ)/Y(tᵢ) − Σ A(u) c(u)/Y(u)²   over censoring times u ≤ tᵢ ∧ h
 *
 * A(u), Y(u) and c(u) as there. Both columns must be 0 for patients of unknown status. O(n).
 */
export function influenceFunction({ sample, direct, weighted }: Influence): Float64Array {
  const { nPatients, order, status, censoring, nCensoringTimes } = sample;
  assertSameLength({ weight: sample.weight, direct, weighted });
  const slope = slopes({ sample, direct, weighted });
  const influence = new Float64Array(nPatients);
  let drift = 0;
  let position = 0;
  for (let u = 0; u <= nCensoringTimes; u++) {
    // Rows after the censoring time before and before this one; after the last, all that are left.
    const from = u < nCensoringTimes ? nPatients - censoring.atRisk[u]! : nPatients;
    for (; position < from; position++) {
      const row = order ? order[position]! : position;
      influence[row] = direct[row]! - drift;
    }
    if (u === nCensoringTimes) break;
    drift += (slope[u]! * censoring.censored[u]!) / censoring.atRisk[u]!;
    const to = from + censoring.events[u]! + censoring.censored[u]!;
    for (; position < to; position++) {
      const row = order ? order[position]! : position;
      influence[row] = direct[row]! - drift + (status[row] === horizonStatusCode.unknown ? slope[u]! : 0);
    }
  }
  return influence;
}

/** A(u)/Y(u) at each censoring time up to the horizon; A(u) sums `weighted` over later times. */
function slopes({ sample, weighted }: Influence): Float64Array {
  const { nPatients, order, censoring, nCensoringTimes } = sample;
  const slope = new Float64Array(nCensoringTimes);
  let after = 0;
  let position = nPatients;
  for (let u = nCensoringTimes - 1; u >= 0; u--) {
    const atRisk = censoring.atRisk[u]!;
    const to = nPatients - atRisk + censoring.events[u]! + censoring.censored[u]!;
    for (; position > to; position--) after += weighted[order ? order[position - 1]! : position - 1]!;
    slope[u] = after / atRisk;
  }
  return slope;
}
