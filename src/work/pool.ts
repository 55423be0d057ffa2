import { setMaxListeners } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Piscina } from "piscina";

export interface Pool {
  readonly nThreads: number;
  /** Starts a thread for tasks that will come. */
  warm(): void;
  /** What the entry's function of this name answers to the task, both plain data. */
  run<Result>(name: string, task: unknown, options?: { readonly signal?: AbortSignal }): Promise<Result>;
  /**
   * The answers to several tasks, in their order. `onDone` is told after each how many there are. An error of a task, or
   * an abort, ends the others and is the answer.
   */
  map<Result>(
    name: string,
    tasks: readonly unknown[],
    options?: { readonly signal?: AbortSignal; readonly onDone?: (nDone: number) => void },
  ): Promise<Result[]>;
  /** Ends the threads; tasks that still run are rejected. */
  close(): Promise<void>;
}

/**
 * Threads that run the named functions of one module on plain data. Started when first needed.
 *
 * Which thread runs a task, and when, is left open: tasks must not depend on it. Work that draws random numbers takes one
 * child of `seededRandom(seed).split(n)` for each part, so that its numbers are the same on any number of threads.
 */
export function pool(entry: URL, nThreads: number): Pool {
  if (!existsSync(entry)) throw new Error(`${fileURLToPath(entry)} is missing: run \`npm run build\` first`);
  let threads: Promise<Piscina> | undefined;
  const started = () => {
    threads ??= start(entry, nThreads);
    return threads;
  };
  const run = async <Result>(name: string, task: unknown, signal?: AbortSignal): Promise<Result> =>
    (await started()).run(task, { name, ...(signal ? { signal } : {}) });
  return {
    nThreads,
    warm: () => {
      // A thread that cannot start is the answer to its first task.
      started().catch(() => {});
    },
    run: (name, task, options) => run(name, task, options?.signal),
    map: async <Result>(
      name: string,
      tasks: readonly unknown[],
      { signal, onDone }: { readonly signal?: AbortSignal; readonly onDone?: (nDone: number) => void } = {},
    ) => {
      const failed = new AbortController();
      const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
      // Each task listens to it.
      setMaxListeners(tasks.length + 1, either);
      let nDone = 0;
      const answers = tasks.map(async (task) => {
        const answer = await run<Result>(name, task, either);
        onDone?.(++nDone);
        return answer;
      });
      try {
        return await Promise.all(answers);
      } catch (error) {
        failed.abort();
        await Promise.allSettled(answers);
        throw error;
      }
    },
    close: async () => {
      await (await threads)?.destroy();
    },
  };
}

async function start(entry: URL, nThreads: number): Promise<Piscina> {
  const { Piscina } = await import("piscina");
  return new Piscina({
    filename: entry.href,
    minThreads: 1,
    maxThreads: nThreads,
    // As long as the pool: a thread that ends between two tasks would load its kernels again.
    idleTimeout: Number.POSITIVE_INFINITY,
  });
}
