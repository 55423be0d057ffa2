import type { Limits } from "./proportion.ts";

/** x of n in each of two independent groups. */
export interface TwoProportions {
  readonly x1: number;
  readonly n1: number;
  readonly x2: number;
  readonly n2: number;
}

/**
 * Variance of p̂₁ − p̂₂ where the true difference is δ.
 *
 *     V(δ) = (p̃₁(1 − p̃₁)/n₁ + p̃₂(1 − p̃₂)/n₂) N/(N − 1),   N = n₁ + n₂
 *
 * p̃ maximise the likelihood among those with p̃₁ − p̃₂ = δ. Counts may be effective ones, which are not whole.
 */
export function scoreVariance(counts: TwoProportions, delta: number): number {
  const { n1, n2 } = counts;
  const [p1, p2] = constrainedProportions(counts, delta);
  const n = n1 + n2;
  return ((p1 * (1 - p1)) / n1 + (p2 * (1 - p2)) / n2) * (n / (n - 1));
}

/** (d − δ)/√V(δ); 0 where neither the difference nor its variance differs from nothing. */
export function scoreStatistic(counts: TwoProportions, delta: number): number {
  const away = counts.x1 / counts.n1 - counts.x2 / counts.n2 - delta;
  const variance = scoreVariance(counts, delta);
  if (variance > 0) return away / Math.sqrt(variance);
  return Math.abs(away) < 1e-12 ? 0 : away * Infinity;
}

/** The δ with (d − δ)² ≤ z² V(δ), found by bisection to rounding. */
export function scoreLimits(counts: TwoProportions, z: number): Limits {
  const difference = counts.x1 / counts.n1 - counts.x2 / counts.n2;
  const isInside = (delta: number) => (difference - delta) ** 2 <= z * z * scoreVariance(counts, delta);
  return { lower: edge(difference, -1, isInside), upper: edge(difference, 1, isInside) };
}

/** The last δ from `inside` towards `end` that is inside; end itself where it is. */
function edge(inside: number, end: number, isInside: (delta: number) => boolean): number {
  if (isInside(end)) return end;
  let [near, far] = [inside, end];
  for (;;) {
    const middle = (near + far) / 2;
    if (middle === near || middle === far) return near;
    if (isInside(middle)) near = middle;
    else far = middle;
  }
}

/** The proportions of largest likelihood with p₁ − p₂ = δ: the root of a cubic in p₂, in Farrington and Manning's form. */
export function constrainedProportions(
  { x1, n1, x2, n2 }: TwoProportions,
  delta: number,
): readonly [p1: number, p2: number] {
  const a = n1 + n2;
  const b = (n1 + 2 * n2) * delta - a - (x1 + x2);
  const c = (n2 * delta - a - 2 * x2) * delta + x1 + x2;
  const d = x2 * delta * (1 - delta);
  const shift = b / (3 * a);
  const v = shift * shift * shift - (b * c) / (6 * a * a) + d / (2 * a);
  const size = Math.sqrt(Math.max(0, shift * shift - c / (3 * a)));
  const u = v >= 0 ? size : -size;
  const ratio = u === 0 ? 0 : Math.min(1, Math.max(-1, v / (u * u * u)));
  const w = (Math.PI + Math.acos(ratio)) / 3;
  const p2 = Math.min(1, Math.max(0, Math.max(-delta, 2 * u * Math.cos(w) - shift)));
  return [Math.min(1, Math.max(0, p2 + delta)), p2];
}
