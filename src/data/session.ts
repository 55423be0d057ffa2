import { arrangeRows } from "./arrange-rows.ts";
import { attrition } from "./attrition.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { type ColumnAhead, fetchColumns } from "./fetch-columns.ts";
import { checkCsv, type ReadCsv, readCsv, scanFile } from "./load-csv.ts";
import { haveUniqueKeys, joinPredictions, matchPredictions } from "./match-predictions.ts";
import { implausible, profile } from "./profile.ts";
import { linesOfKey, sourceRecords } from "./source-records.ts";
import { identifier } from "./sql.ts";
import type {
  ArrangeRequest,
  AttritionFacts,
  AttritionRequest,
  ColumnProfile,
  ColumnSet,
  ColumnsRequest,
  CsvRequest,
  LoadedFile,
  LookupRequest,
  MatchFacts,
  MatchRequest,
  Offenders,
  ParquetRequest,
  ProfileRequest,
  RowsRequest,
  SourceRecord,
  Store,
  WrittenFile,
} from "./store.ts";
import type { Table } from "./table.ts";
import { writeParquet } from "./write-parquet.ts";

export interface SessionOptions extends Omit<DatabaseOptions, "directories"> {
  readonly studyDir: string;
  readonly outDir?: string;
}

/** The store itself, as it runs inside the child process: one database and the tables loaded into it. */
export class Session implements Store {
  readonly #database: Database;
  /** Reads files while the other works on those before. */
  readonly #reader: Database;
  readonly #options: SessionOptions;
  readonly #tables = new Map<string, Table>();
  readonly #reads = new WeakMap<CsvRequest, Promise<ReadCsv>>();
  #lastScan: Promise<unknown> = Promise.resolve();
  #lastRead: Promise<unknown> = Promise.resolve();
  #nFiles = 0;
  #nRelations = 0;

  private constructor(database: Database, reader: Database, options: SessionOptions) {
    this.#database = database;
    this.#reader = reader;
    this.#options = options;
  }

  /** Directories must be absolute and without symbolic links. */
  static async open(options: SessionOptions): Promise<Session> {
    const { studyDir, outDir } = options;
    const directories = outDir === undefined ? [studyDir] : [studyDir, outDir];
    const database = await Database.open({ ...options, directories });
    return new Session(database, await database.beside(), options);
  }

  /**
   * Scans and reads the file of a request whose turn has not come, while the one before is checked. One after the other,
   * so that the first is done, and the engine at work, as soon as can be.
   */
  expect(request: CsvRequest): void {
    const scan = this.#lastScan.then(() => scanFile(this.#options.studyDir, request.file));
    const read = Promise.all([scan, this.#lastRead]).then(([file]) => {
      this.#requireNew(request.table);
      this.#nFiles += 1;
      return readCsv(this.#reader, request, file, this.#nFiles);
    });
    // What they failed of is the answer when the turn comes.
    this.#lastScan = scan.catch(() => {});
    this.#lastRead = read.catch(() => {});
    this.#reads.set(request, read);
  }

  async loadCsv(request: CsvRequest): Promise<LoadedFile> {
    this.#requireNew(request.table);
    if (!this.#reads.has(request)) this.expect(request);
    const read = this.#reads.get(request)!;
    this.#reads.delete(request);
    const { table, facts } = await checkCsv(this.#database, await read);
    this.#tables.set(table.name, table);
    return facts;
  }

  async attrition(request: AttritionRequest): Promise<AttritionFacts> {
    const name = this.#relationName(request.table);
    const { table, facts } = await attrition(this.#database, this.#table(request.table), request, name);
    this.#tables.set(table.name, table);
    return facts;
  }

  async matchPredictions(request: MatchRequest): Promise<MatchFacts> {
    const { into } = request;
    if (into !== undefined) this.#requireNew(into.name);
    const tables = { patients: this.#table(request.patients), predictions: this.#table(request.predictions) };
    const join = async (name: string) => {
      const relation = this.#relationName(name);
      const table = await joinPredictions(this.#database, tables, { ...request, into: into! }, relation);
      this.#tables.set(name, table);
      return table;
    };
    // Where the keys are known to be unique, the matches are counted in the joined table.
    const early = into !== undefined && haveUniqueKeys(tables, request) ? await join(into.name) : undefined;
    const facts = await matchPredictions(this.#database, tables, request, early);
    const isOneToOne = facts.duplicatePatients.count === 0 && facts.duplicatePredictions.count === 0;
    if (into !== undefined && early === undefined && isOneToOne) await join(into.name);
    return facts;
  }

  /** `ahead` is told of values that a column holds already. */
  async columns(request: ColumnsRequest, ahead?: ColumnAhead): Promise<ColumnSet> {
    return fetchColumns(this.#database, this.#table(request.table), request, ahead);
  }

  async profile(request: ProfileRequest): Promise<ColumnProfile[]> {
    // Beside the others, so that it can run with them; see the child.
    const database = await this.#database.beside();
    try {
      return await profile(database, this.#table(request.table), request);
    } finally {
      database.disconnect();
    }
  }

  async implausible(request: ProfileRequest): Promise<Offenders[]> {
    return implausible(this.#database, this.#table(request.table), request);
  }

  async lookup(request: LookupRequest): Promise<SourceRecord[]> {
    const table = this.#table(request.table);
    return sourceRecords(table, await linesOfKey(this.#database, table, request));
  }

  async rows({ table, lines }: RowsRequest): Promise<SourceRecord[]> {
    return sourceRecords(this.#table(table), lines);
  }

  async arrange(request: ArrangeRequest): Promise<void> {
    const { into } = request;
    this.#requireNew(into);
    const relation = identifier(this.#relationName(into));
    this.#tables.set(into, await arrangeRows(this.#database, this.#table(request.table), request, relation));
  }

  async writeParquet(request: ParquetRequest): Promise<WrittenFile> {
    return writeParquet(this.#database, this.#table(request.table), request, this.#options.outDir);
  }

  async sent(): Promise<void> {}

  async close(): Promise<void> {
    this.#reader.disconnect();
    this.#database.close();
  }

  #table(name: string): Table {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`no table "${name}" has been loaded`);
    return table;
  }

  #requireNew(name: string): void {
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`"${name}" is no name for a table`);
    if (this.#tables.has(name)) throw new Error(`table "${name}" has been loaded before`);
  }

  #relationName(table: string): string {
    this.#nRelations += 1;
    return `${table}_relation_${this.#nRelations}`;
  }
}
