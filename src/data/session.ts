import { attrition } from "./attrition.ts";
import { Database, type DatabaseOptions } from "./database.ts";
import { fetchColumns } from "./fetch-columns.ts";
import { loadCsv, type ScannedFile, scanFile } from "./load-csv.ts";
import { haveUniqueKeys, joinPredictions, matchPredictions } from "./match-predictions.ts";
import { implausible, profile } from "./profile.ts";
import { linesOfKey, sourceRecords } from "./source-records.ts";
import type {
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
  readonly #options: SessionOptions;
  readonly #tables = new Map<string, Table>();
  readonly #scans = new WeakMap<CsvRequest, Promise<ScannedFile>>();
  #lastScan: Promise<unknown> = Promise.resolve();
  #nFiles = 0;
  #nRelations = 0;

  private constructor(database: Database, options: SessionOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** Directories must be absolute and without symbolic links. */
  static async open(options: SessionOptions): Promise<Session> {
    const { studyDir, outDir } = options;
    const directories = outDir === undefined ? [studyDir] : [studyDir, outDir];
    return new Session(await Database.open({ ...options, directories }), options);
  }

  /**
   * Scans the file of a request whose turn has not come, while the engine works on another. One after the other, so that
   * the first is done, and the engine at work, as soon as can be.
   */
  expect(request: CsvRequest): void {
    const scan = this.#lastScan.then(() => scanFile(this.#options.studyDir, request.file));
    // What it failed of is the answer when the turn comes.
    this.#lastScan = scan.catch(() => {});
    this.#scans.set(request, scan);
  }

  async loadCsv(request: CsvRequest): Promise<LoadedFile> {
    this.#requireNew(request.table);
    const file = await (this.#scans.get(request) ?? scanFile(this.#options.studyDir, request.file));
    const { table, facts } = await loadCsv(this.#database, request, file, this.#nFiles + 1);
    this.#nFiles += 1;
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

  async columns(request: ColumnsRequest): Promise<ColumnSet> {
    return fetchColumns(this.#database, this.#table(request.table), request);
  }

  async profile(request: ProfileRequest): Promise<ColumnProfile[]> {
    return profile(this.#database, this.#table(request.table), request);
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

  async writeParquet(request: ParquetRequest): Promise<WrittenFile> {
    return writeParquet(this.#database, this.#table(request.table), request, this.#options.outDir);
  }

  async sent(): Promise<void> {}

  async close(): Promise<void> {
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
