import { assertFinite, ContractError } from "./assert.ts";
import { gaussLegendre, type Quadrature } from "./gauss-legendre.ts";
import { linearSolve } from "./linear-solve.ts";
import { normalCdf, normalDensity } from "./normal.ts";
import type { NotEstimable } from "./not-estimable.ts";

/** Nodes for each standard deviation between the limits give 10 digits; a chart takes some at least. */
const nodesPerDeviation = 4;
const leastNodes = 40;

/** The equations of so many nodes take a second. */
const mostNodes = 1000;

const tooWide: NotEstimable = { notEstimable: "limits of more than 250 standard deviations of a step" };

/** Above it the equation for the run length has fewer than 7 digits. */
const longest = 1e9;

const tooLong: NotEstimable = { notEstimable: "a run length beyond 1e9 observations" };

/**
 * Average run length of a one-sided tabular CUSUM of independent normal observations until its first alarm.
 *
 *     C ← max(0, C + z − k), alarm at C > h;   L(c) = 1 + L(0) Φ(k − c − μ) + ∫₀ʰ L(x) φ(x + k − c − μ) dx
 *
 * z has standard deviation 1 and mean μ = `shift`: at 0 the result is the run length to a false alarm, at a shift that
 * matters the mean delay. C starts at 0. The integral equation is solved with Gauss–Legendre quadrature. A two-sided chart
 * of two such CUSUMs has 1/L = 1/L⁺ + 1/L⁻. Not estimable above 1e9, and where the limits are more than 250 standard
 * deviations of a step apart. Numbers that are not finite, k below 0 and h not
 * above 0 are a ContractError.
 *
 * Reference: Vance (1986), Journal of Quality Technology 18, 189–193, doi:10.1080/00224065.1986.11979008. Checked against:
 * R spc::xcusum.arl (test/reference/run-length.json).
 */
export function cusumRunLength({
  k,
  h,
  shift,
}: {
  readonly k: number;
  readonly h: number;
  readonly shift: number;
}): number | NotEstimable {
  assertFinite({ chart: Float64Array.of(k, h, shift) });
  if (!(k >= 0 && h > 0)) throw new ContractError(`a CUSUM with k ${k} and h ${h}`);
  const n = nodesWithin(h);
  if (n > mostNodes) return tooWide;
  const quadrature = gaussLegendre(n, [0, h]);
  // One state at 0, where the chart also goes from below, and one at each node.
  const states = Float64Array.of(0, ...quadrature.node);
  return runLength(
    Array.from(states, (from) => {
      const next = k - from - shift;
      const toNodes = kernelRow(quadrature, (x) => normalDensity(x + next));
      return Float64Array.of(normalCdf(next), ...toNodes);
    }),
    0,
  );
}

/**
 * Average run length of a two-sided EWMA chart of independent normal observations until its first alarm.
 *
 *     E ← λ z + (1 − λ) E, alarm at |E| > c,   c = L √(λ/(2 − λ))
 *     R(e) = 1 + ∫ R(x) φ((x − (1 − λ) e)/λ − μ)/λ dx over [−c, c]
 *
 * z has standard deviation 1 and mean μ = `shift`; E starts at 0; the limits are those of the steady state from the start,
 * `limit` L times the standard deviation of E. Otherwise as `cusumRunLength`. λ not in (0, 1] and L not above 0 are a
 * ContractError.
 *
 * Reference: Crowder (1987), Technometrics 29, 401–407, doi:10.1080/00401706.1987.10488267. Checked against: R
 * spc::xewma.arl (test/reference/run-length.json).
 */
export function ewmaRunLength({
  lambda,
  limit,
  shift,
}: {
  readonly lambda: number;
  readonly limit: number;
  readonly shift: number;
}): number | NotEstimable {
  assertFinite({ chart: Float64Array.of(limit, shift) });
  if (!(lambda > 0 && lambda <= 1 && limit > 0))
    throw new ContractError(`an EWMA with lambda ${lambda} and limit ${limit}`);
  if (lambda === 1) return shewhartRunLength({ limit, shift });
  const reach = limit * Math.sqrt(lambda / (2 - lambda));
  // A step has standard deviation λ.
  const n = nodesWithin((2 * reach) / lambda);
  if (n > mostNodes) return tooWide;
  const quadrature = gaussLegendre(n, [-reach, reach]);
  const states = Float64Array.of(0, ...quadrature.node);
  return runLength(
    Array.from(states, (from) => {
      const toNodes = kernelRow(
        quadrature,
        (x) => normalDensity((x - (1 - lambda) * from) / lambda - shift) / lambda,
      );
      return Float64Array.of(0, ...toNodes);
    }),
    0,
  );
}

/**
 * Average run length of a two-sided Shewhart chart of independent normal observations.
 *
 *     1 / (Φ(−L − μ) + Φ(−L + μ))
 *
 * `limit` L in standard deviations, μ = `shift`. Numbers that are not finite, or a limit not above 0, are a ContractError.
 */
export function shewhartRunLength({
  limit,
  shift,
}: {
  readonly limit: number;
  readonly shift: number;
}): number | NotEstimable {
  assertFinite({ chart: Float64Array.of(limit, shift) });
  if (!(limit > 0)) throw new ContractError(`a Shewhart chart with limit ${limit}`);
  const length = 1 / (normalCdf(-limit - shift) + normalCdf(-limit + shift));
  return length < longest ? length : tooLong;
}

function nodesWithin(deviations: number): number {
  return Math.max(leastNodes, Math.ceil(nodesPerDeviation * deviations));
}

function kernelRow({ node, weight }: Quadrature, density: (x: number) => number): Float64Array {
  return node.map((x, j) => weight[j]! * density(x));
}

/** L = 1 + K L, read at one state. */
function runLength(kernel: readonly Float64Array[], start: number): number | NotEstimable {
  const equations = kernel.map((row, i) => row.map((value, j) => (i === j ? 1 : 0) - value));
  const solved = linearSolve(equations, new Float64Array(kernel.length).fill(1));
  const length = solved?.[start];
  // Where the share of alarms is lost in rounding, the solution may have any sign.
  return length !== undefined && length >= 1 && length < longest ? length : tooLong;
}
