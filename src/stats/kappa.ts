import { assertLevel, assertWord, ContractError } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { clopperPearson } from "./proportion.ts";
import { waldInterval } from "./wald-interval.ts";

/** What a disagreement costs: all the same, by its distance, or by the square of its distance in categories. */
export type KappaWeights = "unweighted" | "linear" | "quadratic";

export interface CohenKappa {
  readonly kappa: number;
  readonly stdError: number;
  /** Under independence of the raters: for a test of no agreement beyond chance, not for an interval. */
  readonly nullStdError: number;
  readonly lower: number;
  readonly upper: number;
  /** `bound`: nobody disagrees, and the lower limit is that of the share that agrees. */
  readonly kind: "pointwise" | "bound";
  /** Weighted agreement, and that of independent raters with the same margins. */
  readonly observed: number;
  readonly expected: number;
}

/**
 * Cohen's kappa: agreement of two raters beyond chance.
 *
 *     κ = (pₒ − pₑ)/(1 − pₑ),   pₒ = Σ wᵢⱼ pᵢⱼ,   pₑ = Σ wᵢⱼ pᵢ. p.ⱼ
 *     unweighted wᵢⱼ = 1{i = j},   linear 1 − |i − j|/(k − 1),   quadratic 1 − ((i − j)/(k − 1))²
 *
 * `table` holds counts, first rater by row; categories in their order. The standard error is Fleiss, Cohen and
 * Everitt's for κ ≠ 0, the interval Wald's, cut to 1 above. Where nobody disagrees that error is 0 and tells nothing: the
 * lower limit is then (l − pₑ)/(1 − pₑ), l the Clopper–Pearson limit of the share that agrees. Not estimable: nobody,
 * or both raters use one category only. A table that is not square, of fewer than two categories, or with anything but
 * counts is a ContractError.
 *
 * Reference: Fleiss, Cohen & Everitt (1969), Psychological Bulletin 72, 323–327, doi:10.1037/h0028106. Checked against:
 * the formula in R (test/reference/kappa.json).
 */
export function cohenKappa(
  table: readonly (readonly number[])[],
  { weights = "unweighted", level = 0.95 }: { readonly weights?: KappaWeights; readonly level?: number } = {},
): CohenKappa | NotEstimable {
  assertLevel(level);
  assertWord("weights", weights, ["unweighted", "linear", "quadratic"]);
  const n = assertTable(table);
  if (n === 0) return { notEstimable: "no ratings" };
  const k = table.length;
  const weight = (i: number, j: number) =>
    weights === "unweighted"
      ? Number(i === j)
      : 1 - (Math.abs(i - j) / (k - 1)) ** (weights === "linear" ? 1 : 2);
  const share = table.map((row) => row.map((count) => count / n));
  const rows = share.map((row) => row.reduce((sum, p) => sum + p, 0));
  const columns = rows.map((_, j) => share.reduce((sum, row) => sum + row[j]!, 0));
  // Mean weight of a category of the one rater against the margins of the other.
  const ofRow = rows.map((_, i) => columns.reduce((sum, p, j) => sum + weight(i, j) * p, 0));
  const ofColumn = columns.map((_, j) => rows.reduce((sum, p, i) => sum + weight(i, j) * p, 0));
  const cells = share.flatMap((row, i) => row.map((p, j) => ({ p, i, j, w: weight(i, j) })));
  const observed = cells.reduce((sum, { p, w }) => sum + p * w, 0);
  const expected = cells.reduce((sum, { i, j, w }) => sum + rows[i]! * columns[j]! * w, 0);
  const agreeing = table.reduce((sum, row, i) => sum + row[i]!, 0);
  const isOneCategory = rows.some((p, i) => p === 1 && columns[i] === 1);
  if (isOneCategory) return { notEstimable: "both raters use one category only" };
  const independent = cells.reduce(
    (sum, { i, j, w }) => sum + rows[i]! * columns[j]! * (w - (ofRow[i]! + ofColumn[j]!)) ** 2,
    0,
  );
  const nullStdError = Math.sqrt(Math.max(0, independent - expected ** 2) / n) / (1 - expected);
  if (agreeing === n) {
    const { lower } = clopperPearson(n, n, level);
    const bound = (lower - expected) / (1 - expected);
    return { kappa: 1, stdError: 0, nullStdError, lower: bound, upper: 1, kind: "bound", observed, expected };
  }
  const kappa = (observed - expected) / (1 - expected);
  const squares = cells.reduce(
    (sum, { p, i, j, w }) => sum + p * (w - (1 - kappa) * (ofRow[i]! + ofColumn[j]!)) ** 2,
    0,
  );
  const variance = (squares - (kappa - expected * (1 - kappa)) ** 2) / ((1 - expected) ** 2 * n);
  const stdError = Math.sqrt(Math.max(0, variance));
  const interval = waldInterval({ estimate: kappa, stdError, level, range: [-Infinity, 1] });
  return { kappa, stdError, nullStdError, ...interval, kind: "pointwise", observed, expected };
}

