import { normalCdf, normalQuantile } from "./normal.ts";
import type { Limits } from "./proportion.ts";
import type { TwoProportions } from "./score-difference.ts";
import { shareGapScore } from "./share-gap-score.ts";
import { studentHalfWidth, studentTwoTails } from "./student-t.ts";

/** Where a gap lies among the gaps that would be as likely, on the scale of a standard normal variate. */
export interface GapScale {
  /** Normal score of a one-sided test against a gap of at most δ. */
  readonly scoreAbove: (delta: number) => number;
  /** The gaps with a score of `critical` from either side. */
  readonly limitsAt: (critical: number) => Limits;
}

/** Of two shares by their counts, which may be effective ones; degrees of freedom are infinite where rows are independent. */
export function shareScale(counts: TwoProportions, degreesOfFreedom: number): GapScale {
  const { x1, n1, x2, n2 } = counts;
  const turned = { x1: n1 - x1, n1, x2: n2 - x2, n2 };
  const gap = x1 / n1 - x2 / n2;
  const score = (of: TwoProportions, delta: number) =>
    normalScoreOf(shareGapScore(of, delta), degreesOfFreedom);
  return {
    scoreAbove: (delta) => score(counts, delta),
    limitsAt: (critical) => ({
      lower: leastWith((delta) => score(counts, delta) < critical, gap),
      upper: -leastWith((delta) => score(turned, delta) < critical, -gap),
    }),
  };
}

/** Of two means by Student's t. */
export function meanScale(
  { gap, stdError }: { readonly gap: number; readonly stdError: number },
  degreesOfFreedom: number,
): GapScale {
  return {
    scoreAbove: (delta) => normalScoreOf((gap - delta) / stdError, degreesOfFreedom),
    limitsAt: (critical) => {
      const half = studentHalfWidth(1 - 2 * normalCdf(-critical), degreesOfFreedom) * stdError;
      return { lower: gap - half, upper: gap + half };
    },
  };
}

/** A gap of means that does not vary: nothing is known of it. */
export const unknownScale: GapScale = {
  scoreAbove: () => -Infinity,
  limitsAt: () => ({ lower: -Infinity, upper: Infinity }),
};

/** The least difference from −1 on from which `isInside` holds, which it does at `gap`. */
function leastWith(isInside: (delta: number) => boolean, gap: number): number {
  if (isInside(-1)) return -1;
  let [outside, inside] = [-1, gap];
  for (;;) {
    const middle = (outside + inside) / 2;
    if (middle === outside || middle === inside) return inside;
    if (isInside(middle)) inside = middle;
    else outside = middle;
  }
}

/** The normal quantile with the upper tail that Student's t has beyond `t`. */
function normalScoreOf(t: number, degreesOfFreedom: number): number {
  if (degreesOfFreedom === Infinity || !Number.isFinite(t)) return t;
  const tail = Math.max(Number.MIN_VALUE, studentTwoTails(t, degreesOfFreedom) / 2);
  return -Math.sign(t) * normalQuantile(tail);
}
