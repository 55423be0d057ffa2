import { constrainedProportions, type TwoProportions } from "./score-difference.ts";

/** Nearer to the centre than this the tail's formula is 0/0, and its limit is taken. */
const nearCentre = 1e-3;

/**
 * How far a difference of two proportions lies above δ, as the normal quantile with the same upper tail.
 *
 *     P(D ≥ d) ≈ 1 − Φ(w + log(u/w)/w),   D = X₁/n₁ − X₂/n₂ with the proportions p̃ that are likeliest among p₁ − p₂ = δ
 *     w² = 2 (t d′ − K(t)),   u = 2 n₁ sinh(t/2n₁) √K″(t),   K′(t) = d′ = d − 1/(2n₁)
 *     K(t) = n₁ log(1 − p̃₁ + p̃₁ e^(t/n₁)) + n₂ log(1 − p̃₂ + p̃₂ e^(−t/n₂))
 *
 * The saddle-point tail for steps of 1/n₁: unlike a score statistic it keeps its relative error far out, where the first of
 * many slices is judged, with five events expected too. What is found counts as at least as far, as in an exact test. Counts
 * may be effective ones, which are not whole.
 *
 * Reference: Daniels (1987), International Statistical Review 55, 37–48, doi:10.2307/1403269 (steps); Barndorff-Nielsen
 * (1986), Biometrika 73, 307–322, doi:10.1093/biomet/73.2.307 (w + log(u/w)/w); Lloyd (2008), Australian & New Zealand
 * Journal of Statistics 50, 329–345 (p̃ in place of the unknown proportions). Checked against: the sum over all tables in
 * R (test/reference/slices.json).
 */
export function shareGapScore(counts: TwoProportions, delta: number): number {
  const { x1, n1, x2, n2 } = counts;
  const d = x1 / n1 - x2 / n2;
  const p = constrainedProportions(counts, delta);
  // Nothing varies: the difference is δ itself.
  if (p.every((share) => share === 0 || share === 1)) return d > delta ? Infinity : -Infinity;
  const middle = d - 1 / (2 * n1);
  if (middle <= -1) return -Infinity;
  const tilt = tilted(p, counts);
  const t = rootOf(tilt, middle, Math.min(n1, n2));
  const { shares, logMoment } = tilt(t);
  const parts = [(shares[0] * (1 - shares[0])) / n1, (shares[1] * (1 - shares[1])) / n2] as const;
  const variance = parts[0] + parts[1];
  const w = Math.sign(t) * Math.sqrt(Math.max(0, 2 * (t * middle - logMoment)));
  if (Math.abs(w) < nearCentre) {
    const third = (parts[0] * (1 - 2 * shares[0])) / n1 - (parts[1] * (1 - 2 * shares[1])) / n2;
    return w + third / (6 * variance ** 1.5);
  }
  const u = 2 * n1 * Math.sinh(t / (2 * n1)) * Math.sqrt(variance);
  return w + Math.log(u / w) / w;
}

/** The proportions with e^(tD) as weight, and the logarithm of its mean. */
function tilted([p1, p2]: readonly [number, number], { n1, n2 }: TwoProportions) {
  return (t: number) => {
    const [one, two] = [tiltedShare(p1, t / n1), tiltedShare(p2, -t / n2)];
    const logMoment = n1 * one.logMoment + n2 * two.logMoment;
    return { shares: [one.share, two.share] as const, logMoment };
  };
}

function tiltedShare(p: number, a: number) {
  // log(1 − p + p eᵃ), from the side where the exponential is small.
  const logMoment = a > 0 ? a + Math.log1p((1 - p) * Math.expm1(-a)) : Math.log1p(p * Math.expm1(a));
  return { logMoment, share: p === 0 || p === 1 ? p : 1 / (1 + ((1 - p) / p) * Math.exp(-a)) };
}

function rootOf(tilt: ReturnType<typeof tilted>, d: number, scale: number): number {
  const at = (t: number) => {
    const { shares } = tilt(t);
    return shares[0] - shares[1];
  };
  const side = at(0) < d ? 1 : -1;
  let far = side * scale;
  while (side * (d - at(far)) > 0 && Math.abs(far) < 700 * scale) far *= 2;
  let [low, high] = side > 0 ? [0, far] : [far, 0];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (at(middle) < d) low = middle;
    else high = middle;
  }
}
