import type { Duration, IsoDate, Range } from "./units.ts";
import type { ClaimMeasure } from "./vocabulary.ts";

export interface BurdenStep {
  readonly step: string;
  readonly role: string;
  readonly minutes: Range;
  readonly usdPerHour: Range;
  /** Share of the flags that reach this step; 1 unless stated. */
  readonly share: number;
}

export interface Claim {
  readonly said: string;
  readonly by: string;
  readonly measure: ClaimMeasure;
  readonly value: number;
}

export interface Burden {
  readonly volume: { readonly scoredPerMonth: number; readonly source: string };
  readonly perFalsePositive: readonly BurdenStep[];
  readonly perTruePositive: readonly BurdenStep[];
  readonly limitUsdPerMonth: number;
}

export type HarmSeverity = "minor" | "moderate" | "major" | "catastrophic";

export interface Harm {
  /** One of `model.features`. */
  readonly feature: string;
  readonly scenario: string;
  readonly severity: HarmSeverity;
  readonly delayDays: number;
  readonly detection: string;
  readonly mitigation: string;
  readonly owner: string;
}

export interface Disclosure {
  /** Counts from 1 to minimumCell − 1 are suppressed in `committee/`. */
  readonly minimumCell: number;
  readonly because?: string;
}

/** `approved` has id and expires; `exempt` and `not-required` have because. */
export interface Approval {
  readonly status: "exempt" | "approved" | "not-required" | "missing";
  readonly id?: string;
  readonly because?: string;
  readonly expires?: IsoDate;
}

export interface Review {
  readonly document: string;
  readonly date: IsoDate;
  readonly by: string;
  readonly expires?: IsoDate;
}

export interface Shadowing {
  readonly hours: number;
  readonly unit: string;
  readonly by: string;
  readonly date: IsoDate;
}

/** Gate 3. Null: never drilled, or concordance never measured. */
export interface Fallback {
  readonly document: string;
  readonly lastDrill: IsoDate | null;
  /** Share of cases in which the fallback and the model gave the same decision. */
  readonly concordance: number | null;
  readonly expires?: IsoDate;
}

/** Gate 4. Minutes per patient, all roles. */
export interface TimeOnTask {
  readonly document: string;
  readonly date: IsoDate;
  readonly roles: readonly {
    readonly role: string;
    readonly beforeMinutes: number;
    readonly afterMinutes: number;
    readonly n: number;
  }[];
  readonly expires?: IsoDate;
}

/** Gate 5. Outages of the past replayed, and how many of them the system met safely. */
export interface DowntimeLog {
  readonly document: string;
  readonly date: IsoDate;
  readonly outages: number;
  readonly safe: number;
  readonly expires?: IsoDate;
}

/** Gate 6. `none`: nobody pays. `unknown`: no evidence. */
export type Contract =
  | { readonly fee: "fixed"; readonly usdPerYear: number }
  | { readonly fee: "per-alert"; readonly usdPerAlert: number; readonly usdPerYear?: number }
  | { readonly fee: "per-use"; readonly usdPerUse: number; readonly usdPerYear?: number }
  | { readonly fee: "none" | "unknown" };

/** Gate 7. One session; `vendor` true where the vendor's staff led it. */
export interface TrainingSession {
  readonly unit: string;
  readonly date: IsoDate;
  readonly ledBy: string;
  readonly vendor: boolean;
  readonly expires?: IsoDate;
}

export interface Monitoring {
  readonly owner: string | null;
  readonly review: "weekly" | "monthly" | "quarterly" | "yearly";
  readonly signals: readonly string[];
}

/** What only a person can write on the memo. */
export interface MemoTexts {
  readonly killIf: string;
  readonly dissent?: { readonly text: string; readonly by: string };
}

export interface Validation {
  readonly design:
    | "silent"
    | "prospective-cohort"
    | "staged-rollout"
    | "stepped-wedge"
    | "randomised-trial"
    | "a-b-test";
  readonly duration: Duration;
}

export interface LabelReview {
  readonly document: string;
  readonly date: IsoDate;
  readonly charts: number;
  readonly reviewers: number;
  readonly kappa?: number;
  /** The readings themselves; where they are given, kappa is calculated. */
  readonly file?: string;
}
