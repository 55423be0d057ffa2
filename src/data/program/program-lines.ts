import { Problem } from "../../evidence/problem.ts";

/** Rows for a program, and who reads what it answers. */
export interface ProgramInput {
  readonly lines: Iterable<string>;
  readonly nLines: number;
  /** Reads a line of output, number `i` from 0; says what is wrong with it, never with what it holds. */
  readonly onLine: (line: string, i: number) => string | undefined;
}

/** So much that no row of scores needs it. */
const maxLineBytes = 16 * 1024;
const lineFeed = 10;

/**
 * Cuts what a program writes into lines, one for each row that it was sent.
 *
 * Errors: a line of more than 16 KiB, bytes that are not UTF-8, more lines than rows, and in `end` fewer. The messages
 * name the line and never what it holds: it can be a patient's.
 */
export class ProgramLines {
  readonly #nLines: number;
  readonly #onLine: ProgramInput["onLine"];
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #rest: Buffer[] = [];
  #restBytes = 0;
  #n = 0;

  constructor({ nLines, onLine }: Pick<ProgramInput, "nLines" | "onLine">) {
    this.#nLines = nLines;
    this.#onLine = onLine;
  }

  add(block: Buffer): void {
    let from = 0;
    for (let end = block.indexOf(lineFeed); end !== -1; end = block.indexOf(lineFeed, from)) {
      this.#keep(block.subarray(from, end));
      this.#emit();
      from = end + 1;
    }
    this.#keep(block.subarray(from));
  }

  /** The program has ended: a last line may lack its line feed. */
  end(): void {
    if (this.#restBytes > 0) this.#emit();
    if (this.#n < this.#nLines) throw wrongCount(`${this.#n} lines came for ${this.#nLines} rows`);
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#rest.push(part);
    this.#restBytes += part.length;
    if (this.#restBytes <= maxLineBytes) return;
    throw outputProblem(this.#n, `is longer than ${maxLineBytes} bytes`);
  }

  #emit(): void {
    if (this.#n === this.#nLines)
      throw wrongCount(`more lines came than the ${this.#nLines} rows that it was sent`);
    const bytes = Buffer.concat(this.#rest);
    this.#rest = [];
    this.#restBytes = 0;
    const fault = this.#onLine(this.#decoded(bytes), this.#n);
    if (fault !== undefined) throw outputProblem(this.#n, fault);
    this.#n++;
  }

  #decoded(bytes: Buffer): string {
    try {
      return this.#decoder.decode(bytes);
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw outputProblem(this.#n, "is not UTF-8 text");
    }
  }
}

function outputProblem(i: number, what: string): Problem {
  return new Problem("model-output", what, {
    where: `line ${i + 1} of the model's output`,
    hint: 'write one line for each row, such as {"row":1,"scores":{"risk":0.25}}, and nothing else',
  });
}

function wrongCount(message: string): Problem {
  return new Problem("model-output", message, {
    where: "the model's output",
    hint: "write one line for each row, in the order of the rows, and nothing else",
  });
}
