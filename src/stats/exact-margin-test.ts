import { ContractError } from "./assert.ts";
import { type BinomialMass, binomialMass } from "./binomial-mass.ts";
import { clopperPearson } from "./proportion.ts";
import { scoreStatistic, type TwoProportions } from "./score-difference.ts";

/** What the nuisance parameter's confidence interval leaves out, which the p value pays for. */
const leftOut = 1e-5;
/** Between neighbouring values of the nuisance parameter, in its standard errors. */
const gridStep = 0.5;
const leastGrid = 20;
/** The best point is known to so much, in standard errors and in radians. */
const finest = { standardErrors: 0.02, radians: 1e-4 };
/** A statistic under this has a p value of some .16 or more, which decides nothing: it is given as 1. */
const leastTelling = 1;
/** A chance that adds nothing to a p value of 1e-5 or more. */
const nothing = 1e-12;
/** Of one table's statistic that another's may miss by rounding. */
const rounding = 1e-9;

/**
 * The larger of the two groups first, and its proportion the higher one: the other way round, successes and failures are
 * exchanged, which turns the difference and leaves the question.
 */
interface Oriented {
  readonly x: number;
  readonly n: number;
  readonly xSmall: number;
  readonly nSmall: number;
}

/**
 * Exact unconditional p values for a difference of two proportions and a margin, each computed when it is asked for.
 *
 *     beyond   H₀: |p₁ − p₂| ≤ m    p = sup over H₀ of P(T ≥ t),   T = max over both signs of (±d − m)/√V(±m)
 *     within   H₀: |p₁ − p₂| ≥ m    p = the larger of two one-sided tests, sup of P((d − m)/√V(m) ≤ its value) and its
 *                                   mirror image
 *
 * Tables are ordered by Miettinen and Nurminen's statistic. The supremum is taken over the larger group's proportion
 * within its Clopper–Pearson interval of 1 − 1e-5, the other group's at the edge of H₀, and 1e-5 is added (Berger and
 * Boos), so that neither test's error exceeds its level at any size. With m = 0, `beyond` is Barnard's test. p is 1 where
 * the statistic is under 1 in the direction of the claim, so for `beyond` where the difference found is within the margin
 * and for `within` where it is beyond. Counts that are not whole or not
 * 0 ≤ x ≤ n with n > 0, and a margin not from 0 to below 1, are a ContractError.
 *
 * Reference: Barnard (1947), Biometrika 34, 123–138, doi:10.1093/biomet/34.1-2.123; Hodges & Lehmann (1954), JRSS B 16,
 * 261–268; Berger & Boos (1994), JASA 89, 1012–1016, doi:10.1080/01621459.1994.10476836; Chan & Zhang (1999), Biometrics
 * 55, 1202–1209, doi:10.1111/j.0006-341X.1999.01202.x. Checked against: every table and a fine grid over all of H₀ in R
 * (test/reference/exact-margin.json).
 */
export function exactMarginTest(
  counts: TwoProportions,
  margin: number,
): { readonly beyond: () => number; readonly within: () => number } {
  const { x1, n1, x2, n2 } = counts;
  for (const [x, n] of [
    [x1, n1],
    [x2, n2],
  ] as const)
    if (!(Number.isInteger(x) && Number.isInteger(n) && n > 0 && x >= 0 && x <= n))
      throw new ContractError(`${x} of ${n} are not counts`);
  if (!(margin >= 0 && margin < 1)) throw new ContractError(`a margin of ${margin}`);
  const found = oriented(counts);
  return {
    beyond: () => beyondMargin(found, margin),
    within: () => {
      const above = belowMargin(mirrored(found), margin);
      return above === 1 ? 1 : Math.max(above, belowMargin(found, margin));
    },
  };
}

/** Of groups of one size the first is the one with more, so that their order changes nothing. */
function oriented({ x1, n1, x2, n2 }: TwoProportions): Oriented {
  const isFirstLarge = n1 === n2 ? x1 >= x2 : n1 > n2;
  const found = isFirstLarge
    ? { x: x1, n: n1, xSmall: x2, nSmall: n2 }
    : { x: x2, n: n2, xSmall: x1, nSmall: n1 };
  return found.x / found.n < found.xSmall / found.nSmall ? mirrored(found) : found;
}

function mirrored({ x, n, xSmall, nSmall }: Oriented): Oriented {
  return { x: n - x, n, xSmall: nSmall - xSmall, nSmall };
}

function statistic({ x, n, xSmall, nSmall }: Oriented, margin: number): number {
  return scoreStatistic({ x1: x, n1: n, x2: xSmall, n2: nSmall }, margin);
}

