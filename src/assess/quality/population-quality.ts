import type { Finding } from "../../evidence/finding.ts";
import {
  chosenByOutcome,
  outcomeColumnsRead,
  outcomePredictors,
  type Protocol,
  predictsFromOutcome,
} from "../../protocol/index.ts";
import type { Piece } from "../piece.ts";

/**
 * Criteria of the population that read the outcome: whom they leave is not whom the model will be asked about. And
 * predictors that the event is read from: what such a model is told, nobody knows when it is asked.
 */
export function populationQuality({ population, endpoint, model }: Protocol): Piece {
  const criteria = population.flatMap(({ keep }, i): Finding[] => {
    const columns = outcomeColumnsRead(keep.expression, endpoint);
    if (columns.length === 0) return [];
    return [finding(`population-by-outcome/${i + 1}`, chosenByOutcome(keep.text, columns))];
  });
  const told = outcomePredictors({ model, endpoint });
  const leaks = told.length === 0 ? [] : [finding("predictor-of-outcome", predictsFromOutcome(told))];
  return { findings: [...criteria, ...leaks] };
}

function finding(id: string, { sentence, remedy }: ReturnType<typeof chosenByOutcome>): Finding {
  return {
    id: `quality.${id}`,
    stage: "quality",
    severity: "serious",
    sentence: [sentence],
    estimates: [],
    remedy,
  };
}
