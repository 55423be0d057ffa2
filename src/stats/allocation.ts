import { assertCount, ContractError } from "./assert.ts";

/** The same number from each stratum, or in proportion to what it holds. */
export type Allocation = "equal" | "proportional";

/**
 * How many to draw from each stratum, `total` in all, none below the floor where the stratum holds so many.
 *
 *     equal          n_h = min(N_h, L), the level L the same for all strata
 *     proportional   n_h = max(floor_h, x N_h), x the same for all;   floor_h = min(floor, N_h)
 *
 * Fractions: whole parts first, then one each in order of the largest remainder, ties in the order of the strata. A total
 * above Σ N_h or below Σ floor_h is a ContractError; `leastTotal` gives the latter.
 *
 * Reference: Cochran (1977), Sampling Techniques, 3rd ed., sections 5.5–5.9, ISBN 978-0-471-16240-7.
 */
export function allocate(
  sizes: readonly number[],
  { total, floor, rule }: { readonly total: number; readonly floor: number; readonly rule: Allocation },
): number[] {
  for (const size of sizes) assertCount("size", size);
  assertCount("total", total);
  const most = sizes.reduce((sum, size) => sum + size, 0);
  const least = leastTotal(sizes, floor);
  if (total > most || total < least) throw new ContractError(`${total} is not from ${least} to ${most}`);
  const wanted =
    rule === "equal"
      ? (level: number) => sizes.map((size) => Math.min(size, level * most))
      : (level: number) => sizes.map((size) => Math.max(Math.min(floor, size), size * level));
  return rounded(exactly(wanted, total), sizes, total);
}

/** The smallest total that gives each stratum its floor. */
export function leastTotal(sizes: readonly number[], floor: number): number {
  return sizes.reduce((sum, size) => sum + Math.min(size, floor), 0);
}

const halvings = 80;

/** The allocation of the level in [0, 1] at which it adds up to the total; it rises with the level. */
function exactly(wanted: (level: number) => number[], total: number): number[] {
  let [low, high] = [0, 1];
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (wanted(middle).reduce((sum, n) => sum + n, 0) < total) low = middle;
    else high = middle;
  }
  return wanted(high);
}

/** A number this near to a whole one is it but for rounding. */
const rounding = 1e-6;

function rounded(exact: readonly number[], sizes: readonly number[], total: number): number[] {
  const whole = exact.map((n, h) => Math.min(sizes[h]!, Math.floor(n + rounding)));
  const left = total - whole.reduce((sum, n) => sum + n, 0);
  const byRemainder = exact
    .map((n, h) => ({ h, remainder: n - whole[h]! }))
    .filter(({ h }) => whole[h]! < sizes[h]!)
    .toSorted((a, b) =>
      Math.abs(b.remainder - a.remainder) > rounding ? b.remainder - a.remainder : a.h - b.h,
    );
  for (const { h } of byRemainder.slice(0, left)) whole[h]!++;
  return whole;
}
