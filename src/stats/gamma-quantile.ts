import { assertLevel, ContractError } from "./assert.ts";
import { heightAt, lowerIncompleteGamma, upperIncompleteGamma } from "./gamma.ts";
import type { Limits } from "./proportion.ts";

/**
 * Quantile of the gamma distribution of scale 1: the x below which it lies with probability p; that of chi-square with ν
 * degrees of freedom is 2 gammaQuantile(p, ν/2).
 *
 * Newton's method on the log scale, kept inside a bracket, on the smaller tail. A p outside [0, 1], or a shape that is not
 * above 0, is a ContractError. A p close to 1 is best given as gammaUpperQuantile(1 − p, a).
 *
 * Checked against: R qgamma, qchisq (test/reference/special-quantiles.json).
 */
export function gammaQuantile(p: number, a: number): number {
  assertShare(p, a);
  return p > 0.5 ? whereTailIs("upper", 1 - p, a) : whereTailIs("lower", p, a);
}

/** The x above which a gamma variable lies with probability q; otherwise as `gammaQuantile`. */
export function gammaUpperQuantile(q: number, a: number): number {
  assertShare(q, a);
  return q > 0.5 ? whereTailIs("lower", 1 - q, a) : whereTailIs("upper", q, a);
}

function assertShare(share: number, a: number): void {
  if (!(a > 0 && a < Infinity)) throw new ContractError(`gamma shape ${a} is not positive`);
  if (!(share >= 0 && share <= 1))
    throw new ContractError(`gamma distribution at ${share}, not between 0 and 1`);
}

function whereTailIs(tail: "lower" | "upper", target: number, a: number): number {
  if (target === 0) return tail === "lower" ? 0 : Infinity;
  const share = tail === "lower" ? lowerIncompleteGamma : upperIncompleteGamma;
  let low = 0;
  let high = Infinity;
  let x = a;
  for (let iteration = 0; iteration < 2000; iteration++) {
    const value = share(a, x);
    const miss = Math.log(value / target);
    if (miss > 0 === (tail === "lower")) high = x;
    else low = x;
    // d log P / d log x = x^a e^−x / (Γ(a) P), negative for the upper tail.
    const step = (miss * value) / (a * heightAt(a, x));
    const newton = x * Math.exp(tail === "lower" ? -step : step);
    const next = newton > low && newton < high ? newton : between(low, high);
    if (Math.abs(next - x) <= Number.EPSILON * next) return next;
    x = next;
  }
  return x;
}

/** Halves the logarithm where the bracket spans powers of ten. */
function between(low: number, high: number): number {
  if (high === Infinity) return 4 * low;
  const least = Math.max(low, Number.MIN_VALUE);
  return high > 4 * least ? Math.sqrt(least) * Math.sqrt(high) : (low + high) / 2;
}

/**
 * Exact interval for the expected number of events of which x were seen, where they come independently of each other
 * (Poisson).
 *
 *     lower = the (1 − level)/2 quantile of Gamma(x), upper = the (1 + level)/2 quantile of Gamma(x + 1)
 *
 * Never below its level. At 0 the lower limit is 0. Divided by the number of events expected it is an interval for observed
 * over expected. An x that is no whole number from 0 on is a ContractError.
 *
 * Reference: Garwood (1936), Biometrika 28, 437–442, doi:10.1093/biomet/28.3-4.437. Checked against: R qchisq
 * (test/reference/special-quantiles.json).
 */
export function poissonInterval(x: number, level: number): Limits {
  assertLevel(level);
  if (!(Number.isSafeInteger(x) && x >= 0)) throw new ContractError(`${x} events`);
  const tail = (1 - level) / 2;
  return { lower: x === 0 ? 0 : gammaQuantile(tail, x), upper: gammaUpperQuantile(tail, x + 1) };
}
