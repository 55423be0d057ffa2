import type { Dossier } from "../../evidence/dossier.ts";
import type { Estimate } from "../../evidence/estimate.ts";
import { formatCount } from "../../evidence/format.ts";
import type { Requirement } from "../../evidence/requirement.ts";

/** A text as it was, and as it may leave. */
export interface Replacement {
  readonly from: string;
  readonly to: string;
}

/** Counts that sentences carry as text rather than as a reference to an estimate. */
export function typedCounts(
  { requirements, estimates, primaryHorizon }: Dossier,
  disclosed: ReadonlyMap<string, Estimate>,
): Replacement[] {
  const isHidden = (id: string) => {
    const estimate = disclosed.get(id);
    return estimate === undefined || "hidden" in estimate;
  };
  const needs = requirements.flatMap((requirement) =>
    requirement.remedy === undefined
      ? []
      : [{ from: requirement.remedy, to: roundedNeed(requirement.remedy, requirement, isHidden, stratumOf) }],
  );
  const charts = estimates.find(({ id }) => id === "labels.kappa" || id === "labels.kappa-reported");
  const nCharts = charts && isHidden(charts.id) ? charts.n : null;
  const all =
    nCharts === null ? needs : [...needs, { from: `${nCharts} charts`, to: "Charts (number hidden)" }];
  return all.filter(({ from, to }) => from !== to);

  function stratumOf(name: string): string | undefined {
    const label = `Patients, ${name}`;
    return estimates.find(
      ({ id, label: own }) => own === label && id.startsWith(`cohort.in-group@${primaryHorizon}/`),
    )?.stratum;
  }
}

const need = /about n = ([\d,]+) patients like these are needed if the estimate holds/;
const wrongSideIn = /^In (.+) the estimate itself/;
const needIn = /about n = ([\d,]+) in (.+) \(now [\d,]+\) are needed/;

/**
 * The number of patients needed follows from the estimate and its interval, to more digits than they print with: two
 * of its digits stay, and none where the estimate or the stratum is hidden.
 */
function roundedNeed(
  remedy: string,
  { evidence }: Requirement,
  isHidden: (id: string) => boolean,
  stratumOf: (name: string) => string | undefined,
): string {
  if (evidence.some(isHidden) && remedy.startsWith("Make it estimable:")) return "Make it estimable.";
  const beyond = wrongSideIn.exec(remedy)?.[1];
  if (beyond !== undefined && [...evidence, ...ratesIn(evidence, stratumOf(beyond))].some(isHidden))
    return remedy.replace(wrongSideIn, "In a stratum the estimate itself");
  const [, n, name] = needIn.exec(remedy) ?? need.exec(remedy) ?? [];
  if (n === undefined) return remedy;
  const rounded = formatCount(Number(Number(n.replaceAll(",", "")).toPrecision(2)));
  if (name === undefined) {
    if (evidence.some(isHidden)) return remedy.replace(need, "more patients like these are needed");
    return remedy.replace(`n = ${n}`, `n = ${rounded}`);
  }
  const stratum = stratumOf(name);
  const horizons = evidence.map((id) => id.replace(/^[^@]*|\/.*$/g, ""));
  const sizes = horizons.map((at) => `cohort.in-group${at}/${stratum}`);
  if ([...evidence, ...ratesIn(evidence, stratum), ...sizes].some(isHidden))
    return remedy.replace(needIn, `more patients in ${name} are needed`);
  return remedy.replace(`n = ${n}`, `n = ${rounded}`);
}

/** Ids of the same rates in one stratum. */
function ratesIn(evidence: readonly string[], stratum: string | undefined): readonly string[] {
  return evidence.map((id) => id.replace(/\/.*$/, `/${stratum}`));
}
