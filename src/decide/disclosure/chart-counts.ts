import type { Dossier } from "../../evidence/dossier.ts";
import { isKnown, measureOf } from "../../evidence/estimate.ts";

/** What of the rates by chart review may leave. */
export type ChartDisclosure = "all" | "value alone" | "nothing";

/**
 * How many charts a stratum of the draw has follows from its rule and the published two-by-two table, so a share of the
 * charts is a count, and a rate with its interval is two equations for two counts of wrong labels.
 *
 * Where few labels were found wrong, more than none, the shares stay with the team and the rates lose their intervals: a
 * rounded rate alone fits many pairs of counts.
 */
export function chartDisclosure(
  { estimates }: Dossier,
  minimumCell: number,
): (id: string) => ChartDisclosure {
  const isSmall = (count: number) => count > 0 && count < minimumCell;
  const hasFew = estimates.some((estimate) => {
    if (!isKnown(estimate)) return false;
    const { id, numerator = 0, denominator = 0 } = estimate;
    const measure = measureOf(id);
    if (measure === "labels.missed") return isSmall(numerator);
    return measure === "labels.confirmed" && isSmall(denominator - numerator);
  });
  return (id) => {
    const measure = measureOf(id);
    if (!hasFew || !measure.startsWith("labels.")) return "all";
    if (/\.(confirmed|missed)$|-unweighted$/.test(measure)) return "nothing";
    return /\.(sensitivity|specificity|ppv|npv|prevalence)$/.test(measure) ? "value alone" : "all";
  };
}
