import { assertLevel, ContractError } from "./assert.ts";
import { exactMarginTest } from "./exact-margin-test.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import type { Limits } from "./proportion.ts";
import { scoreLimits, scoreStatistic, type TwoProportions } from "./score-difference.ts";
import { studentHalfWidth, studentTwoTails } from "./student-t.ts";

/** Whether a difference is beyond a margin, or within it: two tests, whose errors are the two ways to be wrong. */
export interface MarginTest {
  readonly difference: number;
  readonly margin: number;
  /** p value against H₀: |difference| ≤ margin. */
  readonly beyond: () => number;
  /** p value against H₀: |difference| ≥ margin. */
  readonly within: () => number;
  readonly limitsAt: (level: number) => Limits;
}

/** With so many in every cell the score test's p value is the exact one to 3 %, and exact sums take seconds. */
const manyInEachCell = 10_000;

/**
 * Two counts with Miettinen and Nurminen's interval and the exact tests, or, where each cell has 10,000 or more, the score
 * tests. Errors as in `exactMarginTest`.
 */
export function countsMarginTest(counts: TwoProportions, margin: number): MarginTest {
  const { x1, n1, x2, n2 } = counts;
  if (Math.min(x1, n1 - x1, x2, n2 - x2) >= manyInEachCell) return scoreMarginTest(counts, margin);
  return {
    ...exactMarginTest(counts, margin),
    difference: x1 / n1 - x2 / n2,
    margin,
    limitsAt: (level) => scoreLimits(counts, halfWidth(level, Infinity)),
  };
}

/**
 * The same two questions by Miettinen and Nurminen's statistic, for counts that are effective ones.
 *
 *     beyond  P(T ≥ (|d| − m)/√V(±m)) + P(T ≥ (|d| + m)/√V(∓m)),   the signs that of d and the other
 *     within  the larger of P(T ≤ (d − m)/√V(m)) and P(T ≤ (−d − m)/√V(−m))
 *
 * T is Student's with `degreesOfFreedom`, normal where they are infinite. 1 where the difference found answers already:
 * `beyond` within the margin, `within` beyond it. Sizes below 1, shares outside [0, 1] and a margin not from 0 to below 1
 * are a ContractError.
 *
 * Reference: Hodges & Lehmann (1954), JRSS B 16, 261–268; Miettinen & Nurminen (1985), Statistics in Medicine 4, 213–226,
 * doi:10.1002/sim.4780040211; for effective counts Rao & Scott (1992), Biometrics 48, 577–585, doi:10.2307/2532311.
 */
export function scoreMarginTest(
  counts: TwoProportions,
  margin: number,
  degreesOfFreedom = Infinity,
): MarginTest {
  const { x1, n1, x2, n2 } = counts;
  for (const [x, n] of [
    [x1, n1],
    [x2, n2],
  ] as const)
    if (!(n >= 1 && n < Infinity && x >= 0 && x <= n)) throw new ContractError(`${x} of ${n} is no share`);
  if (!(margin >= 0 && margin < 1)) throw new ContractError(`a margin of ${margin}`);
  return {
    difference: x1 / n1 - x2 / n2,
    margin,
    ...bothTests(x1 / n1 - x2 / n2, margin, (delta) => scoreStatistic(counts, delta), degreesOfFreedom),
    limitsAt: (level) => scoreLimits(counts, halfWidth(level, degreesOfFreedom)),
  };
}

/**
 * The same two questions for a difference with a standard error, such as one of mean errors or of weighted shares.
 *
 *     as `scoreMarginTest`, with the standard error in place of √V; interval d ± t SE
 *
 * A difference that is not finite, a standard error that is not above 0, and a margin not from 0 are a ContractError.
 *
 * Reference: Hodges & Lehmann (1954), JRSS B 16, 261–268; Schuirmann (1987), J Pharmacokinet Biopharm 15, 657–680,
 * doi:10.1007/BF01068419 (within).
 */
export function normalMarginTest(
  { difference, stdError }: { readonly difference: number; readonly stdError: number },
  margin: number,
  degreesOfFreedom = Infinity,
): MarginTest {
  if (!Number.isFinite(difference)) throw new ContractError(`a difference of ${difference}`);
  if (!(stdError > 0 && stdError < Infinity)) throw new ContractError(`a standard error of ${stdError}`);
  if (!(margin >= 0 && margin < Infinity)) throw new ContractError(`a margin of ${margin}`);
  const statistic = (delta: number) => (difference - delta) / stdError;
  return {
    difference,
    margin,
    ...bothTests(difference, margin, statistic, degreesOfFreedom),
    limitsAt: (level) => {
      const half = halfWidth(level, degreesOfFreedom) * stdError;
      return { lower: difference - half, upper: difference + half };
    },
  };
}

function bothTests(
  difference: number,
  margin: number,
  statistic: (delta: number) => number,
  degreesOfFreedom: number,
): Pick<MarginTest, "beyond" | "within"> {
  const above = (t: number) => upperTail(t, degreesOfFreedom);
  const [fromUpper, fromLower] = [statistic(margin), statistic(-margin)];
  const isBeyond = Math.abs(difference) > margin;
  const [near, far] = difference > 0 ? [fromUpper, fromLower] : [-fromLower, -fromUpper];
  return {
    beyond: () => (isBeyond ? Math.min(1, above(near) + above(far)) : 1),
    within: () => (isBeyond || margin === 0 ? 1 : Math.max(above(-fromUpper), above(fromLower))),
  };
}

function upperTail(t: number, degreesOfFreedom: number): number {
  if (degreesOfFreedom === Infinity) return normalCdf(-t);
  const outside = studentTwoTails(t, degreesOfFreedom) / 2;
  return t >= 0 ? outside : 1 - outside;
}

function halfWidth(level: number, degreesOfFreedom: number): number {
  assertLevel(level);
  return degreesOfFreedom === Infinity
    ? -normalQuantile((1 - level) / 2)
    : studentHalfWidth(level, degreesOfFreedom);
}
