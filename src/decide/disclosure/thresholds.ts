import type { Dossier } from "../../evidence/dossier.ts";
import { isKnown } from "../../evidence/estimate.ts";
import type { Curve, Matrix } from "../../evidence/figures.ts";
import type { Fact, Term } from "./count-audit.ts";
import { operatingPointId } from "./group-counts.ts";
import { histogramId, matrixCell } from "./time-counts.ts";

/** Events, event-free and unknown. */
type Statuses = readonly [events: number, eventFree: number, unknown: number];

/** A risk from which it is known, status by status, who lies above: an edge of the histogram. */
export interface Edge {
  readonly bin: number;
  readonly risk: number;
  readonly above: Statuses;
}

export function edgesOf({ rows, cells }: Matrix): Edge[] {
  return rows.map((label, bin) => {
    const above = (c: number) => cells.slice(bin).reduce((sum, row) => sum + (row[c] ?? 0), 0);
    return { bin, risk: Number(label.split("–")[0]), above: [above(0), above(1), above(2)] };
  });
}

/** A threshold of the decision curve at which it is known who is flagged. */
export interface Threshold {
  /** Place on the curve. */
  readonly index: number;
  readonly above: Statuses;
  readonly names: readonly [tp: readonly string[], fp: readonly string[], uf: readonly string[]];
}

/**
 * The thresholds of the decision curve at which no cell of the two-by-two table is small and none changes by a small
 * count from another: the operating point first, then edges of the histogram and thresholds in empty bins.
 */
export function safeThresholds(dossier: Dossier, minimumCell: number): Threshold[] {
  const horizon = dossier.primaryHorizon;
  const curve = dossier.curves.find(({ id }) => id === `performance.net-benefit@${horizon}/model`);
  const histogram = dossier.matrices.find(({ id }) => id === histogramId(horizon));
  if (!curve || !histogram) return [];
  const edges = edgesOf(histogram);
  const isSmall = (count: number) => count > 0 && count < minimumCell;
  const isSafe = (one: Statuses, other: Statuses) =>
    one.every((count, c) => !isSmall(Math.abs(count - other[c]!)));
  const shown: Threshold[] = [];
  const chosen = operatingPoint(curve, dossier);
  const others = curve.x.flatMap((risk, index) =>
    index === chosen?.index ? [] : thresholdAt(risk, index, { edges, matrix: histogram.id }),
  );
  for (const threshold of [...(chosen ? [chosen] : []), ...others]) {
    const fixed: Statuses[] = [[0, 0, 0], edges[0]!.above];
    if ([...fixed, ...shown.map(({ above }) => above)].every((above) => isSafe(threshold.above, above)))
      shown.push(threshold);
  }
  return shown;
}

function thresholdAt(
  risk: number,
  index: number,
  { edges, matrix }: { readonly edges: readonly Edge[]; readonly matrix: string },
): Threshold[] {
  const next = edges.findIndex((edge) => edge.risk >= risk - 1e-9);
  const above: Statuses = edges[next]?.above ?? [0, 0, 0];
  const isEdge = Math.abs((edges[next]?.risk ?? 1) - risk) < 1e-9;
  const isInEmptyBin = edges.at(next - 1)!.above.every((count, c) => count === above[c]);
  if (!isEdge && !isInEmptyBin) return [];
  const names = (c: number) =>
    edges.slice(next < 0 ? edges.length : next).map(({ bin }) => matrixCell(matrix, bin, c));
  return [{ index, above, names: [names(0), names(1), names(2)] }];
}

function operatingPoint(
  curve: Curve,
  { matrices, estimates, primaryHorizon }: Dossier,
): Threshold | undefined {
  const threshold = estimates.find(({ id }) => id === `performance.threshold@${primaryHorizon}`);
  const matrix = matrices.find(({ id }) => id === operatingPointId({ primaryHorizon }));
  if (!threshold || !isKnown(threshold) || !matrix) return undefined;
  const index = curve.x.findIndex((x) => Math.abs(x - threshold.value) < 1e-9);
  const [events = 0, eventFree = 0, unknown = 0] = matrix.cells[0]!.map((count) => count ?? 0);
  return index < 0
    ? undefined
    : { index, above: [events, eventFree, unknown], names: [["all.tp"], ["all.fp"], ["all.uf"]] };
}

/**
 * Net benefit as bounds on counts: events among the flagged are those seen and at most those of unknown status too.
 *
 *     n · NB = TP − w · FP,  w = threshold / (1 − threshold)
 *     TP + UF − w · FP ≥ n · low    and    TP − w · (FP + UF) ≤ n · high
 */
export function netBenefitFacts(
  { names: [tp, fp, uf] }: Pick<Threshold, "names">,
  {
    threshold,
    n,
    range: [low, high],
  }: {
    readonly threshold: number;
    readonly n: number;
    readonly range: readonly [low: number, high: number];
  },
): Fact[] {
  const weight = threshold / (1 - threshold);
  const times = (names: readonly string[], factor: number) => names.map((name): Term => [name, factor]);
  return [
    {
      terms: [...times(tp, 1), ...times(uf, 1), ...times(fp, -weight)],
      low: n * low,
      high: Number.POSITIVE_INFINITY,
    },
    {
      terms: [...times(tp, 1), ...times(fp, -weight), ...times(uf, -weight)],
      low: Number.NEGATIVE_INFINITY,
      high: n * high,
    },
  ];
}
