/** Charts drawn at a rate of their own within strata; each weighs by what its stratum stands for. */
export interface ChartSample {
  /** Column that says from which stratum a chart was drawn. */
  readonly stratum: string;
  readonly strata: readonly {
    readonly name: string;
    /** Charts that the stratum holds, read or not. */
    readonly size: number;
  }[];
}

/** Values that a model read out of text beside those that a person abstracted from the same chart. */
export interface Extractions {
  /** One row a chart. */
  readonly file: string;
  readonly key: string;
  /** Column that says whose chart it is, where a patient may have several. */
  readonly patient?: string;
  readonly sample?: ChartSample;
  readonly values: readonly ExtractedValue[];
}

export type ExtractedValue = {
  readonly name: string;
  /** What a reader calls it. */
  readonly label: string;
  /** Columns of what the model gives and of what the person found. */
  readonly model: string;
  readonly human: string;
  readonly limits: ExtractionLimits;
} & (
  | { readonly kind: "category"; readonly levels: readonly string[] }
  /** Both ends included: values at most so far apart agree. */
  | { readonly kind: "number"; readonly tolerance: number; readonly unit: string }
  | { readonly kind: "date"; readonly withinDays: number }
);

/** What the protocol asks for; nothing is judged where it asks for nothing. */
export interface ExtractionLimits {
  /** Of charts with both values, those that agree. */
  readonly agreement?: number;
  /** Of charts with a value, those for which the model gives none. */
  readonly missed?: number;
  /** Of charts without a value, those for which the model gives one. */
  readonly invented?: number;
}

/** Steps of a trial's patients in their order. */
export const trialSteps = ["eligible", "identified", "confirmed", "consented"] as const;
export type TrialStep = (typeof trialSteps)[number];

/** Charts read for a trial: who is eligible, whom the model names, whom the staff confirm, who consents. */
export interface TrialMatching {
  /** One row a patient whose chart was read. */
  readonly file: string;
  readonly key: string;
  /** Column of each step. */
  readonly steps: Readonly<Record<TrialStep, string>>;
  /** Of the steps after `eligible`: yes or no, empty where it is not known; or the day, empty where it did not happen. */
  readonly kind: "marks" | "dates";
  readonly sample?: ChartSample;
  /** Columns whose groups are reported apart. */
  readonly by: readonly { readonly column: string; readonly levels: readonly string[] }[];
  /** Least share of the step before that must reach each step. */
  readonly atLeast: Readonly<Partial<Record<Exclude<TrialStep, "eligible">, number>>>;
}
