import { assertFinite, assertLevel, assertSameLength, ContractError } from "./assert.ts";
import type { PredictionsAtHorizon } from "./auc-at-horizon.ts";
import { horizonStatusCode } from "./censoring.ts";
import { sampleOf } from "./ipcw-mean.ts";
import { inOneRow, ipcwRatio, type Partition, type WeightedCells, weightedCells } from "./ipcw-ratio.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { clopperPearson, wilson } from "./proportion.ts";

/** Patients by what is known of them at the horizon, unweighted. */
export interface RawCounts {
  readonly events: number;
  readonly eventFree: number;
  readonly unknown: number;
}

export interface Cells {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
  readonly trueNegative: number;
}

export interface WeightedProportion {
  readonly value: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** `bound`: the proportion is 0 or 1, so one side is exact. */
  readonly kind: "pointwise" | "bound";
  /** Patients of known status in the denominator are worth this many unweighted ones. */
  readonly effectiveSize: number;
}

export interface TwoByTwo {
  readonly n: number;
  readonly nFlagged: number;
  readonly all: RawCounts;
  readonly flagged: RawCounts;
  /** Σ of weights; the cells of a partition add up to those of the whole. */
  readonly cells: Cells;
  /** Cells per 1,000 patients of the whole cohort, so that the strata of a partition add up too. */
  readonly perThousand: Cells;
  readonly sensitivity: WeightedProportion | NotEstimable;
  readonly specificity: WeightedProportion | NotEstimable;
  readonly ppv: WeightedProportion | NotEstimable;
  readonly npv: WeightedProportion | NotEstimable;
  readonly prevalence: WeightedProportion | NotEstimable;
  readonly accuracy: WeightedProportion | NotEstimable;
}

export interface TwoByTwoTables {
  readonly whole: TwoByTwo;
  readonly strata: readonly TwoByTwo[];
  /** The same tables with intervals at another confidence level. */
  readonly atLevel: (level: number) => TwoByTwoTables;
}

export interface PartitionedTables {
  readonly whole: TwoByTwo;
  /** For each partition the tables of its groups. */
  readonly partitions: readonly (readonly TwoByTwo[])[];
  /** Of each patient, in the order of `nCells`; of no use where the status is unknown. */
  readonly cell: Uint8Array;
  /** The same tables with intervals at another confidence level. */
  readonly atLevel: (level: number) => PartitionedTables;
}

/** Cells in the order true positive, false positive, false negative, true negative. */
export const nCells = 4;
const measures = {
  sensitivity: { of: [1, 0, 0, 0], among: [1, 0, 1, 0], missing: "no events by the horizon" },
  specificity: { of: [0, 0, 0, 1], among: [0, 1, 0, 1], missing: "nobody is event-free at the horizon" },
  ppv: { of: [1, 0, 0, 0], among: [1, 1, 0, 0], missing: "nobody of known status is flagged" },
  npv: { of: [0, 0, 0, 1], among: [0, 0, 1, 1], missing: "nobody of known status is unflagged" },
  prevalence: { of: [1, 0, 1, 0], among: [1, 1, 1, 1], missing: "nobody of known status" },
  accuracy: { of: [1, 0, 0, 1], among: [1, 1, 1, 1], missing: "nobody of known status" },
} as const;

/**
 * Two-by-two table at a horizon and threshold, for all patients and for each stratum, weighted for censoring.
 *
 *     TP = Σ w over events by h with risk ≥ threshold, and so on;  sensitivity = TP / (TP + FN), …
 *
 * One pooled censoring curve weights every stratum, so the cells of any partition add up to the whole. Flag:
 * risk ≥ threshold. A negative stratum code belongs to no stratum. Intervals: Wilson with effective size p(1
 * − p)/SE², the SE counting the estimation of the weights; at 0 or 1 Clopper–Pearson with Kish's effective
 * size, kind "bound". Without censoring the cells are counts and the intervals those of counts. A measure
 * without denominator has the reason.
 *
 * Reference: Blanche, Dartigues & Jacqmin-Gadda (2013), Statistics in Medicine 32, 5381–5397,
 * doi:10.1002/sim.5958; effective size: Korn & Graubard (1998), Survey Methodology 24, 193–201; Dean & Pagano
 * (2015), Journal of Survey Statistics and Methodology 3, 484–503, doi:10.1093/jssam/smv024.
 * Checked against: the same sums in R with riskRegression's weights (test/reference/horizon.json).
 */
export function twoByTwoAtHorizon(
  options: PredictionsAtHorizon & {
    readonly threshold: number;
    readonly stratum?: Uint16Array | Int32Array;
    readonly nStrata?: number;
  },
): TwoByTwoTables {
  const { stratum, nStrata = 0, ...shared } = options;
  if (stratum === undefined && nStrata !== 0)
    throw new ContractError(`${nStrata} strata without a column that names them`);
  const partitions = stratum ? [{ group: stratum, nGroups: nStrata }] : [];
  const tables = partitionedTwoByTwo({ ...shared, partitions });
  const withStrata = ({ whole, partitions: [strata = []], atLevel }: PartitionedTables): TwoByTwoTables => ({
    whole,
    strata,
    atLevel: (level) => withStrata(atLevel(level)),
  });
  return withStrata(tables);
}

