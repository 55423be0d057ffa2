import { ContractError } from "./assert.ts";

const logSqrtTwoPi = 0.9189385332046727;
const inverseSqrtTwoPi = 0.3989422804014327;

/** Density of the standard normal distribution; 0 where it is below the smallest number. NaN is a ContractError. */
export function normalDensity(x: number): number {
  if (Number.isNaN(x)) throw new ContractError("normalDensity of NaN");
  if (Math.abs(x) > 39) return 0;
  // x² in two parts, because half an ulp of an exponent of −700 is 6e-14 of the density.
  const near = Math.trunc(x * 16) / 16;
  const rest = (x - near) * (x + near);
  return inverseSqrtTwoPi * Math.exp(-0.5 * near * near) * Math.exp(-0.5 * rest);
}

/**
 * Distribution function of the standard normal, accurate in relative terms in the lower tail.
 *
 *     |x| < 1:  Φ(x) = ½ + φ(x) · (x + x³/3 + x⁵/(3·5) + x⁷/(3·5·7) + …)
 *     else:     1 − Φ(x) = φ(x) / (x + 1/(x + 2/(x + 3/(x + …))))
 *
 * Ask for the upper tail as normalCdf(−x), never as 1 − normalCdf(x). NaN is a ContractError.
 *
 * Reference: Marsaglia (2004), J Stat Softw 11(4), doi:10.18637/jss.v011.i04 (series); Abramowitz & Stegun
 * (1964), 26.2.14 (continued fraction). Checked against: R pnorm (test/reference/special.json, special-tails.json).
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) throw new ContractError("normalCdf of NaN");
  if (x >= 1) return 1 - normalDensity(x) / millsFraction(x);
  if (x <= -1) return normalDensity(x) / millsFraction(-x);
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + normalDensity(x) * sum;
}

/**
 * log Φ(x), also where Φ(x) is below the smallest number; otherwise as `normalCdf`.
 *
 * Checked against: R pnorm(log.p = TRUE) (test/reference/special-tails.json).
 */
export function normalLogCdf(x: number): number {
  if (x <= -1) return -0.5 * x * x - logSqrtTwoPi - Math.log(millsFraction(-x));
  return x < 1 ? Math.log(normalCdf(x)) : Math.log1p(-normalCdf(-x));
}

/** φ(x) / (1 − Φ(x)) for x from 1 on. */
function millsFraction(x: number): number {
  let fraction = x;
  for (let k = Math.ceil(20 + 400 / x ** 2); k >= 1; k--) fraction = x + k / fraction;
  return fraction;
}

/** Rational approximations of Wichura's PPND16: numerator and denominator, ascending powers. */
const central = {
  above: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  below: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};
const tail = {
  above: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  below: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};
const farTail = {
  above: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  below: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};

/**
 * Quantile of the standard normal distribution, relative accuracy about 1e-16; 0 gives −∞ and 1 gives +∞.
 * Outside [0, 1] is a ContractError.
 *
 * Reference: Wichura (1988), algorithm AS 241, Appl Stat 37, 477–484, doi:10.2307/2347330.
 * Checked against: R qnorm (test/reference/special.json).
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new ContractError(`normalQuantile of ${p}, not between 0 and 1`);
  const fromCentre = p - 0.5;
  if (Math.abs(fromCentre) <= 0.425) return fromCentre * ratio(central, 0.180625 - fromCentre * fromCentre);
  const nearer = fromCentre < 0 ? p : 1 - p;
  if (nearer === 0) return fromCentre < 0 ? -Infinity : Infinity;
  const r = Math.sqrt(-Math.log(nearer));
  const distance = r <= 5 ? ratio(tail, r - 1.6) : ratio(farTail, r - 5);
  return fromCentre < 0 ? -distance : distance;
}

function ratio(of: { above: readonly number[]; below: readonly number[] }, x: number): number {
  return polynomial(of.above, x) / polynomial(of.below, x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}
