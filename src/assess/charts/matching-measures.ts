import type { Measure } from "../../evidence/dossier.ts";
import { measure } from "../measure.ts";
import type {
  FieldPath,
  NumberPlace,
  Provenance,
  ProvenanceTable,
  RowRule,
  ScreeningCondition,
} from "../provenance/provenance.ts";
import {
  type MatchingCount,
  type MatchingShare,
  matchingCounts,
  matchingShareNames,
  matchingShares,
} from "./matching-shares.ts";

const cochran =
  "Cochran 1977, sections 5A.12 and 6.3, ISBN 978-0-471-16240-7; Korn & Graubard 1998, Survey Methodology 24, 193–201";
const definition = "by definition";

const shareMeanings: Readonly<Record<MatchingShare, readonly [name: string, meaning: string]>> = {
  eligible: ["Eligible", "Share of patients who meet the trial's criteria by their chart."],
  identified: ["Named by the model", "Of the eligible, the share that the model names: its sensitivity."],
  confirmed: ["Confirmed", "Of the eligible whom the model names, the share that the trial's staff confirm."],
  consented: ["Consented", "Of the eligible confirmed, the share that consents."],
  "confirmed-of-eligible": [
    "Confirmed, of the eligible",
    "Of the eligible, the share that is named and confirmed.",
  ],
  "consented-of-eligible": [
    "Consented, of the eligible",
    "Of the eligible, the share that is named, confirmed and consents.",
  ],
  "eligible-of-identified": [
    "Eligible, of those named",
    "Of patients whom the model names, the share that is eligible: its PPV.",
  ],
};

const countMeanings: Readonly<Record<MatchingCount, string>> = {
  told: "Charts that tell every step that their patient could reach, in a possible order.",
  named: "Of these, charts of patients whom the model names.",
  eligible: "Of these, charts that meet the trial's criteria.",
  identified: "Charts of eligible patients whom the model names.",
  confirmed: "Charts of eligible patients named and confirmed.",
  consented: "Charts of eligible patients named, confirmed and consented.",
};

const one = (key: string, name: string, meaning: string, equation: string, source = definition): Measure =>
  measure(`matching.${key}`, name, meaning, equation, source);
const steps = ["eligible", "identified", "confirmed", "consented"] as const;
const quotient = "charts counted / charts of the base";

/** What each number of trial matching means. */
export const matchingMeasures: readonly Measure[] = [
  one("charts", "Charts screened", "Charts that were read for the trial.", "count"),
  one("told", "Charts that tell", countMeanings.told, quotient),
  one(
    "not-told",
    "Charts that do not tell",
    "Charts in which a step that the patient could reach is neither yes nor no.",
    quotient,
  ),
  one(
    "impossible",
    "Charts in an impossible order",
    "Charts with a step that one before it rules out.",
    quotient,
  ),
  ...matchingCounts.map((count) => one(`charts-${count}`, `Charts, ${count}`, countMeanings[count], "count")),
  ...matchingShareNames.flatMap((name) => {
    const [title, meaning] = shareMeanings[name];
    return [
      one(
        name,
        `${title} (trial matching)`,
        `${meaning} Each chart stands for those of its stratum, where strata were drawn at different rates.`,
        "Σ w x/Σ w d, w = charts in the stratum / charts that tell of it",
        cochran,
      ),
      one(
        `${name}-unweighted`,
        `${title} (trial matching), unweighted`,
        `${meaning} Among the charts read alone; wrong where strata were drawn at different rates.`,
        quotient,
      ),
    ];
  }),
  ...steps.map((step) =>
    one(
      `patients-${step}`,
      `Patients, ${step}`,
      `As charts, ${step}, of all patients of the strata: each chart stands for those of its stratum.`,
      "patients in all strata · Σ w x/Σ w",
      cochran,
    ),
  ),
  one(
    "identified-per-consented",
    "Named for each consent",
    "Patients whom the model names for each eligible one of them who consents.",
    "1 / (Σ w x/Σ w d), x consented, d named",
    cochran,
  ),
  one(
    "patients-per-consented",
    "Patients for each consent",
    "Patients for each eligible one of them who is named and consents.",
    "1 / (Σ w x/Σ w), x consented",
    cochran,
  ),
  ...(["confirmed", "consented"] as const).map((step) =>
    one(
      `not-eligible-${step}`,
      `Not eligible, of those ${step}`,
      `Of patients ${step}, the share whose chart does not meet the criteria.`,
      quotient,
    ),
  ),
];

const fields = (_: unknown, { stratum = "" }: NumberPlace): readonly FieldPath[] => [
  ["trial_matching", "file"],
  ["trial_matching", "steps"],
  ...(stratum.startsWith("charts~") ? [["trial_matching", "sample"]] : []),
  ...(stratum.includes(":") ? [["trial_matching", "by", stratum.split(":")[0]!]] : []),
];

const told: ScreeningCondition = "every step is told";
const conditions: Readonly<Record<MatchingCount, readonly ScreeningCondition[]>> = {
  told: [told],
  named: [told, "named by the model"],
  eligible: [told, "meets the criteria"],
  identified: [told, "meets the criteria", "named by the model"],
  confirmed: [told, "meets the criteria", "named by the model", "confirmed by the staff"],
  consented: [told, "meets the criteria", "named by the model", "confirmed by the staff", "consents"],
};

function charts(
  kind: RowRule["kind"],
  of: readonly ScreeningCondition[],
  counted: readonly ScreeningCondition[],
): Provenance {
  return {
    rows: { kind, population: "charts screened", of, counted, byGroup: false, readsPredictions: false },
    fields,
  };
}

const shares = matchingShareNames.flatMap((name): (readonly [string, Provenance])[] => {
  const { of, which } = matchingShares[name];
  const own = charts("share", conditions[of], conditions[which]);
  return [
    [`matching.${name}`, own],
    [`matching.${name}-unweighted`, own],
  ];
});

/** Where the numbers of trial matching come from. */
export const matchingProvenance: ProvenanceTable = {
  "matching.charts": charts("count", [], []),
  "matching.told": charts("share", [], [told]),
  "matching.not-told": charts("share", [], ["a step is not told"]),
  "matching.impossible": charts("share", [], ["in an impossible order"]),
  ...Object.fromEntries(
    matchingCounts.map((count) => [`matching.charts-${count}`, charts("count", [], conditions[count])]),
  ),
  ...Object.fromEntries(shares),
  ...Object.fromEntries(
    steps.map((step) => [`matching.patients-${step}`, charts("estimate", conditions.told, conditions[step])]),
  ),
  "matching.identified-per-consented": charts("estimate", conditions.named, conditions.consented),
  "matching.patients-per-consented": charts("estimate", conditions.told, conditions.consented),
  "matching.not-eligible-confirmed": charts(
    "share",
    [told, "confirmed by the staff"],
    ["does not meet the criteria"],
  ),
  "matching.not-eligible-consented": charts("share", [told, "consents"], ["does not meet the criteria"]),
};
