import { assertBinary, assertFinite, assertLevel, assertSameLength, ContractError } from "./assert.ts";
import { clusteredProportion } from "./clustered-mean.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { clopperPearson, wilson } from "./proportion.ts";
import type { Cells, RawCounts, TwoByTwo, TwoByTwoTables, WeightedProportion } from "./two-by-two.ts";

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
 * where all rows are alike each patient counts as one. A rate without denominator, or whose rows are all of one cluster, has
 * the reason.
 *
 * Reference: Wilson (1927), JASA 22, 209–212, doi:10.1080/01621459.1927.10502953; clusters: Korn & Graubard (1998), Survey
 * Methodology 24, 193–201. Checked against: R prop.test, binom.test, survey::svymean (test/reference/binary-two-by-two.json).
 */
export function binaryTwoByTwo(
  options: BinaryTwoByTwoOptions & { readonly stratum?: Int32Array; readonly nStrata?: number },
): TwoByTwoTables {
  const { event, stratum, nStrata = 0, cluster } = options;
  assertSameLength({ event, stratum: stratum ?? event });
  if (stratum === undefined && nStrata !== 0)
    throw new ContractError(`${nStrata} strata without a column that names them`);
  const cell = cellsOf(options);
  const everyRow = Uint32Array.from(event, (_, row) => row);
  const ofStratum = Array.from({ length: nStrata }, (_, code) =>
    everyRow.filter((row) => stratum![row] === code),
  );
  const atLevel = (level: number): TwoByTwoTables => {
    assertLevel(level);
    const table = (rows: Uint32Array) => tableOf(rows, { cell, cluster, level });
    return { whole: table(everyRow), strata: ofStratum.map(table), atLevel };
  };
  return atLevel(options.level ?? 0.95);
}

/** Each cell of the table over all rows, with an interval as a rate of `binaryTwoByTwo` has. */
export function binaryCellShares(options: BinaryTwoByTwoOptions): Readonly<Record<CellName, Rate>> {
  const { event, cluster, level = 0.95 } = options;
  assertLevel(level);
  const cell = cellsOf(options);
  const rows = Uint32Array.from(event, (_, row) => row);
  const share = (name: CellName) =>
    rateOf(rows, { of: [name], among: cellNames, missing: nobody }, { cell, cluster, level });
  return {
    truePositive: share("truePositive"),
    falsePositive: share("falsePositive"),
    falseNegative: share("falseNegative"),
    trueNegative: share("trueNegative"),
  };
}

/** The place among `cellNames` of each row. */
function cellsOf({ event, risk, threshold, cluster }: BinaryTwoByTwoOptions): Uint8Array {
  assertSameLength({ event, risk, cluster: cluster ?? event });
  assertBinary({ event });
  assertFinite({ risk });
  if (Number.isNaN(threshold)) throw new ContractError("the threshold is NaN");
  return Uint8Array.from(event, (code, row) => (code === 1 ? 0 : 1) + (risk[row]! >= threshold ? 0 : 2));
}

interface Columns {
  readonly cell: Uint8Array;
  readonly cluster: Uint32Array | undefined;
  readonly level: number;
}

function tableOf(rows: Uint32Array, columns: Columns): TwoByTwo {
  const counts = [0, 0, 0, 0];
  for (const row of rows) counts[columns.cell[row]!]!++;
  const [tp, fp, fn, tn] = counts as [number, number, number, number];
  const cells = { truePositive: tp, falsePositive: fp, falseNegative: fn, trueNegative: tn };
  const nWhole = columns.cell.length;
  const perThousand = (count: number) => (nWhole === 0 ? 0 : (1000 / nWhole) * count);
  const rate = (name: keyof typeof rates) => rateOf(rows, rates[name], columns);
  return {
    n: rows.length,
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

function rateOf(rows: Uint32Array, { of, among, missing }: RateOf, { cell, cluster, level }: Columns): Rate {
  const isAmong = cellNames.map((name) => among.includes(name));
  const counts = cellNames.map((name) => (of.includes(name) ? 1 : 0));
  const own = rows.filter((row) => isAmong[cell[row]!]);
  const n = own.length;
  if (n === 0) return { notEstimable: missing };
  const outcome = Uint8Array.from(own, (row) => counts[cell[row]!]!);
  const x = outcome.reduce((sum, code) => sum + code, 0);
  const value = x / n;
  const kind = x === 0 || x === n ? "bound" : "pointwise";
  if (cluster === undefined) {
    const { lower, upper } = kind === "bound" ? clopperPearson(x, n, level) : wilson(x, n, level);
    return { value, stdError: Math.sqrt((value * (1 - value)) / n), lower, upper, kind, effectiveSize: n };
  }
  const found = clusteredProportion({
    event: outcome,
    cluster: Uint32Array.from(own, (row) => cluster[row]!),
    level,
  });
  if (isNotEstimable(found)) return { notEstimable: "its rows are all of one patient" };
  const { stdError, lower, upper, effectiveN } = found;
  return { value, stdError, lower, upper, kind, effectiveSize: effectiveN };
}
