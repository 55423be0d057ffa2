import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import {
  type Draw,
  inThisThread,
  type ReadingPieces,
  type ReadingRunner,
  type SortedRisk,
} from "../assess/index.ts";
import { Pool } from "../work/index.ts";
import type { Page, TeamPagesTask } from "./team-pages.ts";

/** From so many patients on, other threads are faster than this one. */
interface Fewest {
  /** Of a cohort: its kernels take longer than starting a thread and copying the columns to it. */
  readonly patients: number;
  /** Of all draws together: a few seconds of work, since each thread has to warm up first. */
  readonly drawn: number;
}

const usual: Fewest = { patients: 100_000, drawn: 2_000_000 };

export interface ReadingThreads extends ReadingRunner {
  /** As `teamPages`; in a thread that has been started for other work, else in this one. */
  readonly teamPages: (task: TeamPagesTask) => Promise<readonly Page[]>;
  readonly close: () => Promise<void>;
}

/** What a `ReadingRunner` runs in other threads where the cohort is large, in this one where it is not. */
export function readingThreads(fewest = usual, nThreads = availableParallelism()): ReadingThreads {
  let threads: Pool | undefined;
  const started = () => {
    threads ??= new Pool(workerEntry(), nThreads);
    return threads;
  };
  return {
    prepare: (nPatients, nDraws) => {
      if (nPatients >= fewest.patients || nPatients * nDraws >= fewest.drawn) started().warm();
    },
    sort: async (risk) =>
      risk.length >= fewest.patients ? started().run<SortedRisk>("sorted", risk) : inThisThread.sort(risk),
    run: async (task) =>
      threads || task.cohort.n >= fewest.patients
        ? started().run<ReadingPieces>("readingPieces", task)
        : inThisThread.run(task),
    draw: async (tasks, onDone) => {
      const nDrawn = tasks.reduce((sum, { cohort, from, to }) => sum + cohort.n * (to - from), 0);
      return nDrawn >= fewest.drawn
        ? started().map<Draw[]>("bootstrapDraws", tasks, { onDone })
        : inThisThread.draw(tasks, onDone);
    },
    pause: async () => {
      if (threads) await setImmediate();
    },
    teamPages: async (task) =>
      threads
        ? threads.run<readonly Page[]>("teamPages", task)
        : (await import("./team-pages.ts")).teamPages(task),
    close: async () => {
      await threads?.close();
    },
  };
}

/** The compiled thread. Node 20 runs no TypeScript, so tests over src/ need a build before them. */
function workerEntry(): URL {
  const isCompiled = import.meta.url.endsWith(".js");
  return new URL(isCompiled ? "./reading-worker.js" : "../../dist/cli/reading-worker.js", import.meta.url);
}
