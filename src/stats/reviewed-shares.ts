import { assertBinary, assertFinite, assertLevel, assertSameLength, ContractError } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { clopperPearson, type Limits, wilson } from "./proportion.ts";

/** Strata of the patients whose label is known: each holds one answer of the model and one recorded label. */
export interface LabelStrata {
  /** Patients, whether their chart was read or not. */
  readonly nPatients: Float64Array;
  /** Sum of the patients' weights, as those for censoring; the number of patients where each weighs 1. */
  readonly weight: Float64Array;
  readonly isFlagged: Uint8Array;
  /** 1 where the recorded label is the event. */
  readonly isRecorded: Uint8Array;
}

/** Charts read, drawn at random within their stratum. */
export interface ReadCharts {
  readonly stratum: Uint16Array;
  /** Of the patient, as in `LabelStrata.weight`; not that of the draw. */
  readonly weight: Float64Array;
  /** 1 where the chart says that the event happened. */
  readonly truth: Uint8Array;
}

export interface ReviewedShare extends Limits {
  readonly value: number;
  /** Charts, unweighted. */
  readonly numerator: number;
  readonly denominator: number;
}

const rates = ["sensitivity", "specificity", "ppv", "npv", "prevalence"] as const;
export type ReviewedRate = (typeof rates)[number];

export interface ReviewedShares extends Readonly<Record<ReviewedRate, ReviewedShare | NotEstimable>> {
  /** Of those recorded with the event, the share whose chart confirms it. */
  readonly confirmed: ReviewedShare | NotEstimable;
  /** Of those recorded without the event, the share whose chart shows it. */
  readonly missed: ReviewedShare | NotEstimable;
}

/** Effective number of patients behind each rate of the recorded labels; the rate has none where it is undefined. */
export type RecordedSizes = Readonly<Record<ReviewedRate, number | undefined>>;

/**
 * Sensitivity, specificity, predictive values and prevalence by what charts say instead of the recorded labels, where
 * charts were read for a random part of the patients of each stratum.
 *
 *     p_h = Σ w y / Σ w over the charts of stratum h,   events = Σ_h W_h p_h,   event-free = Σ_h W_h (1 − p_h)
 *     PPV = Σ_flagged W_h p_h / Σ_flagged W_h,   sensitivity = A/(A + B),  A = Σ_flagged W_h p_h,  B = Σ_others W_h p_h
 *     interval: R − √((R − l₁)² + (R − l₂)²) to R + √((u₁ − R)² + (u₂ − R)²), cut to [0, 1]
 *
 * Where charts confirm every label each rate is that of the recorded labels. (l₁, u₁) is for the charts: limits of each
 * p_h by Clopper and Pearson at the effective size (Σw)²/Σw² · (N_h − 1)/(N_h − n_h), put together by MOVER, for A/(A + B)
 * at the roots in s of (1 − s)A − sB ± √(…); a stratum read whole adds nothing. A stratum whose charts all agree still
 * has limits, where a design variance would be 0: that no missed event was found in 100 charts is no proof of none.
 * (l₂, u₂) is for the patients: Wilson's limits, at 0 and 1 Clopper and Pearson's, at the effective size of the recorded
 * rate, in proportion to the denominators. `confirmed` and `missed` speak of these patients' labels: charts alone.
 *
 * Not estimable: a stratum with patients that the rate needs and without charts; nobody in the denominator. More charts
 * than patients, codes beyond the strata and columns that do not fit are a ContractError.
 *
 * Reference: Cochran (1977), Sampling Techniques, 3rd ed., section 5.10, ISBN 978-0-471-16240-7; Donner & Zou (2012), Stat
 * Methods Med Res 21, 347–359, doi:10.1177/0962280210383082; Korn & Graubard (1998), Survey Methodology 24, 193–201.
 */
