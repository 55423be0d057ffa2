import { horizonStatusCode } from "../../stats/censoring.ts";
import { newcombePairedDifference, type PairedCounts } from "../../stats/mcnemar.ts";
import {
  type FlaggingModel,
  type MeasureChange,
  type ModelChange,
  modelChange,
} from "../../stats/model-change.ts";
import { isNotEstimable, type NotEstimable } from "../../stats/not-estimable.ts";
import { aucContrast, brierContrast } from "../../stats/paired-contrast.ts";
import { type Cohort, primaryReading, type TimedCohort } from "../cohort/cohort.ts";
import type { Outcome } from "../estimate-of.ts";
import { clustering } from "../performance/binary-rates.ts";
import { type ChangedKey, changedKeys } from "./changed.ts";
import { noNetBenefit, unknownStatus } from "./replaced-model.ts";

export interface ComparedModels {
  readonly old: FlaggingModel;
  readonly new: FlaggingModel;
  /** Threshold probability that weighs a false alert of both. */
  readonly exchange: number;
}

/** Each measure's difference, new less old, and how it was made. */
export type Changes = Readonly<Record<ChangedKey, { readonly outcome: Outcome; readonly method: string }>>;

/**
 * What changes in each measure from the old model to the new one, on the same rows.
 *
 * Known outcomes: `modelChange`, by patient where a patient may have several rows. Where the status of some is unknown:
 * AUC and Brier score by their weighted paired contrasts, the share flagged counted, the others not estimable.
 */
export function modelChanges(cohort: Cohort, models: ComparedModels): Changes {
  const outcomes =
    cohort.kind === "binary" ? counted(cohort.event, models, cohort.patient) : ofTimed(cohort, models);
  return Object.fromEntries(
    changedKeys.map((key) => [key, { outcome: outcomes[key], method: methodOf(key, cohort) }]),
  ) as Changes;
}

type Outcomes = Readonly<Record<ChangedKey, Outcome>>;

const kernelNames = {
  sensitivity: "sensitivity",
  specificity: "specificity",
  ppv: "ppv",
  npv: "npv",
  flagged: "alertsPer1000",
  auc: "auc",
  brier: "brier",
  "net-benefit": "netBenefit",
} as const satisfies Record<ChangedKey, keyof ModelChange>;

/** Differences that would print as 0 with two decimals. */
const fine: ReadonlySet<ChangedKey> = new Set(["auc", "brier", "net-benefit"]);

function counted(
  event: Uint8Array,
  { old, new: other, exchange }: ComparedModels,
  patient: Uint32Array | undefined,
): Outcomes {
  const reason = whyNot(event.length, [old.threshold, other.threshold]);
  if (reason) return forEach(() => reason);
  const found = modelChange({
    ...{ event, old, new: other },
    ...(exchange < 1 ? { exchange } : {}),
    ...(patient ? { cluster: patient } : {}),
  });
  return forEach((key) =>
    key === "net-benefit" && exchange >= 1
      ? { notEstimable: noNetBenefit }
      : outcomeOf(key, found[kernelNames[key]]),
  );
}

function whyNot(n: number, thresholds: readonly number[]): NotEstimable | undefined {
  if (n < 2) return { notEstimable: "fewer than two to compare" };
  return thresholds.some((threshold) => threshold >= 1)
    ? { notEstimable: "a model that flags from 1 on is not compared" }
    : undefined;
}

function ofTimed(cohort: TimedCohort, models: ComparedModels): Outcomes {
  const { time, event } = cohort;
  const { sample, atDays: horizon } = primaryReading(cohort);
  const pair = { time, event, horizon, sample, risk: models.new.risk, reference: models.old.risk };
  const rates =
    sample.nUnknown > 0
      ? forEach((): Outcome => ({ notEstimable: unknownStatus }))
      : counted(
          sample.status.map((code) => (code === horizonStatusCode.event ? 1 : 0)),
          models,
          undefined,
        );
  return {
    ...rates,
    flagged: flaggedChange(models),
    auc: outcomeOf("auc", aucContrast(pair)),
    brier: outcomeOf("brier", brierContrast(pair)),
  };
}

function forEach(outcome: (key: ChangedKey) => Outcome): Outcomes {
  return Object.fromEntries(changedKeys.map((key) => [key, outcome(key)])) as Outcomes;
}

function outcomeOf(
  key: ChangedKey,
  found: Pick<MeasureChange, "difference" | "lower" | "upper" | "stdError"> | NotEstimable,
): Outcome {
  if (isNotEstimable(found)) return found;
  const { difference: value, lower, upper, stdError } = found;
  return {
    ...{ value, lower, upper },
    ...(Number.isNaN(stdError) ? { kind: "bound" as const } : {}),
    ...(fine.has(key) ? { decimals: 3 } : {}),
  };
}

/** Needs no outcome: everybody is flagged or not. */
function flaggedChange({ old, new: other }: ComparedModels): Outcome {
  if (old.risk.length === 0) return { notEstimable: "nobody to count" };
  const counts = flagCounts(old, other, () => true);
  const { difference, lower, upper } = newcombePairedDifference(counts, 0.95);
  return { value: 1000 * difference, lower: 1000 * lower, upper: 1000 * upper };
}

/** Rows by who flags them: `first` is the new model, `second` the old one. */
export function flagCounts(
  old: FlaggingModel,
  other: FlaggingModel,
  counts: (row: number) => boolean,
): PairedCounts {
  const found = { both: 0, firstOnly: 0, secondOnly: 0, neither: 0 };
  for (let row = 0; row < old.risk.length; row++) {
    if (!counts(row)) continue;
    const byOld = old.risk[row]! >= old.threshold;
    if (other.risk[row]! >= other.threshold) found[byOld ? "both" : "firstOnly"]++;
    else found[byOld ? "secondOnly" : "neither"]++;
  }
  return found;
}

const weighted = "IPCW, paired influence functions, Wald interval";

function methodOf(key: ChangedKey, cohort: Cohort): string {
  if (cohort.kind === "binary" && cohort.patient)
    return `paired difference linearised by patient, Wald interval${clustering(cohort)}`;
  if (key === "auc") return cohort.kind === "binary" ? "DeLong's paired difference" : weighted;
  if (key === "brier" && cohort.kind !== "binary") return weighted;
  if (key === "sensitivity" || key === "specificity" || key === "flagged")
    return "paired shares, Newcombe's interval";
  return key === "ppv" || key === "npv"
    ? "paired difference linearised, Wald interval"
    : "mean of the paired differences, Wald interval";
}
