import { assertBinary, assertLevel, assertRisk, assertSameLength } from "./assert.ts";
import { clusteredProportion } from "./clustered-mean.ts";
import type { BinaryPredictions } from "./logistic-calibration.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { type ObservedExpected, overExpected } from "./observed-expected.ts";
import { wilson } from "./proportion.ts";

/**
 * Observed over expected risk of a binary outcome that is known for everybody: calibration in the large as a ratio.
 *
 *     O/E = p / mean(r),   interval  O/E · exp(± z · SE(p) / p),   SE(p) = √(p (1 − p)/n)
 *
 * p the event rate. Where `cluster` says which rows belong together, such as the encounters of a patient, SE(p) is that of
 * `clusteredMean`. The predictions are taken as given, so only p varies. The interval of p is Wilson's, or that of
 * `clusteredProportion`. Not estimable: nobody, one cluster, no events, everybody with the event, clusters that all have
 * the same share of events, or a mean prediction of 0. A risk that is not between 0 and 1 is a ContractError.
 *
 * Reference: Debray, Damen, Riley et al. (2019), Statistical Methods in Medical Research 28, 2768–2786,
 * doi:10.1177/0962280218785504. Checked against: the formula in R, with survey::svymean for clusters
 * (test/reference/binary-observed-expected.json).
 */
export function binaryObservedExpected({
  event,
  risk,
  cluster,
  level = 0.95,
}: BinaryPredictions & { readonly cluster?: Uint32Array }): ObservedExpected | NotEstimable {
  assertSameLength({ event, risk });
  assertBinary({ event });
  assertRisk({ risk });
  assertLevel(level);
  const n = event.length;
  const nEvents = event.reduce((sum, code) => sum + code, 0);
  if (n === 0) return { notEstimable: "nobody" };
  if (nEvents === 0) return { notEstimable: "no events" };
  if (nEvents === n) return { notEstimable: "everybody has the event" };
  const share =
    cluster === undefined ? independent(nEvents, n, level) : clusteredProportion({ event, cluster, level });
  if (isNotEstimable(share)) return share;
  const { stdError, lower, upper } = share;
  if (!(stdError > 0)) return { notEstimable: "the clusters leave no variance" };
  const observed = nEvents / n;
  const compared = overExpected({ observed, stdError, risk, level });
  if (isNotEstimable(compared)) return compared;
  return {
    observed,
    observedStdError: stdError,
    observedLower: lower,
    observedUpper: upper,
    ...compared,
  };
}

function independent(nEvents: number, n: number, level: number) {
  const p = nEvents / n;
  return { stdError: Math.sqrt((p * (1 - p)) / n), ...wilson(nEvents, n, level) };
}
