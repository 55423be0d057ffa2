import { assertBinary, assertSameLength, ContractError } from "./assert.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import type { Limits } from "./proportion.ts";
import type { RatioOptions, ReviewSample } from "./stratified-review.ts";
import { type WeightedShare, weightedShare } from "./weighted-share.ts";

/** Charts read for a trial: drawn at random within strata, such as by what the model says of the patient. */
export interface ScreenedCharts extends ReviewSample {
  /** 1 where the chart says that the patient meets the criteria. */
  readonly eligible: Uint8Array;
  /** 1 where the model names the patient; only such a one can be confirmed. */
  readonly identified: Uint8Array;
  /** 1 where the trial's staff agree; only such a one can consent. */
  readonly confirmed: Uint8Array;
  readonly consented: Uint8Array;
}

const stages = ["eligible", "identified", "confirmed", "consented"] as const;
export type TrialStage = (typeof stages)[number];

export interface FunnelStage {
  readonly stage: TrialStage;
  /** Of all patients. Times their number, how many are at this stage. */
  readonly ofAll: WeightedShare | NotEstimable;
  /** Of those at the stage before; for `eligible` of all. */
  readonly ofPrevious: WeightedShare | NotEstimable;
  /** Of the eligible: for `identified` the model's sensitivity. */
  readonly ofEligible: WeightedShare | NotEstimable;
}

export interface PerConsented extends Limits {
  readonly value: number;
}

export interface TrialFunnel {
  /** All patients in the strata. */
  readonly nPatients: number;
  readonly nCharts: number;
  /** Each stage holds the eligible only who are at all stages before. */
  readonly stages: readonly FunnelStage[];
  /** Of those whom the model names, the share that is eligible: its PPV. */
  readonly eligibleOfIdentified: WeightedShare | NotEstimable;
  /** Patients named by the model, and patients in all, for each eligible one who consents. */
  readonly identifiedPerConsented: PerConsented | NotEstimable;
  readonly patientsPerConsented: PerConsented | NotEstimable;
  /** Charts of patients who were confirmed, or consented, and are not eligible: to be looked at one by one. */
  readonly nConfirmedNotEligible: number;
  readonly nConsentedNotEligible: number;
}

/**
 * How many of a trial's eligible patients a model finds, and how many of those end up in it, from a stratified chart review.
 *
 *     share = Σ w x/Σ w d,   w = N_h/n_h,   as `weightedRatio`;   per consented = 1/share, its limits exchanged
 *
 * Eligible → identified → confirmed → consented, each of all patients, of the stage before and of the eligible. Those the model
 * does not name must be sampled too: without them sensitivity has no denominator, and the strata say so. At 0 and 1 the limits are
 * Clopper and Pearson's for (Σ w)²/Σ w² charts of the denominator. Not estimable: as `weightedRatio`; per consented where
 * nobody consents. Someone confirmed whom the model did not name, or consenting unconfirmed, is a ContractError.
 *
 * Reference: Cochran (1977), Sampling Techniques, 3rd ed., sections 5A.12, 6.3, ISBN 978-0-471-16240-7; Kish (1965), Survey
 * Sampling, section 11.7, ISBN 978-0-471-10949-5; Korn & Graubard (1998), Survey Methodology 24, 193–201. Checked against: R
 * survey::svyratio (test/reference/trial-funnel.json).
 */
export function trialFunnel(charts: ScreenedCharts & RatioOptions): TrialFunnel {
  const { eligible, identified, confirmed, consented } = charts;
  assertCharts(charts);
  const reached = { eligible, identified, confirmed, consented };
  const all = new Uint8Array(eligible.length).fill(1);
  // Of each stage those who are at all stages up to it.
  const at = stages.map((_, k) =>
    eligible.map((_, i) => +stages.slice(0, k + 1).every((stage) => reached[stage][i] === 1)),
  );
  const share = (numerator: Uint8Array, denominator: Uint8Array) =>
    weightedShare({ ...charts, numerator, denominator });
  const named = share(at[3]!, identified);
  const nNotEligible = (of: Uint8Array) => of.reduce((sum, x, i) => sum + x * (1 - eligible[i]!), 0);
  const namedAndEligible = at[1]!;
  return {
    nPatients: charts.sizes.reduce((sum, size) => sum + size, 0),
    nCharts: eligible.length,
    stages: stages.map((stage, k) => ({
      stage,
      ofAll: share(at[k]!, all),
      ofPrevious: share(at[k]!, k === 0 ? all : at[k - 1]!),
      ofEligible: share(at[k]!, eligible),
    })),
    eligibleOfIdentified: share(namedAndEligible, identified),
    identifiedPerConsented: inverted(named),
    patientsPerConsented: inverted(share(at[3]!, all)),
    nConfirmedNotEligible: nNotEligible(confirmed),
    nConsentedNotEligible: nNotEligible(consented),
  };
}

function inverted(share: WeightedShare | NotEstimable): PerConsented | NotEstimable {
  if (isNotEstimable(share)) return share;
  if (share.numerator === 0) return { notEstimable: "no eligible patient among the charts consents" };
  if (isNotEstimable(share.interval)) return share.interval;
  const { lower, upper } = share.interval;
  return { value: 1 / share.value, lower: 1 / upper, upper: 1 / lower };
}

function assertCharts({ stratum, eligible, identified, confirmed, consented }: ScreenedCharts): void {
  assertSameLength({ stratum, eligible, identified, confirmed, consented });
  assertBinary({ eligible, identified, confirmed, consented });
  confirmed.forEach((c, i) => {
    if (c > identified[i]!) throw new ContractError(`chart ${i} is confirmed, not identified`);
    if (consented[i]! > c) throw new ContractError(`chart ${i} consents, not confirmed`);
  });
}
