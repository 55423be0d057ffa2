import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fhirTypes } from "../fhir-types.ts";
import { intakePaths } from "./intake-folder.ts";
import type { QuarantinedLine } from "./manifest.ts";
import { OutputFile } from "./output-file.ts";
import type { LineReason, ReadLine } from "./read-resource.ts";
import type { ResourceScanner } from "./resource-scanner.ts";

export interface WrittenPart {
  readonly type: string;
  readonly rows: number;
  readonly bytes: number;
}

interface Part {
  readonly file: OutputFile;
  rows: number;
}

/** The id as it stands in JSON, with its quotes. */
interface Typed {
  readonly type: string;
  readonly id: Uint8Array;
}

export type TypedLine = Typed | { readonly reason: LineReason };

/** Thrown at the first line that is not taken where the user asked for none. */
export class FirstQuarantined extends Error {
  readonly line: number;
  readonly reason: LineReason;
  constructor(line: number, reason: LineReason) {
    super("a line was not taken");
    this.line = line;
    this.reason = reason;
  }
}

export interface WriterOptions {
  readonly folder: string;
  readonly source: number;
  /** The type that the file's name promises. */
  readonly expects: string | undefined;
  readonly isStrict: boolean;
}

/** Writes what one source holds: rows by type, and the places of lines that are not taken. */
export class SourceWriter {
  readonly #options: WriterOptions;
  readonly #parts = new Map<string, Part>();
  readonly #quarantine: OutputFile;
  readonly #types = fhirTypes();
  readonly #prefix: string;
  readonly quarantined: Partial<Record<LineReason, number>> = {};
  #open: { readonly type: string; readonly part: Part } | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#quarantine = this.#output(intakePaths.quarantined(options.source));
    this.#prefix = `{"file":${options.source},"line":`;
  }

  /** Undefined where a resource of this type is taken. */
  faultOfType(type: string): LineReason | undefined {
    if (type === this.#options.expects) return undefined;
    if (!this.#types.isResource(type)) return "unknown-type";
    return this.#options.expects === undefined ? undefined : "other-type";
  }

  /** A line that was read, with its id as it stands in JSON, unless its type is not taken. */
  typed(read: ReadLine): TypedLine {
    if ("reason" in read) return read;
    const { type, id } = read;
    const reason = this.faultOfType(type);
    return reason === undefined ? { type, id: Buffer.from(JSON.stringify(id)) } : { reason };
  }

  /** The resource is these bytes, without a line end. */
  resource(line: number, { type, id }: Typed, bytes: Buffer, start: number, end: number): void {
    const { file } = this.#begin(line, type);
    file.write(id);
    this.#end(file, bytes, start, end);
  }

  /** As `resource`, of a line that a scanner has just read; false where its type is not taken, and nothing is written. */
  scanned(line: number, found: ResourceScanner, bytes: Buffer, start: number, end: number): boolean {
    const type = bytes.toString("latin1", found.typeStart, found.typeEnd);
    if (type !== this.#open?.type && this.faultOfType(type) !== undefined) return false;
    const { file } = this.#begin(line, type);
    file.writeRange(bytes, found.idStart - 1, found.idEnd + 1);
    this.#end(file, bytes, start, end);
    return true;
  }

  #begin(line: number, type: string): Part {
    const part = this.#open?.type === type ? this.#open.part : this.#partOf(type);
    part.file.writeAscii(`${this.#prefix}${line},"id":`);
    part.rows += 1;
    return part;
  }

  #end(file: OutputFile, bytes: Buffer, start: number, end: number): void {
    file.writeAscii(',"resource":');
    file.writeRange(bytes, start, end);
    file.writeAscii("}\n");
  }

  quarantine(row: Omit<QuarantinedLine, "file">): void {
    if (this.#options.isStrict) throw new FirstQuarantined(row.line, row.reason);
    this.#quarantine.writeAscii(`${JSON.stringify({ file: this.#options.source, ...row })}\n`);
    this.quarantined[row.reason] = (this.quarantined[row.reason] ?? 0) + 1;
  }

  close(): readonly WrittenPart[] {
    this.#quarantine.close();
    return [...this.#parts]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([type, { file, rows }]) => {
        file.close();
        return { type, rows, bytes: file.bytes };
      });
  }

  get quarantineBytes(): number {
    return this.#quarantine.bytes;
  }

  abandon(): void {
    for (const { file } of [...this.#parts.values(), { file: this.#quarantine }]) file.abandon();
  }

  #partOf(type: string): Part {
    const part = this.#parts.get(type) ?? {
      file: this.#output(intakePaths.table(type, this.#options.source)),
      rows: 0,
    };
    this.#parts.set(type, part);
    this.#open = { type, part };
    return part;
  }

  #output(path: string): OutputFile {
    const whole = join(this.#options.folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    return new OutputFile(whole);
  }
}
