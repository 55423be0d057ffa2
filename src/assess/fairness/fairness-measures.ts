import type { Measure } from "../../evidence/dossier.ts";
import { measure } from "../measure.ts";
import { groupFields } from "../provenance/protocol-fields.ts";
import type { NumberPlace, Provenance, ProvenanceTable } from "../provenance/provenance.ts";

const holm = "Holm 1979, jstor.org/stable/4615733";
const exact = `Barnard 1947, doi:10.1093/biomet/34.1-2.123; Berger & Boos 1994, doi:10.1080/01621459.1994.10476836; ${holm}`;
const shares =
  "d = p(group) − p(largest); beyond: |d| of at most the margin is refuted; within: |d| of at least the margin is; Holm over all comparisons";

/** What each number of the fairness audit means, once for all its estimates. */
export const fairnessMeasures: readonly Measure[] = [
  measure(
    "fairness.sensitivity",
    "Difference in sensitivity",
    "Share found among those with the event: the group's less that of the largest group.",
    shares,
    exact,
  ),
  measure(
    "fairness.specificity",
    "Difference in specificity",
    "Share left alone among the event-free: the group's less that of the largest group; the false positive rate differs by as much the other way.",
    shares,
    exact,
  ),
  measure(
    "fairness.ppv",
    "Difference in PPV",
    "Share with the event among the flagged: the group's less that of the largest group.",
    shares,
    exact,
  ),
  measure(
    "fairness.flagged",
    "Difference in share flagged",
    "Share of patients flagged: the group's less that of the largest group.",
    shares,
    exact,
  ),
  measure(
    "fairness.calibration",
    "Difference in observed less expected risk",
    "Observed risk less mean predicted risk: the group's less that of the largest group; above 0 the group's risk is told too low beside the other's.",
    "1 − S(h) − mean(r), the group's less that of the largest; normal test with the Kaplan–Meier standard errors; Holm over all comparisons",
    `Hodges & Lehmann 1954, JRSS B 16, 261–268; ${holm}`,
  ),
];

/** The same where the outcome is known of every row. */
export const binaryFairnessMeasures: readonly Measure[] = [
  ...fairnessMeasures.filter(({ key }) => key !== "fairness.calibration"),
  measure(
    "fairness.calibration",
    "Difference in observed less expected risk",
    "Observed risk less mean predicted risk: the group's less that of the largest group; above 0 the group's risk is told too low beside the other's.",
    "mean(y − r), the group's less that of the largest; t test with the variance of the sums of each patient; Holm over all comparisons",
    `Liang & Zeger 1986, doi:10.1093/biomet/73.1.13; ${holm}`,
  ),
];

/** The two groups of a comparison: `age:80+~age:50-64`. */
export function comparedGroups(stratum = ""): readonly string[] {
  return stratum.split("~");
}

function difference(measure: string): Provenance {
  return {
    inputs: ({ horizon, stratum }) =>
      comparedGroups(stratum).map((group) => `${measure}@${horizon}/${group}`),
    calculate: ([one, two]) => one! - two!,
    fields,
  };
}

const fields: NonNullable<Provenance["fields"]> = (protocol, place: NumberPlace) => [
  ["fairness"],
  ["protected"],
  ["operating_point"],
  ...comparedGroups(place.stratum)
    .slice(0, 1)
    .flatMap((stratum) => groupFields(protocol, { ...place, stratum })),
];

/** Where the numbers of the audit come from: each from the same number of both groups. */
export const fairnessProvenance: ProvenanceTable = {
  "fairness.sensitivity": difference("performance.sensitivity"),
  "fairness.specificity": difference("performance.specificity"),
  "fairness.ppv": difference("performance.ppv"),
  "fairness.flagged": difference("performance.flagged"),
  "fairness.calibration": {
    inputs: ({ horizon, stratum }) =>
      comparedGroups(stratum).map((group) => `performance.observed-expected@${horizon}/${group}`),
    fields,
  },
};
