import type { LineReason } from "./read-resource.ts";

export const intakeFormat = "probity-ingest/1";

/** Of one file that was read. `lines` = resources + quarantined + blank. */
export interface SourceFacts {
  /** From 1, in the order of the names. */
  readonly file: number;
  /** Relative to the folder that was named. */
  readonly name: string;
  readonly kind: SourceKind;
  /** As it lay there, compressed or not. */
  readonly bytes: number;
  readonly sha256: string;
  readonly lines: number;
  readonly blank: number;
  /** By type. */
  readonly resources: Readonly<Record<string, number>>;
  /** By reason. */
  readonly quarantined: Readonly<Partial<Record<LineReason, number>>>;
  /** Why nothing of it was taken; then all counts are 0. */
  readonly refused?: RefusedReason;
}

/** `json`: a Bundle, whose entries count as lines from 1, or one resource. */
export type SourceKind = "ndjson" | "json";
export type RefusedReason =
  | "damaged-gzip"
  | "too-large"
  | "not-utf8"
  | "malformed"
  | "repeated-key"
  | "not-a-bundle";

export interface TablePart {
  readonly file: number;
  /** Relative to the folder of the intake. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

export interface IntakeManifest {
  readonly format: typeof intakeFormat;
  readonly lineLimitBytes: number;
  readonly sources: readonly SourceFacts[];
  /** By type of resource. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly parts: readonly TablePart[] }>>;
  readonly quarantine: { readonly path: string; readonly rows: number; readonly sha256: string };
  readonly totals: IntakeTotals;
  /** Files of the folders that were named and that are neither NDJSON nor JSON. */
  readonly notRead: readonly string[];
}

export interface IntakeTotals {
  readonly lines: number;
  readonly resources: number;
  readonly quarantined: number;
  readonly blank: number;
  /** Files. */
  readonly refused: number;
}

/** A line that was not taken, as it stands in `quarantine.ndjson`. */
export interface QuarantinedLine {
  readonly file: number;
  readonly line: number;
  readonly reason: LineReason;
  /** In the uncompressed file; of an entry of a Bundle there is none. */
  readonly offset?: number;
  readonly bytes?: number;
  /** Of a duplicate: the line that was taken. */
  readonly first?: { readonly file: number; readonly line: number };
}
