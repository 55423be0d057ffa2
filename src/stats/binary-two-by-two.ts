import { assertBinary, assertFinite, assertLevel, assertSameLength, ContractError } from "./assert.ts";
import { placesOf } from "./clusters.ts";
import { inOneRow, type Partition } from "./ipcw-ratio.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { clopperPearson, wilson } from "./proportion.ts";
import type {
  Cells,
  PartitionedTables,
  RawCounts,
  TwoByTwo,
  TwoByTwoTables,
  WeightedProportion,
} from "./two-by-two.ts";

export interface BinaryTwoByTwoOptions {
  readonly event: Uint8Array;
  readonly risk: Float64Array;
  readonly threshold: number;
  /** Which rows belong together, such as the encounters of a patient. */
  readonly cluster?: Uint32Array;
  readonly level?: number;
}

type CellName = keyof Cells;
type Rate = WeightedProportion | NotEstimable;

const cellNames: readonly CellName[] = ["truePositive", "falsePositive", "falseNegative", "trueNegative"];
const nobody = "nobody";
const rates = {
  sensitivity: { of: ["truePositive"], among: ["truePositive", "falseNegative"], missing: "no events" },
  specificity: {
    of: ["trueNegative"],
    among: ["falsePositive", "trueNegative"],
    missing: "everybody has the event",
  },
  ppv: { of: ["truePositive"], among: ["truePositive", "falsePositive"], missing: "nobody is flagged" },
  npv: { of: ["trueNegative"], among: ["falseNegative", "trueNegative"], missing: "everybody is flagged" },
  prevalence: { of: ["truePositive", "falseNegative"], among: cellNames, missing: nobody },
  accuracy: { of: ["truePositive", "trueNegative"], among: cellNames, missing: nobody },
} as const satisfies Record<string, RateOf>;

interface RateOf {
  readonly of: readonly CellName[];
  readonly among: readonly CellName[];
  readonly missing: string;
}

/**
 * Two-by-two table of a binary outcome that is known for everybody, at a threshold, for all rows and for each stratum.
 *
 *     sensitivity = TP/(TP + FN), …
 *
 * Flag: risk ≥ threshold. A negative stratum code belongs to no stratum. Each row has weight 1 and nobody is of unknown
 * status. Intervals: Wilson's, and Clopper–Pearson's where the rate is 0 or 1 (kind "bound"). With `cluster` they are those
 * of `clusteredProportion` among the rows of the denominator: rows of a patient may depend on each other in any way, and
 * where all rows are alike each patient counts as one. With x_c of n_c rows of a cluster in the numerator
 *
 *     Σ_c (x_c − p n_c)² = Σ x_c² − 2p Σ x_c n_c + p² Σ n_c²
 *
 * whose sums are whole numbers that all rates of a table share, so that one pass over the rows makes them. A rate without
 * denominator, or whose rows are all of one cluster, has the reason.
 *
 * Reference: Wilson (1927), JASA 22, 209–212, doi:10.1080/01621459.1927.10502953; clusters: Korn & Graubard (1998), Survey
 * Methodology 24, 193–201. Checked against: R prop.test, binom.test, survey::svymean (test/reference/binary-two-by-two.json).
 */
export function binaryTwoByTwo(
  options: BinaryTwoByTwoOptions & { readonly stratum?: Int32Array; readonly nStrata?: number },
): TwoByTwoTables {
  const { stratum, nStrata = 0, ...shared } = options;
  if (stratum === undefined && nStrata !== 0)
    throw new ContractError(`${nStrata} strata without a column that names them`);
  const partitions = stratum ? [{ group: stratum, nGroups: nStrata }] : [];
  const withStrata = ({ whole, partitions: [strata = []], atLevel }: PartitionedTables): TwoByTwoTables => ({
    whole,
    strata,
    atLevel: (level) => withStrata(atLevel(level)),
  });
  return withStrata(binaryPartitionedTwoByTwo({ ...shared, partitions }));
}

