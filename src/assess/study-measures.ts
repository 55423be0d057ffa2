import type { Measure } from "../evidence/dossier.ts";
import { measureOf } from "../evidence/estimate.ts";
import { saidOf } from "../evidence/noun.ts";
import type { Protocol } from "../protocol/index.ts";
import { extractionMeasures } from "./charts/extraction-measures.ts";
import { matchingMeasures } from "./charts/matching-measures.ts";
import { cohortMeasures, patientIdMeasure } from "./cohort/cohort-measures.ts";
import { binaryFairnessMeasures, fairnessMeasures } from "./fairness/fairness-measures.ts";
import { proxyMeasures } from "./fairness/proxy-measures.ts";
import { sliceMeasures } from "./fairness/slice-measures.ts";
import { binaryChangeMeasures, changeMeasures } from "./model-change/change-measures.ts";
import {
  binaryCohortMeasures,
  binaryPerformanceMeasures,
  patientMeasures,
} from "./performance/binary-measures.ts";
import { performanceMeasures } from "./performance/performance-measures.ts";
import { misdates } from "./quality/prediction-dates.ts";

/** What each number of the data report means in this study, and of the assessment with `results`. */
export function studyMeasures(
  {
    endpoint,
    data,
    fairness,
    proxies,
    replaces,
    sliceSearch,
    extractions,
    trialMatching,
  }: Pick<
    Protocol,
    | "endpoint"
    | "data"
    | "fairness"
    | "proxies"
    | "replaces"
    | "sliceSearch"
    | "extractions"
    | "trialMatching"
  >,
  estimates: readonly { readonly id: string }[],
  { results }: { readonly results: boolean },
): readonly Measure[] {
  const ids = estimates.some(({ id }) => measureOf(id) === patientIdMeasure.key) ? [patientIdMeasure] : [];
  const isAudited = results && fairness !== undefined;
  const ofProxies = results && proxies ? proxyMeasures : [];
  const ofCharts = [
    ...(results && extractions ? extractionMeasures : []),
    ...(results && trialMatching ? matchingMeasures : []),
  ];
  const isReplacing = results && replaces !== undefined;
  if (endpoint.time) {
    const performance = results ? performanceMeasures : [];
    return [
      ...[...cohortMeasures, ...ids, ...performance],
      ...(isAudited ? fairnessMeasures : []),
      ...ofProxies,
      ...(isReplacing ? changeMeasures : []),
      ...ofCharts,
    ];
  }
  const { unit, patient } = data.patients;
  const ofFollowUp = new Set([
    "cohort.unknown",
    "cohort.follow-up",
    "cohort.survival",
    misdates.followedPast.id,
  ]);
  const own = new Set(binaryCohortMeasures.map(({ key }) => key));
  const said = [
    ...cohortMeasures.filter(({ key }) => !ofFollowUp.has(key) && !own.has(key)),
    ...ids,
    ...binaryCohortMeasures,
    ...(results ? binaryPerformanceMeasures : []),
    ...(isAudited ? binaryFairnessMeasures : []),
    ...ofProxies,
    ...(isReplacing ? binaryChangeMeasures : []),
    ...(results && sliceSearch ? sliceMeasures : []),
  ].map((one) => ({ ...one, name: saidOf(unit, one.name), definition: saidOf(unit, one.definition) }));
  return patient === undefined
    ? [...said, ...ofCharts]
    : [...said, ...ofCharts, ...patientMeasures.filter(({ key }) => results || key.startsWith("cohort."))];
}
