import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { Finding } from "../../evidence/finding.ts";
import { chartLabels } from "../../protocol/index.ts";
import { cohenKappa } from "../../stats/kappa.ts";
import { type Context, estimateOf, shareOf } from "../estimate-of.ts";
import type { Piece } from "../piece.ts";
import type { JoinedReview } from "./join-review.ts";
import { readingsTable } from "./review-tables.ts";

/** Agreement below it is a finding: Landis & Koch 1977, doi:10.2307/2529310, call it moderate at best. */
const leastKappa = 0.6;
/** More charts than this share that tell nothing are a finding. */
const mostUnclear = 0.1;

/** How far two readers agree: of the labels alone, so that it may be read before any result. */
export function agreementPiece(review: JoinedReview): Piece {
  const { charts } = review;
  const context: Context = { n: charts.length, evidence: "retrospective" };
  const table = chartLabels.map((one) =>
    chartLabels.map(
      (other) => charts.filter(({ readings: [first, second] }) => first === one && second === other).length,
    ),
  );
  const kappa = cohenKappa(table);
  const estimates = [
    estimateOf(
      context,
      {
        measure: "labels.kappa",
        label: "Label validity (kappa)",
        unit: "proportion",
        method:
          "Cohen's kappa of two readings of each chart, unweighted; Fleiss, Cohen and Everitt's interval",
      },
      "notEstimable" in kappa
        ? kappa
        : { value: kappa.kappa, lower: kappa.lower, upper: kappa.upper, kind: kappa.kind },
    ),
    counted(
      context,
      "labels.agreed",
      "Charts on which both readers agree",
      ({ readings: [a, b] }) => a === b,
    ),
    counted(context, "labels.unclear", "Charts that do not tell", ({ label }) => label === "unclear"),
  ];
  return {
    estimates,
    tables: [readingsTable(review, estimates)],
    findings: [...lowKappa(estimates), ...manyUnclear(estimates)],
  };

  function counted(
    of: Context,
    measure: string,
    label: string,
    isCounted: (chart: JoinedReview["charts"][number]) => boolean,
  ): ComputedEstimate {
    return shareOf(of, measure, label, charts.filter(isCounted).length, charts.length);
  }
}

function shareIn(estimates: readonly ComputedEstimate[], id: string): number {
  const found = estimates.find((estimate) => estimate.id === id);
  return found && "value" in found ? found.value : Number.NaN;
}

function lowKappa(estimates: readonly ComputedEstimate[]): Finding[] {
  const id = "labels.kappa";
  if (!(shareIn(estimates, id) < leastKappa)) return [];
  return [
    {
      id: "labels.low-kappa",
      stage: "quality",
      severity: "concern",
      sentence: [
        "Two readers of the same ",
        { id, part: "n" },
        " charts agree beyond chance by ",
        { id, part: "both" },
        `; below .60 the chart is no firm standard either.`,
      ],
      estimates: [id],
      remedy: "Sharpen the definition of the event with both readers, and read the charts again.",
    },
  ];
}

function manyUnclear(estimates: readonly ComputedEstimate[]): Finding[] {
  const id = "labels.unclear";
  if (!(shareIn(estimates, id) > mostUnclear)) return [];
  return [
    {
      id: "labels.many-unclear",
      stage: "quality",
      severity: "concern",
      sentence: [
        "Charts that do not tell whether the event happened: ",
        { id, part: "both" },
        "; the others of their stratum stand for them.",
      ],
      estimates: [id],
      remedy:
        "Find out why these charts do not tell; if it goes with the outcome, the corrected rates are off.",
    },
  ];
}
