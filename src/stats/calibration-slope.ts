import { assertFinite, assertHorizon, assertRisk, assertSameLength } from "./assert.ts";
import type { PredictionsAtHorizon } from "./auc-at-horizon.ts";
import type { FollowUp } from "./censoring.ts";
import { type ComplementaryLogLog, complementaryLogLog } from "./complementary-log-log.ts";
import { coxRegression } from "./cox.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { waldInterval } from "./wald-interval.ts";

export interface CalibrationSlope {
  readonly slope: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** Risks of 0 or 1 that were moved to 1e-15 or 1 − 1e-15. */
  readonly nClipped: number;
}

/**
 * Calibration slope: the Cox coefficient (Efron ties) of log(−log(1 − r)), with follow-up cut at the horizon.
 *
 * For the risks of a Cox model this is the slope on its linear predictor. 1 is right, below 1 the risks are
 * too extreme, above 1 too close together. Risks of 0 and 1 are clipped and counted. Not estimable, with the
 * reason: nobody, no events by the horizon, equal risks, or risks that separate the events. A risk that is not
 * between 0 and 1, or a horizon that is NaN, is a ContractError.
 *
 * Reference: van Houwelingen (2000), Statistics in Medicine 19, 3401–3415,
 * doi:10.1002/1097-0258(20001230)19:24<3401::AID-SIM554>3.0.CO;2-2.
 * Checked against: R survival::coxph (test/reference/horizon.json).
 */
export function calibrationSlope(
  options: PredictionsAtHorizon & {
    /** Of the risk, where a caller has it for several measures; made here where not. */
    readonly transformed?: ComplementaryLogLog;
  },
): CalibrationSlope | NotEstimable {
  const { time, event, risk, horizon, level = 0.95 } = options;
  assertSameLength({ time, event, risk });
  assertFinite({ time });
  assertRisk({ risk });
  assertHorizon(horizon);
  if (time.length === 0) return { notEstimable: "no patients" };
  const { values, nClipped } = options.transformed ?? complementaryLogLog(risk);
  assertSameLength({ risk, values });
  if (areEqual(values)) return { notEstimable: "all predicted risks are equal" };
  // A horizon before every time may be −∞, which is no time to cut at.
  if (!time.some((t) => t <= horizon)) return { notEstimable: "no events by the horizon" };
  const fit = coxRegression({ ...cutAt(horizon, time, event), covariates: [values], ties: "efron" });
  if (fit.nEvents === 0) return { notEstimable: "no events by the horizon" };
  if (fit.outcome === "monotone likelihood")
    return { notEstimable: "the predicted risks separate the events, so the slope has no finite value" };
  if (fit.outcome === "singular")
    return { notEstimable: "the predicted risks do not vary among patients at risk together" };
  if (fit.outcome !== "converged") return { notEstimable: "the Cox model did not converge" };
  const slope = fit.coefficients[0]!;
  const stdError = Math.sqrt(fit.variance[0]![0]!);
  const interval = waldInterval({ estimate: slope, stdError, level, range: [-Infinity, Infinity] });
  return { slope, stdError, ...interval, nClipped };
}

function areEqual(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

/** Follow-up that ends at the horizon. */
function cutAt(horizon: number, time: Float64Array, event: Uint8Array): FollowUp {
  const cut = { time: new Float64Array(time.length), event: new Uint8Array(time.length) };
  for (let i = 0; i < time.length; i++) {
    cut.time[i] = Math.min(time[i]!, horizon);
    cut.event[i] = time[i]! > horizon ? 0 : event[i]!;
  }
  return cut;
}
