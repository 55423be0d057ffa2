import { assertFinite, assertSameLength, ContractError } from "./assert.ts";
import { ascendingOrder } from "./order.ts";

export interface IsotonicLevel {
  /** Smallest and largest x on this level. */
  readonly from: number;
  readonly to: number;
  readonly value: number;
  readonly weight: number;
}

export interface IsotonicRegression {
  /** The fitted value of each row. */
  readonly fitted: Float64Array;
  /** Rising, from the lowest x. */
  readonly levels: readonly IsotonicLevel[];
}

/**
 * Isotonic regression of y on x: the nowhere falling values that are nearest to y, by pooling adjacent
 * violators.
 *
 *     minimise Σ wᵢ (yᵢ − f(xᵢ))²   over f with f(x) ≤ f(x′) for x < x′
 *
 * Rows of one x get one value, so the order of rows is irrelevant. Of a binary outcome on its predicted risk
 * this is the calibration curve without a choice of smoothing; between two levels it is not determined. The
 * extreme levels follow a few patients: no interval belongs to them. Nobody: no levels. Numbers that are not
 * finite, or a weight that is not above 0, are a ContractError.
 *
 * Reference: Ayer, Brunk, Ewing, Reid & Silverman (1955), Ann Math Stat 26, 641–647,
 * doi:10.1214/aoms/1177728423; for calibration: Dimitriadis, Gneiting & Jordan (2021), PNAS 118, e2016191118,
 * doi:10.1073/pnas.2016191118. Checked against: R stats::isoreg (test/reference/isotonic.json).
 */
export function isotonicRegression({
  x,
  y,
  weight,
}: {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly weight?: Float64Array;
}): IsotonicRegression {
  assertSameLength({ x, y, ...(weight && { weight }) });
  assertFinite({ x, y, ...(weight && { weight }) });
  for (let i = 0; weight && i < weight.length; i++)
    if (!(weight[i]! > 0)) throw new ContractError(`weight[${i}] is ${weight[i]}, not above 0`);
  const order = ascendingOrder(x);
  const pools: Pool[] = [];
  for (let position = 0; position < order.length; ) {
    const first = order[position]!;
    let pool: Pool = { first: position, end: position, total: 0, weight: 0 };
    for (; position < order.length && x[order[position]!] === x[first]; position++) {
      const row = order[position]!;
      const w = weight ? weight[row]! : 1;
      pool = { ...pool, end: position + 1, total: pool.total + w * y[row]!, weight: pool.weight + w };
    }
    for (let before = pools.at(-1); before && !isBelow(before, pool); before = pools.at(-1)) {
      pools.pop();
      const total = before.total + pool.total;
      pool = { first: before.first, end: pool.end, total, weight: before.weight + pool.weight };
    }
    pools.push(pool);
  }
  const fitted = new Float64Array(x.length);
  for (const pool of pools)
    for (let position = pool.first; position < pool.end; position++) fitted[order[position]!] = mean(pool);
  return {
    fitted,
    levels: pools.map((pool) => ({
      from: x[order[pool.first]!]!,
      to: x[order[pool.end - 1]!]!,
      value: mean(pool),
      weight: pool.weight,
    })),
  };
}

/** Rows from `first` to before `end`, in order of x, that share a value. */
interface Pool {
  readonly first: number;
  readonly end: number;
  readonly total: number;
  readonly weight: number;
}

const mean = ({ total, weight }: Pool) => total / weight;

/** Means that differ by less than this share of their size are equal but for the order in which they were added up. */
const rounding = 1e-13;

function isBelow(before: Pool, pool: Pool): boolean {
  const [low, high] = [mean(before), mean(pool)];
  return high - low > rounding * Math.max(Math.abs(low), Math.abs(high));
}
