import type { NotEstimable } from "./not-estimable.ts";
import { sum } from "./sum.ts";
import { pooledSteps } from "./two-samples.ts";

/**
 * Wasserstein distance of order 1 between two samples, in the unit of the values.
 *
 *     W = ∫ |F(x) − G(x)| dx      F, G the empirical distribution functions
 *
 * The least mean distance that values must be moved to turn one sample into the other. Not estimable where either is
 * empty. A value that is not finite is a ContractError.
 *
 * Reference: Vallender (1974), Theory of Probability & Its Applications 18, 784–786, doi:10.1137/1118101. Checked
 * against: the formula with R ecdf (test/reference/distribution-distances.json).
 */
export function wasserstein(first: Float64Array, second: Float64Array): number | NotEstimable {
  const steps = pooledSteps(first, second);
  if (first.length === 0 || second.length === 0) return { notEstimable: "no values" };
  const areas = steps.value.map((value, k) => {
    const width = (steps.value[k + 1] ?? value) - value;
    return Math.abs(steps.first[k]! / first.length - steps.second[k]! / second.length) * width;
  });
  const distance = sum(areas);
  return distance < Infinity ? distance : { notEstimable: "a distance beyond the range of numbers" };
}
