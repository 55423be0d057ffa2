import { assertCount, assertFinite, assertSameLength, ContractError } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { ascendingOrder } from "./order.ts";
import { quantiles } from "./quantile.ts";
import { sharesOf } from "./shares.ts";
import { sum } from "./sum.ts";

export interface PopulationStability {
  /** Population stability index: 0 where the shares are equal. */
  readonly index: number;
  /** Shares below the floor, of either sample, that were raised to it. */
  readonly nFloored: number;
}

export interface StabilityBin {
  /** The bin reaches from the one before it to this value, which it includes; the last to Infinity. */
  readonly upTo: number;
  readonly reference: number;
  readonly current: number;
}

export interface BinnedStability extends PopulationStability {
  /** Counts of each bin. */
  readonly bins: readonly StabilityBin[];
}

export interface StabilityOptions {
  /** Least share that a bin counts with; .0001 where it is not given. */
  readonly floor?: number;
}

/**
 * Population stability index of two samples over the same classes, given as counts.
 *
 *     PSI = Σ (qⱼ − pⱼ) log(qⱼ / pⱼ),   p the reference's shares, q the current ones
 *
 * Shares below `floor` are raised to it, without making the rest smaller, and counted: an empty class then weighs by the
 * floor, so that indices with different floors do not compare. The index grows with the number of classes and, where
 * nothing has changed, with 1/n: it is no test. Not estimable where either has no counts. Counts that are not finite or
 * are below 0, lists of different lengths, and a floor that is not between 0 and 1 are a ContractError.
 *
 * Reference: Siddiqi (2006), Credit Risk Scorecards, ISBN 978-0-471-75451-0; Yurdakul & Naranjo (2020), Journal of Risk
 * Model Validation 14, 89–100, doi:10.21314/JRMV.2020.227. Checked against: the formula in R
 * (test/reference/distribution-distances.json).
 */
export function populationStabilityOfCounts(
  reference: readonly number[],
  current: readonly number[],
  { floor = 1e-4 }: StabilityOptions = {},
): PopulationStability | NotEstimable {
  assertSameLength({ reference, current });
  if (!(floor > 0 && floor < 1)) throw new ContractError(`a floor of ${floor}`);
  const [p, q] = [sharesOf(reference), sharesOf(current)];
  if (p === undefined || q === undefined) return { notEstimable: "no counts" };
  let nFloored = 0;
  const raised = (share: number) => {
    if (share >= floor) return share;
    nFloored++;
    return floor;
  };
  const terms = p.map((share, j) => {
    const [from, to] = [raised(share), raised(q[j]!)];
    return (to - from) * Math.log(to / from);
  });
  return { index: sum(terms), nFloored };
}

/**
 * Population stability index of numbers, in bins between quantiles of the reference.
 *
 * Bins are open below and closed above, the outer ones without end; their borders are the type 7 quantiles 1/nBins,
 * 2/nBins, … of the reference, equal ones taken once. Not estimable where either sample is empty, or where the reference
 * falls into one bin, which would call any change 0. A value that is not finite, or fewer than 2 bins, is a
 * ContractError. Otherwise as `populationStabilityOfCounts`.
 */
export function populationStability(
  reference: Float64Array,
  current: Float64Array,
  { nBins = 10, ...options }: StabilityOptions & { readonly nBins?: number } = {},
): BinnedStability | NotEstimable {
  assertFinite({ reference, current });
  assertCount("bins", nBins);
  if (nBins < 2) throw new ContractError(`${nBins} bin`);
  if (reference.length === 0 || current.length === 0) return { notEstimable: "no values" };
  const borders = quantiles(
    reference,
    Array.from({ length: nBins + 1 }, (_, j) => j / nBins),
    ascendingOrder(reference),
  );
  // The outer borders are the reference's own ends; as R's unique quantiles, they fall away.
  const inner = [...new Set(borders)].slice(1, -1);
  if (inner.length === 0) return { notEstimable: "the reference falls into one bin" };
  const [p, q] = [countsBetween(reference, inner), countsBetween(current, inner)];
  const stability = populationStabilityOfCounts(p, q, options);
  if ("notEstimable" in stability) return stability;
  const bins = p.map((count, j) => ({ upTo: inner[j] ?? Infinity, reference: count, current: q[j]! }));
  return { ...stability, bins };
}

/** How many values lie in each bin (border before, border]. */
function countsBetween(values: Float64Array, borders: readonly number[]): number[] {
  const counts = new Array<number>(borders.length + 1).fill(0);
  for (const value of values) {
    let low = 0;
    let high = borders.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (borders[middle]! < value) low = middle + 1;
      else high = middle;
    }
    counts[low]!++;
  }
  return counts;
}
