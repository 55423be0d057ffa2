import type { ComputedEstimate } from "../../evidence/estimate.ts";
import { measureOf } from "../../evidence/estimate.ts";
import type { ReplacedModel } from "../../protocol/index.ts";
import type { TwoByTwo } from "../../stats/two-by-two.ts";
import { type Cohort, columnsAt, primaryReading } from "../cohort/cohort.ts";
import { sorted } from "../cohort/sorted-risk.ts";
import { type Context, estimateOf, type Outcome } from "../estimate-of.ts";
import { binaryAuc } from "../performance/binary-auc.ts";
import { binaryScores } from "../performance/binary-reading.ts";
import { flaggedFrom, thresholdText } from "../performance/operating-point.ts";
import { contextOf, rates } from "../performance/rates.ts";
import { brierEstimates, rankEstimates } from "../performance/risk-performance.ts";
import { methodsAt, tablesAt } from "../performance/tables-at.ts";
import { changedKeys } from "./changed.ts";

export const unknownStatus = "status at the horizon unknown of some";
export const noNetBenefit = "a threshold of 1 has no net benefit";

/** As a reader meets it: `return-score@0.9.0`. */
export const replacedName = ({ name, version }: ReplacedModel): string => `${name}@${version}`;

/**
 * The measures of the replaced model at the primary horizon, each by the estimator of the new model's own, with the
 * threshold at which the old one flags. `exchange`: the threshold probability that weighs its false alerts, too.
 */
export function replacedEstimates(
  cohort: Cohort,
  risk: Float64Array,
  { context, replaces, exchange }: { context: Context; replaces: ReplacedModel; exchange: number },
): ComputedEstimate[] {
  const seen = seenBy(cohort, risk);
  const reading = primaryReading(seen);
  const { whole } = tablesAt(seen, flaggedFrom(replaces), []);
  const at = thresholdText(replaces.threshold);
  const isCompared = new Set(changedKeys.map((key) => `performance.${key}`));
  return [
    ...rates(whole, contextOf(whole, reading), { at, method: methodsAt(cohort).rates }),
    ...rankAndError(seen, context),
    estimateOf(
      context,
      {
        measure: "performance.net-benefit",
        label: `Net benefit at ${at}, false alerts weighed as at ${thresholdText(exchange)}`,
        unit: "difference",
        method: "counted; no interval",
      },
      netBenefitOf(whole, exchange),
    ),
  ]
    .filter(({ id }) => isCompared.has(measureOf(id)))
    .map((estimate) => ({
      ...estimate,
      id: estimate.id.replace("performance.", "performance.old-"),
      label: `${estimate.label}, ${replacedName(replaces)}`,
    }));
}

/** The cohort with the risks of the replaced model at its one horizon, without groups. */
function seenBy(cohort: Cohort, risk: Float64Array): Cohort {
  const own = { risk, ...sorted(risk) };
  return cohort.kind === "binary"
    ? { ...cohort, groups: [], readings: [{ ...primaryReading(cohort), ...own }] }
    : { ...cohort, groups: [], readings: [{ ...primaryReading(cohort), ...own }] };
}

function rankAndError(cohort: Cohort, context: Context): ComputedEstimate[] {
  if (cohort.kind === "binary")
    return [...binaryAuc(cohort, context), ...binaryScores(cohort, primaryReading(cohort), context)];
  const reading = primaryReading(cohort);
  return [...rankEstimates(cohort, reading, context), ...brierEstimates(columnsAt(cohort, reading), context)];
}

function netBenefitOf({ n, all, flagged }: TwoByTwo, exchange: number): Outcome {
  if (all.unknown > 0) return { notEstimable: unknownStatus };
  if (n === 0) return { notEstimable: "nobody to count" };
  if (exchange >= 1) return { notEstimable: noNetBenefit };
  const odds = exchange / (1 - exchange);
  return { value: (flagged.events - odds * flagged.eventFree) / n, decimals: 3 };
}
