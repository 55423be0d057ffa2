import { assertLevel, assertSameLength, ContractError } from "./assert.ts";
import { betaQuantile, betaUpperQuantile } from "./beta.ts";
import { type BetaBinomialCounts, betaBinomialCounts, profileAt } from "./beta-binomial-likelihood.ts";
import type { NotEstimable } from "./not-estimable.ts";
import type { Limits } from "./proportion.ts";

/** A group's proportion, drawn towards those of the other groups. */
export interface ShrunkProportion extends Limits {
  readonly value: number;
  /** Of the value, the share that is the group's own: n/(n + α + β). */
  readonly ownShare: number;
}

/**
 * `shrunk`: the groups differ by more than chance, each has its own proportion · `no overdispersion`: they do not, so the
 * best estimate for each is the pooled proportion, and there is no interval that would hold for a single group.
 */
export type BetaBinomialShrinkage =
  | {
      readonly kind: "shrunk";
      /** Beta(α, β) of the groups' true proportions; the mean is α/(α + β). */
      readonly prior: {
        readonly alpha: number;
        readonly beta: number;
        readonly mean: number;
        readonly sd: number;
      };
      readonly groups: readonly ShrunkProportion[];
      /** With one proportion for all, and fitted; without the binomial coefficients. */
      readonly logLikelihood: readonly [pooled: number, fitted: number];
    }
  | { readonly kind: "no overdispersion"; readonly pooled: number };

/**
 * Proportions of many small groups, each drawn towards the mean of all by as much as its size and the spread between groups
 * ask for (empirical Bayes).
 *
 *     xᵢ | pᵢ ~ Binomial(nᵢ, pᵢ),   pᵢ ~ Beta(α, β);   α, β of largest likelihood ∏ B(α + xᵢ, β + nᵢ − xᵢ)/B(α, β)
 *     value (α + xᵢ)/(α + β + nᵢ), limits the (1 ∓ level)/2 quantiles of Beta(α + xᵢ, β + nᵢ − xᵢ)
 *
 * The likelihood is maximised in μ = α/(α + β) for each θ = 1/(α + β), and over every θ from 0 (no spread) at which that
 * profile turns downwards. A θ under .001 over the size of the largest group counts as 0: kind "no overdispersion". The
 * intervals take α and β as known: with few groups they are too narrow. A group of nobody has the prior.
 *
 * Not estimable, with the reason: fewer than two groups with anybody, no group with two, no events, everybody with the
 * event, groups that are each all or nothing (the spread is then without end). Counts that are not whole numbers with
 * 0 ≤ x ≤ n are a ContractError.
 *
 * Reference: Griffiths (1973), Biometrics 29, 637–648, doi:10.2307/2529131; Smith (1983), AS 189, Applied Statistics 32,
 * 196–204, doi:10.2307/2347299; Efron & Morris (1975), JASA 70, 311–319, doi:10.1080/01621459.1975.10479864. Checked
 * against: the roots of the likelihood's derivatives by R uniroot and digamma (test/reference/beta-binomial.json).
 */
export function betaBinomialShrinkage({
  events,
  sizes,
  level = 0.95,
}: {
  readonly events: Uint32Array;
  readonly sizes: Uint32Array;
  readonly level?: number;
}): BetaBinomialShrinkage | NotEstimable {
  assertLevel(level);
  assertSameLength({ events, sizes });
  events.forEach((x, i) => {
    if (x > sizes[i]!) throw new ContractError(`group ${i}: ${x} events among ${sizes[i]}`);
  });
  const reason = whyNot(events, sizes);
  if (reason !== undefined) return { notEstimable: reason };
  const counts = betaBinomialCounts(events, sizes);
  const pooled = profileAt(counts, 0);
  const best = bestSpread(counts);
  if (best === "without end") return { notEstimable: "the spread between groups has no largest likelihood" };
  if (best === 0 || profileAt(counts, best).logLikelihood <= pooled.logLikelihood)
    return { kind: "no overdispersion", pooled: pooled.mean };
  const { mean, logLikelihood } = profileAt(counts, best);
  const prior = {
    alpha: mean / best,
    beta: (1 - mean) / best,
    mean,
    sd: Math.sqrt((mean * (1 - mean) * best) / (1 + best)),
  };
  return {
    kind: "shrunk",
    prior,
    groups: Array.from(events, (x, i) => posterior(x, sizes[i]!, prior, level)),
    logLikelihood: [pooled.logLikelihood, logLikelihood],
  };
}

function whyNot(events: Uint32Array, sizes: Uint32Array): string | undefined {
  const occupied = sizes.filter((n) => n > 0).length;
  if (occupied < 2) return `${occupied === 0 ? "no group has" : "only one group has"} anybody`;
  if (!sizes.some((n) => n > 1)) return "no group has two";
  if (events.every((x) => x === 0)) return "no events";
  if (events.every((x, i) => x === sizes[i])) return "everybody has the event";
  if (events.every((x, i) => x === 0 || x === sizes[i])) return "in each group all have the event or none";
  return undefined;
}

const mostSpread = 1e6;
const stepsPerDecade = 4;

/** Of the θ at which the profile likelihood turns from rising to falling, the likeliest; 0 where it only falls. */
function bestSpread(counts: BetaBinomialCounts): number | "without end" {
  const least = 1e-3 / counts.largest;
  const nSteps = Math.ceil(stepsPerDecade * Math.log10(mostSpread / least));
  const grid = Array.from({ length: nSteps + 1 }, (_, k) => least * 10 ** (k / stepsPerDecade));
  const slopes = grid.map((theta) => profileAt(counts, theta).slope);
  if (slopes[nSteps]! > 0) return "without end";
  const maxima = grid.flatMap((theta, k) =>
    k < nSteps && slopes[k]! > 0 && !(slopes[k + 1]! > 0) ? [turn(counts, theta, grid[k + 1]!)] : [],
  );
  const likelihood = (theta: number) => profileAt(counts, theta).logLikelihood;
  return maxima.toSorted((a, b) => likelihood(b) - likelihood(a))[0] ?? 0;
}

/** By bisection to rounding. */
function turn(counts: BetaBinomialCounts, rising: number, falling: number): number {
  let [low, high] = [rising, falling];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (profileAt(counts, middle).slope > 0) low = middle;
    else high = middle;
  }
}

function posterior(
  x: number,
  n: number,
  { alpha, beta }: { readonly alpha: number; readonly beta: number },
  level: number,
): ShrunkProportion {
  const [a, b] = [alpha + x, beta + n - x];
  const tail = (1 - level) / 2;
  return {
    value: a / (a + b),
    lower: betaQuantile(tail, a, b),
    upper: betaUpperQuantile(tail, a, b),
    ownShare: n / (a + b),
  };
}