/** As `binaryTwoByTwo`, for the groups of several partitions at once: one pass over the rows. */
export function binaryPartitionedTwoByTwo(
  options: BinaryTwoByTwoOptions & { readonly partitions: readonly Partition[] },
): PartitionedTables {
  const { event, partitions, level = 0.95 } = options;
  const { firsts, nAll } = inOneRow(partitions);
  const { cell, tables } = counted(options, partitions);
  const atLevel = (intervalLevel: number): PartitionedTables => {
    assertLevel(intervalLevel);
    const table = (at: number) => tableOf(tables[at]!, { nWhole: event.length, level: intervalLevel });
    return {
      whole: table(nAll),
      partitions: partitions.map(({ nGroups }, k) =>
        Array.from({ length: nGroups }, (_, code) => table(firsts[k]! + code)),
      ),
      cell,
      atLevel,
    };
  };
  return atLevel(level);
}

/** Each cell of the table over all rows, with an interval as a rate of `binaryTwoByTwo` has. */
export function binaryCellShares(options: BinaryTwoByTwoOptions): Readonly<Record<CellName, Rate>> {
  const { level = 0.95 } = options;
  assertLevel(level);
  const [whole] = counted(options, []).tables;
  const share = (name: CellName) => rateOf(whole!, { of: [name], among: cellNames, missing: nobody }, level);
  return {
    truePositive: share("truePositive"),
    falsePositive: share("falsePositive"),
    falseNegative: share("falseNegative"),
    trueNegative: share("trueNegative"),
  };
}

/** What a table is made from. */
interface Counts {
  /** Rows in each of `cellNames`. */
  readonly cells: Float64Array;
  readonly clusters?: {
    /** Σ over clusters of the product of their rows in two cells, row by row of a 4 × 4 matrix. */
    readonly products: Float64Array;
    /** Clusters with rows in some of the cells and none in the others, by the sum of the cells' bits. */
    readonly byCells: Float64Array;
  };
}

const nCells = cellNames.length;

/** Of each group of each partition, and the whole last. */
function counted(
  { event, risk, threshold, cluster }: BinaryTwoByTwoOptions,
  partitions: readonly Partition[],
): { readonly cell: Uint8Array; readonly tables: readonly Counts[] } {
  assertSameLength({ event, risk, cluster: cluster ?? event });
  for (const { group } of partitions) assertSameLength({ event, group });
  assertBinary({ event });
  assertFinite({ risk });
  if (Number.isNaN(threshold)) throw new ContractError("the threshold is NaN");
  const cell = Uint8Array.from(
    event,
    (code, row) => (code === 1 ? 0 : 1) + (risk[row]! >= threshold ? 0 : 2),
  );
  const { firsts, nAll } = inOneRow(partitions);
  const cells = Array.from({ length: nAll + 1 }, () => new Float64Array(nCells));
  for (const at of cell) cells[nAll]![at]!++;
  for (const [k, { group }] of partitions.entries())
    for (let row = 0; row < cell.length; row++)
      if (group[row]! >= 0) cells[firsts[k]! + group[row]!]![cell[row]!]!++;
  const clusters = cluster && byCluster(cell, partitions, cluster);
  return {
    cell,
    tables: cells.map((own, at): Counts => ({ cells: own, ...(clusters && { clusters: clusters[at]! }) })),
  };
}

/** Of each group of each partition, and the whole last. */
function byCluster(
  cell: Uint8Array,
  partitions: readonly Partition[],
  cluster: Uint32Array,
): NonNullable<Counts["clusters"]>[] {
  const { firsts, nAll } = inOneRow(partitions);
  const found = Array.from({ length: nAll + 1 }, () => {
    return { products: new Float64Array(nCells * nCells), byCells: new Float64Array(2 ** nCells) };
  });
  const own = new Float64Array((nAll + 1) * nCells);
  const close = (at: number) => {
    const counts = own.subarray(at * nCells, (at + 1) * nCells);
    const { products, byCells } = found[at]!;
    let bits = 0;
    for (let a = 0; a < nCells; a++) {
      if (counts[a]! > 0) bits += 2 ** a;
      for (let b = 0; b < nCells; b++) products[a * nCells + b]! += counts[a]! * counts[b]!;
    }
    byCells[bits]!++;
    counts.fill(0);
  };
  const { rows, starts } = inClusters(cluster);
  const touched = new Set<number>();
  const add = (at: number, row: number) => {
    own[at * nCells + cell[row]!]!++;
    touched.add(at);
  };
  for (let c = 0; c + 1 < starts.length; c++) {
    for (let i = starts[c]!; i < starts[c + 1]!; i++) {
      const row = rows[i]!;
      add(nAll, row);
      for (const [k, { group }] of partitions.entries())
        if (group[row]! >= 0) add(firsts[k]! + group[row]!, row);
    }
    for (const at of touched) close(at);
    touched.clear();
  }
  return found;
}

