import type { Noun } from "../evidence/noun.ts";
import type { Expression } from "./expression-tree.ts";
import type { Extractions, TrialMatching } from "./protocol-charts.ts";
import type {
  Approval,
  Burden,
  Claim,
  Contract,
  Disclosure,
  DowntimeLog,
  Fallback,
  Harm,
  LabelReview,
  MemoTexts,
  Monitoring,
  Review,
  Shadowing,
  TimeOnTask,
  TrainingSession,
  Validation,
} from "./protocol-evidence.ts";
import type { FairnessRule, ProxyRule, SliceSearchRule } from "./protocol-fairness.ts";
import type { Duration, IsoDate, Period, TimeUnit } from "./units.ts";
import type { AcceptanceMeasure } from "./vocabulary.ts";

/**
 * A study protocol after parsing: checked, normalised, deeply frozen.
 * `null` stands where the author wrote `none`: nothing of the kind has been supplied, so it is no evidence.
 */
export interface Protocol {
  readonly format: 1;
  readonly title: string;
  readonly site: string;
  readonly author: string;
  readonly decisionDate: IsoDate;
  readonly question: Question;
  readonly model: Model;
  readonly data: Data;
  readonly population: readonly Criterion[];
  readonly endpoint: Endpoint;
  readonly operatingPoint: OperatingPoint;
  /** The model in use until now. */
  readonly replaces?: ReplacedModel;
  readonly strata: readonly Stratifier[];
  /** Variables of strata whose groups are crossed; none twice. */
  readonly intersections: readonly (readonly string[])[];
  readonly sliceSearch?: SliceSearchRule;
  readonly slices: readonly Slice[];
  /** Variables whose groups are compared for fairness; each is also one of the strata. */
  readonly protectedVariables: readonly string[];
  /** How far apart their groups may be; without it they are not compared. */
  readonly fairness?: FairnessRule;
  /** Which inputs may stand in for their groups; without it none is asked. */
  readonly proxies?: ProxyRule;
  /** Values read out of text, beside what people abstracted. */
  readonly extractions?: Extractions;
  /** Charts read for a trial: who is eligible, named, confirmed, and consents. */
  readonly trialMatching?: TrialMatching;
  readonly acceptance: readonly AcceptanceCriterion[];
  readonly precision: { readonly bootstrapDraws: number };
  /** The trial beside real work that is planned next. */
  readonly validation?: Validation;
  readonly claims: readonly Claim[];
  readonly burden: Burden;
  readonly harms: readonly Harm[];
  /** The longest delay of care in days that the committee accepts in the worst harm scenario. */
  readonly worstDelayDays: number;
  readonly disclosure: Disclosure;
  readonly approvals: { readonly irb: Approval; readonly dua: Approval };
  readonly privacyReview: Review | null;
  readonly harmReview: Review | null;
  readonly shadowing: Shadowing | null;
  readonly fallback: Fallback | null;
  readonly timeOnTask: TimeOnTask | null;
  readonly downtimeLog: DowntimeLog | null;
  readonly contract: Contract;
  readonly training: readonly TrainingSession[] | null;
  readonly monitoring: Monitoring | null;
  readonly memo: MemoTexts;
}

export interface Question {
  readonly whoActs: string;
  readonly onWhat: string;
  readonly decisionChanged: string;
  readonly forWhom: string;
  readonly intervention: "informs" | "outreach" | "workflow" | "treatment";
  readonly success: string;
  /** `name` null: nobody named. `signed` null: nobody has signed. */
  readonly successOwner: {
    readonly role: string;
    readonly name: string | null;
    readonly signed: IsoDate | null;
  };
}

export interface Model {
  readonly name: string;
  readonly version: string;
  readonly executable?: string;
  readonly owner: string;
  /** Names of `data.variables`. */
  readonly predictors: readonly string[];
  /** What the user of the model sees; each needs a harm scenario. */
  readonly features: readonly string[];
  /** Columns of the predictions file: the probability of the endpoint's event by `horizon`. */
  readonly outputs: readonly { readonly name: string; readonly horizon: Duration }[];
  readonly developedOn: { readonly data: string; readonly period: Period };
}

export interface Data {
  readonly patients: {
    readonly file: string;
    readonly key: string;
    /** Column that says whose row it is, where a patient may have several. */
    readonly patient?: string;
    /** What a row is called. */
    readonly unit: Noun;
  };
  readonly predictions: { readonly file: string; readonly key: string; readonly predictedAt: string };
  readonly development: Development | null;
  readonly variables: readonly Variable[];
  /** The date variable from which `age at` counts. */
  readonly birthDate?: string;
  /** In the order declared; what patients received, whether the model uses it or not. */
  readonly treatments: readonly Treatment[];
  readonly times: {
    readonly kind: "durations" | "dates";
    /** The index moment that durations count from. */
    readonly from: string;
    /** Column that says when a value became known; null: the source has none, which is a finding. */
    readonly knownAt: string | null;
  };
  /** What the tables hold and up to when, as the memo's header prints it. */
  readonly cut: string;
  readonly source: {
    readonly kind: "trial" | "registry" | "records" | "claims" | "synthetic";
    readonly recruited: Period;
    readonly treatment: string;
  };
}

