import type { Protocol } from "../../protocol/index.ts";
import { seededRandom } from "../../stats/random.ts";
import {
  type BinaryCohort,
  type Cohort,
  columnsAt,
  primaryReading,
  type TimedCohort,
} from "../cohort/cohort.ts";
import type { Context } from "../estimate-of.ts";
import { fairnessPiece } from "../fairness/fairness.ts";
import { proxiesPiece } from "../fairness/proxies.ts";
import { nSliceSearches, sliceSearchPiece } from "../fairness/slice-search.ts";
import { modelChangePiece } from "../model-change/model-change-piece.ts";
import type { Piece } from "../piece.ts";
import { binaryAuc } from "./binary-auc.ts";
import { binaryScores } from "./binary-reading.ts";
import type { BootstrapIntervals } from "./bootstrap-intervals.ts";
import { smoothCurve } from "./calibration-piece.ts";
import { discriminationTable } from "./discrimination-table.ts";
import { netBenefitPiece } from "./net-benefit-piece.ts";
import { flaggedFrom, operatingPointPiece, thresholdText } from "./operating-point.ts";
import type { ReadingPlan, ReadingRunner } from "./reading-runner.ts";
import type { ReadingPieces, ReadingTask } from "./reading-task.ts";
import {
  brierEstimates,
  concordanceEstimates,
  logLossEstimates,
  rankEstimates,
  worstCaseBounds,
} from "./risk-performance.ts";
import { smoothErrors } from "./smooth-errors.ts";
import { survivalPiece } from "./survival-piece.ts";

interface OwnPieces {
  readonly wholeFollowUp: readonly Piece[];
  /** One for each reading, as `scores` is. */
  readonly ranks: readonly Piece[];
  readonly scores: readonly Piece[];
  readonly ofPrimary: readonly Piece[];
  readonly table: Piece;
}

/**
 * All pieces of the performance but those of `readingPieces` and those with intervals from draws. `pause` is awaited between
 * them.
 */
export async function ownPieces(
  cohort: Cohort,
  protocol: Protocol,
  {
    tasks,
    seed,
    pause,
  }: {
    readonly tasks: readonly ReadingTask[];
    readonly seed: number;
    readonly pause: ReadingRunner["pause"];
  },
): Promise<OwnPieces> {
  const { context } = primaryOf(cohort, tasks);
  const point = protocol.operatingPoint;
  const flagged = { threshold: flaggedFrom(point), at: thresholdText(point.threshold) };
  const { fairness, proxies, protectedVariables, sliceSearch } = protocol;
  const byReading = cohort.kind === "binary" ? ofBinary(cohort, context) : ofTimed(cohort, protocol, tasks);
  const ofPrimary: Piece[] = [];
  for (const piece of [
    () => operatingPointPiece(cohort, point),
    () =>
      sliceSearch && cohort.kind === "binary"
        ? sliceSearchPiece(cohort, {
            threshold: flagged.threshold,
            rule: sliceSearch,
            random: seededRandom(seed).split(nSliceSearches),
          })
        : {},
    () => (fairness ? fairnessPiece(cohort, { ...flagged, rule: fairness }) : {}),
    () => (proxies ? proxiesPiece(cohort, { ...flagged, rule: proxies, protectedVariables, seed }) : {}),
    () => modelChangePiece(cohort, context, protocol),
  ]) {
    await pause();
    ofPrimary.push(piece());
  }
  return { ...byReading, ofPrimary, table: { tables: [discriminationTable(cohort)] } };
}

function primaryOf<Item>({ readings }: Cohort, items: readonly Item[]): Item {
  return items[readings.findIndex(({ isPrimary }) => isPrimary)]!;
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

/** What was measured, with the intervals from draws, reading by reading. */
export function inReportOrder(
  cohort: Cohort,
  { operatingPoint: point }: Protocol,
  {
    plans,
    pieces,
    intervals,
    own,
  }: {
    readonly plans: readonly ReadingPlan[];
    readonly pieces: readonly ReadingPieces[];
    readonly intervals: readonly (BootstrapIntervals | undefined)[];
    readonly own: OwnPieces;
  },
): Piece[] {
  const perReading = pieces.flatMap(({ calibration, smooth, plot }, i) => {
    const { short, isPrimary } = cohort.readings[i]!;
    const { task, thresholds } = plans[i]!;
    const { grid, context } = task;
    const drawn = intervals[i];
    const ofReading = [
      calibration,
      { estimates: smoothErrors(smooth, context, drawn) },
      own.ranks[i]!,
      own.scores[i]!,
      { curves: smoothCurve({ short, grid, observed: smooth.observed, intervals: drawn }) },
      plot,
    ];
    if (!isPrimary) return ofReading;
    const netBenefit = netBenefitPiece(cohort, context, { point, thresholds, intervals: drawn });
    return [...ofReading, netBenefit, ...own.ofPrimary];
  });
  return [...own.wholeFollowUp, ...perReading, own.table];
}
