import { ContractError } from "./assert.ts";
import { expOfSum, logFall, stirlingError } from "./saddle-point.ts";

const maxTerms = 100_000;

/**
 * Regularised upper incomplete gamma function Q(a, x): the upper tail of a gamma variable of shape a.
 *
 *     Q(a, x) = x^a e^{−x} / Γ(a) · 1/(x + 1 − a − 1·(1 − a)/(x + 3 − a − 2·(2 − a)/(x + 5 − a − …)))
 *
 * for x from max(a, ½) on, else 1 − x^a e^{−x} / Γ(a + 1) · (1 + x/(a + 1) + x²/((a + 1)(a + 2)) + …), where Q is no
 * small tail unless a is small: relative accuracy falls as a does below ¼. The leading factor is Loader's saddle-point
 * form. A shape that is not above 0, or x below 0, is a ContractError.
 *
 * Reference: Abramowitz & Stegun (1964), 6.5.29 and 6.5.31; Lentz (1976), Appl Opt 15, 668–671,
 * doi:10.1364/AO.15.000668; Loader (2000), Fast and Accurate Computation of Binomial Probabilities.
 * Checked against: R pgamma(lower.tail = FALSE) (test/reference/special-tails.json).
 */
export function upperIncompleteGamma(a: number, x: number): number {
  if (!(a > 0 && a < Infinity)) throw new ContractError(`gamma shape ${a} is not positive`);
  if (!(x >= 0)) throw new ContractError(`upperIncompleteGamma of ${x}`);
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  const height = expOfSum([...logFall(a, x, x - a), -stirlingError(a)]) / Math.sqrt(2 * Math.PI * a);
  if (height === 0) return x < a ? 1 : 0;
  return x < Math.max(a, 0.5) ? 1 - height * series(a, x) : height * a * fraction(a, x);
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
