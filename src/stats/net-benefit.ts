import { assertHorizon, assertRisk, assertSameLength, ContractError } from "./assert.ts";
import type { PredictionsAtHorizon } from "./auc-at-horizon.ts";
import { assertFollowUp, timeOrder } from "./censoring.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { countUpTo } from "./order.ts";

type Columns = Omit<PredictionsAtHorizon, "level">;

export interface DecisionCurve {
  readonly thresholds: Float64Array;
  /** Net benefit of acting where risk ≥ threshold. */
  readonly model: Float64Array;
  /** Net benefit of acting on everybody. Acting on nobody has net benefit 0. */
  readonly all: Float64Array;
  readonly nFlagged: Uint32Array;
}

/**
 * Decision curve at a horizon under censoring.
 *
 *     NB(p) = x/n · [ F(h) − (1 − F(h)) · p/(1 − p) ]
 *
 * x patients with risk ≥ p, F(h) their own Kaplan–Meier risk (its curve carried flat where their follow-up
 * ends before h); x = n for `all`; 0 where nobody is flagged. Ties: events before censorings. A threshold
 * outside [0, 1), a risk outside [0, 1] or a horizon that is NaN is a ContractError. Not estimable: nobody, or
 * follow-up of the whole cohort that ends before
 * the horizon, or by it with some of unknown status.
 *
 * Reference: Vickers, Cronin, Elkin & Gonen (2008), BMC Medical Informatics and Decision Making 8, 53,
 * doi:10.1186/1472-6947-8-53. Checked against: the same formula with R survival::survfit
 * (test/reference/horizon.json).
 */
export function decisionCurve(
  options: Columns & { readonly thresholds: Float64Array },
): DecisionCurve | NotEstimable {
  const { time, event, risk, horizon, thresholds } = options;
  assertFollowUp(options);
  assertSameLength({ time, risk });
  assertRisk({ risk });
  assertHorizon(horizon);
  assertThresholds(thresholds);
  const n = time.length;
  if (n === 0) return { notEstimable: "no patients" };
  let last = -Infinity;
  for (let i = 0; i < n; i++) if (time[i]! > last) last = time[i]!;
  // The first threshold flags everybody.
  const order = Array.from(thresholds.keys()).sort((a, b) => thresholds[a]! - thresholds[b]!);
  const ascending = Float64Array.from([-Infinity, ...order.map((k) => thresholds[k]!)]);
  const { survival, nFlagged } = flaggedSurvival(options, ascending);
  if (last < horizon && survival[0]! > 0) return { notEstimable: "follow-up ends before the horizon" };
  // A last event would stand for all who were censored before it.
  if (last <= horizon && survival[0] === 0 && event.some((code) => code === 0))
    return { notEstimable: "nobody is followed beyond the horizon" };
  const curve = {
    thresholds: thresholds.slice(),
    model: new Float64Array(thresholds.length),
    all: thresholds.map((threshold) => netBenefit(survival[0]!, threshold)),
    nFlagged: new Uint32Array(thresholds.length),
  };
  order.forEach((k, position) => {
    const flagged = nFlagged[position + 1]!;
    curve.nFlagged[k] = flagged;
    curve.model[k] = flagged === 0 ? 0 : (flagged / n) * netBenefit(survival[position + 1]!, thresholds[k]!);
  });
  return curve;
}

export function assertThresholds(thresholds: Float64Array): void {
  for (const threshold of thresholds)
    if (!(threshold >= 0 && threshold < 1))
      throw new ContractError(`threshold ${threshold} is not in [0, 1)`);
}

/** Of acting on patients of whom the share `survival` is free of the event at the horizon. */
export function netBenefit(survival: number, threshold: number): number {
  return 1 - survival - survival * (threshold / (1 - threshold));
}

/**
 * Kaplan–Meier survival at the horizon among those with risk ≥ each threshold, and how many they are.
 * One pass in order of time: a patient counts for the thresholds up to the last one that their risk reaches.
 */
function flaggedSurvival({ time, event, risk, horizon }: Columns, ascending: Float64Array) {
  const n = time.length;
  const nThresholds = ascending.length;
  const order = timeOrder(time);
  const nReached = new Uint32Array(n);
  const survival = new Float64Array(nThresholds).fill(1);
  const nFlagged = new Uint32Array(nThresholds);
  for (let i = 0; i < n; i++) {
    const reached = countUpTo(ascending, risk[i]!);
    nReached[i] = reached;
    nFlagged[reached - 1]!++;
  }
  for (let k = nThresholds - 2; k >= 0; k--) nFlagged[k]! += nFlagged[k + 1]!;
  const atRisk = nFlagged.slice();
  // Of the patients with one time: by the last threshold that they reach.
  const leaving = new Uint32Array(nThresholds);
  const withEvent = new Uint32Array(nThresholds);
  for (let position = 0; position < n; ) {
    const now = time[order ? order[position]! : position]!;
    if (now > horizon) break;
    let top = 0;
    for (; position < n; position++) {
      const row = order ? order[position]! : position;
      if (time[row] !== now) break;
      const reached = nReached[row]! - 1;
      if (reached > top) top = reached;
      leaving[reached]!++;
      withEvent[reached]! += event[row]!;
    }
    let gone = 0;
    let events = 0;
    for (let k = top; k >= 0; k--) {
      gone += leaving[k]!;
      events += withEvent[k]!;
      leaving[k] = withEvent[k] = 0;
      if (events > 0) survival[k]! *= (atRisk[k]! - events) / atRisk[k]!;
      atRisk[k]! -= gone;
    }
  }
  return { survival, nFlagged };
}
