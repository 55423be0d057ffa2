import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { clopperPearson, type Limits } from "./proportion.ts";
import { type RatioOptions, type ReviewSample, weightedRatio } from "./stratified-review.ts";

/** A weighted share with its base in charts, unweighted. */
export interface WeightedShare {
  readonly value: number;
  readonly numerator: number;
  readonly denominator: number;
  /** `bound`: an estimate of 0 or 1, whose design variance is 0; exact for as many charts as the weights are worth. */
  readonly interval: (Limits & { readonly kind: "pointwise" | "bound" }) | NotEstimable;
}

/**
 * The ratio of `weightedRatio`, with an interval at 0 and 1 too.
 *
 *     at 0 and 1: Clopper and Pearson's for (Σ w)²/Σ w² charts of the denominator
 *
 * `numerator` and `denominator` of each chart, 0 or 1. Not estimable, and a ContractError: as `weightedRatio`.
 *
 * Reference: Kish (1965), Survey Sampling, section 11.7, ISBN 978-0-471-10949-5; Korn & Graubard (1998), Survey Methodology
 * 24, 193–201. Checked against: R survey::svyratio (test/reference/trial-funnel.json).
 */
export function weightedShare(
  charts: ReviewSample & RatioOptions & { readonly numerator: Uint8Array; readonly denominator: Uint8Array },
): WeightedShare | NotEstimable {
  const { stratum, sizes, numerator, denominator, population, level = 0.95 } = charts;
  const found = weightedRatio({
    stratum,
    sizes,
    numerator,
    denominator,
    level,
    ...(population && { population }),
  });
  if (isNotEstimable(found)) return found;
  const counts = { numerator: numerator.reduce((sum, x) => sum + x, 0), denominator: found.n };
  const { value, interval } = found;
  if (value > 0 && value < 1)
    return {
      ...counts,
      value,
      interval: isNotEstimable(interval) ? interval : { ...interval, kind: "pointwise" },
    };
  const n = effectiveCharts(charts, denominator);
  return { ...counts, value, interval: { ...clopperPearson(value * n, n, level), kind: "bound" } };
}

/** So many charts of equal weight would say as much: (Σ w)²/Σ w². */
function effectiveCharts({ stratum, sizes }: ReviewSample, denominator: Uint8Array): number {
  const read = new Float64Array(sizes.length);
  for (const h of stratum) read[h]!++;
  let [sum, squares] = [0, 0];
  stratum.forEach((h, i) => {
    const weight = (denominator[i]! * sizes[h]!) / read[h]!;
    sum += weight;
    squares += weight * weight;
  });
  return (sum * sum) / squares;
}
