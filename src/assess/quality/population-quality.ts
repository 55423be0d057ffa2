import type { Finding } from "../../evidence/finding.ts";
import {
  chosenByOutcome,
  groupedByOutcome,
  groupsByOutcome,
  outcomeColumnsRead,
  outcomePredictors,
  type Protocol,
  predictsFromOutcome,
} from "../../protocol/index.ts";
import type { Piece } from "../piece.ts";

/**
 * Criteria of the population that read the outcome: whom they leave is not whom the model will be asked about. Groups
 * that read it: nobody is known to be in one when the model is asked. And
 * predictors that the event is read from: what such a model is told, nobody knows when it is asked.
 */
export function populationQuality(protocol: Protocol): Piece {
  const { population, endpoint, model } = protocol;
  const criteria = population.flatMap(({ keep }, i): Finding[] => {
    const columns = outcomeColumnsRead(keep.expression, endpoint);
    if (columns.length === 0) return [];
    return [finding(`population-by-outcome/${i + 1}`, chosenByOutcome(keep.text, columns))];
  });
  const groups = groupsByOutcome(protocol).map((group) =>
    finding(`group-by-outcome/${group.name}`, groupedByOutcome(group)),
  );
  const told = outcomePredictors({ model, endpoint });
  const leaks = told.length === 0 ? [] : [finding("predictor-of-outcome", predictsFromOutcome(told))];
  return { findings: [...criteria, ...groups, ...leaks] };
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
