import type { Expression } from "../protocol/index.ts";

/**
 * Tables of one study, with file and line on every row, held by a database in a sandboxed child process.
 * Every method rejects with a Problem where the user can fix it (bad file, time-out, memory), else with
 * an Error.
 */
export interface Store {
  /** Reads a CSV file of the study into a table; refuses it whole when any row cannot be trusted. */
  loadCsv(request: CsvRequest): Promise<LoadedFile>;
  /** Applies keep-criteria in order and marks each row of the table as kept or excluded. */
  attrition(request: AttritionRequest): Promise<AttritionFacts>;
  /**
   * Joins predictions one to one by key; with `into`, also makes a table of patients with predicted
   * columns.
   */
  matchPredictions(request: MatchRequest): Promise<MatchFacts>;
  /** Columns as typed arrays, in a total order that does not depend on threads. */
  columns(request: ColumnsRequest): Promise<ColumnSet>;
  /** What a column holds: counts, extremes, quartiles by rank, values outside plausible limits. */
  profile(request: ProfileRequest): Promise<ColumnProfile[]>;
  /** The last part of a profile alone, for each column in turn: it needs no count of the different values. */
  implausible(request: ProfileRequest): Promise<Offenders[]>;
  /** The source records of a key, as they stand in the file. */
  lookup(request: LookupRequest): Promise<SourceRecord[]>;
  /** The source records that start at these lines, as they stand in the file. */
  rows(request: RowsRequest): Promise<SourceRecord[]>;
  /** Makes a table of the chosen rows, for `writeParquet`. */
  arrange(request: ArrangeRequest): Promise<void>;
  /**
   * Writes an arranged table, with computed columns beside its own, as a Parquet file in `outDir`; same rows,
   * same bytes.
   */
  writeParquet(request: ParquetRequest): Promise<WrittenFile>;
  /** Settles when every request so far has left this process, which may then be busy without delaying them. */
  sent(): Promise<void>;
  /** Ends the child process and removes its temporary folder. Safe to call twice. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** All input files lie in here. */
  readonly studyDir: string;
  /** Parquet files go here, nowhere else. Made when missing. */
  readonly outDir?: string;
  /** Of the database; default 1024. */
  readonly memoryLimitMb?: number;
  /** Default: the number of cores, at most 4. */
  readonly threads?: number;
  /** For each request; default 10 minutes. */
  readonly timeoutMs?: number;
}

export type ColumnType = "number" | "text" | "date" | "boolean";

export interface CsvColumn {
  /** As in the header. */
  readonly name: string;
  readonly type: ColumnType;
  /** False: an empty cell is a Problem. Key columns are never empty. */
  readonly nullable: boolean;
}

export interface CsvRequest {
  /** Relative to the study. */
  readonly file: string;
  /** Our name for the table: lower-case letters, digits and underscores. */
  readonly table: string;
  /** The columns that the study uses; the others stay in the file. */
  readonly columns: readonly CsvColumn[];
  /** Columns that together name a row; each must be among `columns`. Empty: rows need no key. */
  readonly key: readonly string[];
}

export interface LoadedFile {
  /** 1 for the first file loaded, and so on; the `source_file` of its rows. */
  readonly fileId: number;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: number;
  /** Skipped between and after records. */
  readonly blankLines: number;
  readonly hasCrlf: boolean;
  readonly bom: boolean;
  /** The whole header in file order; `type` only where loaded. */
  readonly columns: readonly { readonly name: string; readonly type?: ColumnType }[];
  /** Rows whose key differs from that of an earlier one in upper and lower case only. */
  readonly keysInOtherCase: Offenders;
}

export interface AttritionRequest {
  readonly table: string;
  /** Columns that name a subject. */
  readonly subject: readonly string[];
  /** Keep-criteria, in order. A row is kept where all are true; false and missing exclude it. */
  readonly steps: readonly { readonly expression: Expression }[];
}

export interface AttritionFacts {
  readonly start: { readonly records: number; readonly subjects: number };
  /**
   * One for each criterion. `excluded` counts records; `excludedMissing` those for which it had no
   * answer.
   */
  readonly steps: readonly {
    readonly records: number;
    readonly subjects: number;
    readonly excluded: number;
    readonly excludedMissing: number;
  }[];
}

