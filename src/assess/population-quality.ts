import type { Finding } from "../evidence/finding.ts";
import { chosenByOutcome, outcomeColumnsRead, type Protocol } from "../protocol/index.ts";
import type { Piece } from "./piece.ts";

/** Criteria of the population that read the outcome: whom they leave is not whom the model will be asked about. */
export function populationQuality({ population, endpoint }: Protocol): Piece {
  const findings = population.flatMap(({ keep }, i): Finding[] => {
    const columns = outcomeColumnsRead(keep.expression, endpoint);
    if (columns.length === 0) return [];
    const { sentence, remedy } = chosenByOutcome(keep.text, columns);
    return [
      {
        id: `quality.population-by-outcome/${i + 1}`,
        stage: "quality",
        severity: "serious",
        sentence: [sentence],
        estimates: [],
        remedy,
      },
    ];
  });
  return { findings };
}
