import type { ComputedEstimate } from "../../evidence/estimate.ts";
import { aucAtHorizon, type PredictionsAtHorizon } from "../../stats/auc-at-horizon.ts";
import { brierAtHorizon } from "../../stats/brier.ts";
import { calibrationSlope } from "../../stats/calibration-slope.ts";
import type { ComplementaryLogLog } from "../../stats/complementary-log-log.ts";
import { concordances } from "../../stats/concordance.ts";
import { logLossAtHorizon } from "../../stats/log-loss.ts";
import { columnsAt, type TimedCohort, type TimedReading, type UnweightedReading } from "../cohort/cohort.ts";
import { type Context, estimateOf, estimatesOf, type Naming, type Outcome } from "../estimate-of.ts";
import { meanCalibration } from "./mean-calibration.ts";

const retrospective = "retrospective" as const;

function naming(key: string, label: string, unit: Naming["unit"], method: string): Naming {
  return { measure: `performance.${key}`, label, unit, method };
}

/** How right the risks are at one horizon: on average, over their range, and risk by risk. */
export function calibrationEstimates(
  columns: PredictionsAtHorizon & { readonly transformed: ComplementaryLogLog },
  context: Context,
): ComputedEstimate[] {
  return [...meanCalibration(columns, context), ...slopeEstimate(columns, context)];
}

/** How well the risks at one horizon tell patients apart. */
export function rankEstimates(
  cohort: Pick<TimedCohort, "time" | "event">,
  reading: TimedReading,
  context: Context,
): ComputedEstimate[] {
  return estimatesOf(context, aucAtHorizon(columnsAt(cohort, reading)), [
    {
      naming: naming(
        "auc",
        "AUC",
        "proportion",
        "IPCW, cumulative cases, dynamic controls; influence-function interval",
      ),
      outcome: ({ auc, lower, upper, kind }) => ({ value: auc, lower, upper, kind }),
    },
  ]);
}

function slopeEstimate(
  columns: Parameters<typeof calibrationSlope>[0],
  context: Context,
): ComputedEstimate[] {
  return estimatesOf(context, calibrationSlope(columns), [
    {
      naming: naming(
        "calibration-slope",
        "Calibration slope",
        "ratio",
        "Cox regression on the complementary log-log of the risk, Wald interval",
      ),
      outcome: ({ slope, lower, upper }) => ({ value: slope, lower, upper }),
    },
  ]);
}

const influence = "IPCW, influence-function interval";
const skillOutcome = (
  skill: { value: number; lower: number; upper: number } | { notEstimable: string },
): Outcome => skill;

/** How far the risks at one horizon are from what happened, squared. */
export function brierEstimates(columns: PredictionsAtHorizon, context: Context): ComputedEstimate[] {
  return estimatesOf(context, brierAtHorizon(columns), [
    {
      naming: naming("brier", "Brier score", "proportion", influence),
      outcome: ({ brier, lower, upper }) => ({ value: brier, lower, upper }),
    },
    {
      naming: naming("brier-null", "Brier score, one risk for all", "proportion", "IPCW"),
      outcome: ({ nullBrier }) => ({ value: nullBrier }),
    },
    {
      naming: naming("scaled-brier", "Scaled Brier score", "proportion", `${influence}, delta method`),
      outcome: ({ scaled }) => skillOutcome(scaled),
    },
  ]);
}

/** How unlikely the risks at one horizon make what happened. */
export function logLossEstimates(columns: PredictionsAtHorizon, context: Context): ComputedEstimate[] {
  return estimatesOf(context, logLossAtHorizon(columns), [
    {
      naming: naming("log-loss", "Log loss", "proportion", influence),
      outcome: ({ logLoss, lower, upper }) => ({ value: logLoss, lower, upper }),
    },
    {
      naming: naming("log-loss-null", "Log loss, one risk for all", "proportion", "IPCW"),
      outcome: ({ nullLogLoss }) => ({ value: nullLogLoss }),
    },
    {
      naming: naming("log-loss-skill", "Log loss skill", "proportion", `${influence}, delta method`),
      outcome: ({ skill }) => skillOutcome(skill),
    },
  ]);
}

/** Concordance over the whole follow-up, of the primary horizon's risk. */
export function concordanceEstimates(
  { n, time, event }: TimedCohort,
  { risk, byRisk, ascending }: TimedReading,
): ComputedEstimate[] {
  let events = 0;
  for (let i = 0; i < event.length; i++) events += event[i]!;
  const context: Context = { n, events, evidence: retrospective };
  const both = concordances({ time, event, score: risk, byScore: byRisk, ascending });
  return (["harrell", "uno"] as const).flatMap((weighting) => {
    const name = weighting === "harrell" ? "Harrell's C" : "Uno's C";
    return estimatesOf(context, both[weighting], [
      {
        naming: naming(`${weighting}-c`, name, "proportion", "infinitesimal-jackknife interval"),
        outcome: ({ c, stdError }) => ({ value: c, ...waldWithin01(c, stdError) }),
      },
    ]);
  });
}

/** Every pair in order, or none: the standard error is 0 for want of a counterexample, so there is no interval. */
function waldWithin01(value: number, stdError: number): { lower: number; upper: number } {
  if (value === 0 || value === 1) return { lower: Number.NaN, upper: Number.NaN };
  const z = 1.959963984540054;
  return { lower: Math.max(0, value - z * stdError), upper: Math.min(1, value + z * stdError) };
}

/** Without any assumption about patients of unknown status: none, or all, of them had the event. */
export function worstCaseBounds(
  { n, time, event }: Pick<TimedCohort, "n" | "time" | "event">,
  { risk, atDays }: UnweightedReading,
  context: Context,
): ComputedEstimate[] {
  let events = 0;
  let unknown = 0;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += risk[i]!;
    if (time[i]! > atDays) continue;
    if (event[i]) events++;
    else unknown++;
  }
  const ratio = (count: number): Outcome =>
    n === 0 || sum === 0 ? { notEstimable: "no predicted risk" } : { value: count / sum };
  return [
    estimateOf(
      context,
      naming(
        "observed-expected-if-none",
        "Observed/expected if none of the unknown had an event",
        "ratio",
        "worst-case bound",
      ),
      ratio(events),
    ),
    estimateOf(
      context,
      naming(
        "observed-expected-if-all",
        "Observed/expected if all of the unknown had an event",
        "ratio",
        "worst-case bound",
      ),
      ratio(events + unknown),
    ),
  ];
}
