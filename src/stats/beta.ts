import { ContractError } from "./assert.ts";
import { expOfSum, logFall, stirlingError } from "./saddle-point.ts";

/**
 * Regularised incomplete beta function I(x; a, b): the distribution function of a beta variable.
 *
 *     I(x; a, b) = x^a (1 − x)^b / B(a, b) / (β₀ + α₁/(β₁ + α₂/(β₂ + …)))
 *     αₘ = (a + m − 1)(a + b + m − 1) m (b − m) x² / (a + 2m − 1)²
 *     βₘ = m + m (b − m) x / (a + 2m − 1) + (a + m)(a − (a + b) x + 1 + m (2 − x)) / (a + 2m + 1)
 *
 * for x up to (a + 1)/(a + b + 2), else 1 − I(1 − x; b, a). Small values keep their relative accuracy; ask for the
 * other tail as betaUpperTail, never as 1 − incompleteBeta.
 *
 * The leading factor is Loader's saddle-point form, which keeps its relative accuracy for large a and b; the
 * fraction is evaluated by Lentz's method. The shapes may be any numbers from 1e-300. Arguments outside are a
 * ContractError.
 *
 * Reference: DiDonato & Morris (1992), algorithm 708, ACM Trans Math Softw 18, 360–373,
 * doi:10.1145/131766.131776; Lentz (1976), Appl Opt 15, 668–671,
 * doi:10.1364/AO.15.000668; Loader (2000), Fast and Accurate Computation of Binomial Probabilities.
 * Checked against: R pbeta and binom.test (test/reference/special.json, special-tails.json, clopper-pearson.json).
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  assertBeta(x, a, b);
  return tails(x, a, b).lower;
}

/** 1 − I(x; a, b) with its relative accuracy where it is small; otherwise as `incompleteBeta`. */
export function betaUpperTail(x: number, a: number, b: number): number {
  assertBeta(x, a, b);
  return tails(x, a, b).upper;
}

function tails(x: number, a: number, b: number): { readonly lower: number; readonly upper: number } {
  if (x === 0 || x === 1) return { lower: x, upper: 1 - x };
  const height = kernel(x, a, b);
  const below = -beyondMean(x, a, b);
  if (x <= (a + 1) / (a + b + 2)) {
    const lower = Math.min(1, height / fraction(x, a, b, below));
    return { lower, upper: 1 - lower };
  }
  const upper = Math.min(1, height / fraction(1 - x, b, a, -below));
  return { lower: 1 - upper, upper };
}

/** (a + b) x − a, from the smaller of x and 1 − x, so that neither is rounded. */
function beyondMean(x: number, a: number, b: number): number {
  return x <= 0.5 ? (a + b) * x - a : b - (a + b) * (1 - x);
}

/** x^a (1 − x)^b / B(a, b). */
function kernel(x: number, a: number, b: number): number {
  const n = a + b;
  const beyond = beyondMean(x, a, b);
  const terms = [
    ...logFall(a, n * x, beyond),
    ...logFall(b, n * (1 - x), -beyond),
    stirlingError(n) - stirlingError(a) - stirlingError(b),
  ];
  return Math.sqrt((a * b) / (2 * Math.PI * n)) * expOfSum(terms);
}

const maxTerms = 100_000;

/** The continued fraction, from β₁ on by Lentz's method; `below` is a − (a + b) x. */
function fraction(x: number, a: number, b: number, below: number): number {
  const numerator = (m: number) => {
    const odd = a + 2 * m - 1;
    return ((a + m - 1) / odd) * ((a + b + m - 1) / odd) * m * (b - m) * x * x;
  };
  const denominator = (m: number) =>
    m + (m * (b - m) * x) / (a + 2 * m - 1) + ((a + m) * (below + 1 + m * (2 - x))) / (a + 2 * m + 1);
  let c = denominator(1);
  let d = 0;
  let value = c;
  for (let m = 2; m <= maxTerms; m++) {
    d = 1 / (denominator(m) + numerator(m) * d);
    c = denominator(m) + numerator(m) / c;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < 4e-16) return (a * (below + 1)) / (a + 1) + numerator(1) / value;
  }
  throw new ContractError(
    `incomplete beta at ${x} for ${a} and ${b} did not settle within ${maxTerms} terms`,
  );
}

/**
 * Quantile of the beta distribution: the x at which I(x; a, b) = p.
 * Newton's method on the log scale, kept inside a bracket. p outside [0, 1] is a ContractError.
 * A p close to 1 is best given as betaUpperQuantile(1 − p, a, b), a quantile close to 1 asked for as
 * 1 − betaUpperQuantile(p, b, a).
 *
 * Checked against: R qbeta (test/reference/special.json, special-tails.json) and binom.test
 * (test/reference/clopper-pearson.json).
 */
export function betaQuantile(p: number, a: number, b: number): number {
  assertBeta(p, a, b);
  return p === 0 || p === 1 ? p : whereTailIs("lower", p, a, b);
}

/** The x above which a beta variable lies with probability q; otherwise as `betaQuantile`. */
export function betaUpperQuantile(q: number, a: number, b: number): number {
  assertBeta(q, a, b);
  return q === 0 || q === 1 ? 1 - q : whereTailIs("upper", q, a, b);
}

function whereTailIs(tail: "lower" | "upper", target: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  let x = a / (a + b);
  for (let iteration = 0; iteration < 2000; iteration++) {
    const value = tails(x, a, b)[tail];
    const miss = Math.log(value / target);
    if (miss > 0 === (tail === "lower")) high = x;
    else low = x;
    // d log I / d log x = x^a y^(b − 1) / (B(a, b) I), negative for the upper tail.
    const step = (miss * value * (1 - x)) / kernel(x, a, b);
    const newton = x * Math.exp(tail === "lower" ? -step : step);
    const next = newton > low && newton < high ? newton : between(low, high);
    if (Math.abs(next - x) <= Number.EPSILON * next) return next;
    x = next;
  }
  return x;
}

/** Halves the logarithm where the bracket spans powers of ten. */
function between(low: number, high: number): number {
  const least = Math.max(low, Number.MIN_VALUE);
  return high > 4 * least ? Math.sqrt(least) * Math.sqrt(high) : (low + high) / 2;
}

function assertBeta(share: number, a: number, b: number): void {
  if (!(a > 0 && b > 0 && a + b < Infinity))
    throw new ContractError(`beta shapes ${a} and ${b} are not positive`);
  if (!(share >= 0 && share <= 1))
    throw new ContractError(`beta distribution at ${share}, not between 0 and 1`);
}
