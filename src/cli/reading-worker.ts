import { parentPort } from "node:worker_threads";
import { calibrationPieces, type ReadingTask } from "../assess/reading-pieces.ts";

/** Entry of the second thread: answers each task with its pieces; an error ends the thread and is the answer. */
parentPort!.on("message", ({ id, task }: { readonly id: number; readonly task: ReadingTask }) => {
  parentPort!.postMessage({ id, pieces: calibrationPieces(task) });
});
