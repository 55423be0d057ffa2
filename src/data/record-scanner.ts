import { counted } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import { refuse } from "./offenders.ts";

const [nul, lineFeed, carriageReturn, quote, comma] = [0, 10, 13, 34, 44];
export const longestRecord = 1024 * 1024;
const listed = 10;

type State = "field start" | "unquoted" | "quoted" | "after quote" | "after CR";

/**
 * Where records start, as the lines they would start on if each filled one line, and the steps away from
 * that.
 */
export interface RecordLines {
  /** Line of record 0. */
  readonly first: number;
  /** From record `ordinals[i]` on, every line is `extra[i]` later than before. */
  readonly ordinals: Int32Array;
  readonly extra: Int32Array;
}

/**
 * Walks the bytes of a CSV file once (RFC 4180, LF or CRLF) and knows where each record starts.
 * Throws a Problem at the first byte that leaves the structure in doubt; counts records of the wrong length.
 */
export class RecordScanner {
  #state: State = "field start";
  #line = 1;
  #recordLine = 1;
  #recordStart = 0;
  #commas = 0;
  #isBlankBeforeCr = false;
  #columns = 0;
  #shift = 0;
  #firstLine = 0;
  readonly #ordinals: number[] = [];
  readonly #extra: number[] = [];
  #nRagged = 0;
  readonly #ragged: { line: number; fields: number }[] = [];
  /** Offset just past the header's line end; 0 until it has been seen. */
  headerEnd = 0;
  records = 0;
  blankLines = 0;
  hasCrlf = false;
  hasMultilineRecord = false;
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  get line(): number {
    return this.#line;
  }

  /** `offset` is where the block starts in the file. */
  push(block: Uint8Array, offset: number): void {
    let isText = this.#isText();
    for (let i = 0; i < block.length; i++) {
      const byte = block[i]!;
      if (isText && byte > comma) continue;
      this.#step(byte, offset + i);
      isText = this.#isText();
    }
  }

  /** Where bytes above the comma, which are nearly all, change nothing. */
  #isText(): boolean {
    return this.#state === "unquoted" || this.#state === "quoted";
  }

  /** After the last block: closes a record that has no line end; throws for what is left open or ragged. */
  end(offset: number): void {
    if (this.#state === "quoted") {
      throw new Problem("data-open-quote", "a quoted cell starts here and never ends", {
        where: `${this.#file}:${this.#recordLine}`,
        hint: "close the quote; write a quote inside a cell twice",
      });
    }
    if (this.#state === "after CR") this.#loneCarriageReturn();
    if (!this.#isBlank()) this.#endRecord(offset, false);
    if (this.#nRagged > 0) this.#refuseRagged();
  }

  get lines(): RecordLines {
    return {
      first: this.#firstLine,
      ordinals: Int32Array.from(this.#ordinals),
      extra: Int32Array.from(this.#extra),
    };
  }

  #isBlank(): boolean {
    return this.#state === "field start" && this.#commas === 0;
  }

  #step(byte: number, at: number): void {
    if (byte === nul) {
      throw new Problem("data-nul-byte", "the file holds a NUL byte, which no text has", {
        where: `${this.#file}:${this.#line}`,
        hint: "export the table again as UTF-8 text",
      });
    }
    switch (this.#state) {
      case "quoted":
        if (byte === quote) this.#state = "after quote";
        else if (byte === lineFeed) this.#line += 1;
        return;
      case "after CR":
        if (byte !== lineFeed) this.#loneCarriageReturn();
        this.hasCrlf = true;
        this.#endRecord(at + 1, this.#isBlankBeforeCr);
        return;
      case "after quote":
        if (byte === quote) this.#state = "quoted";
        else if (!this.#endsField(byte, at)) this.#strayQuote("text follows a closing quote");
        return;
      default:
        if (this.#endsField(byte, at)) return;
        if (byte !== quote) this.#state = "unquoted";
        else if (this.#state === "field start") this.#state = "quoted";
        else this.#strayQuote("a quote stands inside an unquoted cell");
    }
  }

  /** Acts on a comma or a line end outside quotes. */
  #endsField(byte: number, at: number): boolean {
    if (byte === comma) {
      this.#commas += 1;
      this.#state = "field start";
    } else if (byte === lineFeed) {
      this.#endRecord(at + 1, this.#isBlank());
    } else if (byte === carriageReturn) {
      this.#isBlankBeforeCr = this.#isBlank();
      this.#state = "after CR";
    } else return false;
    return true;
  }

  #endRecord(end: number, isBlank: boolean): void {
    if (this.headerEnd === 0) this.#endHeader(end, isBlank);
    else if (isBlank && this.#columns > 1) this.blankLines += 1;
    else this.#endRow(end);
    this.#line += 1;
    this.#recordLine = this.#line;
    this.#recordStart = end;
    this.#commas = 0;
    this.#state = "field start";
  }

  #endHeader(end: number, isBlank: boolean): void {
    if (isBlank) {
      throw new Problem("data-no-header", "the first line is blank; expected the names of the columns", {
        where: `${this.#file}:1`,
        hint: "put the names of the columns in the first line",
      });
    }
    this.#columns = this.#commas + 1;
    this.headerEnd = end;
    this.#firstLine = this.#line + 1;
  }

  #endRow(end: number): void {
    if (this.#commas + 1 !== this.#columns) {
      this.#nRagged += 1;
      if (this.#ragged.length < listed) {
        this.#ragged.push({ line: this.#recordLine, fields: this.#commas + 1 });
      }
    }
    if (end - this.#recordStart > longestRecord) {
      throw new Problem(
        "data-record-too-long",
        `a record has ${end - this.#recordStart} bytes; expected at most ${longestRecord}`,
        {
          where: `${this.#file}:${this.#recordLine}`,
          hint: "look for a quote that was never closed",
        },
      );
    }
    if (this.#line > this.#recordLine) this.hasMultilineRecord = true;
    const shift = this.#recordLine - this.#firstLine - this.records;
    if (shift !== this.#shift) {
      this.#ordinals.push(this.records);
      this.#extra.push(shift - this.#shift);
      this.#shift = shift;
    }
    this.records += 1;
  }

  #refuseRagged(): never {
    const say = (fields: number) => counted(fields, "cell");
    const fields = say(this.#ragged[0]!.fields);
    const base = this.#nRagged === 1 ? "" : ` (${this.#nRagged} such rows)`;
    refuse("data-ragged-row", `${fields} where the header names ${this.#columns}${base}`, {
      places: this.#ragged.map((row) => ({ where: `${this.#file}:${row.line}`, text: say(row.fields) })),
      count: this.#nRagged,
      hint: "a comma inside a cell needs quotes around the cell",
    });
  }

  #strayQuote(message: string): never {
    throw new Problem("data-stray-quote", message, {
      where: `${this.#file}:${this.#line}`,
      hint: 'put quotes around the whole cell and write a quote inside it twice: "5"" tumour"',
    });
  }

  #loneCarriageReturn(): never {
    throw new Problem("data-line-end", "a carriage return without a line feed", {
      where: `${this.#file}:${this.#line}`,
      hint: "save the file with LF or CRLF line ends",
    });
  }
}
