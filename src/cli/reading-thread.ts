import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import {
  type CalibrationPieces,
  calibrationPieces,
  type ReadingRunner,
  type ReadingTask,
} from "../assess/index.ts";

/** From so many patients on, the kernels take longer than starting a thread and copying the columns to it. */
const fewest = 100_000;

export interface ReadingThread extends ReadingRunner {
  readonly close: () => Promise<void>;
}

/** `calibrationPieces` in a second thread where the cohort is large, in this one where it is not. */
export function readingThread(fewestPatients = fewest): ReadingThread {
  let worker: Worker | undefined;
  let nTasks = 0;
  const prepare = (nPatients: number) => {
    if (nPatients >= fewestPatients) worker ??= new Worker(workerEntry());
  };
  return {
    prepare,
    run: async (task) => {
      prepare(task.cohort.n);
      return worker ? answerOf(worker, { id: ++nTasks, task }) : calibrationPieces(task);
    },
    close: async () => {
      await worker?.terminate();
    },
  };
}

function answerOf(
  worker: Worker,
  message: { readonly id: number; readonly task: ReadingTask },
): Promise<CalibrationPieces> {
  let resolve!: (pieces: CalibrationPieces) => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<CalibrationPieces>((onAnswer, onError) => {
    resolve = onAnswer;
    reject = onError;
  });
  const listen = ({ id, pieces }: { readonly id: number; readonly pieces: CalibrationPieces }) => {
    if (id === message.id) resolve(pieces);
  };
  const end = () => reject(new Error("the thread of the kernels ended before its answer"));
  worker.on("message", listen).on("error", reject).on("exit", end);
  worker.postMessage(message);
  return promise.finally(() => worker.off("message", listen).off("error", reject).off("exit", end));
}

/** The compiled thread. Node 20 runs no TypeScript, so tests over src/ need a build before them. */
function workerEntry(): URL {
  const isCompiled = import.meta.url.endsWith(".js");
  const entry = new URL(
    isCompiled ? "./reading-worker.js" : "../../dist/cli/reading-worker.js",
    import.meta.url,
  );
  if (!existsSync(entry)) throw new Error("dist/cli/reading-worker.js is missing: run `npm run build` first");
  return entry;
}
