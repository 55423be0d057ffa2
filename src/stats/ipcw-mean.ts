import { assertSameLength } from "./assert.ts";
import {
  assertFollowUp,
  type CensoringCurve,
  censoringCurveInOrder,
  type FollowUpToHorizon,
  horizonStatus,
  horizonStatusCode,
  horizonWeightsInOrder,
  timeOrder,
} from "./censoring.ts";
import type { NotEstimable } from "./not-estimable.ts";

/** What is known of patients at the horizon, their weights, and the censoring behind the weights. */
export interface IpcwSample {
  readonly nPatients: number;
  /** 1 event by the horizon, 0 event-free beyond it, 2 unknown; see `horizonStatus`. */
  readonly status: Uint8Array;
  /** Inverse probability of censoring weights; 0 where the status is unknown. */
  readonly weight: Float64Array;
  /** Rows in ascending time; undefined where they already are. */
  readonly order: Uint32Array | undefined;
  /** The censoring curve over the whole follow-up. */
  readonly censoring: CensoringCurve;
  /** How many times of the censoring curve are at or before the horizon. */
  readonly nCensoringTimes: number;
  readonly nEvents: number;
  readonly nEventFree: number;
  /** Of the event-free: those who had a competing event by the horizon; see `competingSample`. */
  readonly nCompeting: number;
  readonly nUnknown: number;
  /** The reason where weighted sums do not estimate anything: nobody, or follow-up that ends too early. */
  readonly notEstimable?: string;
}

/** Everything about a cohort at a horizon that its weighted estimates share. */
export function ipcwSample(followUp: FollowUpToHorizon): IpcwSample {
  assertFollowUp(followUp);
  const order = timeOrder(followUp.time);
  const censoring = censoringCurveInOrder(followUp, order);
  const status = horizonStatus(followUp);
  const counts = [0, 0, 0];
  for (let i = 0; i < status.length; i++) counts[status[i]!]!++;
  const nEventFree = counts[horizonStatusCode.eventFree]!;
  let nCensoringTimes = 0;
  while (nCensoringTimes < censoring.time.length && censoring.time[nCensoringTimes]! <= followUp.horizon)
    nCensoringTimes++;
  const reason = whyNotEstimable(status.length, nEventFree, counts[horizonStatusCode.unknown]!);
  return {
    nPatients: status.length,
    status,
    weight: horizonWeightsInOrder(followUp, order, censoring),
    order,
    censoring,
    nCensoringTimes,
    nEvents: counts[horizonStatusCode.event]!,
    nEventFree,
    nCompeting: 0,
    nUnknown: counts[horizonStatusCode.unknown]!,
    ...(reason === undefined ? {} : { notEstimable: reason }),
  };
}

/** The sample that a caller made before from the same columns, or a new one. */
export function sampleOf(options: FollowUpToHorizon & { readonly sample?: IpcwSample }): IpcwSample {
  const { sample, ...followUp } = options;
  if (sample === undefined) return ipcwSample(followUp);
  assertSameLength({ time: options.time, event: options.event, weight: sample.weight });
  return sample;
}

/** With nobody beyond the horizon, weights would give everybody of unknown status to those with the event. */
function whyNotEstimable(nPatients: number, nEventFree: number, nUnknown: number): string | undefined {
  if (nPatients === 0) return "no patients";
  return nEventFree > 0 || nUnknown === 0 ? undefined : "nobody is followed beyond the horizon";
}

/** The columns of an influence function: see `influenceSquares`. */
export interface Influence {
  readonly sample: IpcwSample;
  readonly direct: Float64Array;
  readonly weighted: Float64Array;
}

export interface IpcwMean {
  readonly mean: number;
  readonly stdError: number;
}