export function reviewedShares({
  strata,
  charts,
  recordedSizes,
  level = 0.95,
}: {
  readonly strata: LabelStrata;
  readonly charts: ReadCharts;
  readonly recordedSizes: RecordedSizes;
  readonly level?: number;
}): ReviewedShares {
  assertStrata(strata, charts);
  assertLevel(level);
  const cells = cellsOf(strata, charts, level);
  const of = (wanted: (cell: Cell) => boolean) => cells.filter(wanted);
  const [flagged, others] = [of(({ isFlagged }) => isFlagged), of(({ isFlagged }) => !isFlagged)];
  const share = (among: readonly Cell[], side: Side): Draft => linear(among, side);
  const drafts: Readonly<Record<ReviewedRate, Draft>> = {
    sensitivity: split(flagged, others, "event"),
    specificity: split(others, flagged, "free"),
    ppv: share(flagged, "event"),
    npv: share(others, "free"),
    prevalence: share(cells, "event"),
  };
  const rate = (name: ReviewedRate) =>
    withPatients(drafts[name], { size: recordedSizes[name], recorded: recordedWeight[name](cells), level });
  const [confirmed, missed] = [of(({ isRecorded }) => isRecorded), of(({ isRecorded }) => !isRecorded)];
  return {
    sensitivity: rate("sensitivity"),
    specificity: rate("specificity"),
    ppv: rate("ppv"),
    npv: rate("npv"),
    prevalence: rate("prevalence"),
    confirmed: ofCharts(share(confirmed, "event")),
    missed: ofCharts(share(missed, "event")),
  };
}

type Side = "event" | "free";

/** One stratum: how many patients it stands for, and with which limits its charts say event. */
interface Cell {
  readonly weight: number;
  readonly isFlagged: boolean;
  readonly isRecorded: boolean;
  readonly nCharts: number;
  readonly nEvents: number;
  readonly share: Record<Side, { readonly value: number } & Limits>;
}

function cellsOf(strata: LabelStrata, charts: ReadCharts, level: number): Cell[] {
  const sums = Array.from(strata.weight, () => ({
    n: 0,
    events: 0,
    weight: 0,
    squares: 0,
    weightedEvents: 0,
  }));
  charts.stratum.forEach((code, i) => {
    const [sum, weight, truth] = [sums[code]!, charts.weight[i]!, charts.truth[i]!];
    sum.n++;
    sum.events += truth;
    sum.weight += weight;
    sum.squares += weight ** 2;
    sum.weightedEvents += weight * truth;
  });
  return sums.flatMap(({ n, events, weight, squares, weightedEvents }, h): Cell[] => {
    const nPatients = strata.nPatients[h]!;
    if (n > nPatients) throw new ContractError(`${n} charts of ${nPatients} patients in stratum ${h}`);
    if (nPatients === 0) return [];
    const value = n === 0 ? Number.NaN : events === n ? 1 : weightedEvents / weight;
    const limits =
      n === 0 ? { lower: 0, upper: 1 } : limitsOf(value, { n, nPatients, weight, squares, level });
    const event = { value, ...limits };
    const free = { value: 1 - value, lower: 1 - limits.upper, upper: 1 - limits.lower };
    return [
      {
        weight: strata.weight[h]!,
        isFlagged: strata.isFlagged[h] === 1,
        isRecorded: strata.isRecorded[h] === 1,
        nCharts: n,
        nEvents: events,
        share: { event, free },
      },
    ];
  });
}

function limitsOf(
  value: number,
  of: { n: number; nPatients: number; weight: number; squares: number; level: number },
): Limits {
  const { n, nPatients, weight, squares, level } = of;
  if (n === nPatients) return { lower: value, upper: value };
  const size = (weight ** 2 / squares) * ((nPatients - 1) / (nPatients - n));
  return clopperPearson(value * size, size, level);
}

/** A share with the limits that the charts give it; its denominator as a sum of weights. */
type Draft =
  | (Limits & {
      readonly value: number;
      readonly weight: number;
      readonly numerator: number;
      readonly denominator: number;
    })
  | NotEstimable;

const unread: NotEstimable = { notEstimable: "no chart was read in a stratum that it needs" };
const nobody: NotEstimable = { notEstimable: "nobody is in its denominator" };

/** Σ W q / Σ W over the strata, the denominator known. */
function linear(cells: readonly Cell[], side: Side): Draft {
  if (cells.some(({ nCharts }) => nCharts === 0)) return unread;
  const { value: top, lower, upper } = totalOf(cells, side);
  const weight = cells.reduce((sum, cell) => sum + cell.weight, 0);
  if (weight === 0) return nobody;
  const denominator = cells.reduce((sum, { nCharts }) => sum + nCharts, 0);
  return {
    ...{ value: top / weight, lower: lower / weight, upper: upper / weight, weight, denominator },
    numerator: cells.reduce((sum, cell) => sum + chartsOf(cell, side), 0),
  };
}

