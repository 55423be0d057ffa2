import { assertFinite, assertLevel, ContractError } from "./assert.ts";
import { gaussLegendre } from "./gauss-legendre.ts";
import { normalCdf, normalDensity, normalQuantile } from "./normal.ts";

/**
 * Holm's adjusted p values: rejecting those at most α keeps the chance of any false rejection at α, whatever their
 * dependence.
 *
 *     p̃₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1) p₍ⱼ₎)
 *
 * In the order given. A p value that is not between 0 and 1 is a ContractError.
 *
 * Reference: Holm (1979), Scandinavian Journal of Statistics 6, 65–70 (jstor.org/stable/4615733). Checked against: R
 * p.adjust (test/reference/simultaneous.json).
 */
export function holmAdjusted(pValues: Float64Array): Float64Array {
  assertFinite({ pValues });
  pValues.forEach((p, i) => {
    if (!(p >= 0 && p <= 1)) throw new ContractError(`pValues[${i}] is ${p}`);
  });
  const order = Array.from(pValues.keys()).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Float64Array(pValues.length);
  let least = 0;
  order.forEach((row, position) => {
    least = Math.max(least, Math.min(1, (pValues.length - position) * pValues[row]!));
    adjusted[row] = least;
  });
  return adjusted;
}

/** Past it a standard normal has less than 1e-18 of its mass. */
const farOut = 9;
/** So many panels of so many nodes resolve a step .01 wide: a group with 10,000 times fewer errors than the reference. */
const nPanels = 36;
const nNodes = 20;

/**
 * The multiplier of the standard errors that makes two-sided intervals of several groups against one reference hold all
 * together (max-T, Dunnett).
 *
 *     c with P(max |Zᵢ| ≤ c) = level,   Zᵢ = λᵢ U + √(1 − λᵢ²) Eᵢ,   λᵢ = √(v₀/(vᵢ + v₀))
 *     P = ∫ φ(u) ∏ [Φ((c − λᵢ u)/√(1 − λᵢ²)) − Φ((−c − λᵢ u)/√(1 − λᵢ²))] du
 *
 * `variance` vᵢ of each group's own estimate and `reference` v₀ of the one that all are compared with: the differences share
 * its error, so c is below Bonferroni's. Estimates are taken as normal with known variances. Solved by quadrature and
 * bisection. No groups, a variance that is not finite or not above 0, and a level not between 0 and 1 are a ContractError.
 *
 * Reference: Dunnett (1955), JASA 50, 1096–1121, doi:10.1080/01621459.1955.10501294; Hothorn, Bretz & Westfall (2008),
 * Biometrical Journal 50, 346–363, doi:10.1002/bimj.200810425. Checked against: R mvtnorm::pmvnorm
 * (test/reference/simultaneous.json).
 */
export function maxTCritical({
  variance,
  reference,
  level = 0.95,
}: {
  readonly variance: Float64Array;
  readonly reference: number;
  readonly level?: number;
}): number {
  if (variance.length === 0) throw new ContractError("no groups to compare");
  for (const v of [...variance, reference])
    if (!(v > 0 && v < Infinity)) throw new ContractError(`a variance of ${v}`);
  assertLevel(level);
  const share = variance.map((v) => Math.sqrt(1 / (1 + v / reference)));
  const rest = variance.map((v) => Math.sqrt(1 / (1 + reference / v)));
  // Between one comparison and Bonferroni's.
  let low = -normalQuantile((1 - level) / 2);
  let high = -normalQuantile((1 - level) / 2 / variance.length);
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2;
    if (jointCoverage(middle, share, rest) < level) low = middle;
    else high = middle;
  }
  return high;
}

function jointCoverage(c: number, share: Float64Array, rest: Float64Array): number {
  let coverage = 0;
  for (const { node, weight } of panels)
    for (let k = 0; k < node.length; k++) {
      const u = node[k]!;
      let product = normalDensity(u);
      for (let i = 0; i < share.length && product > 0; i++) {
        const [centre, width] = [share[i]! * u, rest[i]!];
        product *= normalCdf((c - centre) / width) - normalCdf((-c - centre) / width);
      }
      coverage += weight[k]! * product;
    }
  // −u gives the same product as u.
  return 2 * coverage;
}

const panels = Array.from({ length: nPanels }, (_, k) => {
  const width = farOut / nPanels;
  return gaussLegendre(nNodes, [k * width, (k + 1) * width]);
});
