import { ContractError } from "./assert.ts";

export interface StepDownMaxT {
  /** Adjusted p value of each statistic. */
  readonly adjusted: Float64Array;
  /** The largest of each draw, ascending. */
  readonly maxima: Float64Array;
}

/**
 * Step-down max-T: p values of many one-sided tests, adjusted for their number with regard to how they depend on each other.
 *
 *     z₍₁₎ ≥ z₍₂₎ ≥ …,   p̃₍ⱼ₎ = max over i ≤ j of (1 + #{draws: max over k ≥ i of Z₍ₖ₎ ≥ z₍ᵢ₎}) / (1 + B)
 *
 * `draw` fills its argument with all statistics as they are where every null hypothesis holds. Rejecting those with p̃ at most
 * α keeps the chance of a false rejection at α whichever hypotheses are true, where the draws have the joint distribution of
 * the statistics of the true ones. Never less strict than α for a single test, never stricter than Holm's but for the number
 * of draws. A statistic of NaN and no draws are a ContractError.
 *
 * Reference: Westfall & Young (1993), Resampling-Based Multiple Testing, algorithm 2.8, ISBN 978-0-471-55761-6; Romano & Wolf
 * (2005), JASA 100, 94–108, doi:10.1198/016214504000000539; Phipson & Smyth (2010), Statistical Applications in Genetics
 * and Molecular Biology 9, 39, doi:10.2202/1544-6115.1585 (1 + in both).
 */
export function stepDownMaxT(
  statistic: Float64Array,
  { nDraws, draw }: { readonly nDraws: number; readonly draw: (into: Float64Array) => void },
): StepDownMaxT {
  if (!(Number.isSafeInteger(nDraws) && nDraws >= 1)) throw new ContractError(`${nDraws} draws`);
  if (statistic.some(Number.isNaN)) throw new ContractError("a statistic is NaN");
  const order = Array.from(statistic.keys()).sort((a, b) => statistic[b]! - statistic[a]! || a - b);
  const reached = new Uint32Array(statistic.length);
  const maxima = new Float64Array(nDraws);
  const drawn = new Float64Array(statistic.length);
  for (let b = 0; b < nDraws; b++) {
    draw(drawn);
    let largest = -Infinity;
    for (let j = order.length - 1; j >= 0; j--) {
      largest = Math.max(largest, drawn[order[j]!]!);
      if (largest >= statistic[order[j]!]!) reached[j]!++;
    }
    maxima[b] = largest;
  }
  const adjusted = new Float64Array(statistic.length);
  let least = 0;
  order.forEach((place, j) => {
    least = Math.max(least, (1 + reached[j]!) / (1 + nDraws));
    adjusted[place] = least;
  });
  return { adjusted, maxima: maxima.sort() };
}