export interface MatchRequest {
  readonly patients: string;
  readonly predictions: string;
  /** In the same order on both sides. */
  readonly key: { readonly patients: readonly string[]; readonly predictions: readonly string[] };
  /**
   * Makes table `name`: all columns of patients (with their file, line and `kept`), the predicted columns,
   * and `prediction_line`. Patients without prediction stay, with missing values. Not made where keys repeat.
   */
  readonly into?: {
    readonly name: string;
    readonly take: readonly { readonly column: string; readonly as: string }[];
  };
}

/** All counted; the first 20 by file:line. */
export interface Offenders {
  readonly count: number;
  readonly first: readonly string[];
}

export interface MatchFacts {
  readonly matched: number;
  readonly patientsWithoutPrediction: Offenders;
  /** Those of them that the attrition keeps; all of them where there has been none. */
  readonly keptWithoutPrediction: Offenders;
  readonly predictionsWithoutPatient: Offenders;
  /** Rows beyond the first with the same key. */
  readonly duplicatePatients: Offenders;
  readonly duplicatePredictions: Offenders;
}

export interface ColumnsRequest {
  readonly table: string;
  /** Columns by name, or an expression with the name that its values get. */
  readonly columns: readonly (string | { readonly name: string; readonly expression: Expression })[];
  /** `kept` needs an attrition; default `all`. */
  readonly rows?: "all" | "kept";
  /** Ascending, missing last; ties and the default by file, then line. */
  readonly orderBy?: readonly string[];
}

export type Column =
  /** Missing is NaN. Dates are days since 1970-01-01, durations are days. */
  | {
      readonly kind: "number" | "date";
      readonly values: Float64Array;
      readonly missing: number;
    }
  /** 0, 1, or -1 where missing. */
  | { readonly kind: "boolean"; readonly values: Int8Array; readonly missing: number }
  /** Indices into `levels` (sorted by code point), or -1 where missing. */
  | {
      readonly kind: "text";
      readonly codes: Int32Array;
      readonly levels: readonly string[];
      readonly missing: number;
    };

export interface ColumnSet {
  readonly n: number;
  readonly columns: ReadonlyMap<string, Column>;
  readonly sourceLine: Int32Array;
}

export interface ProfileRequest {
  readonly table: string;
  readonly columns: readonly {
    readonly name: string;
    /** Both ends are plausible. */
    readonly plausible?: readonly [low: number, high: number];
    /** Values that may occur, as text or number; anything else is implausible. */
    readonly levels?: readonly (string | number)[];
  }[];
  readonly rows?: "all" | "kept";
}

export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  readonly n: number;
  readonly missing: number;
  readonly distinct: number;
  /** Numbers; dates and text as text (a date as YYYY-MM-DD); absent where all are missing. */
  readonly range?: {
    readonly min: number | string;
    readonly max: number | string;
    /** Smallest value whose cumulative share reaches 1/4, 1/2, 3/4: always a value that occurs. */
    readonly quartiles: readonly [number | string, number | string, number | string];
  };
  /** Where levels were given: rows at each, in the order of the request. */
  readonly levelCounts?: readonly number[];
  /** Where limits or levels were given; the first 10 by file:line. Missing values are not implausible. */
  readonly implausible?: Offenders;
}

export interface LookupRequest {
  readonly table: string;
  readonly key: readonly { readonly column: string; readonly value: string | number }[];
}

export interface RowsRequest {
  readonly table: string;
  readonly lines: readonly number[];
}

export interface SourceRecord {
  readonly file: string;
  readonly line: number;
  /** The record without its line end. */
  readonly text: string;
  readonly fields: readonly { readonly name: string; readonly text: string }[];
}

export type ComputedColumn = { readonly name: string } & (
  | { readonly values: Float64Array | Int32Array }
  | { readonly codes: Int8Array | Int32Array; readonly levels: readonly (string | number)[] }
);

/** Rows of a table in a total order: the given columns, then the place in the source. */
export interface ArrangeRequest {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows?: "all" | "kept";
  readonly orderBy?: readonly string[];
  /** Name of the table that is made. */
  readonly into: string;
}

export interface ParquetRequest {
  /** Of `arrange`. */
  readonly table: string;
  /**
   * In the order of `columns()` with the same `rows` and `orderBy` as the arranged. NaN and code -1 are written as
   * missing.
   */
  readonly computed?: readonly ComputedColumn[];
  /** Relative to `outDir`. */
  readonly file: string;
}

export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: number;
}
