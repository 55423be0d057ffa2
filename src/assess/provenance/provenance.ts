import type { Protocol } from "../../protocol/index.ts";

/** Where a number stands: its measure is known from the table that it is looked up in. */
export interface NumberPlace {
  readonly horizon?: string;
  /** A group of patients (`age:80+`, `slice:many_nodes`, `risk-group:2`), or what the measure itself reads into it. */
  readonly stratum?: string;
  /** Step of the attrition: 0 the rows read, then the criteria in order, then the endpoint. */
  readonly step?: number;
  /** Days from the index, of a row of the risk table. */
  readonly days?: number;
  /** Predicted risk from the first to below the second; to the second where it is 1. */
  readonly riskBetween?: readonly [from: number, below: number];
  /** Levels of chart and model, from 1, of a cell of their table; undefined: no value. */
  readonly cell?: readonly [chart: number | undefined, model: number | undefined];
}

/** Who is asked, before anything else is: the rows that `n` counts. */
export type Population =
  /** Every row of the file that the stratum names. */
  | "rows of the file"
  | "rows of the development file"
  | "rows of the patients file"
  /** Patients who meet the criteria. */
  | "patients kept"
  /** Those of them whose endpoint is recorded. */
  | "patients analysed"
  /** Those of them whose value is recorded of the variable that the number's group is of. */
  | "patients analysed whose group is recorded"
  /** Those of them whose chart was read twice. */
  | "charts read"
  /** Those of them whose chart says whether the event happened, and whose status is known. */
  | "charts that tell"
  /** Charts of which a person read the values that a model extracted, patients of the study or not. */
  | "charts abstracted"
  /** Charts that were read for a trial. */
  | "charts screened";

/** A yes-or-no question about one row, in the words in which it is printed. */
export type Condition = PatientCondition | ExtractionCondition | ScreeningCondition;

/** Asked of a chart that was read for a trial. */
export type ScreeningCondition =
  | "every step is told"
  | "a step is not told"
  | "in an impossible order"
  | "meets the criteria"
  | "does not meet the criteria"
  | "named by the model"
  | "confirmed by the staff"
  | "consents";

/** Asked of a chart about one value. */
export type ExtractionCondition =
  | "the chart has a value"
  | "the chart has no value"
  | "the model gives a value"
  | "the model gives no value"
  | "model and chart agree"
  | "exactly the same"
  | "the chart says the level"
  | "the model gives the level"
  | "in the cell"
  | "explained by a change of unit"
  | "in the same month"
  | "the model's is earlier"
  | "the model's is later"
  | "day and month exchanged"
  | "another year, the same day and month";

export type PatientCondition =
  | "matched to a prediction"
  | "in the group"
  | "event by the horizon"
  | "event-free at the horizon"
  | "status unknown at the horizon"
  | "status known at the horizon"
  | "first row of its patient"
  | "flagged"
  | "not flagged"
  | "flagged by the replaced model"
  | "not flagged by the replaced model"
  | "value missing"
  | "value recorded"
  | "value outside the plausible range"
  | "value at the level"
  | "scores recomputed"
  | "value with a known-at time"
  | "inputs known at the prediction"
  | "inputs known only after the prediction"
  | "inputs not shown to be known at the prediction or after it"
  | "prediction dated after the decision"
  | "prediction made after the index"
  | "follow-up ends after the decision"
  | "treatment recorded"
  | "treated"
  | "failing the criterion"
  | "left after the step"
  | "excluded at the step"
  | "followed to that time"
  | "event before that time"
  | "censored before that time"
  | "predicted risk in the class"
  | "readers agree"
  | "event by its chart"
  | "event-free by its chart"
  | "unclear by its chart"
  | "chart tells";

/**
 * Which rows a number is made of.
 *
 * `count`: the rows counted, its value their number. `share`: the rows of `of`, of which `counted` are counted.
 * `estimate`: all rows of the population; where `counted` is given, those that add to the number.
 */
export interface RowRule {
  readonly kind: "count" | "share" | "estimate";
  readonly population: Population;
  readonly of: readonly Condition[];
  readonly counted: readonly Condition[];
  /** Whether the stratum is a group of patients. */
  readonly byGroup: boolean;
  /** Whether the number is made from the predictions file too. */
  readonly readsPredictions: boolean;
  /** Whether patients are counted, each once however many rows it has, and not rows. */
  readonly countsPatients?: true;
  /** How many values each row holds, where values are counted and not rows. */
  readonly valuesPerRow?: (protocol: Protocol) => number;
}

/** A field of the protocol: ["endpoint", "horizon"]. */
export type FieldPath = readonly (string | number)[];

/** How the numbers of one measure came about: from rows, from other numbers, from fields of the protocol. */
export interface Provenance {
  readonly rows?: RowRule;
  /** Ids of the numbers that it is calculated from. In a group some of them may not exist. */
  readonly inputs?: (place: NumberPlace) => readonly string[];
  /** The number from its inputs, to be compared with the one that is printed. */
  readonly calculate?: (inputs: readonly number[], protocol: Protocol, place: NumberPlace) => number;
  /** Fields of the protocol that ask for it or that it is made from. */
  readonly fields?: (protocol: Protocol, place: NumberPlace) => readonly FieldPath[];
}

/** Provenance by measure. */
export type ProvenanceTable = Readonly<Record<string, Provenance>>;

/** `performance.auc` at the place of another number: same horizon, same stratum. */
export function beside(...measures: readonly string[]): (place: NumberPlace) => readonly string[] {
  return ({ horizon, stratum }) =>
    measures.map((key) => `${key}${horizon ? `@${horizon}` : ""}${stratum ? `/${stratum}` : ""}`);
}
