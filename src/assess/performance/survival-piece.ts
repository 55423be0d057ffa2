import type { Table } from "../../evidence/figures.ts";
import { daysPer, type TimeUnit } from "../../protocol/index.ts";
import { kaplanMeier, type SurvivalCurve, survivalAt } from "../../stats/kaplan-meier.ts";
import type { TimedCohort } from "../cohort/cohort.ts";
import type { Piece } from "../piece.ts";

const maxPoints = 500;
/** Of a risk table, from one column to the next. */
const maxSteps = 8;

/** Kaplan–Meier curve with its band, censoring ticks and numbers at risk; time in the unit of the horizon. */
export function survivalPiece(cohort: TimedCohort, unit: TimeUnit): Piece {
  const days = daysPer[unit];
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
        label: "event-free",
        shape: "step",
        x: withEnd(
          0,
          steps.map((i) => curve.time[i]! / days),
          lastTime / days,
        ),
        y: withEnd(
          1,
          at.map(({ survival }) => survival),
          end.survival,
        ),
        lower: withEnd(
          1,
          at.map(({ lower, survival }) => finiteOr(lower, survival)),
          finiteOr(end.lower, end.survival),
        ),
        upper: withEnd(
          1,
          at.map(({ upper, survival }) => finiteOr(upper, survival)),
          finiteOr(end.upper, end.survival),
        ),
      },
      {
        id: "cohort.censored",
        label: "censored",
        shape: "line",
        x: censored.map((i) => curve.time[i]! / days),
        y: censored.map((i) => curve.survival[i]!),
      },
    ],
    tables: [riskTable(cohort, lastTime / days, unit)],
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

/** Widths between the columns of a risk table that people count in, per unit. */
const familiarSteps: Readonly<Record<TimeUnit, readonly number[]>> = {
  minutes: [5, 10, 15, 30, 60, 120, 240, 480],
  hours: [1, 2, 4, 6, 12, 24, 48, 96, 168],
  days: [1, 2, 5, 7, 10, 14, 30, 60, 90, 180, 360],
  weeks: [1, 2, 4, 8, 13, 26, 52],
  months: [1, 2, 3, 6, 12, 24, 60, 120],
  years: [1, 2, 5, 10, 20],
};

/** Wide enough for nine columns at most; past the familiar widths, 1, 2 or 5 times a power of ten. */
function stepFor(last: number, unit: TimeUnit): number {
  const familiar = familiarSteps[unit].find((width) => last / width <= maxSteps);
  if (familiar !== undefined) return familiar;
  const power = 10 ** Math.floor(Math.log10(last / maxSteps));
  return [1, 2, 5, 10, 20].map((factor) => factor * power).find((width) => last / width <= maxSteps)!;
}

/** Patients at risk just before each time of the axis, and the events and censorings before it. */
function riskTable({ time, event }: TimedCohort, last: number, unit: TimeUnit): Table {
  const step = stepFor(last, unit);
  const days = daysPer[unit];
  const nColumns = Math.floor(last / step + 1e-9) + 1;
  // The patients are in order of time, so each column goes on where the one before it ended.
  let before = 0;
  let events = 0;
  const rows = Array.from({ length: nColumns }, (_, k) => {
    const limit = k * step * days;
    for (; before < time.length && time[before]! < limit - 1e-9; before++) events += event[before]!;
    const atRisk = time.length - before;
    return [k * step, atRisk, events, time.length - atRisk - events].map(String);
  });
  return {
    id: "cohort.risk-table",
    caption: `${unit} from the index; patients at risk; events and censorings before`,
    columns: [
      { key: "time", label: unit, align: "end" },
      { key: "atRisk", label: "At risk", align: "end" },
      { key: "events", label: "Events", align: "end" },
      { key: "censored", label: "Censored", align: "end" },
    ],
    rows,
  };
}
