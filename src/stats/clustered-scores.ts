import { assertLevel, assertSameLength } from "./assert.ts";
import { type BrierScore, brierLoss } from "./brier.ts";
import { clusteredMean } from "./clustered-mean.ts";
import { completeSampleOf } from "./complete-sample.ts";
import type { IpcwSample } from "./ipcw-mean.ts";
import { riskForEverybody } from "./ipcw-skill.ts";
import { type LogLoss, logLosses } from "./log-loss.ts";
import type { BinaryPredictions } from "./logistic-calibration.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { mean } from "./sum.ts";
import { waldInterval } from "./wald-interval.ts";

export type ClusteredPredictions = BinaryPredictions & { readonly cluster: Uint32Array };

/**
 * Brier score of rows that come in clusters, such as the encounters of a patient, and the share of the null model's that it
 * removes.
 *
 *     Brier = mean of (d − r)²,   scaled = 1 − L/L₀,   SE(scaled) = SE(mean of (L/L₀ l₀ − l))/L₀
 *
 * l a row's loss, l₀ that of the event rate given to everybody, L and L₀ their means; standard errors as `clusteredMean`.
 * Intervals are Wald's, the Brier score's cut to [0, 1] and the scaled one's to 1 above. Not estimable: nobody, one
 * cluster; the scaled score also without events, or where everybody has one. Errors as in `brierScore`.
 *
 * Reference: as `brierScore`; ratio of means: Cochran (1977), Sampling Techniques, 3rd ed., section 6.3. Checked against:
 * R survey::svymean and survey::svyratio (test/reference/clustered-scores.json).
 */
export function clusteredBrier(options: ClusteredPredictions): BrierScore | NotEstimable {
  const { risk, cluster, level = 0.95 } = options;
  const sample = sampleOf(options);
  const found = clusteredSkill(sample, {
    loss: brierLoss(sample, risk),
    nullLoss: brierLoss(sample, riskForEverybody(sample)),
    ...{ cluster, level, range: [0, 1] },
  });
  if (isNotEstimable(found)) return found;
  const { value: brier, nullLoss: nullBrier, skill: scaled, ...interval } = found;
  return { brier, ...interval, nullBrier, scaled };
}

/**
 * Log loss of rows that come in clusters, and the share of the null model's that it removes. Risks are clipped as in
 * `logLoss`, its interval is cut to 0 below; all else as in `clusteredBrier`.
 */
export function clusteredLogLoss(options: ClusteredPredictions): LogLoss | NotEstimable {
  const { risk, cluster, level = 0.95 } = options;
  const sample = sampleOf(options);
  const found = clusteredSkill(sample, {
    loss: logLosses(sample, risk),
    nullLoss: logLosses(sample, riskForEverybody(sample)),
    ...{ cluster, level, range: [0, Infinity] },
  });
  if (isNotEstimable(found)) return found;
  const { value: logLoss, nullLoss: nullLogLoss, ...rest } = found;
  return { logLoss, ...rest, nullLogLoss };
}

function sampleOf(options: ClusteredPredictions): IpcwSample {
  const { event, cluster, level = 0.95 } = options;
  assertSameLength({ event, cluster });
  assertLevel(level);
  return completeSampleOf(options);
}

function clusteredSkill(
  { nEvents, nEventFree }: IpcwSample,
  options: {
    readonly loss: Float64Array;
    readonly nullLoss: Float64Array;
    readonly cluster: Uint32Array;
    readonly level: number;
    readonly range: readonly [number, number];
  },
) {
  const { loss, nullLoss, cluster, level, range } = options;
  const own = clusteredMean({ value: loss, cluster, level });
  if (isNotEstimable(own)) return own;
  const { mean: value, stdError } = own;
  const scored = { value, stdError, ...waldInterval({ estimate: value, stdError, level, range }) };
  const none = mean(nullLoss);
  if (nEvents === 0 || nEventFree === 0) {
    const notEstimable = nEvents === 0 ? "no events" : "everybody has the event";
    return { ...scored, nullLoss: none, skill: { notEstimable } };
  }
  const ratio = value / none;
  const paired = clusteredMean({ value: loss.map((l, i) => ratio * nullLoss[i]! - l), cluster, level });
  if (isNotEstimable(paired)) return paired;
  const skill = { value: 1 - ratio, stdError: paired.stdError / none };
  const interval = waldInterval({
    estimate: skill.value,
    stdError: skill.stdError,
    level,
    range: [-Infinity, 1],
  });
  return { ...scored, nullLoss: none, skill: { ...skill, ...interval } };
}
