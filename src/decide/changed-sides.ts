import type { ComputedEstimate } from "../evidence/estimate.ts";
import type { Finding } from "../evidence/finding.ts";
import type { AcceptanceCriterion, Limit } from "../protocol/index.ts";
import { criterionEstimateId, criterionName, limitPhrase } from "./acceptance.ts";
import { type EstimateBook, knownIn } from "./estimate-book.ts";
import { rangeOf } from "./limit-range.ts";
import { both } from "./references.ts";
import { capitalise } from "./sentence.ts";

/** Criteria whose limit lies between the rate by the recorded labels and the rate by chart review. */
export function changedSides(criteria: readonly AcceptanceCriterion[], book: EstimateBook): Finding[] {
  return criteria.flatMap((criterion, place): Finding[] => {
    if (!criterion.onReview) return [];
    const { onReview: _, ...onLabels } = criterion;
    const [after, before] = [criterionEstimateId(criterion), criterionEstimateId(onLabels)];
    const [corrected, recorded] = [knownIn(book, after), knownIn(book, before)];
    if (!corrected || !recorded) return [];
    if (keeps(corrected, criterion.limit) === keeps(recorded, criterion.limit)) return [];
    return [
      {
        id: `labels.changes-side/${criterion.measure}@${criterion.at.short}`,
        stage: "labels",
        severity: "serious",
        sentence: [
          `${capitalise(criterionName(criterion))} is `,
          both(after),
          ", by the recorded labels ",
          both(before),
          ": the limit, ",
          ...limitPhrase(criterion, place),
          ", lies between them.",
        ],
        estimates: [after, before],
        remedy: "Mend how the label is made and evaluate again; the model was judged by wrong labels.",
      },
    ];
  });
}

function keeps({ value }: Extract<ComputedEstimate, { readonly value: number }>, limit: Limit): boolean {
  const [low, high] = rangeOf(limit);
  return value >= low && value <= high;
}
