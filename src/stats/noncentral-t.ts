import { ContractError } from "./assert.ts";
import { gaussLegendre } from "./gauss-legendre.ts";
import { logGamma } from "./log-gamma.ts";
import { normalCdf } from "./normal.ts";

/** Past so many of its standard deviations the root of a mean square has less than 1e-18 of its mass. */
const farOut = 10;
const nPanels = 12;
const nNodes = 16;

/**
 * Quantile of the noncentral t distribution: the t with P((Z + δ)/S ≤ t) = p, Z standard normal, ν S² chi-square with ν degrees
 * of freedom.
 *
 *     P(T ≤ t) = ∫ Φ(t s − δ) f(s) ds,   f(s) = 2 (ν/2)^(ν/2) s^(ν − 1) e^(−ν s²/2)/Γ(ν/2)
 *
 * Solved by quadrature and bisection. A p not between 0 and 1, degrees of freedom under 1 and a noncentrality that is not finite
 * are a ContractError.
 *
 * Reference: Johnson, Kotz & Balakrishnan (1995), Continuous Univariate Distributions 2, 2nd ed., chapter 31, ISBN
 * 978-0-471-58494-0. Checked against: the integral in R (test/reference/extracted-values.json).
 */
export function noncentralTQuantile(p: number, degreesOfFreedom: number, noncentrality: number): number {
  if (!(p > 0 && p < 1)) throw new ContractError(`quantile ${p} of the noncentral t`);
  if (!(degreesOfFreedom >= 1 && degreesOfFreedom < Infinity && Number.isFinite(noncentrality)))
    throw new ContractError(`noncentral t with ${degreesOfFreedom} degrees of freedom, ${noncentrality}`);
  const points = rootMeanSquare(degreesOfFreedom);
  const below = (t: number) =>
    points.reduce((sum, { s, mass }) => sum + mass * normalCdf(t * s - noncentrality), 0);
  let step = 1 + Math.abs(noncentrality);
  while (below(noncentrality - step) > p || below(noncentrality + step) < p) step *= 2;
  let [low, high] = [noncentrality - step, noncentrality + step];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high || high - low < 1e-13 * step) return middle;
    if (below(middle) < p) low = middle;
    else high = middle;
  }
}

/** Values of S with the mass that each stands for. */
function rootMeanSquare(nu: number): { readonly s: number; readonly mass: number }[] {
  // Its standard deviation is under 1/√(2ν), and it has as much mass as a normal one beyond it, or less above.
  const spread = farOut / Math.sqrt(2 * nu);
  const range = [Math.max(0, 1 - spread), 1 + spread] as const;
  const width = (range[1] - range[0]) / nPanels;
  const constant = Math.LN2 + (nu / 2) * Math.log(nu / 2) - logGamma(nu / 2);
  return Array.from({ length: nPanels }, (_, k) =>
    gaussLegendre(nNodes, [range[0] + k * width, range[0] + (k + 1) * width]),
  ).flatMap(({ node, weight }) =>
    Array.from(node, (s, i) => ({
      s,
      mass: weight[i]! * Math.exp(constant + (nu - 1) * Math.log(s) - (nu * s * s) / 2),
    })),
  );
}
