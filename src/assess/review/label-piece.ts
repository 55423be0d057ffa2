import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { OperatingPoint } from "../../protocol/index.ts";
import { horizonStatusCode } from "../../stats/censoring.ts";
import type { NotEstimable } from "../../stats/not-estimable.ts";
import {
  type RecordedSizes,
  type ReviewedRate,
  type ReviewedShare,
  type ReviewedShares,
  reviewedShares,
} from "../../stats/reviewed-shares.ts";
import type { TwoByTwo } from "../../stats/two-by-two.ts";
import { type Cohort, knownIn, primaryReading } from "../cohort/cohort.ts";
import { type Context, estimateOf, type Naming, shareOf } from "../estimate-of.ts";
import { flaggedFrom, thresholdText } from "../performance/operating-point.ts";
import { tablesAt } from "../performance/tables-at.ts";
import type { JoinedReview } from "./join-review.ts";
import { crossed, reviewStrata, type Strata, sizesOf } from "./review-strata.ts";

const rateNames: Readonly<Record<ReviewedRate, string>> = {
  sensitivity: "Sensitivity",
  specificity: "Specificity",
  ppv: "PPV",
  npv: "NPV",
  prevalence: "Prevalence",
};
const rates = Object.keys(rateNames) as ReviewedRate[];

function methodFor(cohort: Cohort): string {
  const weighted =
    cohort.kind === "time to event"
      ? "charts weighted to their strata, patients for censoring"
      : "charts weighted to their strata";
  return `${weighted}; MOVER of exact limits of the charts and Wilson's of the ${cohort.unit.many}`;
}

/** The rates at an operating point by what charts say, each beside the share of the charts as they were drawn. */
export function labelEstimates(
  cohort: Cohort,
  review: JoinedReview,
  point: Pick<OperatingPoint, "comparison" | "threshold">,
): ComputedEstimate[] {
  const charts = usedCharts(review);
  const shares = sharesAt(cohort, review, point);
  const context: Context = {
    n: charts.length,
    horizon: primaryReading(cohort).short,
    evidence: "retrospective",
  };
  const at = thresholdText(point.threshold);
  const where = (rate: ReviewedRate) => (rate === "prevalence" ? "" : ` at ${at}`);
  const named = (measure: string, label: string): Naming => ({
    measure: `labels.${measure}`,
    label,
    unit: "proportion",
    method: methodFor(cohort),
  });
  return [
    ...rates.flatMap((rate) => [
      estimateOf(context, named(rate, `${rateNames[rate]}${where(rate)} by chart review`), shares[rate]),
      estimateOf(
        context,
        {
          ...named(`${rate}-unweighted`, `${rateNames[rate]}${where(rate)} among the charts, unweighted`),
          method: "counted among the charts read, as if they were a random sample; no interval",
        },
        unweighted(shares[rate]),
      ),
    ]),
    estimateOf(context, named("confirmed", "Recorded events that their chart confirms"), shares.confirmed),
    estimateOf(context, named("missed", "Recorded event-free whose chart shows the event"), shares.missed),
    shareOf(
      { ...context, n: review.charts.length },
      "labels.used",
      "Charts that tell, of patients of known status",
      charts.length,
      review.charts.length,
    ),
  ];
}

function unweighted(share: ReviewedShare | NotEstimable) {
  if ("notEstimable" in share) return share;
  const { numerator, denominator } = share;
  if (denominator === 0) return { notEstimable: "no chart is in its denominator" };
  return { value: numerator / denominator, numerator, denominator };
}

/** Charts that tell, of patients whose status is known: the others correct no label. */
export function usedCharts({ charts, strata }: JoinedReview): JoinedReview["charts"] {
  return charts.filter(({ label, patient }) => label !== "unclear" && strata.code[patient]! >= 0);
}

function sharesAt(
  cohort: Cohort,
  review: JoinedReview,
  point: Pick<OperatingPoint, "comparison" | "threshold">,
): ReviewedShares {
  // Another flag than that of the draw divides its strata further: within each part the charts are random still.
  const strata = crossed(review.strata, reviewStrata(cohort, { by: [], flag: point }));
  const charts = usedCharts(review);
  const { whole } = tablesAt(cohort, flaggedFrom(point), []);
  const { weight } = knownIn(cohort);
  return reviewedShares({
    strata: sizesOf(strata, cohort, point),
    charts: {
      stratum: Uint16Array.from(charts, ({ patient }) => strata.code[patient]!),
      weight: Float64Array.from(charts, ({ patient }) => weight[patient]!),
      truth: Uint8Array.from(charts, ({ label }) => (label === "event" ? 1 : 0)),
    },
    recordedSizes: recordedSizes(whole),
  });
}

function recordedSizes(table: TwoByTwo): RecordedSizes {
  const size = (rate: ReviewedRate) => {
    const recorded = table[rate];
    return "notEstimable" in recorded ? undefined : recorded.effectiveSize;
  };
  return {
    sensitivity: size("sensitivity"),
    specificity: size("specificity"),
    ppv: size("ppv"),
    npv: size("npv"),
    prevalence: size("prevalence"),
  };
}

/** Charts read and patients, of the flagged and of the others: how much more often the one were looked at. */
export interface ReviewRates {
  readonly flagged: { readonly charts: number; readonly patients: number };
  readonly others: { readonly charts: number; readonly patients: number };
}

export function reviewRates(
  cohort: Cohort,
  review: JoinedReview,
  point: Pick<OperatingPoint, "comparison" | "threshold">,
): ReviewRates {
  const { risk } = primaryReading(cohort);
  const from = flaggedFrom(point);
  const found = { flagged: { charts: 0, patients: 0 }, others: { charts: 0, patients: 0 } };
  const of = (patient: number) => (risk[patient]! >= from ? found.flagged : found.others);
  knownIn(cohort).status.forEach((status, i) => {
    if (status !== horizonStatusCode.unknown) of(i).patients++;
  });
  for (const { patient } of usedCharts(review)) of(patient).charts++;
  return found;
}

/** Strata of the draw with patients and no chart that tells. */
export function unreadStrata({ strata, ...review }: JoinedReview): readonly string[] {
  const read = new Set(usedCharts({ strata, ...review }).map(({ patient }) => strata.code[patient]!));
  return namesWithout(strata, read);
}

function namesWithout({ names }: Strata, read: ReadonlySet<number>): readonly string[] {
  return names.filter((_, code) => !read.has(code));
}
