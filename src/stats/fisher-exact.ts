import { assertLevel, ContractError } from "./assert.ts";
import { logChoose } from "./log-gamma.ts";
import type { NotEstimable } from "./not-estimable.ts";
import type { Limits } from "./proportion.ts";
import { sum } from "./sum.ts";

/** Tables as likely as the one seen differ from it by rounding. */
const rounding = 1 + 1e-7;
/** So many tables take under a second. */
const mostTables = 1e6;

/**
 * Fisher's exact test that two rows of counts have the same shares.
 *
 *     p = Σ P(table) over the tables with these margins that are no likelier than the one seen
 *     P(table) = ∏ C(n₊ⱼ, n₁ⱼ) / C(n, n₁₊)
 *
 * For small counts, where the chi-square distribution is doubtful; conservative. All tables are gone through. Not estimable:
 * a row without counts, or more than 1,000,000 tables, which `contingencyTest` answers. Rows of different lengths, and what is
 * no count, are a ContractError.
 *
 * Reference: Fisher (1935), J R Stat Soc 98, 39–82, doi:10.2307/2342435; Freeman & Halton (1951), Biometrika 38, 141–149,
 * doi:10.1093/biomet/38.1-2.141. Checked against: R fisher.test (test/reference/fisher-exact.json).
 */
export function fisherExactTest(
  first: readonly number[],
  second: readonly number[],
): { readonly pValue: number; readonly nTables: number } | NotEstimable {
  assertCounts(first, second);
  const columns = first.map((count, j) => count + second[j]!);
  const inFirst = first.reduce((total, count) => total + count, 0);
  const n = columns.reduce((total, count) => total + count, 0);
  if (inFirst === 0 || inFirst === n) return { notEstimable: "a row without counts" };
  const nTables = tablesWith(columns, inFirst);
  if (nTables > mostTables) return { notEstimable: "more than 1,000,000 tables have these margins" };
  const whole = logChoose(n, inFirst);
  const seen = Math.exp(first.reduce((log, count, j) => log + logChoose(columns[j]!, count), 0) - whole);
  const noLikelier: number[] = [];
  eachTable(columns, inFirst, (log) => {
    const probability = Math.exp(log - whole);
    if (probability <= seen * rounding) noLikelier.push(probability);
  });
  return { pValue: Math.min(1, sum(Float64Array.from(noLikelier))), nTables };
}

function assertCounts(first: readonly number[], second: readonly number[]): void {
  if (first.length !== second.length || first.length < 2)
    throw new ContractError(`rows of ${first.length} and ${second.length} counts`);
  const fault = [...first, ...second].find((count) => !(Number.isSafeInteger(count) && count >= 0));
  if (fault !== undefined) throw new ContractError(`${fault} is not a count`);
}

/** How many ways there are to fill the first row; no further than to `mostTables`, where it ends with Infinity. */
function tablesWith(columns: readonly number[], inFirst: number): number {
  if (columns.filter((count) => count > 0).length <= 2) return reach(columns, inFirst);
  if (inFirst > mostTables) return Infinity;
  let ways = new Float64Array(inFirst + 1);
  ways[0] = 1;
  for (const column of columns) {
    const next = new Float64Array(inFirst + 1);
    let window = 0;
    for (let total = 0; total <= inFirst; total++) {
      window += ways[total]! - (total > column ? ways[total - column - 1]! : 0);
      next[total] = window;
    }
    ways = next;
  }
  return ways[inFirst]!;
}

/** Of at most two columns with counts. */
function reach(columns: readonly number[], inFirst: number): number {
  const [a = 0, b = 0] = columns.filter((count) => count > 0);
  return Math.min(a, inFirst) - Math.max(0, inFirst - b) + 1;
}

/** Calls with Σ log C(n₊ⱼ, n₁ⱼ) of each table. */
function eachTable(columns: readonly number[], inFirst: number, visit: (log: number) => void): void {
  const left = columns.map((_, j) => columns.slice(j + 1).reduce((total, count) => total + count, 0));
  const fill = (j: number, rest: number, log: number) => {
    if (j === columns.length) return visit(log);
    const least = Math.max(0, rest - left[j]!);
    for (let count = least; count <= Math.min(columns[j]!, rest); count++)
      fill(j + 1, rest - count, log + logChoose(columns[j]!, count));
  };
  fill(0, inFirst, 0);
}

export interface ConditionalOddsRatio extends Limits {
  /** Infinity, as is the upper limit, where the count is the largest that the margins allow. */
  readonly oddsRatio: number;
}

/**
 * Odds ratio of a two by two table given its margins, with Cornfield's exact interval.
 *
 *     P(k; ω) ∝ C(n₊₁, k) C(n₊₂, n₁₊ − k) ωᵏ;   ω̂ with E(k; ω̂) = n₁₁
 *     lower ω: P(k ≥ n₁₁) = (1 − level)/2,   upper ω: P(k ≤ n₁₁) = (1 − level)/2
 *
 * Found by bisection of log ω to rounding. It is not the ratio of the observed odds. Not estimable where the margins leave
 * one table. Errors as in `fisherExactTest`.
 *
 * Reference: Cornfield (1956), Proceedings of the Third Berkeley Symposium 4, 135–148. Checked against: the same roots by R
 * uniroot (test/reference/fisher-exact.json).
 */
export function conditionalOddsRatio(
  first: readonly [number, number],
  second: readonly [number, number],
  level = 0.95,
): ConditionalOddsRatio | NotEstimable {
  assertCounts(first, second);
  assertLevel(level);
  const [a, b] = [first[0] + second[0], first[1] + second[1]];
  const inFirst = first[0] + first[1];
  const least = Math.max(0, inFirst - b);
  const most = Math.min(a, inFirst);
  if (least === most) return { notEstimable: "the margins leave one table" };
  const seen = first[0] - least;
  const logs = Float64Array.from(
    { length: most - least + 1 },
    (_, k) => logChoose(a, least + k) + logChoose(b, inFirst - least - k),
  );
  const tail = (1 - level) / 2;
  const mean = (share: Float64Array) => share.reduce((total, p, k) => total + p * k, 0);
  const from = (share: Float64Array) => sum(share.subarray(seen));
  const to = (share: Float64Array) => sum(share.subarray(0, seen + 1));
  const isTop = least + seen === most;
  return {
    oddsRatio: seen === 0 ? 0 : isTop ? Infinity : oddsWhere(logs, (share) => mean(share) - seen),
    lower: seen === 0 ? 0 : oddsWhere(logs, (share) => from(share) - tail),
    upper: isTop ? Infinity : oddsWhere(logs, (share) => tail - to(share)),
  };
}

/** The odds ratio at which a rising function of the shares of the tables is 0. */
function oddsWhere(logs: Float64Array, rising: (share: Float64Array) => number): number {
  let [low, high] = [-700, 700];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return Math.exp(middle);
    if (rising(sharesAt(logs, middle)) > 0) high = middle;
    else low = middle;
  }
}

function sharesAt(logs: Float64Array, logOdds: number): Float64Array {
  const tilted = logs.map((log, k) => log + k * logOdds);
  const top = tilted.reduce((most, log) => Math.max(most, log), -Infinity);
  const share = tilted.map((log) => Math.exp(log - top));
  const total = sum(share);
  return share.map((p) => p / total);
}
