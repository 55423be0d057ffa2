import { ContractError } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { type PooledSteps, pooledSteps } from "./two-samples.ts";

export interface KolmogorovSmirnov {
  /** Largest distance between the two distribution functions. */
  readonly statistic: number;
  readonly pValue: number;
  readonly method: "exact" | "asymptotic";
}

/** Up to so many pairs the exact p value is counted in a fraction of a second. */
const mostPairsExact = 1e6;

/**
 * Two-sample Kolmogorov–Smirnov test, two-sided.
 *
 *     D = max |F(x) − G(x)|,   asymptotic p = 2 Σₖ (−1)ᵏ⁻¹ exp(−2 k² λ²),   λ = D √(n₁n₂/(n₁ + n₂))
 *
 * Exact: the share of all orders of the pooled values, ties kept where they are, whose distance is at least D; counted
 * along the lattice from (0, 0) to (n₁, n₂) without subtraction, so that small p values keep their digits. The exact
 * method is taken up to 1,000,000 pairs unless one is asked for. The asymptotic p value is too large where values tie.
 * Not estimable where either sample is empty. A value that is not finite is a ContractError.
 *
 * Reference: Schröer & Trenkler (1995), Computational Statistics & Data Analysis 20, 185–202,
 * doi:10.1016/0167-9473(94)00040-P; Smirnov (1948), Annals of Mathematical Statistics 19, 279–281,
 * doi:10.1214/aoms/1177730256. Checked against: R ks.test (test/reference/kolmogorov-smirnov.json).
 */
export function kolmogorovSmirnov(
  first: Float64Array,
  second: Float64Array,
  options: { readonly method?: "exact" | "asymptotic" } = {},
): KolmogorovSmirnov | NotEstimable {
  const steps = pooledSteps(first, second);
  const [m, n] = [first.length, second.length];
  if (m === 0 || n === 0) return { notEstimable: "no values" };
  const { method = m * n <= mostPairsExact ? "exact" : "asymptotic" } = options;
  if (method !== "exact" && method !== "asymptotic") throw new ContractError(`method ${method}`);
  // Distances times mn are whole numbers, and compare exactly.
  const distance = steps.first.reduce(
    (most, i, k) => Math.max(most, Math.abs(i * n - steps.second[k]! * m)),
    0,
  );
  const statistic = distance / (m * n);
  const pValue =
    method === "exact"
      ? exactUpperTail(steps, distance)
      : limitUpperTail(statistic * Math.sqrt((m * n) / (m + n)));
  return { statistic, pValue, method };
}

/**
 * Share of the orders that reach the distance. Of the paths to (i, j), i/(i + j) come from (i − 1, j); one that ends a
 * run of tied values at a distance of at least D has reached it, wherever it came from.
 */
function exactUpperTail({ first, second }: PooledSteps, distance: number): number {
  const m = first.at(-1)!;
  const n = second.at(-1)!;
  const endsRun = new Uint8Array(m + n + 1);
  first.forEach((i, k) => {
    endsRun[i + second[k]!] = 1;
  });
  const hasReached = (i: number, j: number) => endsRun[i + j] === 1 && Math.abs(i * n - j * m) >= distance;
  const reached = new Float64Array(n + 1);
  if (distance === 0) return 1;
  for (let i = 0; i <= m; i++)
    for (let j = 0; j <= n; j++) {
      if (hasReached(i, j)) reached[j] = 1;
      else {
        const above = i > 0 ? i * reached[j]! : 0;
        const left = j > 0 ? j * reached[j - 1]! : 0;
        reached[j] = i + j > 0 ? (above + left) / (i + j) : 0;
      }
    }
  return reached[n]!;
}

/** 1 − K(λ): the alternating series from λ = 1 on, the theta series' complement below it. */
function limitUpperTail(lambda: number): number {
  if (lambda < 1) {
    if (lambda === 0) return 1;
    let total = 0;
    for (let k = 1; k < 40; k += 2) total += Math.exp(-((k * Math.PI) ** 2) / (8 * lambda * lambda));
    return 1 - (Math.sqrt(2 * Math.PI) / lambda) * total;
  }
  let total = 0;
  for (let k = 1; k < 40; k++) total += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * lambda) ** 2);
  return total;
}