/** The table on which the model was fitted, so that it can be compared with the study's. */
export interface Development {
  readonly file: string;
  readonly key: string;
  /** One for each of `data.variables`, in the same order. */
  readonly variables: readonly DevelopmentVariable[];
}

export type DevelopmentVariable =
  | { readonly variable: string; readonly kind: "same"; readonly column: string }
  /** Labels of the study's numbers: label i holds limits[i−1] < value ≤ limits[i]. */
  | {
      readonly variable: string;
      readonly kind: "classes";
      readonly column: string;
      readonly classes: readonly string[];
      readonly limits: readonly number[];
    }
  | { readonly variable: string; readonly kind: "absent" };

export type LevelCode = number | string;

export interface Level {
  readonly code: LevelCode;
  readonly label: string;
}

/** A column of the patients table. */
export interface Variable {
  readonly name: string;
  /** What a reader calls it. */
  readonly label: string;
  readonly type: "number" | "text" | "date" | "boolean";
  readonly unit?: string;
  /** Both ends included; a value outside is counted and listed. */
  readonly plausible?: readonly [low: number, high: number];
  /** Every code that may occur: a list in its order, a mapping of numeric codes from low to high. */
  readonly levels?: readonly Level[];
}

/** A column coded 1 = given, 0 = not given; or the same for everyone. Null: the table is not declared. */
export interface Treatment {
  readonly name: string;
  readonly label: string;
  readonly study: TreatmentGiven;
  readonly development: TreatmentGiven | null;
}
export type TreatmentGiven =
  | { readonly kind: "column"; readonly column: string }
  | { readonly kind: "all" | "none" };

/** An expression with the text it was written as. */
export interface Rule {
  readonly text: string;
  readonly expression: Expression;
}

/** Rows are kept where `keep` is true. Rows for which it is missing are not kept, and are counted apart. */
export interface Criterion {
  readonly keep: Rule;
  readonly because: string;
}

export interface Endpoint {
  readonly name: string;
  /** What counts as the event, in words. */
  readonly meaning: string;
  readonly version: number;
  readonly event: Rule;
  /** Absent: binary, the event is known of every row by the horizon. */
  readonly time?: { readonly column: string; readonly unit: TimeUnit };
  readonly horizon: Duration;
  /** Secondary horizons, shortest first. */
  readonly also: readonly Duration[];
  /** Administrative censoring. */
  readonly censorAt?: Duration;
  /** Where the risk at `horizon` is read, when nobody is followed past the horizon itself. */
  readonly readAt?: Duration;
  /** Share of patients expected to have the event by the horizon; an assumption until it is measured. */
  readonly expectedEventRate?: number;
  readonly labelSource: "structured" | "abstracted" | "model-derived";
  readonly labelReview: LabelReview | null;
}

export interface OperatingPoint {
  readonly output: string;
  readonly comparison: ">=" | ">";
  readonly threshold: number;
  readonly setBy: "protocol" | "developer" | "site";
  /** Counts are given per so many patients. */
  readonly per: 1000;
}

/** The model that this one is to replace, scored on the same patients. */
export interface ReplacedModel {
  readonly name: string;
  readonly version: string;
  /** Column of the predictions file: the probability of the endpoint's event by its horizon. */
  readonly output: string;
  readonly comparison: OperatingPoint["comparison"];
  readonly threshold: number;
}

export type Stratifier =
  | { readonly kind: "cuts"; readonly variable: string; readonly groups: readonly CutGroup[] }
  | { readonly kind: "levels"; readonly variable: string; readonly groups: readonly LevelGroup[] };

/** from ≤ value < below; an end that is absent is open. */
export interface CutGroup {
  /** ASCII, for estimate ids: `<50`, `50-64`, `65+`. */
  readonly id: string;
  readonly label: string;
  readonly from?: number;
  readonly below?: number;
}

export interface LevelGroup {
  readonly id: string;
  readonly label: string;
  readonly code: LevelCode;
}

export interface Slice {
  readonly name: string;
  readonly rule: Rule;
}

export type Limit =
  | { readonly kind: "atLeast"; readonly value: number }
  | { readonly kind: "atMost"; readonly value: number }
  /** Both ends included. */
  | { readonly kind: "between"; readonly low: number; readonly high: number };

export interface AcceptanceCriterion {
  readonly measure: AcceptanceMeasure;
  readonly limit: Limit;
  /** The endpoint's horizon unless the protocol names another. */
  readonly at: Duration;
  readonly worstOf?: "strata";
  /** Which number must be beyond the limit: the unfavourable 95 % bound (default) or the point estimate. */
  readonly judgedBy: "bound" | "point";
  /** Judged on what charts say instead of the recorded labels. */
  readonly onReview?: true;
}
