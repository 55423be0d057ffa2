import { ContractError } from "./assert.ts";

/**
 * Regularised incomplete beta function I(x; a, b): the distribution function of a beta variable.
 *
 *     I(x; a, b) = x^a (1 − x)^b / (a B(a, b)) · 1/(1 + d₁/(1 + d₂/(1 + …)))
 *
 * for x up to (a + 1)/(a + b + 2), else 1 − I(1 − x; b, a).
 *
 * The leading factor is Loader's saddle-point form, which keeps its relative accuracy for large a and b; the
 * fraction is evaluated by Lentz's method. The shapes may be any numbers from 1e-300. Arguments outside are a
 * ContractError.
 *
 * Reference: Abramowitz & Stegun (1964), 26.5.8; Lentz (1976), Appl Opt 15, 668–671,
 * doi:10.1364/AO.15.000668; Loader (2000), Fast and Accurate Computation of Binomial Probabilities.
 * Checked against: R pbeta and binom.test (test/reference/special.json, clopper-pearson.json).
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  assertShape(a, b);
  if (!(x >= 0 && x <= 1)) throw new ContractError(`incompleteBeta of ${x}, not between 0 and 1`);
  if (x === 0 || x === 1) return x;
  return x <= (a + 1) / (a + b + 2) ? lowerPart(x, 1 - x, a, b) : 1 - lowerPart(1 - x, x, b, a);
}

/** I(x; a, b) with y = 1 − x, where the fraction converges fast. */
function lowerPart(x: number, y: number, a: number, b: number): number {
  return (kernel(x, y, a, b) / a) * fraction(x, a, b);
}

/** x^a y^b / B(a, b). */
function kernel(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  const exponent =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
  return Math.sqrt((a * b) / (2 * Math.PI * n)) * Math.exp(exponent);
}

/** log Γ(z + 1) minus Stirling's formula for it. */
function stirlingError(z: number): number {
  let sum = 0;
  let shifted = z;
  for (; shifted < 16; shifted++) sum += (shifted + 0.5) * Math.log1p(1 / shifted) - 1;
  const square = shifted * shifted;
  const series = 1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square;
  return sum + series / shifted;
}

/** a log(a/m) + m − a, without cancellation where a is near m. */
function deviance(a: number, m: number): number {
  if (Math.abs(a - m) >= 0.1 * (a + m)) return a * Math.log(a / m) + m - a;
  const v = (a - m) / (a + m);
  let sum = (a - m) * v;
  let term = 2 * a * v;
  for (let k = 3; ; k += 2) {
    term *= v * v;
    const next = sum + term / k;
    if (next === sum) return sum;
    sum = next;
  }
}

const maxTerms = 100_000;

function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny);
  let value = d;
  for (let m = 1; m <= maxTerms; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d, tiny);
    c = nonZero(1 + even / c, tiny);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d, tiny);
    c = nonZero(1 + odd / c, tiny);
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < 4e-16) return value;
  }
  throw new ContractError(`incompleteBeta(${x}; ${a}, ${b}) did not settle within ${maxTerms} terms`);
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/**
 * Quantile of the beta distribution: the x at which I(x; a, b) = p.
 * Newton's method on the log scale, kept inside a bracket. p outside [0, 1] is a ContractError.
 * A quantile close to 1 is best asked for as 1 − betaQuantile(1 − p, b, a).
 *
 * Checked against: R qbeta (test/reference/special.json) and binom.test
 * (test/reference/clopper-pearson.json).
 */
export function betaQuantile(p: number, a: number, b: number): number {
  assertShape(a, b);
  if (!(p >= 0 && p <= 1)) throw new ContractError(`betaQuantile of ${p}, not between 0 and 1`);
  if (p === 0 || p === 1) return p;
  const target = Math.log(p);
  let low = -745; // log of the smallest number
  let high = 0;
  let logX = Math.log(a / (a + b));
  for (let iteration = 0; iteration < 200; iteration++) {
    const x = Math.exp(logX);
    const y = -Math.expm1(logX);
    const cumulative = incompleteBeta(x, a, b);
    const miss = Math.log(cumulative) - target;
    if (miss > 0) high = logX;
    else low = logX;
    // d log I / d log x = x^a y^(b − 1) / (B(a, b) I)
    const step = (miss * cumulative * y) / kernel(x, y, a, b);
    const newton = logX - step;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - logX) <= 1e-15 * Math.max(1, Math.abs(next))) return Math.exp(next);
    logX = next;
  }
  return Math.exp(logX);
}

function assertShape(a: number, b: number): void {
  if (!(a > 0 && b > 0 && a + b < Infinity))
    throw new ContractError(`beta shapes ${a} and ${b} are not positive`);
}
