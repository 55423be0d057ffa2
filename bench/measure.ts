import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

export interface ChildRun {
  readonly ms: number;
  /** Megabytes (1e6 bytes) of the process and of each below it, each at its own peak, added up: an upper bound. */
  readonly maxRssMb: number;
  readonly stdout: string;
}

/** So seldom that the sampling takes no time worth naming from what is timed. */
const sampledEveryMs = 100;

/** Runs Node with these arguments in a process of its own. Peaks are sampled from /proc, which only Linux has. */
export async function runChild(args: readonly string[]): Promise<ChildRun> {
  const started = performance.now();
  const child = spawn(process.execPath, [...args], { stdio: ["ignore", "pipe", "inherit"] });
  const peaks = new Map<number, number>();
  const sampler = setInterval(() => samplePeaks(child.pid!, peaks), sampledEveryMs);
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  const ms = performance.now() - started;
  clearInterval(sampler);
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with status ${status}`);
  return { ms, maxRssMb: [...peaks.values()].reduce((sum, bytes) => sum + bytes, 0) / 1e6, stdout };
}

/** The kernel's high-water mark of a process never falls, so the last sample is its peak. */
function samplePeaks(root: number, peaks: Map<number, number>): void {
  for (const pid of [root, ...below(root)]) {
    const mark = /VmHWM:\s+(\d+) kB/.exec(readIfThere(`/proc/${pid}/status`))?.[1];
    if (mark !== undefined) peaks.set(pid, Number(mark) * 1024);
  }
}

function below(pid: number): number[] {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return [];
  const children = namesIn(tasks).flatMap((task) =>
    readIfThere(`${tasks}/${task}/children`).split(" ").filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...below(child)]);
}

// A process may end between being listed and being read.
function readIfThere(file: string): string {
  return ifThere(() => readFileSync(file, "utf8"), "");
}

function namesIn(folder: string): string[] {
  return ifThere(() => readdirSync(folder), []);
}

function ifThere<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ESRCH") return otherwise;
    throw error;
  }
}

/** Milliseconds of each of `times` runs, after one run to warm up that is not counted. */
export async function timings(times: number, run: () => unknown): Promise<number[]> {
  await run();
  const all: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const started = performance.now();
    await run();
    all.push(performance.now() - started);
  }
  return all;
}

/** Middle value; the mean of the two middle ones where their number is even. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error("median of nothing");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
