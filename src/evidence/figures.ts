/** A line with its band, at most 500 points, so that report and web draw without computing. */
export interface Curve {
  readonly id: string;
  readonly label: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly lower?: readonly number[];
  readonly upper?: readonly number[];
  /** `step`: right-continuous, as a survival curve; `line`: joined points. */
  readonly shape: "step" | "line";
  /** Points left out because of the minimum cell; where all are, the curve has none. */
  readonly withheld?: "some" | "all";
}

export interface TableColumn {
  readonly key: string;
  readonly label: string;
  readonly align: "start" | "end";
}

/** Cells are text, an estimate's id (`{ id }`, printed by the one formatter), or null: hidden by the minimum cell. */
export type Cell = string | { readonly id: string; readonly part?: "value" | "interval" | "both" } | null;

export interface Table {
  readonly id: string;
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Counts by two classifications; `null` is hidden by the minimum cell. */
export interface Matrix {
  readonly id: string;
  readonly label: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: readonly (readonly (number | null)[])[];
}

export interface AttritionStep {
  readonly id: string;
  readonly label: string;
  /** Left after this step; `null` is hidden by the minimum cell. */
  readonly records: number | null;
  readonly subjects: number | null;
  readonly excluded: number | null;
  readonly reason: string;
}
