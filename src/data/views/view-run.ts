import type { OutputColumn } from "./view-columns.ts";

export const viewFormats = ["parquet", "csv", "ndjson"] as const;
export type ViewFormat = (typeof viewFormats)[number];

/** Of a resource. The engine keeps room for two of that size on each thread, so the larger is taken only where needed. */
export const bytesLimits = { usual: 16 * 1024 * 1024, most: 256 * 1024 * 1024 } as const;

/** What the child process is asked; all paths absolute and without symbolic links. */
export interface ViewRequest {
  readonly view: string;
  readonly viewName: string;
  readonly files: readonly string[];
  /** As the user wrote them, for the places of faults. */
  readonly fileNames: readonly string[];
  readonly out: string;
  readonly format: ViewFormat;
  /** Where the files are the rows of an intake. */
  readonly intake?: IntakeTable;
  readonly tempDir: string;
  readonly memoryLimitMb: number;
  readonly threads: number;
}

/** What is known of the rows of one type. */
export interface IntakeTable {
  readonly rows: number;
  readonly lineLimitBytes: number;
  /** Of the sources, in the order of their numbers. */
  readonly sourceNames: readonly string[];
  /** Whether each row of the view begins with file and line. */
  readonly withPlaces: boolean;
}

/** Resources of the files: one for each line that is not blank. */
export interface ResourceCounts {
  /** Of the view's type. */
  readonly read: number;
  /** Of other types, by type; "" for lines without resourceType. */
  readonly others: Readonly<Record<string, number>>;
}

export interface ViewAnswer {
  readonly columns: readonly OutputColumn[];
  readonly rows: number;
  readonly resources: ResourceCounts;
}

export interface ViewInput {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What was read and what was written. */
export interface ViewSummary extends ViewAnswer {
  readonly inputs: readonly ViewInput[];
  readonly output: { readonly file: string; readonly bytes: number; readonly sha256: string };
}
