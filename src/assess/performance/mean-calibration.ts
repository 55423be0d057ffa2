import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { PredictionsAtHorizon } from "../../stats/auc-at-horizon.ts";
import { kaplanMeier, survivalAt } from "../../stats/kaplan-meier.ts";
import { observedExpected, whyCurveEnds } from "../../stats/observed-expected.ts";
import { mean } from "../../stats/sum.ts";
import { type Context, estimateOf, type Outcome } from "../estimate-of.ts";

/**
 * Observed risk, mean predicted risk and their ratio.
 *
 * Observed and predicted risk exist where their ratio does not, as without events or with risks of 0; the observed one
 * then has no interval.
 */
export function meanCalibration(columns: PredictionsAtHorizon, context: Context): ComputedEstimate[] {
  const both = observedExpected(columns);
  const observed: Outcome =
    "notEstimable" in both
      ? observedAlone(columns)
      : { value: both.observed, lower: both.observedLower, upper: both.observedUpper };
  const expected: Outcome =
    columns.risk.length === 0 ? { notEstimable: "no patients" } : { value: mean(columns.risk) };
  const ratio: Outcome =
    "notEstimable" in both ? both : { value: both.ratio, lower: both.lower, upper: both.upper };
  const naming = (measure: string, label: string, method: string) =>
    ({ measure, label, unit: "proportion", method }) as const;
  return [
    estimateOf(
      context,
      naming("cohort.survival", "Event-free", "Kaplan–Meier, log interval"),
      complement(observed),
    ),
    estimateOf(
      context,
      naming("performance.observed", "Observed risk", "1 − Kaplan–Meier, log interval"),
      observed,
    ),
    estimateOf(context, naming("performance.expected", "Mean predicted risk", "mean"), expected),
    estimateOf(
      context,
      {
        ...naming(
          "performance.observed-expected",
          "Calibration, observed/expected",
          "Kaplan–Meier over mean risk, log interval",
        ),
        unit: "ratio",
      },
      ratio,
    ),
  ];
}

function observedAlone({ time, event, horizon }: PredictionsAtHorizon): Outcome {
  const curve = kaplanMeier(time, event);
  const reason = whyCurveEnds(curve, horizon);
  return reason === undefined ? { value: 1 - survivalAt(curve, horizon).survival } : { notEstimable: reason };
}

function complement(outcome: Outcome): Outcome {
  if ("notEstimable" in outcome) return outcome;
  const { value, lower, upper } = outcome;
  if (lower === undefined || upper === undefined) return { value: 1 - value };
  return { value: 1 - value, lower: 1 - upper, upper: 1 - lower };
}
