import type { Table } from "../evidence/figures.ts";
import { kaplanMeier, type SurvivalCurve, survivalAt } from "../stats/kaplan-meier.ts";
import type { Cohort } from "./cohort.ts";
import type { Piece } from "./piece.ts";

const daysPerYear = 365.25;
const maxPoints = 500;

/** Kaplan–Meier curve with its band, censoring ticks and numbers at risk; time in years. */
export function survivalPiece(cohort: Cohort): Piece {
  if (cohort.n === 0) return {};
  const curve = kaplanMeier(cohort.time, cohort.event);
  const steps = thinned(curve, (i) => curve.events[i]! > 0);
  const censored = thinned(curve, (i) => curve.censored[i]! > 0);
  const at = steps.map((i) => survivalAt(curve, curve.time[i]!));
  const lastTime = curve.time.at(-1)!;
  const end = survivalAt(curve, lastTime);
  const withEnd = (first: number, values: readonly number[], last: number) => [first, ...values, last];
  return {
    curves: [
      {
        id: "cohort.survival",
        label: "Event-free",
        shape: "step",
        x: withEnd(0, steps.map((i) => curve.time[i]! / daysPerYear), lastTime / daysPerYear),
        y: withEnd(1, at.map(({ survival }) => survival), end.survival),
        lower: withEnd(1, at.map(({ lower, survival }) => finiteOr(lower, survival)), finiteOr(end.lower, end.survival)),
        upper: withEnd(1, at.map(({ upper, survival }) => finiteOr(upper, survival)), finiteOr(end.upper, end.survival)),
      },
      {
        id: "cohort.censored",
        label: "Censored",
        shape: "line",
        x: censored.map((i) => curve.time[i]! / daysPerYear),
        y: censored.map((i) => curve.survival[i]!),
      },
    ],
    tables: [riskTable(cohort, lastTime)],
  };
}

/** Where the curve has reached 0 its Greenwood band does not exist; the curve itself is drawn. */
function finiteOr(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise;
}

/** Indices of the curve for which `wanted` holds, evenly thinned to what a curve may hold; the last always stays. */
function thinned(curve: SurvivalCurve, wanted: (i: number) => boolean): number[] {
  const indices: number[] = [];
  for (let i = 0; i < curve.time.length; i++) if (wanted(i)) indices.push(i);
  const room = maxPoints - 2;
  if (indices.length <= room) return indices;
  const stride = (indices.length - 1) / (room - 1);
  return Array.from({ length: room }, (_, k) => indices[Math.round(k * stride)]!);
}

/** Numbers at risk, and events and censorings so far, at whole years. */
function riskTable({ time, event }: Cohort, lastTime: number): Table {
  const years = Math.max(1, Math.ceil(lastTime / daysPerYear - 1e-9));
  const step = Math.max(1, Math.ceil(years / 10));
  const rows: string[][] = [];
  for (let year = 0; year <= years; year += step) {
    const limit = year * daysPerYear;
    let atRisk = 0;
    let events = 0;
    let censored = 0;
    for (let i = 0; i < time.length; i++) {
      if (time[i]! >= limit && year > 0) atRisk++;
      else if (year === 0) atRisk++;
      else if (event[i]) events++;
      else censored++;
    }
    rows.push([String(year), String(atRisk), String(events), String(censored)]);
  }
  return {
    id: "cohort.risk-table",
    caption: "Years since the index; patients at risk; events and censorings before",
    columns: [
      { key: "time", label: "Years", align: "end" },
      { key: "atRisk", label: "At risk", align: "end" },
      { key: "events", label: "Events", align: "end" },
      { key: "censored", label: "Censored", align: "end" },
    ],
    rows,
  };
}