/** A/(A + B), both sums unknown. */
function split(found: readonly Cell[], lost: readonly Cell[], side: Side): Draft {
  if ([...found, ...lost].some(({ nCharts }) => nCharts === 0)) return unread;
  const [a, b] = [totalOf(found, side), totalOf(lost, side)];
  const weight = a.value + b.value;
  if (weight === 0) return nobody;
  const at = (s: number) => (1 - s) * a.value - s * b.value;
  const lower = rootOf((s) => at(s) - Math.hypot((1 - s) * (a.value - a.lower), s * (b.upper - b.value)));
  const upper = rootOf((s) => at(s) + Math.hypot((1 - s) * (a.upper - a.value), s * (b.value - b.lower)));
  const counted = (cells: readonly Cell[]) => cells.reduce((sum, cell) => sum + chartsOf(cell, side), 0);
  const numerator = counted(found);
  const value = a.value / weight;
  return {
    ...{ value, lower: Math.min(lower, value), upper: Math.max(upper, value), weight, numerator },
    denominator: numerator + counted(lost),
  };
}

const chartsOf = ({ nCharts, nEvents }: Cell, side: Side) => (side === "event" ? nEvents : nCharts - nEvents);

/** Σ W q with limits, by MOVER. */
function totalOf(cells: readonly Cell[], side: Side): Limits & { readonly value: number } {
  let value = 0;
  const [below, above]: [number[], number[]] = [[], []];
  for (const { weight, share } of cells) {
    const of = share[side];
    value += weight * of.value;
    below.push(weight * (of.value - of.lower));
    above.push(weight * (of.upper - of.value));
  }
  return { value, lower: Math.max(0, value - Math.hypot(...below)), upper: value + Math.hypot(...above) };
}

const halvings = 60;

/** The root in [0, 1] of a function that is not negative at 0, not positive at 1, and convex or concave. */
function rootOf(f: (s: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (f(middle) > 0) low = middle;
    else high = middle;
  }
  return high;
}

/** The denominator of each rate by the recorded labels, as a sum of weights. */
const recordedWeight: Readonly<Record<ReviewedRate, (cells: readonly Cell[]) => number>> = {
  sensitivity: weightWhere(({ isRecorded }) => isRecorded),
  specificity: weightWhere(({ isRecorded }) => !isRecorded),
  ppv: weightWhere(({ isFlagged }) => isFlagged),
  npv: weightWhere(({ isFlagged }) => !isFlagged),
  prevalence: weightWhere(() => true),
};

function weightWhere(wanted: (cell: Cell) => boolean): (cells: readonly Cell[]) => number {
  return (cells) => cells.reduce((sum, cell) => sum + (wanted(cell) ? cell.weight : 0), 0);
}

/** Adds what the number of patients leaves open. */
function withPatients(
  draft: Draft,
  { size, recorded, level }: { size: number | undefined; recorded: number; level: number },
): ReviewedShare | NotEstimable {
  if ("notEstimable" in draft) return draft;
  if (size === undefined || recorded === 0)
    return { notEstimable: "the rate of the recorded labels is not estimable" };
  const { value, weight } = draft;
  const n = size * (weight / recorded);
  const isEdge = value <= 0 || value >= 1;
  const own = (isEdge ? clopperPearson : wilson)(value * n, n, level);
  return ofCharts({
    ...draft,
    lower: Math.max(0, value - Math.hypot(value - draft.lower, value - own.lower)),
    upper: Math.min(1, value + Math.hypot(draft.upper - value, own.upper - value)),
  });
}

function ofCharts(draft: Draft): ReviewedShare | NotEstimable {
  if ("notEstimable" in draft) return draft;
  const { value, lower, upper, numerator, denominator } = draft;
  return { value, lower, upper, numerator, denominator };
}

function assertStrata(strata: LabelStrata, charts: ReadCharts): void {
  const { nPatients, weight, isFlagged, isRecorded } = strata;
  assertSameLength({ nPatients, weight, isFlagged, isRecorded });
  assertSameLength({ ...charts });
  assertFinite({ nPatients, weight, chartWeight: charts.weight });
  assertBinary({ isFlagged, isRecorded, truth: charts.truth });
  nPatients.forEach((n, h) => {
    if (!(Number.isInteger(n) && n >= 0 && weight[h]! >= 0)) throw new ContractError(`stratum ${h} of ${n}`);
  });
  charts.stratum.forEach((code, i) => {
    if (code >= nPatients.length) throw new ContractError(`stratum[${i}] is ${code}`);
    if (!(charts.weight[i]! > 0)) throw new ContractError(`weight[${i}] is ${charts.weight[i]}`);
  });
}
