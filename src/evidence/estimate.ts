/** How far the data behind a number are from the use it is meant for. */
export type EvidenceLevel = "retrospective" | "silent" | "prospective";

/**
 * `pointwise`: covers this one quantity at `level`. `simultaneous`: covers a whole family at `level`.
 * `bound`: the point estimate lies on the edge of its range (0 or 1), so one side is exact.
 */
export type IntervalKind = "pointwise" | "simultaneous" | "bound";

export interface Interval {
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
  readonly kind: IntervalKind;
  /** Of a worst over strata: the stratum whose lower bound this is, which need not be that of the value. */
  readonly lowerIn?: string;
}

/**
 * What a number is measured in; decides how it prints.
 * `proportion` prints as .57, `share` as 57.0 %, `difference` with a sign, `count` with thousands.
 */
export type Unit =
  | "proportion"
  | "share"
  | "difference"
  | "ratio"
  | "count"
  | "perThousand"
  | "minutes"
  | "hours"
  | "days"
  | "years"
  | "usd"
  | "usdPerHour"
  | "number";

interface EstimateBase {
  /** `room.measure@horizon/stratum`, stable across runs, never twice in one dossier. */
  readonly id: string;
  /** What a reader sees beside the number: "Sensitivity at .40". */
  readonly label: string;
  readonly horizon?: string;
  readonly stratum?: string;
  readonly unit: Unit;
  /** The estimator and the interval in one phrase. */
  readonly method: string;
  readonly evidence: EvidenceLevel;
}

interface CountedEstimate extends EstimateBase {
  /** Patients (or records) behind it. */
  readonly n: number;
  readonly events?: number;
  /** Of a worst over strata: the stratum whose number it is, or that has none. */
  readonly attainedIn?: string;
}

export interface KnownEstimate extends CountedEstimate {
  readonly value: number;
  readonly interval?: Interval;
  /** The interval is withheld, as a `HiddenEstimate` is; the value is not. */
  readonly isIntervalHidden?: true;
  readonly numerator?: number;
  readonly denominator?: number;
  /** Decimals to print when the unit's default would hide or invent precision. */
  readonly decimals?: number;
}

export interface UnknownEstimate extends CountedEstimate {
  /** Why the number does not exist: lower case, no full stop. */
  readonly notEstimable: string;
}

/** A number with what a reader needs to believe it, or the reason there is none: before anything is withheld. */
export type ComputedEstimate = KnownEstimate | UnknownEstimate;

/** A number withheld because a count below the protocol's minimum cell lies behind it, or would follow from it. */
export interface HiddenEstimate extends EstimateBase {
  readonly hidden: true;
  readonly n: null;
}

/** A number as a reader may meet it. */
export type Estimate = ComputedEstimate | HiddenEstimate;

export function isKnown(estimate: Estimate): estimate is KnownEstimate {
  return "value" in estimate;
}

/** The measure that an id belongs to: `performance.auc@60mo/age:80+` → `performance.auc`. */
export function measureOf(id: string): string {
  return id.split("@")[0]!.split("/")[0]!;
}
