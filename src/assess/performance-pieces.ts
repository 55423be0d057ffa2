import type { Protocol } from "../protocol/index.ts";
import { seededRandom } from "../stats/random.ts";
import { binaryAuc } from "./binary-auc.ts";
import { binaryScores } from "./binary-reading.ts";
import { type BinaryCohort, type Cohort, columnsAt, primaryReading, type TimedCohort } from "./cohort.ts";
import { discriminationTable } from "./discrimination-table.ts";
import type { Context } from "./estimate-of.ts";
import { fairnessPiece } from "./fairness.ts";
import { modelChangePiece } from "./model-change-piece.ts";
import { decisionThresholds, netBenefitPiece } from "./net-benefit-piece.ts";
import { flaggedFrom, operatingPointPiece, thresholdText } from "./operating-point.ts";
import type { Piece } from "./piece.ts";
import { proxiesPiece } from "./proxies.ts";
import type { ReadingPieces, ReadingTask } from "./reading-task.ts";
import {
  brierEstimates,
  concordanceEstimates,
  logLossEstimates,
  rankEstimates,
  worstCaseBounds,
} from "./risk-performance.ts";
import { nSliceSearches, sliceSearchPiece } from "./slice-search.ts";
import { survivalPiece } from "./survival-piece.ts";

interface OwnPieces {
  readonly wholeFollowUp: readonly Piece[];
  /** One for each reading, as `scores` is. */
  readonly ranks: readonly Piece[];
  readonly scores: readonly Piece[];
  readonly ofPrimary: readonly Piece[];
  readonly table: Piece;
}

/** All pieces of the performance but those of `readingPieces`. */
export function ownPieces(
  cohort: Cohort,
  protocol: Protocol,
  { tasks, seed }: { readonly tasks: readonly ReadingTask[]; readonly seed: number },
): OwnPieces {
  const primary = primaryReading(cohort);
  const { intervals, context } = tasks[cohort.readings.findIndex(({ isPrimary }) => isPrimary)]!;
  const point = protocol.operatingPoint;
  const thresholds = decisionThresholds(primary, point);
  const flagged = { threshold: flaggedFrom(point), at: thresholdText(point.threshold) };
  const { fairness, proxies, protectedVariables, sliceSearch } = protocol;
  return {
    ...(cohort.kind === "binary" ? ofBinary(cohort, context) : ofTimed(cohort, protocol, tasks)),
    ofPrimary: [
      netBenefitPiece(cohort, context, { point, thresholds, intervals }),
      operatingPointPiece(cohort, point),
      ...(sliceSearch && cohort.kind === "binary"
        ? [
            sliceSearchPiece(cohort, {
              threshold: flagged.threshold,
              rule: sliceSearch,
              random: seededRandom(seed).split(nSliceSearches),
            }),
          ]
        : []),
      ...(fairness ? [fairnessPiece(cohort, { ...flagged, rule: fairness })] : []),
      ...(proxies ? [proxiesPiece(cohort, { ...flagged, rule: proxies, protectedVariables, seed })] : []),
      modelChangePiece(cohort, context, protocol),
    ],
    table: { tables: [discriminationTable(cohort)] },
  };
}

type ByReading = Pick<OwnPieces, "wholeFollowUp" | "ranks" | "scores">;

function ofBinary(cohort: BinaryCohort, context: Context): ByReading {
  const [reading] = cohort.readings;
  return {
    wholeFollowUp: [],
    ranks: [{ estimates: binaryAuc(cohort, context) }],
    scores: [{ estimates: binaryScores(cohort, reading, context) }],
  };
}

function ofTimed(cohort: TimedCohort, protocol: Protocol, tasks: readonly ReadingTask[]): ByReading {
  return {
    wholeFollowUp: [
      survivalPiece(cohort, protocol.endpoint.horizon.unit),
      { estimates: concordanceEstimates(cohort, primaryReading(cohort)) },
    ],
    ranks: cohort.readings.map((reading, i) => ({
      estimates: rankEstimates(cohort, reading, tasks[i]!.context),
    })),
    scores: cohort.readings.map((reading, i) => {
      const columns = columnsAt(cohort, reading);
      const { context } = tasks[i]!;
      return {
        estimates: [
          ...brierEstimates(columns, context),
          ...logLossEstimates(columns, context),
          ...worstCaseBounds(cohort, reading, context),
        ],
      };
    }),
  };
}

export function inReportOrder(
  { readings }: Cohort,
  pieces: readonly ReadingPieces[],
  { wholeFollowUp, ranks, scores, ofPrimary, table }: OwnPieces,
): Piece[] {
  const perReading = pieces.flatMap(({ calibration, plot }, i) => {
    const own = [calibration, ranks[i]!, scores[i]!, plot];
    return readings[i]!.isPrimary ? [...own, ...ofPrimary] : own;
  });
  return [...wholeFollowUp, ...perReading, table];
}
