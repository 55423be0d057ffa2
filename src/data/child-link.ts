import { type ChildProcess, fork } from "node:child_process";
import { Problem } from "../evidence/problem.ts";
import type { Call, ProblemReply, Reply } from "./calls.ts";
import { Assembler, type Frame, framesOf } from "./wire.ts";

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const closingMs = 2000;

/**
 * The parent's end of the child process. Every call is answered: by the child, its end, or the time
 * limit.
 */
export class ChildLink {
  readonly #child: ChildProcess;
  readonly #timeoutMs: number;
  readonly #assembler = new Assembler();
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #nCalls = 0;
  #sending: Promise<unknown> = Promise.resolve();
  /** Why no further call can be answered. */
  #over: Error | undefined;

  constructor(entry: string, { tempDir, timeoutMs }: { tempDir: string; timeoutMs: number }) {
    this.#timeoutMs = timeoutMs;
    const { SystemRoot } = process.env;
    this.#child = fork(entry, [], {
      serialization: "advanced",
      cwd: tempDir,
      env: { TMPDIR: tempDir, TEMP: tempDir, TZ: "UTC", LC_ALL: "C", ...(SystemRoot ? { SystemRoot } : {}) },
      execArgv: [],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#child.on("message", (frame) => this.#receive(frame as Frame));
    this.#ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.#fail(stopped(how));
        resolve();
      };
      this.#child.on("error", (error) => end(error.message));
      this.#child.on("exit", (code, signal) =>
        end(signal === null ? `exit code ${code}` : `signal ${signal}`),
      );
    });
    this.#holdProcess(false);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  call(call: Call): Promise<unknown> {
    if (this.#over !== undefined) return Promise.reject(this.#over);
    const id = ++this.#nCalls;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#timeOut(), this.#timeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#holdProcess(true);
      const frames = [...framesOf(id, call)].map(
        (frame) =>
          new Promise<void>((left) => {
            // A message that cannot be sent means that the child has gone, and its exit answers the call.
            this.#child.send(frame, () => left());
          }),
      );
      this.#sending = Promise.all([this.#sending, ...frames]);
    });
  }

  /** Settles when the calls so far have left this process, or cannot. */
  async sent(): Promise<void> {
    await this.#sending;
  }

  /** Lets the child end by itself, or ends it. */
  async close(): Promise<void> {
    this.#fail(new Error("the store has been closed"));
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.ref();
      const timer = setTimeout(() => this.#child.kill("SIGKILL"), closingMs);
      if (this.#child.connected) this.#child.disconnect();
      await this.#ended;
      clearTimeout(timer);
    }
  }

  #receive(frame: Frame): void {
    const message = this.#assembler.accept(frame);
    const waiting = message && this.#waiting.get(message.id);
    if (message === undefined || waiting === undefined) return;
    this.#waiting.delete(message.id);
    clearTimeout(waiting.timer);
    if (this.#waiting.size === 0) this.#holdProcess(false);
    const reply = message.body as Reply;
    if ("value" in reply) waiting.resolve(reply.value);
    else if ("problem" in reply) waiting.reject(problemFrom(reply.problem));
    else {
      const error = new Error(reply.error.message);
      error.stack = reply.error.stack;
      waiting.reject(error);
    }
  }

  #timeOut(): void {
    this.#fail(
      new Problem("data-timeout", `the data engine gave no answer within ${this.#timeoutMs / 1000} s`, {
        hint: "raise the time limit, or load fewer rows or columns",
      }),
    );
    this.#child.kill("SIGKILL");
  }

  #fail(reason: Error): void {
    this.#over ??= reason;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(this.#over);
    }
    this.#waiting.clear();
    this.#holdProcess(false);
  }

  /** An idle store does not keep the program running. */
  #holdProcess(isHeld: boolean): void {
    const act = isHeld ? "ref" : "unref";
    this.#child[act]();
    this.#child.channel?.[act]();
  }
}

function stopped(how: string): Problem {
  return new Problem("data-engine-stopped", `the data engine stopped before it had finished (${how})`, {
    hint: "raise the memory limit; if that does not help, look for a damaged file",
  });
}

function problemFrom({ code, message, ...detail }: ProblemReply): Problem {
  return new Problem(code, message, detail);
}