/** The rows of one cluster after those of another, and where each begins. */
function inClusters(cluster: Uint32Array): { readonly rows: Uint32Array; readonly starts: Uint32Array } {
  const place = placesOf(cluster);
  const starts = new Uint32Array(cluster.length + 1);
  for (const code of place) starts[code + 1]!++;
  for (let c = 0; c < cluster.length; c++) starts[c + 1]! += starts[c]!;
  const next = starts.slice();
  const rows = new Uint32Array(cluster.length);
  for (let row = 0; row < place.length; row++) rows[next[place[row]!]!++] = row;
  return { rows, starts };
}

function tableOf(
  counts: Counts,
  { nWhole, level }: { readonly nWhole: number; readonly level: number },
): TwoByTwo {
  const [tp, fp, fn, tn] = counts.cells as unknown as [number, number, number, number];
  const cells = { truePositive: tp, falsePositive: fp, falseNegative: fn, trueNegative: tn };
  const perThousand = (count: number) => (nWhole === 0 ? 0 : (1000 / nWhole) * count);
  const rate = (name: keyof typeof rates) => rateOf(counts, rates[name], level);
  return {
    n: tp + fp + fn + tn,
    nFlagged: tp + fp,
    all: known(tp + fn, fp + tn),
    flagged: known(tp, fp),
    cells,
    perThousand: {
      truePositive: perThousand(tp),
      falsePositive: perThousand(fp),
      falseNegative: perThousand(fn),
      trueNegative: perThousand(tn),
    },
    sensitivity: rate("sensitivity"),
    specificity: rate("specificity"),
    ppv: rate("ppv"),
    npv: rate("npv"),
    prevalence: rate("prevalence"),
    accuracy: rate("accuracy"),
  };
}

function known(events: number, eventFree: number): RawCounts {
  return { events, eventFree, unknown: 0 };
}

function rateOf({ cells, clusters }: Counts, { of, among, missing }: RateOf, level: number): Rate {
  if (cells.every((count) => count === 0)) return { notEstimable: nobody };
  const isAmong = cellNames.map((name) => (among.includes(name) ? 1 : 0));
  const isOf = cellNames.map((name) => (of.includes(name) ? 1 : 0));
  const n = cells.reduce((sum, count, a) => sum + isAmong[a]! * count, 0);
  if (n === 0) return { notEstimable: missing };
  const x = cells.reduce((sum, count, a) => sum + isOf[a]! * count, 0);
  const value = x / n;
  const isBound = x === 0 || x === n;
  const kind = isBound ? "bound" : "pointwise";
  if (!clusters) {
    const { lower, upper } = isBound ? clopperPearson(x, n, level) : wilson(x, n, level);
    return { value, stdError: Math.sqrt((value * (1 - value)) / n), lower, upper, kind, effectiveSize: n };
  }
  const nClusters = clusters.byCells.reduce(
    (sum, count, bits) => sum + (isAmong.some((is, a) => is === 1 && (bits >> a) % 2 === 1) ? count : 0),
    0,
  );
  if (nClusters < 2) return { notEstimable: "its rows are all of one patient" };
  if (isBound) {
    const limits = clopperPearson(value * nClusters, nClusters, level);
    return { value, stdError: 0, ...limits, kind, effectiveSize: nClusters };
  }
  const product = (one: readonly number[], other: readonly number[]) =>
    clusters.products.reduce(
      (sum, each, k) => sum + one[Math.floor(k / nCells)]! * other[k % nCells]! * each,
      0,
    );
  const squares =
    product(isOf, isOf) - 2 * value * product(isOf, isAmong) + value ** 2 * product(isAmong, isAmong);
  const stdError = Math.sqrt((nClusters / (nClusters - 1)) * Math.max(0, squares)) / n;
  const effectiveSize = Math.min(n, (value * (1 - value)) / stdError ** 2);
  const { lower, upper } = wilson(value * effectiveSize, effectiveSize, level);
  return { value, stdError, lower, upper, kind, effectiveSize };
}