function assertTable(table: readonly (readonly number[])[]): number {
  const k = table.length;
  if (k < 2 || table.some((row) => row.length !== k))
    throw new ContractError(`a table of ${k} rows is not square with two categories or more`);
  const counts = table.flat();
  const fault = counts.find((count) => !(Number.isInteger(count) && count >= 0));
  if (fault !== undefined) throw new ContractError(`${fault} is not a count`);
  return counts.reduce((sum, count) => sum + count, 0);
}

export interface FleissKappa {
  readonly kappa: number;
  /** Under independence: for a test of no agreement, not for an interval. */
  readonly nullStdError: number;
  readonly observed: number;
  readonly expected: number;
}

/**
 * Fleiss' kappa: agreement of several ratings of each unit beyond chance, the raters not told apart.
 *
 *     κ = (P̄ − Pₑ)/(1 − Pₑ),   P̄ the mean share of agreeing pairs of ratings,   Pₑ = Σ pⱼ²
 *
 * `counts` holds, for each unit, how many of its ratings fell into each category; every unit has the same number of
 * ratings, two or more: anything else is a ContractError. Not estimable: no units, or one category only.
 *
 * Reference: Fleiss (1971), Psychological Bulletin 76, 378–382, doi:10.1037/h0031619; standard error Fleiss, Nee & Landis
 * (1979), Psychological Bulletin 86, 974–977, doi:10.1037/0033-2909.86.5.974. Checked against: the formula in R
 * (test/reference/kappa.json).
 */
export function fleissKappa(counts: readonly (readonly number[])[]): FleissKappa | NotEstimable {
  if (counts.length === 0) return { notEstimable: "no units" };
  const total = (row: readonly number[]) => row.reduce((sum, count) => sum + count, 0);
  const nRatings = total(counts[0]!);
  const nCategories = counts[0]!.length;
  if (!(Number.isInteger(nRatings) && nRatings >= 2))
    throw new ContractError(`${nRatings} ratings of a unit`);
  for (const row of counts) {
    if (row.length !== nCategories || total(row) !== nRatings)
      throw new ContractError("units differ in their number of ratings or categories");
    if (row.some((count) => !(Number.isInteger(count) && count >= 0)))
      throw new ContractError("a number of ratings is not a count");
  }
  const nUnits = counts.length;
  const share = counts[0]!.map((_, j) => counts.reduce((sum, row) => sum + row[j]!, 0) / (nUnits * nRatings));
  const pairs = nRatings * (nRatings - 1);
  const observed =
    counts.reduce((sum, row) => sum + row.reduce((own, x) => own + x * (x - 1), 0) / pairs, 0) / nUnits;
  const expected = share.reduce((sum, p) => sum + p * p, 0);
  if (share.some((p) => p === 1)) return { notEstimable: "all ratings are in one category" };
  const spread = share.reduce((sum, p) => sum + p * (1 - p), 0);
  const skew = share.reduce((sum, p) => sum + p * (1 - p) * (1 - 2 * p), 0);
  const nullStdError = Math.sqrt((2 * (spread ** 2 - skew)) / (nUnits * pairs)) / spread;
  return { kappa: (observed - expected) / (1 - expected), nullStdError, observed, expected };
}
