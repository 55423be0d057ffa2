import type { Dossier } from "../../evidence/dossier.ts";
import { isKnown } from "../../evidence/estimate.ts";
import type { Curve } from "../../evidence/figures.ts";
import type { Publication } from "./publication.ts";
import { edgesOf } from "./thresholds.ts";
import { histogramId, riskRows } from "./time-counts.ts";

const places = 3;

function rounded(values: readonly number[], to = places): number[] {
  return values.map((value) => Number(value.toFixed(to)));
}

/** The points of a curve at some indices, without the digits that would fit one patient. */
function pointsAt(
  curve: Curve,
  indices: readonly number[],
  x = rounded(indices.map((i) => curve.x[i]!)),
): Curve {
  const at = (values: readonly number[]) => rounded(indices.map((i) => values[i]!));
  return {
    ...curve,
    x,
    y: at(curve.y),
    ...(curve.lower ? { lower: at(curve.lower) } : {}),
    ...(curve.upper ? { upper: at(curve.upper) } : {}),
    ...(indices.length < curve.x.length ? { withheld: "some" as const } : {}),
  };
}

/** Its name and nothing else, so that the report can say that it is kept back. */
function withoutPoints({ id, label, shape }: Curve): Curve {
  return { id, label, shape, x: [], y: [], withheld: "all" };
}

/**
 * Curves thinned to points between which no few patients lie; a curve with fewer than two such points keeps none, and
 * so do those of a horizon whose estimates are hidden, and the ticks at single censored times.
 */
export function discloseCurves(dossier: Dossier, published: Publication, minimumCell: number): Curve[] {
  const thinned = dossier.curves.map((curve): Curve => {
    const horizon = curve.id.split("@")[1]?.split("/")[0] ?? dossier.primaryHorizon;
    if (!published.estimate(`performance.observed@${horizon}`, "value")) return withoutPoints(curve);
    if (curve.id === "cohort.survival") return survival(curve, dossier, published, minimumCell);
    if (curve.id.startsWith("performance.calibration@"))
      return calibration(curve, horizon, dossier, minimumCell);
    if (!curve.id.startsWith("performance.net-benefit@")) return withoutPoints(curve);
    const shown = curve.x.flatMap((_, i) => (published.threshold(i) ? [i] : []));
    return pointsAt(curve, shown);
  });
  return thinned.map((curve) => (curve.x.length > 1 ? curve : withoutPoints(curve)));
}

/** A place on the survival curve whose value is published, at the time under which it is. */
interface Boundary {
  readonly step: number;
  readonly time?: number;
  readonly isShown: boolean;
}

/**
 * A step is an event or more, so `minimumCell` steps hold that many. Points are the published rows of the risk table
 * and horizons and, between two of them, every so many steps; the rest beyond the last is cut off.
 */
function survival(curve: Curve, dossier: Dossier, published: Publication, minimumCell: number): Curve {
  const points: Boundary[] = [{ step: 0, time: 0, isShown: true }];
  for (const boundary of boundaries(curve, dossier, published, minimumCell)) {
    const from = points.at(-1)!.step;
    const nChunks = Math.floor((boundary.step - from) / minimumCell);
    for (let k = 1; k < nChunks; k++) points.push({ step: from + k * minimumCell, isShown: true });
    points.push(boundary);
  }
  const shown = points.filter(({ isShown, step }, i) => isShown && (i === 0 || step > 0));
  return {
    ...pointsAt(
      curve,
      shown.map(({ step }) => step),
      rounded(
        shown.map(({ step, time }) => time ?? curve.x[step]!),
        1,
      ),
    ),
    shape: "line",
  };
}

/** Where the risk table and the estimates give the curve's value, in order; only while enough are at risk. */
function boundaries(curve: Curve, dossier: Dossier, published: Publication, minimumCell: number): Boundary[] {
  const byId = new Map(dossier.estimates.map((estimate) => [estimate.id, estimate]));
  const known = (id: string) => {
    const estimate = byId.get(id);
    return estimate && isKnown(estimate) ? estimate.value : undefined;
  };
  const rows = riskRows(dossier)
    .filter(({ row, time }) => time > 0 && published.riskRow(row, "all"))
    .map(
      ({ time }): Boundary => ({ step: curve.x.findLastIndex((x) => x < time - 1e-9), time, isShown: true }),
    );
  const horizons = dossier.horizons.flatMap((horizon): Boundary[] => {
    const [value, free] = [known(`cohort.survival@${horizon}`), known(`cohort.event-free@${horizon}`)];
    if (value === undefined || free === undefined || free < minimumCell) return [];
    if (!published.estimate(`cohort.survival@${horizon}`, "value")) return [];
    // The last point of the curve repeats the step before it at the end of follow-up.
    const step = Math.min(
      curve.x.length - 2,
      curve.y.findLastIndex((y) => y >= value - 1e-12),
    );
    return [{ step, isShown: published.estimate(`cohort.events@${horizon}`, "value") }];
  });
  const times = (step: number) => rows.find((row) => row.step === step);
  return [...rows, ...horizons.filter(({ step }) => !times(step))].sort((a, b) => a.step - b.step);
}

/**
 * The smooth curve is drawn between centiles of the risk. Where fewer than the minimum lie beyond one, it is cut back
 * to edges of the histogram with enough patients outside.
 */
function calibration(curve: Curve, horizon: string, dossier: Dossier, minimumCell: number): Curve {
  const analysed = dossier.estimates.find(({ id }) => id === "cohort.analysed")?.n ?? 0;
  const all = curve.x.map((_, i) => i);
  if (analysed / 100 >= minimumCell) return pointsAt(curve, all);
  const histogram = dossier.matrices.find(({ id }) => id === histogramId(horizon));
  if (!histogram) return withoutPoints(curve);
  const edges = edgesOf(histogram).map(({ risk, above: [events, eventFree, unknown] }) => ({
    risk,
    above: events + eventFree + unknown,
  }));
  const low = edges.find(({ above }) => analysed - above >= minimumCell)?.risk ?? 1;
  const high = edges.findLast(({ above }) => above >= minimumCell)?.risk ?? 0;
  return pointsAt(
    curve,
    all.filter((i) => curve.x[i]! >= low && curve.x[i]! <= high),
  );
}