/**
 * Mean of a quantity that is known only for patients with known status at the horizon, weighted for
 * censoring, with the standard error that counts the estimation of the weights.
 *
 *     θ = (1/n) Σ wᵢ aᵢ        SE = √( Σ (ψᵢ − ψ̄)² / (n (n − 1)) )
 *
 * with the influence function ψ of `influenceSquares`. Values of `a` for patients of unknown status are not
 * read.
 *
 * Reference: Gerds & Schumacher (2006), doi:10.1002/bimj.200610301; Blanche, Proust-Lima, Loubère, Berr,
 * Dartigues & Jacqmin-Gadda (2015), Biometrics 71, 102–113, doi:10.1111/biom.12232, web appendix.
 * Checked against: the Brier score and its standard error in R riskRegression::Score
 * (test/reference/horizon.json).
 */
export function ipcwMean(sample: IpcwSample, values: Float64Array): IpcwMean | NotEstimable {
  const { nPatients, weight } = sample;
  assertSameLength({ weight, values });
  if (sample.notEstimable !== undefined) return { notEstimable: sample.notEstimable };
  if (nPatients < 2) return { notEstimable: "one patient" };
  const weighted = new Float64Array(nPatients);
  let sum = 0;
  for (let i = 0; i < nPatients; i++) {
    const w = weight[i]!;
    if (w > 0) sum += weighted[i] = w * values[i]!;
  }
  const squares = influenceSquares({ sample, direct: weighted, weighted });
  return { mean: sum / nPatients, stdError: Math.sqrt(squares / (nPatients * (nPatients - 1))) };
}

/**
 * Sum of squared deviations of the influence function ψᵢ = rᵢ + cᵢ of a weighted estimate, where rᵢ
 * (`direct`) is what patient i adds with the weights taken as known, and cᵢ what patient i adds by shaping
 * the weights:
 *
 *     cᵢ = (1/n) Σₖ vₖ Φᵢ(tₖ− ∧ h)        vₖ (`weighted`) the part of rₖ that scales with the weight of k
 *     Φᵢ(t) = n · 1{i censored at tᵢ ≤ t} / Y(tᵢ) − Σ n c(u)/Y(u)²   over censoring times u ≤ t ∧ tᵢ
 *
 * Φ is the influence function of the Nelson–Aalen estimate of the censoring hazard, Y(u) everybody at risk at
 * u, events at u included: the convention of riskRegression. Written as a sum over censoring times,
 *
 *     cᵢ = Σ A(u)/Y(u) · mᵢ(u),   A(u) = Σ vₖ over tₖ > u,   mᵢ(u) = 1{i censored at u} − 1{tᵢ ≥ u} c(u)/Y(u)
 *
 * the mᵢ(u) of different times are orthogonal and add up to 0, so one pass from the horizon back gives
 *
 *     Σ cᵢ²   = Σ (A/Y)² c (1 − c/Y)
 *     Σ rᵢ cᵢ = −Σ (A/Y) (c/Y) B,         B(u) = Σ rₖ over tₖ ≥ u, patients censored by h adding nothing
 *
 * Both columns must be 0 for patients of unknown status.
 */
export function influenceSquares({ sample, direct, weighted }: Influence): number {
  const { nPatients, order, censoring } = sample;
  assertSameLength({ weight: sample.weight, direct, weighted });
  let mean = 0;
  for (let i = 0; i < nPatients; i++) mean += direct[i]!;
  mean /= nPatients;
  let squares = 0;
  for (let i = 0; i < nPatients; i++) squares += (direct[i]! - mean) ** 2;
  let afterWeighted = 0;
  let fromDirect = 0;
  let position = nPatients;
  for (let u = sample.nCensoringTimes - 1; u >= 0; u--) {
    const atRisk = censoring.atRisk[u]!;
    const from = nPatients - atRisk;
    const to = from + censoring.events[u]! + censoring.censored[u]!;
    while (position > to) {
      const row = order ? order[--position]! : --position;
      afterWeighted += weighted[row]!;
      fromDirect += direct[row]!;
    }
    let eventsWeighted = 0;
    while (position > from) {
      const row = order ? order[--position]! : --position;
      eventsWeighted += weighted[row]!;
      fromDirect += direct[row]!;
    }
    const share = censoring.censored[u]! / atRisk;
    const slope = afterWeighted / atRisk;
    squares += slope * slope * censoring.censored[u]! * (1 - share) - 2 * slope * share * fromDirect;
    afterWeighted += eventsWeighted;
  }
  return squares;
}
