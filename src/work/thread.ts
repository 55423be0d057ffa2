import { parentPort, workerData } from "node:worker_threads";

/** Entry of every thread: answers one task at a time with the function of the module that it names. */
const functions = import(workerData.entry);
// An entry that does not load is the answer to the first task.
functions.catch(() => {});

parentPort!.on("message", async ({ name, task }: { readonly name: string; readonly task: unknown }) => {
  try {
    parentPort!.postMessage({ answer: await (await functions)[name](task) });
  } catch (error) {
    parentPort!.postMessage({ error });
  }
});
