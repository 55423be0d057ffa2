import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { Readable } from "node:stream";
import { Problem } from "../../evidence/problem.ts";
import { type ProgramInput, ProgramLines } from "./program-lines.ts";

/** How a run that gave every line ended. */
export interface Outcome {
  /** What it wrote to its error stream, which is not kept: it may hold patients' values. */
  readonly errorBytes: number;
}

export interface ProcessRequest {
  /** The words of a sandbox, made when asked, which says "ready" on file descriptor 3; or those of the program itself. */
  readonly argv: readonly string[] | (() => readonly string[]);
  readonly cwd: string;
  /** Of this run alone; removed where a signal ends this process, whose caller then cannot. */
  readonly place: string;
  readonly path: string;
  readonly seconds: number;
  readonly memoryMib: number;
  readonly input: ProgramInput;
}

type End = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/**
 * Starts a process, sends the lines when its sandbox stands, and reads one line for each.
 *
 * Errors: a sandbox that does not stand (nothing has been sent then), a time limit, an end with another code than 0, and
 * output that is not as many lines. No message holds what the program wrote.
 */
export async function runProcess(request: ProcessRequest): Promise<Outcome> {
  const { seconds, input } = request;
  const isSandboxed = typeof request.argv === "function";
  if (isSandboxed && process.platform !== "linux") throw networkOpen("it can be cut off on Linux alone");
  const child = start(request);
  const ended = new Promise<End>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  ended.catch(() => child.stdin!.destroy());
  const stop = () => kill(child, isSandboxed);
  const release = endWithThisProcess(() => {
    stop();
    rmSync(request.place, { recursive: true, force: true });
  });
  const failing: { first?: Error } = {};
  const fail = (error: Error) => {
    failing.first ??= error;
    stop();
  };
  const timer = setTimeout(() => fail(tookTooLong(seconds)), seconds * 1000);
  try {
    const errors = errorStream(child);
    if (isSandboxed) await sandboxStands(child, ended, errors);
    const lines = new ProgramLines(input);
    child.stdout!.on("data", (block: Buffer) => {
      if (failing.first === undefined) attempt(() => lines.add(block), fail);
    });
    // A program may end without reading everything; its code and its lines say whether that was right.
    child.stdin!.on("error", () => {});
    Readable.from(blocksOf(input.lines)).on("error", fail).pipe(child.stdin!);
    const end = await ended;
    if (failing.first !== undefined) throw failing.first;
    if (end.code !== 0) throw badEnd(end, errors.bytes, request.memoryMib);
    lines.end();
    return { errorBytes: errors.bytes };
  } catch (error) {
    throw failing.first ?? startProblem(error, isSandboxed);
  } finally {
    clearTimeout(timer);
    stop();
    release();
  }
}

function start({ argv, cwd, path }: ProcessRequest): ChildProcess {
  const isSandboxed = typeof argv === "function";
  const [program, ...rest] = (isSandboxed ? argv() : argv) as [string, ...string[]];
  const { SystemRoot } = process.env;
  return spawn(program, rest, {
    cwd,
    env: { PATH: path, TZ: "UTC", LC_ALL: "C", ...(SystemRoot ? { SystemRoot } : {}) },
    stdio: isSandboxed ? ["pipe", "pipe", "pipe", "pipe"] : ["pipe", "pipe", "pipe"],
    // A group of its own, so that what the program starts ends with it; a sandbox sees to that itself.
    detached: !isSandboxed && process.platform !== "win32",
  });
}

/** Settles when the sandbox says that it stands; throws where it ends instead. */
async function sandboxStands(child: ChildProcess, ended: Promise<End>, errors: ErrorStream): Promise<void> {
  const told = new Promise<boolean>((resolve) => {
    const pipe = child.stdio[3] as Readable;
    let text = "";
    pipe.on("data", (block: Buffer) => {
      text += block.toString("latin1");
      if (text === "ready\n") resolve(true);
    });
    pipe.on("error", () => resolve(false));
    pipe.on("close", () => resolve(false));
  });
  if (await Promise.race([told, ended.then(() => false)])) {
    errors.isOfProgram = true;
    return;
  }
  await ended;
  throw networkOpen(errors.first.split("\n")[0]! || "the sandbox gave no reason");
}

/** Until the sandbox stands, its own words are kept to say why it does not; afterwards nothing is. */
interface ErrorStream {
  bytes: number;
  first: string;
  isOfProgram: boolean;
}

function errorStream(child: ChildProcess): ErrorStream {
  const stream: ErrorStream = { bytes: 0, first: "", isOfProgram: false };
  child.stderr!.on("data", (block: Buffer) => {
    stream.bytes += block.length;
    if (!stream.isOfProgram && stream.first.length < 200)
      stream.first += block.toString("utf8").slice(0, 200);
  });
  return stream;
}

/** Some thousand rows at a time. */
function* blocksOf(lines: Iterable<string>): Generator<Buffer> {
  let block: string[] = [];
  for (const line of lines) {
    block.push(line);
    if (block.length < 2000) continue;
    yield Buffer.from(`${block.join("\n")}\n`);
    block = [];
  }
  if (block.length > 0) yield Buffer.from(`${block.join("\n")}\n`);
}

function attempt(action: () => void, onError: (error: Error) => void): void {
  try {
    action();
  } catch (error) {
    onError(error as Error);
  }
}

/** With everything that it started: a sandbox ends with its first process, otherwise all are of one group. */
function kill(child: ChildProcess, isSandboxed: boolean): void {
  if (child.pid === undefined) return;
  try {
    if (isSandboxed || process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // Gone already.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Ctrl+C reaches this process alone where the program has a group of its own. */
function endWithThisProcess(end: () => void): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const onSignal = (signal: NodeJS.Signals) => {
    end();
    release();
    process.kill(process.pid, signal);
  };
  const release = () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return release;
}

function startProblem(error: unknown, isSandboxed: boolean): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof Problem || !syscall?.startsWith("spawn")) return error;
  if (isSandboxed) return networkOpen(`setpriv and unshare of util-linux are needed (${code})`);
  return new Problem("model-exit", `the model's program cannot be started (${code})`, {
    hint: "make it executable, and install what its first line names",
  });
}

function networkOpen(reason: string): Problem {
  return new Problem("model-network-open", `the network cannot be cut off here: ${reason}`, {
    where: "the model's command",
    hint: "run it on Linux where user namespaces are allowed; or with --allow-network, which is then stated everywhere",
  });
}

function tookTooLong(seconds: number): Problem {
  return new Problem("model-timeout", `the model's command had not ended after ${seconds} s and was ended`, {
    hint: "raise time_limit_seconds of the model file, or mend what hangs",
  });
}

function badEnd({ code, signal }: End, errorBytes: number, memoryMib: number): Problem {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  return new Problem("model-exit", `the model's command failed with ${how}`, {
    others: [
      `${errorBytes} bytes on its error stream are not shown: they may hold patients' values`,
      `each of its processes may use ${memoryMib} MiB of memory`,
    ],
    hint: "run it by hand in its folder on a row such as docs/model-file.md shows",
  });
}
