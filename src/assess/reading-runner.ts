import type { Protocol } from "../protocol/index.ts";
import { ascendingOrder } from "../stats/order.ts";
import { bootstrapDraws, type Draw, type DrawTask } from "./bootstrap-draws.ts";
import { type BootstrapIntervals, bootstrapIntervals } from "./bootstrap-intervals.ts";
import { calibrationGrid } from "./calibration-piece.ts";
import type { Cohort } from "./cohort.ts";
import { decisionThresholds } from "./net-benefit-piece.ts";
import { contextAt, type ReadingPieces, type ReadingTask, readingPieces } from "./reading-pieces.ts";

/** Runs `readingPieces`, `bootstrapDraws` and `ascendingOrder` where that is fastest. */
export interface ReadingRunner {
  /** Tasks of so many patients will come. */
  readonly prepare: (nPatients: number) => void;
  /** As `ascendingOrder`. */
  readonly order: (values: Float64Array) => Promise<Uint32Array>;
  readonly run: (task: ReadingTask) => Promise<ReadingPieces>;
  /** The draws of each task, in their order; `onDone` is told after each task how many there are. */
  readonly draw: (tasks: readonly DrawTask[], onDone: (nDone: number) => void) => Promise<Draw[][]>;
}

export const inThisThread: ReadingRunner = {
  prepare: () => {},
  order: async (values) => ascendingOrder(values),
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
  const { n, time, event, readings } = cohort;
  const plans = readings.map((reading) => ({
    reading,
    grid: calibrationGrid(reading),
    thresholds: reading.isPrimary ? decisionThresholds(reading, operatingPoint) : new Float64Array(),
  }));
  for (const { label } of readings) progress(`performance at ${label}`, 0, 1);
  const task = ({ reading, grid }: (typeof plans)[number], intervals?: BootstrapIntervals): ReadingTask => {
    const { short, atDays, risk, byRisk } = reading;
    return {
      cohort: { n, time, event },
      reading: { short, atDays, risk, byRisk },
      context: contextAt(cohort, reading),
      grid,
      intervals,
    };
  };
  if (nDraws === 0 || n < 2) return plans.map((plan) => task(plan));
  const parts = plans.flatMap(({ reading, grid, thresholds }, stream) =>
    cutInParts(nDraws).map(([from, to]): DrawTask => {
      const own = { risk: reading.risk, atDays: reading.atDays, grid, thresholds };
      return {
        cohort: { n, time, event },
        ...own,
        ...{ seed, stream, nStreams: plans.length, from, to, nDraws },
      };
    }),
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
    return task(plan, bootstrapIntervals(own, { seed, nGrid, nThresholds: plan.thresholds.length }));
  });
}

/** So many, whatever the number of threads: enough for progress that moves, few enough to hand columns over. */
const nParts = 20;

function cutInParts(nDraws: number): [from: number, to: number][] {
  const n = Math.min(nParts, nDraws);
  const cut = (k: number) => Math.round((k * nDraws) / n);
  return Array.from({ length: n }, (_, k) => [cut(k), cut(k + 1)]);
}