/** As `twoByTwoAtHorizon`, for the groups of several partitions at once: one pass over the patients. */
export function partitionedTwoByTwo(
  options: PredictionsAtHorizon & {
    readonly threshold: number;
    readonly partitions: readonly Partition[];
  },
): PartitionedTables {
  const { risk, threshold, partitions, level = 0.95 } = options;
  assertSameLength({ time: options.time, risk });
  assertFinite({ risk });
  if (Number.isNaN(threshold)) throw new ContractError("the threshold is NaN");
  const sample = sampleOf(options);
  const cell = new Uint8Array(risk.length);
  for (let i = 0; i < risk.length; i++) {
    const column = sample.status[i] === horizonStatusCode.event ? 0 : 1;
    cell[i] = column + (risk[i]! >= threshold ? 0 : 2);
  }
  const weighted = weightedCells({ sample, cell, nCells, partitions });
  const { firsts, nAll: nWhole } = inOneRow(partitions);
  const counts = rawCounts(sample.status, cell, partitions);
  const atLevel = (intervalLevel: number): PartitionedTables => {
    assertLevel(intervalLevel);
    const shared = { nWhole: risk.length, level: intervalLevel, reason: sample.notEstimable };
    const describe = (cells: WeightedCells, at: number): TwoByTwo =>
      describeCells({ cells, counts: counts[at]!, ...shared });
    return {
      whole: describe(weighted.whole, nWhole),
      partitions: weighted.partitions.map((groups, k) =>
        groups.map((cells, code) => describe(cells, firsts[k]! + code)),
      ),
      cell,
      atLevel,
    };
  };
  return atLevel(level);
}

/** For each group of each partition, and the whole last: how many of each status, not flagged and flagged. */
function rawCounts(
  status: Uint8Array,
  cell: Uint8Array,
  partitions: readonly Partition[],
): readonly Float64Array[] {
  const { firsts, nAll } = inOneRow(partitions);
  const columns = partitions.map(({ group }) => group);
  const counts = new Float64Array(6 * (nAll + 1));
  for (let i = 0; i < status.length; i++) {
    const at = (cell[i]! < 2 ? 3 : 0) + status[i]!;
    counts[6 * nAll + at]!++;
    for (let k = 0; k < columns.length; k++) {
      const code = columns[k]![i]!;
      if (code >= 0) counts[6 * (firsts[k]! + code) + at]!++;
    }
  }
  return Array.from({ length: nAll + 1 }, (_, g) => counts.subarray(6 * g, 6 * (g + 1)));
}

function describeCells({
  cells,
  counts,
  nWhole,
  level,
  reason,
}: {
  readonly cells: WeightedCells;
  readonly counts: Float64Array;
  readonly nWhole: number;
  readonly level: number;
  readonly reason: string | undefined;
}): TwoByTwo {
  const { eventFree, event, unknown } = horizonStatusCode;
  const flagged = {
    events: counts[3 + event]!,
    eventFree: counts[3 + eventFree]!,
    unknown: counts[3 + unknown]!,
  };
  const estimate = (name: keyof typeof measures): WeightedProportion | NotEstimable =>
    reason !== undefined && cells.nPatients > 0
      ? { notEstimable: reason }
      : weightedProportion(cells, measures[name], level);
  return {
    n: cells.nPatients,
    nFlagged: flagged.events + flagged.eventFree + flagged.unknown,
    all: {
      events: counts[event]! + flagged.events,
      eventFree: counts[eventFree]! + flagged.eventFree,
      unknown: counts[unknown]! + flagged.unknown,
    },
    flagged,
    cells: namedCells(cells.sum, 1),
    perThousand: namedCells(cells.sum, nWhole === 0 ? 0 : 1000 / nWhole),
    sensitivity: estimate("sensitivity"),
    specificity: estimate("specificity"),
    ppv: estimate("ppv"),
    npv: estimate("npv"),
    prevalence: estimate("prevalence"),
    accuracy: estimate("accuracy"),
  };
}

function namedCells(sum: Float64Array, factor: number): Cells {
  return {
    truePositive: sum[0]! * factor,
    falsePositive: sum[1]! * factor,
    falseNegative: sum[2]! * factor,
    trueNegative: sum[3]! * factor,
  };
}

function weightedProportion(
  cells: WeightedCells,
  { of, among, missing }: { of: readonly number[]; among: readonly number[]; missing: string },
  level: number,
): WeightedProportion | NotEstimable {
  if (cells.nPatients === 0) return { notEstimable: "no patients" };
  const ratio = ipcwRatio(cells, of, among);
  if (isNotEstimable(ratio)) return { notEstimable: missing };
  const { value, stdError } = ratio;
  if (value === 0 || value === 1) {
    const { lower, upper } = clopperPearson(value * ratio.effectiveSize, ratio.effectiveSize, level);
    return { value, stdError, lower, upper, kind: "bound", effectiveSize: ratio.effectiveSize };
  }
  const effectiveSize = (value * (1 - value)) / stdError ** 2;
  const { lower, upper } = wilson(value * effectiveSize, effectiveSize, level);
  return { value, stdError, lower, upper, kind: "pointwise", effectiveSize };
}
