import { setMaxListeners } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

export interface RunOptions {
  readonly signal?: AbortSignal;
}

interface Job {
  readonly name: string;
  readonly task: unknown;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Threads that run the named functions of one module on plain data, each one task at a time. Started when needed.
 *
 * Which thread runs a task, and when, is left open: tasks must not depend on it. Work that draws random numbers takes one
 * child of `seededRandom(seed).split(n)` for each part, so that its numbers are the same on any number of threads.
 */
export class Pool {
  readonly #entry: URL;
  readonly #nThreads: number;
  /** The job of each thread; none while it is idle. */
  readonly #threads = new Map<Worker, Job | undefined>();
  readonly #queue: Job[] = [];
  #isClosed = false;

  constructor(entry: URL, nThreads: number) {
    for (const file of [entry, threadFile])
      if (!existsSync(file))
        throw new Error(`${fileURLToPath(file)} is missing: run \`npm run build\` first`);
    this.#entry = entry;
    this.#nThreads = nThreads;
  }

  /** Starts a thread for tasks that will come. */
  warm(): void {
    if (this.#threads.size === 0) this.#start();
  }

  /** What the function of this name answers to the task. An abort ends the thread that works on it. */
  run<Answer>(name: string, task: unknown, { signal }: RunOptions = {}): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      if (this.#isClosed) throw new Error("the threads are closed");
      signal?.throwIfAborted();
      const abort = () => this.#drop(job, signal!.reason);
      const settled = () => signal?.removeEventListener("abort", abort);
      const job: Job = {
        name,
        task,
        resolve: (answer) => {
          settled();
          resolve(answer as Answer);
        },
        reject: (reason) => {
          settled();
          reject(reason);
        },
      };
      signal?.addEventListener("abort", abort);
      this.#queue.push(job);
      this.#assign();
    });
  }

  /**
   * The answers to several tasks, in their order. `onDone` is told after each how many there are. An error of a task, or
   * an abort, ends the others and is the answer.
   */
  async map<Answer>(
    name: string,
    tasks: readonly unknown[],
    { signal, onDone }: RunOptions & { readonly onDone?: (nDone: number) => void } = {},
  ): Promise<Answer[]> {
    signal?.throwIfAborted();
    const others = new AbortController();
    // One for each task; Node warns of a leak from eleven on.
    setMaxListeners(0, others.signal);
    const abort = () => others.abort(signal!.reason);
    signal?.addEventListener("abort", abort);
    let nDone = 0;
    const answers = tasks.map(async (task) => {
      const answer = await this.run<Answer>(name, task, { signal: others.signal });
      onDone?.(++nDone);
      return answer;
    });
    try {
      return await Promise.all(answers);
    } catch (error) {
      others.abort(error);
      await Promise.allSettled(answers);
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Ends the threads; tasks that are not answered are rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const reason = new Error("the threads were closed before they answered");
    for (const job of [...this.#queue, ...this.#threads.values()]) job?.reject(reason);
    this.#queue.length = 0;
    const threads = [...this.#threads.keys()];
    this.#threads.clear();
    await Promise.all(threads.map((thread) => thread.terminate()));
  }

  #assign(): void {
    while (this.#queue.length > 0) {
      const idle = [...this.#threads].find(([, job]) => job === undefined)?.[0];
      const thread = idle ?? (this.#threads.size < this.#nThreads ? this.#start() : undefined);
      if (thread === undefined) return;
      const job = this.#queue.shift()!;
      this.#threads.set(thread, job);
      thread.postMessage({ name: job.name, task: job.task });
    }
  }

  #start(): Worker {
    const thread = new Worker(threadFile, { workerData: { entry: this.#entry.href } });
    this.#threads.set(thread, undefined);
    thread.on("message", (reply: { readonly answer: unknown } | { readonly error: unknown }) => {
      const job = this.#threads.get(thread);
      // Of a thread that was ended meanwhile nobody waits for an answer.
      if (job === undefined) return;
      this.#threads.set(thread, undefined);
      if ("error" in reply) job.reject(reply.error);
      else job.resolve(reply.answer);
      this.#assign();
    });
    thread.on("error", (error) => this.#lose(thread, error));
    thread.on("exit", (code) => this.#lose(thread, new Error(`a thread ended with code ${code}`)));
    return thread;
  }

  /** A thread that ended by itself fails its job and makes room for another. */
  #lose(thread: Worker, reason: Error): void {
    const job = this.#threads.get(thread);
    if (!this.#threads.delete(thread)) return;
    job?.reject(reason);
    this.#assign();
  }

  #drop(job: Job, reason: unknown): void {
    const waiting = this.#queue.indexOf(job);
    if (waiting >= 0) this.#queue.splice(waiting, 1);
    const thread = [...this.#threads].find(([, own]) => own === job)?.[0];
    if (thread !== undefined) {
      this.#threads.delete(thread);
      void thread.terminate();
    }
    job.reject(reason);
    this.#assign();
  }
}

/** Compiled: Node 20 runs no TypeScript, so tests over src/ need a build before them. */
const threadFile = new URL(
  import.meta.url.endsWith(".js") ? "./thread.js" : "../../dist/work/thread.js",
  import.meta.url,
);
