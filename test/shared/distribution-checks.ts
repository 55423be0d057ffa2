import { betaQuantile, betaUpperTail, incompleteBeta } from "../../src/stats/beta.ts";
import { chiSquareUpperTail } from "../../src/stats/chi-square.ts";
import { lowerIncompleteGamma, upperIncompleteGamma } from "../../src/stats/gamma.ts";
import { gammaQuantile, poissonInterval } from "../../src/stats/gamma-quantile.ts";
import { logGamma } from "../../src/stats/log-gamma.ts";
import { normalCdf, normalQuantile } from "../../src/stats/normal.ts";
import { studentQuantile, studentTwoTails } from "../../src/stats/student-t.ts";
import { assertClose } from "../reference/reference.ts";
import type { Check, Checks } from "./checks.ts";

/** A distribution of so many arguments, named as the case names its columns, within 1e-13. */
const distribution =
  (columns: readonly string[], ours: (...values: [number, number, number]) => number, absolute = 0): Check =>
  ({ input, expected }) => {
    const values = input![columns[0]!]!.map((_, i) => columns.map((name) => input![name]![i]!));
    assertClose(
      values.map((row) => ours(...(row as [number, number, number]))),
      expected,
      { relative: 1e-13, absolute },
    );
  };

const poisson: Check = ({ input, expected }) => {
  const limits = input!.x!.map((x) => poissonInterval(x, 0.95));
  assertClose([limits.map(({ lower }) => lower), limits.map(({ upper }) => upper)].flat(), expected, {
    relative: 1e-12,
  });
};

const upperTailOfT = (x: number, k: number) => studentTwoTails(x, k) / 2;

const covered: Checks["covered"] = [
  [/^special\.qnorm$/, distribution(["p"], normalQuantile)],
  [/^special\.pnorm_upper$/, distribution(["x"], (x) => normalCdf(-x))],
  [/^special\.pchisq_upper$/, distribution(["x", "k"], chiSquareUpperTail)],
  [/^special\.pgamma_upper$/, distribution(["a", "x"], upperIncompleteGamma)],
  [/^special\.qgamma$/, distribution(["p", "a"], gammaQuantile)],
  [/^special\.qchisq$/, distribution(["p", "k"], (p, k) => 2 * gammaQuantile(p, k / 2))],
  [/^special\.qbeta$/, distribution(["p", "a", "b"], betaQuantile)],
  [/^special\.pbeta$/, distribution(["x", "a", "b"], incompleteBeta)],
  [/^special\.pbinom$/, distribution(["p", "q", "n"], (p, q, n) => betaUpperTail(p, q + 1, n - q))],
  [/^special\.pt_upper$/, distribution(["x", "k"], upperTailOfT)],
  [/^special\.qt$/, distribution(["p", "k"], studentQuantile)],
  [/^special\.lgamma$/, distribution(["x"], logGamma, 1e-15)],
  [/^special\.ppois_upper$/, distribution(["q", "l"], (q, l) => lowerIncompleteGamma(q + 1, l))],
  [/^special\.poisson_ci$/, poisson],
];

export const distributionChecks: Checks = { covered, exceptions: {} };
