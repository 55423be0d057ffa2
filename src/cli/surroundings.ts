import { printableLines } from "../evidence/printable.ts";
import { askHidden } from "./ask-hidden.ts";
import type { EvaluateStudy } from "./evaluation.ts";
import { defaultWorkspace } from "./options.ts";

/** What the command line touches outside itself, so that tests can stand in for it. */
export interface Surroundings {
  /** Results only. */
  readonly stdout: (text: string) => void;
  /** Tables for another program: byte for byte, but on a terminal as `stdout`, which is what is used where this is absent. */
  readonly writeBytes?: (bytes: Uint8Array) => Promise<void>;
  /** Everything else. */
  readonly stderr: (text: string) => void;
  /** Width of the terminal that stderr writes to; undefined where it is a file or a pipe. */
  readonly terminalColumns: number | undefined;
  /** Asks for a line that is not shown while it is typed; undefined where nobody sits at a terminal. */
  readonly askHidden: (question: string) => Promise<string | undefined>;
  /** Loaded when first needed, so that `--help` and `doctor` work where the database does not. */
  readonly loadEvaluate: () => Promise<EvaluateStudy>;
  /** What time it is; only the ledger asks. */
  readonly clock: () => Date;
  /** Folder of the ledger where no `--workspace` is given. */
  readonly workspace: string;
  /** Resolves when the person or the system asks the process to stop. */
  readonly untilInterrupted: () => Promise<void>;
}

/** Rewrites the line of a terminal; only ever the first thing of what is written. */
export const eraseLine = "\r\u001b[K";

/** Escapes, in all that is printed, what names and cells of a study may do to a terminal or its reader. */
export function withPrintableText(surroundings: Surroundings): Surroundings {
  const { stdout, stderr } = surroundings;
  return {
    ...surroundings,
    stdout: (text) => stdout(printableLines(text)),
    stderr: (text) =>
      text.startsWith(eraseLine)
        ? stderr(eraseLine + printableLines(text.slice(eraseLine.length)))
        : stderr(printableLines(text)),
  };
}

/** Waits for the reader, so that a large table is not held in memory. */
function writeBytes(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(bytes, () => resolve());
  });
}

export function processSurroundings(): Surroundings {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // The reader has left (`probity evaluate … | head`): there is nobody to write to, and that is no error.
      if (error.code !== "EPIPE") throw error;
    });
  }
  return {
    stdout: (text) => void process.stdout.write(text),
    ...(process.stdout.isTTY ? {} : { writeBytes }),
    stderr: (text) => void process.stderr.write(text),
    terminalColumns: process.stderr.isTTY ? process.stderr.columns : undefined,
    askHidden: (question) => askHidden(question, process),
    loadEvaluate: async () => (await import("./evaluate-study.ts")).evaluateStudy,
    clock: () => new Date(),
    workspace: defaultWorkspace,
    untilInterrupted: () =>
      new Promise((resolve) => {
        // Once: a second signal ends the process at once.
        process.once("SIGINT", resolve);
        process.once("SIGTERM", resolve);
      }),
  };
}
