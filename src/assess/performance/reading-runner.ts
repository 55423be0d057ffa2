import type { Protocol } from "../../protocol/index.ts";
import type { Cohort } from "../cohort/cohort.ts";
import { type SortedRisk, sorted } from "../cohort/sorted-risk.ts";
import { binaryContext } from "./binary-rates.ts";
import { bootstrapDraws } from "./bootstrap-draws.ts";
import { type BootstrapIntervals, bootstrapIntervals } from "./bootstrap-intervals.ts";
import { calibrationGrid } from "./calibration-piece.ts";
import type { Draw, DrawTask } from "./draw-task.ts";
import { decisionThresholds } from "./net-benefit-piece.ts";
import { contextAt, readingPieces } from "./reading-pieces.ts";
import type { ReadingPieces, ReadingTask } from "./reading-task.ts";

/** Runs `readingPieces`, `bootstrapDraws` and `sorted` where that is fastest. */
export interface ReadingRunner {
  /** Tasks of so many patients and draws will come. */
  readonly prepare: (nPatients: number, nDraws: number) => void;
  readonly sort: (risk: Float64Array) => Promise<SortedRisk>;
  readonly run: (task: ReadingTask) => Promise<ReadingPieces>;
  /** The draws of each task, in their order; `onDone` is told after each task how many there are. */
  readonly draw: (tasks: readonly DrawTask[], onDone: (nDone: number) => void) => Promise<Draw[][]>;
  /** Between long pieces of work here: other threads are heard, and given their next task. */
  readonly pause: () => Promise<void>;
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
  pause: async () => {},
};

/** Intervals of each reading from draws of its rows; undefined where none are wanted. */
export async function drawnIntervals(
  cohort: Cohort,
  plans: readonly ReadingPlan[],
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
): Promise<(BootstrapIntervals | undefined)[]> {
  if (nDraws === 0 || cohort.n < 2) return plans.map(() => undefined);
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
  return plans.map(({ task, thresholds }, k) => {
    const own = draws.slice(k * perReading, (k + 1) * perReading).flat();
    return bootstrapIntervals(own, { seed, nGrid: task.grid.length, nThresholds: thresholds.length });
  });
}

type Part = Pick<DrawTask, "seed" | "stream" | "nStreams" | "from" | "to" | "nDraws">;

/** What is asked of one reading, and the tasks that ask it. */
export interface ReadingPlan {
  readonly thresholds: Float64Array;
  readonly task: ReadingTask;
  readonly draw: (part: Part) => DrawTask;
}

export function readingPlans(cohort: Cohort, { operatingPoint: point }: Protocol): ReadingPlan[] {
  if (cohort.kind === "binary") {
    const { kind, n, event, unit, patient, readings } = cohort;
    const [reading] = readings;
    const rows = { kind, n, event, unit, ...(patient ? { patient } : {}) };
    const context = binaryContext(cohort, reading);
    const asked = { grid: calibrationGrid(reading), thresholds: decisionThresholds(reading, point) };
    const { short, risk, byRisk, ascending } = reading;
    return [
      {
        thresholds: asked.thresholds,
        task: { cohort: rows, reading: { short, risk, byRisk, ascending }, context, grid: asked.grid },
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
      thresholds,
      task: { cohort: patients, reading: { short, atDays, risk, byRisk, ascending }, context, grid },
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
