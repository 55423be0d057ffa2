import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface RRun {
  /** Elapsed in R, by its own clock: without start, reading of data, or this pipe. */
  readonly ms: number;
  readonly result: readonly number[];
}

/** One R process that keeps its data and answers a line for each line it is given. */
export class RSession {
  /** Of R and of the packages. */
  readonly versions: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcessWithoutNullStreams, lines: AsyncIterator<string>, versions: string) {
    this.#child = child;
    this.#lines = lines;
    this.versions = versions;
  }

  /** The session, or why there is none. */
  static async open(script: string, folder: string): Promise<RSession | { readonly absent: string }> {
    const child = spawn("Rscript", ["--vanilla", script, folder], { env: { ...process.env, TZ: "UTC" } });
    const hasStarted = await new Promise<boolean>((resolve, reject) => {
      child.once("spawn", () => resolve(true));
      child.once("error", (error: NodeJS.ErrnoException) =>
        error.code === "ENOENT" ? resolve(false) : reject(error),
      );
    });
    if (!hasStarted) return { absent: "Rscript is not installed" };
    child.stderr.pipe(process.stderr);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { value: first = "" } = await lines.next();
    const [word, ...rest] = first.trim().split(" ");
    if (word === "missing") return { absent: `R is without ${rest.join(", ")}` };
    if (word !== "versions") throw new Error(`${script} began with "${first}"`);
    return new RSession(child, lines, rest.join(" "));
  }

  async load(set: string, nRows: number, nCovariates: number): Promise<void> {
    const answer = await this.#ask(`load ${set} ${nRows} ${nCovariates}`);
    if (answer !== "loaded") throw new Error(`R answered "${answer}"`);
  }

  async run(task: string, set: string): Promise<RRun> {
    const answer = await this.#ask(`run ${task} ${set}`);
    const [word, ms, ...result] = answer.trim().split(" ");
    if (word !== "took") throw new Error(`R answered "${answer}"`);
    return { ms: Number(ms), result: result.map(Number) };
  }

  /** Ends R, which reads no more lines then. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.stdin.end();
    await ended;
  }

  async #ask(line: string): Promise<string> {
    this.#child.stdin.write(`${line}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`R ended at "${line}"`);
    return value;
  }
}