/** P of all tables as far beyond either side; those beyond the other side are the mirror images of these. */
function beyondMargin(found: Oriented, margin: number): number {
  if (statistic(found, margin) < leastTelling) return 1;
  const { n, nSmall } = found;
  const least = staircase(found, margin, -rounding);
  const chance = (p: number): number => {
    const large = upperTails(n, p);
    // Beyond a margin is at least past it: where that has no chance, the edge of the region need not be found.
    const above = (row: number) =>
      atLeast(large, Math.ceil(n * (row / nSmall + margin))) < nothing ? 0 : atLeast(large, least(row));
    const below = (row: number) =>
      1 - atLeast(large, Math.floor(n * (row / nSmall - margin)) + 1) < nothing
        ? 0
        : 1 - atLeast(large, n - least(nSmall - row) + 1);
    const isAsFar = (row: number) => above(row) + below(row);
    const edges = [Math.max(0, p - margin), Math.min(1, p + margin)];
    return Math.max(...edges.map((pSmall) => sumOver(binomialMass(nSmall, pSmall), isAsFar)));
  };
  return worstCase(found, chance, 0);
}

/** P of all tables whose difference is as far below +margin, where the true one is +margin or more. */
function belowMargin(found: Oriented, margin: number): number {
  if (statistic(found, margin) > -leastTelling) return 1;
  const { n, nSmall } = found;
  const first = staircase(found, margin, rounding);
  const chance = (p: number): number => {
    const [large, small] = [upperTails(n, p), binomialMass(nSmall, Math.max(0, p - margin))];
    return sumOver(small, (row) => 1 - atLeast(large, first(row)));
  };
  return worstCase(found, chance, margin);
}

/** By row of the smaller group: the least x of the larger whose statistic reaches that of the table found. */
function staircase(found: Oriented, margin: number, shift: number): (row: number) => number {
  const { n, nSmall } = found;
  const t = statistic(found, margin);
  const wanted = t + shift * Math.max(1, Math.abs(t));
  const reaches = (x: number, row: number) => statistic({ x, n, xSmall: row, nSmall }, margin) >= wanted;
  const known = new Int32Array(nSmall + 1).fill(-1);
  let offset = found.x - (found.xSmall * n) / nSmall;
  return (row) => {
    if (known[row]! < 0) {
      const guess = Math.min(n, Math.max(0, Math.round((row * n) / nSmall + offset)));
      known[row] = firstFrom(guess, n, (x) => reaches(x, row));
      offset = known[row]! - (row * n) / nSmall;
    }
    return known[row]!;
  };
}

/** The least x from 0 to n that is in, where all above one that is in are; n + 1 where none is. */
function firstFrom(guess: number, n: number, isIn: (x: number) => boolean): number {
  let [out, inside] = [-1, n + 1];
  let step = 1;
  if (isIn(guess)) {
    inside = guess;
    for (let x = guess - 1; x > out; step *= 2, x = inside - step)
      if (isIn(x)) inside = x;
      else out = x;
  } else {
    out = guess;
    for (let x = guess + 1; x < inside; step *= 2, x = out + step)
      if (isIn(x)) inside = x;
      else out = x;
  }
  while (inside - out > 1) {
    const middle = (inside + out) >> 1;
    if (isIn(middle)) inside = middle;
    else out = middle;
  }
  return inside;
}

/** P(X ≥ first), P(X ≥ first + 1), …, each the sum of the masses from the top down. */
function upperTails(n: number, p: number): BinomialMass {
  const { first, mass } = binomialMass(n, p);
  for (let i = mass.length - 2; i >= 0; i--) mass[i]! += mass[i + 1]!;
  return { first, mass };
}

function atLeast({ first, mass }: BinomialMass, x: number): number {
  if (x <= first) return 1;
  return mass[x - first] ?? 0;
}

function sumOver({ first, mass }: BinomialMass, chanceOf: (row: number) => number): number {
  let sum = 0;
  for (let i = 0; i < mass.length; i++) sum += mass[i]! * chanceOf(first + i);
  return sum;
}

/** The largest chance over the larger group's proportion, from `least` on, plus what its interval leaves out. */
function worstCase({ x, n }: Oriented, chance: (p: number) => number, least: number): number {
  const limits = clopperPearson(x, n, 1 - leftOut);
  if (limits.upper < least) return leftOut;
  // On the scale of arcsin √p the standard error is 1/(2√n) everywhere.
  const [low, high] = [Math.max(limits.lower, least), limits.upper].map((p) => Math.asin(Math.sqrt(p)));
  const nSteps = Math.max(leastGrid, Math.ceil(((high! - low!) * 2 * Math.sqrt(n)) / gridStep));
  const width = (high! - low!) / nSteps;
  const at = (angle: number) => chance(Math.sin(Math.min(high!, Math.max(low!, angle))) ** 2);
  let [best, most] = [low!, at(low!)];
  for (let k = 1; k <= nSteps; k++) {
    const value = at(low! + k * width);
    if (value > most) [best, most] = [low! + k * width, value];
  }
  const isCoarse = (step: number) => step > finest.radians || step * 2 * Math.sqrt(n) > finest.standardErrors;
  for (let step = width / 2; isCoarse(step); step /= 2)
    for (const angle of [best - step, best + step]) {
      const value = at(angle);
      if (value > most) [best, most] = [angle, value];
    }
  return Math.min(1, most + leftOut);
}
