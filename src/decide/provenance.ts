import {
  changeProvenance,
  cohortProvenance,
  extractionProvenance,
  type FieldPath,
  fairnessProvenance,
  labelProvenance,
  matchingProvenance,
  type Provenance,
  type ProvenanceTable,
  performanceProvenance,
  proxyProvenance,
  sliceProvenance,
} from "../assess/index.ts";
import type { BurdenStep, Protocol } from "../protocol/index.ts";
import { claimProvenance } from "./claim-provenance.ts";

const volume: FieldPath = ["burden", "volume", "scored_per_month"];
const limit: FieldPath = ["burden", "limit_usd_per_month"];

function stepFields(...keys: readonly string[]): (protocol: Protocol) => readonly FieldPath[] {
  return ({ burden }) =>
    burden.perFalsePositive.flatMap((step, i) => [
      ...keys.map((key): FieldPath => ["burden", "per_false_positive", i, key]),
      ...(step.share === 1 ? [] : [["burden", "per_false_positive", i, "share"]]),
    ]);
}

const minutes = stepFields("minutes");
const minutesAndWage = stepFields("minutes", "usd_per_hour");

/** Written out again here, so that a trace does not ask the code that made the number. */
function costOfOne(steps: readonly BurdenStep[], end: "low" | "mid" | "high"): number {
  let usd = 0;
  for (const step of steps) usd += step.share * (step.minutes[end] / 60) * step.usdPerHour[end];
  return usd;
}

function minutesForOne(steps: readonly BurdenStep[]): number {
  let sum = 0;
  for (const step of steps) sum += step.share * step.minutes.mid;
  return sum;
}

/** Flags a month, from the cell per 1,000 at the primary horizon. */
function flagsAMonth(cell: string): Provenance {
  return {
    inputs: ({ horizon }) => [`${cell}@${horizon}`],
    calculate: ([perThousand], { burden }) => (perThousand! * burden.volume.scoredPerMonth) / 1000,
    fields: () => [volume],
  };
}

function costAt(end: "low" | "high"): Provenance {
  return {
    inputs: () => ["burden.false-flags"],
    calculate: ([flags], { burden }) => flags! * costOfOne(burden.perFalsePositive, end),
    fields: minutesAndWage,
  };
}

const burdenProvenance: ProvenanceTable = {
  "burden.false-flags": flagsAMonth("performance.false-positives"),
  "burden.true-flags": flagsAMonth("performance.true-positives"),
  "burden.hours": {
    inputs: () => ["burden.false-flags", "burden.minutes-per-false-flag"],
    calculate: ([flags, each]) => (flags! * each!) / 60,
  },
  "burden.cost": {
    inputs: () => ["burden.false-flags", "burden.cost-per-false-flag"],
    calculate: ([flags, each]) => flags! * each!,
  },
  "burden.cost-low": costAt("low"),
  "burden.cost-high": costAt("high"),
  "burden.cost-per-false-flag": {
    calculate: (_, { burden }) => costOfOne(burden.perFalsePositive, "mid"),
    fields: minutesAndWage,
  },
  "burden.minutes-per-false-flag": {
    calculate: (_, { burden }) => minutesForOne(burden.perFalsePositive),
    fields: minutes,
  },
  "burden.limit": { calculate: (_, { burden }) => burden.limitUsdPerMonth, fields: () => [limit] },
  "burden.break-even": {
    inputs: () => ["burden.limit", "burden.cost-per-false-flag"],
    calculate: ([most, each]) => most! / each!,
  },
};

/** Where the numbers of each measure come from. */
export const provenance: ProvenanceTable = {
  ...cohortProvenance,
  ...performanceProvenance,
  ...fairnessProvenance,
  ...proxyProvenance,
  ...changeProvenance,
  ...sliceProvenance,
  ...burdenProvenance,
  ...labelProvenance,
  ...extractionProvenance,
  ...matchingProvenance,
  ...claimProvenance,
};
