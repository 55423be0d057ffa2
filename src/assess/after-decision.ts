import type { ColumnSet } from "../data/index.ts";
import type { Finding } from "../evidence/finding.ts";
import type { Protocol } from "../protocol/index.ts";
import { momentsOf } from "./known-at.ts";
import { isNotAfter, parseMoment } from "./moment.ts";

export const afterDecisionId = "data.predicted-after-decision";

const nListed = 10;

/** The kept rows' predictions, in the order of the table. */
export interface DatedPredictions {
  readonly predictedAt: string;
  readonly isAfterDecision: readonly boolean[];
  readonly sourceLine: Int32Array;
}

/**
 * Whether each row's prediction is dated after the day of the decision: no evidence of that day.
 *
 * Convention: only where that is so whatever moment the cell may stand for; an empty cell is not.
 */
export function areAfterDecision(
  { n, columns }: Pick<ColumnSet, "n" | "columns">,
  { predictedAt, decisionDate }: { readonly predictedAt: string; readonly decisionDate: string },
): boolean[] {
  const predicted = momentsOf(columns.get(predictedAt));
  const day = parseMoment(decisionDate)!;
  return Array.from({ length: n }, (_, row) => {
    const moment = predicted(row);
    return moment !== undefined && isNotAfter(moment, day) === "no";
  });
}

export function afterDecisionFinding(
  { data, decisionDate }: Protocol,
  { predictedAt, isAfterDecision, sourceLine }: DatedPredictions,
): Finding[] {
  const after = [...isAfterDecision.keys()].filter((row) => isAfterDecision[row]);
  if (after.length === 0) return [];
  return [
    {
      id: "quality.predicted-after-decision",
      stage: "quality",
      severity: "serious",
      sentence: [
        "The predictions of ",
        { id: afterDecisionId, part: "both" },
        ` ${data.patients.unit.many} are dated after the decision, ${decisionDate}: `,
        "that cannot be, and their times show nothing.",
      ],
      estimates: [afterDecisionId],
      rows: {
        count: after.length,
        lines: after
          .slice(0, nListed)
          .map((row) => `${data.patients.file}:${sourceLine[row]} ${predictedAt}`),
      },
      remedy: afterDecisionRemedy(predictedAt),
    },
  ];
}

export function afterDecisionRemedy(predictedAt: string): string {
  return `Give in ${predictedAt} the moment at which each prediction was made, or correct decision_date.`;
}
