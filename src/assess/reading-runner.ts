import type { OperatingPoint, Protocol } from "../protocol/index.ts";
import { binaryContext } from "./binary-rates.ts";
import { bootstrapDraws } from "./bootstrap-draws.ts";
import { type BootstrapIntervals, bootstrapIntervals } from "./bootstrap-intervals.ts";
import { calibrationGrid } from "./calibration-piece.ts";
import type { Cohort } from "./cohort.ts";
import type { Draw, DrawTask } from "./draw-task.ts";
import { decisionThresholds } from "./net-benefit-piece.ts";
import { contextAt, readingPieces } from "./reading-pieces.ts";
import type { ReadingPieces, ReadingTask } from "./reading-task.ts";
import { type SortedRisk, sorted } from "./sorted-risk.ts";

/** Runs `readingPieces`, `bootstrapDraws` and `sorted` where that is fastest. */
export interface ReadingRunner {
  /** Tasks of so many patients will come. */
  readonly prepare: (nPatients: number) => void;
  readonly sort: (risk: Float64Array) => Promise<SortedRisk>;
  readonly run: (task: ReadingTask) => Promise<ReadingPieces>;
  /** The draws of each task, in their order; `onDone` is told after each task how many there are. */
  readonly draw: (tasks: readonly DrawTask[], onDone: (nDone: number) => void) => Promise<Draw[][]>;
}

export const inThisThread: ReadingRunner = {
  prepare: () => {},
  sort: async (risk) => sorted(risk),
  run: async (task) => readingPieces(task),
  draw: async (tasks, onDone) =>
    tasks.map((task, i) => {
      const draws = bootstrapDraws(task);
      onDone(i + 1);
      return draws;
    }),
};

/** The task of each reading, its patients resampled where draws are wanted. */
export async function readingTasks(
  cohort: Cohort,
  { operatingPoint }: Protocol,
  {
    seed,
    nDraws,
    progress,
  }: {
    readonly seed: number;
    readonly nDraws: number;
    readonly progress: (what: string, done: number, of: number) => void;
  },
  runner: ReadingRunner,
): Promise<ReadingTask[]> {
  const plans = plansOf(cohort, operatingPoint);
  for (const { label } of cohort.readings) progress(`performance at ${label}`, 0, 1);
  if (nDraws === 0 || cohort.n < 2) return plans.map((plan) => plan.task(undefined));
  const parts = plans.flatMap(({ draw }, stream) =>
    cutInParts(nDraws).map(
      ([from, to]): DrawTask => draw({ seed, stream, nStreams: plans.length, from, to, nDraws }),
    ),
  );
  const draws = await runner.draw(parts, (nDone) => {
    progress(
      "resampling patients",
      Math.round((nDone * nDraws * plans.length) / parts.length),
      nDraws * plans.length,
    );
  });
  const perReading = parts.length / plans.length;
  return plans.map((plan, k) => {
    const own = draws.slice(k * perReading, (k + 1) * perReading).flat();
    const { length: nGrid } = plan.grid;
    return plan.task(bootstrapIntervals(own, { seed, nGrid, nThresholds: plan.thresholds.length }));
  });
}

type Part = Pick<DrawTask, "seed" | "stream" | "nStreams" | "from" | "to" | "nDraws">;

/** What is asked of one reading, and the tasks that ask it. */
interface Plan {
  readonly grid: Float64Array;
  readonly thresholds: Float64Array;
  readonly task: (intervals: BootstrapIntervals | undefined) => ReadingTask;
  readonly draw: (part: Part) => DrawTask;
}

function plansOf(cohort: Cohort, point: OperatingPoint): Plan[] {
  if (cohort.kind === "binary") {
    const { kind, n, event, unit, patient, readings } = cohort;
    const [reading] = readings;
    const rows = { kind, n, event, unit, ...(patient ? { patient } : {}) };
    const context = binaryContext(cohort, reading);
    const asked = { grid: calibrationGrid(reading), thresholds: decisionThresholds(reading, point) };
    const { short, risk, byRisk, ascending } = reading;
    return [
      {
        ...asked,
        task: (intervals) => {
          return {
            cohort: rows,
            reading: { short, risk, byRisk, ascending },
            context,
            grid: asked.grid,
            intervals,
          };
        },
        draw: (part) => ({ cohort: rows, risk, byRisk, ...asked, ...part }),
      },
    ];
  }
  const { kind, n, time, event, readings } = cohort;
  const patients = { kind, n, time, event };
  return readings.map((reading) => {
    const grid = calibrationGrid(reading);
    const thresholds = reading.isPrimary ? decisionThresholds(reading, point) : new Float64Array();
    const { short, atDays, risk, byRisk, ascending } = reading;
    const context = contextAt(cohort, reading);
    return {
      ...{ grid, thresholds },
      task: (intervals) => {
        return {
          cohort: patients,
          reading: { short, atDays, risk, byRisk, ascending },
          context,
          grid,
          intervals,
        };
      },
      draw: (part) => ({ cohort: patients, risk, atDays, grid, thresholds, ...part }),
    };
  });
}

/** So many, whatever the number of threads: enough for progress that moves, few enough to hand columns over. */
const nParts = 20;

function cutInParts(nDraws: number): [from: number, to: number][] {
  const n = Math.min(nParts, nDraws);
  const cut = (k: number) => Math.round((k * nDraws) / n);
  return Array.from({ length: n }, (_, k) => [cut(k), cut(k + 1)]);
}
