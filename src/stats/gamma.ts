import { ContractError } from "./assert.ts";
import { expOfSum, logFall, stirlingError } from "./saddle-point.ts";

const maxTerms = 100_000;

/** ζ(k) − 1 for k = 2, 3, … */
const zetaLessOne = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 9.945751278180853e-4,
  4.941886041194645e-4, 2.460865533080483e-4, 1.2271334757848915e-4, 6.124813505870483e-5,
  3.058823630702049e-5, 1.528225940865187e-5, 7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6,
];
const oneLessEuler = 0.42278433509846713;

/**
 * Regularised upper incomplete gamma function Q(a, x): the upper tail of a gamma variable of shape a.
 *
 *     Q(a, x) = x^a e^{−x} / Γ(a) · 1/(x + 1 − a − 1·(1 − a)/(x + 3 − a − 2·(2 − a)/(x + 5 − a − …)))
 *
 * for x from max(a, ½) on, else 1 − x^a e^{−x} / Γ(a + 1) · (1 + x/(a + 1) + x²/((a + 1)(a + 2)) + …), where Q is no
 * small tail unless a is small: below a = ¼
 *
 *     Q(a, x) = 1 − e^g − a e^g (−x/(a + 1) + x²/(2! (a + 2)) − …),   g = a log x − log Γ(a + 1)
 *
 * with 1 − e^g by expm1. The leading factor of the others is Loader's saddle-point form. A shape that is not above 0,
 * or x below 0, is a ContractError.
 *
 * Reference: Abramowitz & Stegun (1964), 6.1.33, 6.5.29 and 6.5.31; Lentz (1976), Appl Opt 15, 668–671,
 * doi:10.1364/AO.15.000668; Loader (2000), Fast and Accurate Computation of Binomial Probabilities.
 * Checked against: R pgamma(lower.tail = FALSE) (test/reference/special-tails.json).
 */
export function upperIncompleteGamma(a: number, x: number): number {
  assertGamma(a, x);
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  if (a < 0.25 && x < 0.5) return smallShape(a, x);
  const height = heightAt(a, x);
  if (height === 0) return x < a ? 1 : 0;
  return x < Math.max(a, 0.5) ? 1 - height * series(a, x) : height * a * fraction(a, x);
}

/** P(a, x) = 1 − Q(a, x) with its relative accuracy where it is small; otherwise as `upperIncompleteGamma`. */
export function lowerIncompleteGamma(a: number, x: number): number {
  assertGamma(a, x);
  if (x === 0) return 0;
  if (x >= Math.max(a, 0.5)) return 1 - upperIncompleteGamma(a, x);
  return heightAt(a, x) * series(a, x);
}

function assertGamma(a: number, x: number): void {
  if (!(a > 0 && a < Infinity)) throw new ContractError(`gamma shape ${a} is not positive`);
  if (!(x >= 0)) throw new ContractError(`incomplete gamma function of ${x}`);
}

/** x^a e^{−x} / Γ(a + 1). */
export function heightAt(a: number, x: number): number {
  return expOfSum([...logFall(a, x, x - a), -stirlingError(a)]) / Math.sqrt(2 * Math.PI * a);
}

function smallShape(a: number, x: number): number {
  const g = a * Math.log(x) - logGammaOnePlus(a);
  let power = 1;
  let sum = 0;
  for (let k = 1; k <= 20; k++) {
    power *= -x / k;
    sum += power / (a + k);
  }
  return -Math.expm1(g) - a * Math.exp(g) * sum;
}

/** log Γ(1 + a) for a from 0 to ¼: −log(1 + a) + (1 − γ) a + Σ (ζ(k) − 1) (−a)^k / k. */
function logGammaOnePlus(a: number): number {
  let power = -a;
  let sum = 0;
  for (let i = 0; i < zetaLessOne.length; i++) {
    power *= -a;
    sum += (zetaLessOne[i]! * power) / (i + 2);
  }
  return -Math.log1p(a) + oneLessEuler * a + sum;
}

function series(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k <= maxTerms; k++) {
    term *= x / (a + k);
    const next = sum + term;
    if (next === sum) return sum;
    sum = next;
  }
  throw new ContractError(`upperIncompleteGamma(${a}, ${x}) did not settle within ${maxTerms} terms`);
}

/** Lentz's method. */
function fraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k <= maxTerms; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < 2.3e-16) return value;
  }
  throw new ContractError(`upperIncompleteGamma(${a}, ${x}) did not settle within ${maxTerms} terms`);
}
