import type {
  DuckDBDataChunk as DataChunk,
  DuckDBConnection,
  DuckDBType,
  DuckDBInstance as Instance,
} from "@duckdb/node-api";
import { Problem } from "../evidence/problem.ts";
import { typeOf, writeColumn } from "./chunk-columns.ts";
import { BOOLEAN, DOUBLE, DuckDBDataChunk, DuckDBInstance, VARCHAR } from "./duckdb.ts";
import { identifier, joined, literal, type Sql, sql } from "./sql.ts";

export interface DatabaseOptions {
  /** Absolute, without symbolic links. Nothing else can be read or written. */
  readonly directories: readonly string[];
  /** Single files beside the directories, absolute. */
  readonly files?: readonly string[];
  readonly tempDir: string;
  readonly memoryLimitMb: number;
  readonly threads: number;
}

export type Cell = string | number | boolean | null;

const rowsPerChunk = 2048;

/**
 * An in-memory DuckDB that reaches only its directories, loads no extension and refuses every later
 * setting.
 */
export class Database {
  readonly #instance: Instance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: Instance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(options: DatabaseOptions): Promise<Database> {
    const { directories, files = [], tempDir, memoryLimitMb, threads } = options;
    const instance = await DuckDBInstance.create(":memory:", {
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      allow_community_extensions: "false",
      temp_directory: tempDir,
      max_temp_directory_size: "20GB",
      memory_limit: `${memoryLimitMb}MB`,
      threads: String(threads),
      preserve_insertion_order: "true",
    });
    const database = new Database(instance, await instance.connect());
    const listOf = (paths: readonly string[]) => joined(paths.map(literal), ", ");
    await database.run(sql`set allowed_directories = [${listOf(directories)}]`);
    await database.run(sql`set allowed_paths = [${listOf(files)}]`);
    await database.run(sql`set allow_persistent_secrets = false`);
    await database.run(sql`set enable_external_access = false`);
    await database.run(sql`set lock_configuration = true`);
    return database;
  }

  async run(query: Sql): Promise<void> {
    await told(() => this.#connection.run(query.sql, [...query.parameters], typesOf(query)));
  }

  /** Few rows, as arrays of cells. Whole numbers beyond 2^53 do not occur: they are counts. */
  async rows(query: Sql): Promise<Cell[][]> {
    const reader = await told(() =>
      this.#connection.runAndReadAll(query.sql, [...query.parameters], typesOf(query)),
    );
    return reader.getRowsJS().map((row) => row.map(toCell));
  }

  /** Many rows, as chunks of column vectors. */
  async *chunks(query: Sql): AsyncGenerator<DataChunk> {
    const result = await told(() =>
      this.#connection.stream(query.sql, [...query.parameters], typesOf(query)),
    );
    // The engine makes the next chunk while the caller works on this one.
    let next = told(() => result.fetchChunk());
    for (;;) {
      const chunk = await next;
      if (chunk === null || chunk.rowCount === 0) return;
      next = told(() => result.fetchChunk());
      // Waited for in the next turn; a caller that leaves before it leaves the error as well.
      next.catch(() => {});
      yield chunk;
    }
  }

  /**
   * Makes a table of numbers from typed arrays of one length, in their order. Missing is NaN, and -1
   * stays -1.
   */
  async createFromArrays(
    table: string,
    columns: readonly { readonly name: string; readonly values: Float64Array | Int32Array }[],
  ): Promise<void> {
    const types = columns.map(({ values }) => typeOf(values));
    const definitions = columns.map(
      ({ name, values }) =>
        sql`${identifier(name)} ${values instanceof Float64Array ? sql`double` : sql`integer`}`,
    );
    await this.run(sql`create table ${identifier(table)} (${joined(definitions, ", ")})`);
    const appender = await this.#connection.createAppender(table);
    const n = columns[0]?.values.length ?? 0;
    for (let start = 0; start < n; start += rowsPerChunk) {
      const chunk = DuckDBDataChunk.create(types, Math.min(rowsPerChunk, n - start));
      columns.forEach(({ values }, column) => {
        writeColumn(chunk, column, values, start);
      });
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }

  /** Another connection to the same tables, with the same limits, whose queries run at the same time. */
  async beside(): Promise<Database> {
    return new Database(this.#instance, await this.#instance.connect());
  }

  /** Ends this connection; the tables stay for the others. */
  disconnect(): void {
    this.#connection.closeSync();
  }

  close(): void {
    this.disconnect();
    this.#instance.closeSync();
  }
}

/** Whole numbers would otherwise bind as integers and divide as such. */
function typesOf({ parameters }: Sql): DuckDBType[] {
  return parameters.map((value) =>
    typeof value === "number" ? DOUBLE : typeof value === "boolean" ? BOOLEAN : VARCHAR,
  );
}

function toCell(value: unknown): Cell {
  if (typeof value === "bigint") return Number(value);
  if (
    value === null ||
    typeof value === "number" ||
    typeof value === "string" ||
    typeof value === "boolean"
  ) {
    return value;
  }
  throw new Error(`unexpected ${typeof value} in a result`);
}

/**
 * Engine errors may quote cells, so their text goes no further than this process, as the cause, except where it can only
 * speak of our own SQL.
 */
async function told<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const kind = /(?:^|: )([A-Z][A-Za-z ]*) Error:/.exec(message)?.[1] ?? "Unknown";
    if (kind === "Out of Memory") {
      throw new Problem("data-out-of-memory", "the tables do not fit into the memory limit", {
        hint: "raise the memory limit, or load fewer columns",
      });
    }
    if (kind === "IO") throw diskProblem(message);
    const isOurSql = kind === "Parser" || kind === "Binder" || kind === "Catalog" || kind === "Permission";
    throw new Error(`data engine: ${isOurSql ? message : `${kind} Error`}`, { cause: error });
  }
}

/** The system's words for what a disk refuses; the rest of the engine's message may name files only it knows. */
const diskReasons = [
  ["No space left on device", "the disk is full"],
  ["Disk quota exceeded", "the disk's quota is used up"],
  ["File too large", "the file is larger than the disk or a limit of this account allows"],
  ["Read-only file system", "the disk is read-only"],
  ["Permission denied", "access is not permitted"],
  ["Input/output error", "the disk failed"],
] as const;

function diskProblem(message: string): Problem {
  const found = diskReasons.find(([words]) => message.includes(words));
  const reason = found === undefined ? "" : `: ${found[1]}`;
  return new Problem("data-disk", `the database could not read or write a file${reason}`, {
    hint: "make room where the dossier goes and in the folder for temporary files, and run again",
  });
}
