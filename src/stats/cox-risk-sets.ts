import { assertBinary, assertCodes, assertFinite, assertSameLength, ContractError } from "./assert.ts";
import { ascendingOrder, inOrder, isAscending } from "./order.ts";
import { assertEntry } from "./risk-table.ts";
import { spread, standardised } from "./standardise.ts";

export interface CoxData {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  /** One column for each covariate. */
  readonly covariates: readonly Float64Array[];
  /** Start of observation: a row is at risk at t where entry < t ≤ time. */
  readonly entry?: Float64Array;
  /** Case weights, above 0. */
  readonly weight?: Float64Array;
  /** Added to xβ as it is. */
  readonly offset?: Float64Array;
  /** 0 … nStrata − 1: each stratum has its own baseline hazard. */
  readonly stratum?: Uint32Array;
  readonly nStrata?: number;
}

/** The rows of a Cox model by stratum and in order of time, one column for each covariate, centred and scaled. */
export interface RiskSets {
  readonly nRows: number;
  readonly nCovariates: number;
  readonly nEvents: number;
  /** Case weights of the rows with an event, added up. */
  readonly eventWeight: number;
  readonly event: Uint8Array;
  readonly weight?: Float64Array;
  /** Centred. */
  readonly offset?: Float64Array;
  readonly offsetCentre: number;
  readonly entry?: Float64Array;
  /** With entry: rows by stratum and in order of entry. */
  readonly byEntry?: Uint32Array;
  readonly columns: readonly Float64Array[];
  readonly centre: Float64Array;
  /** Mean absolute deviation of each covariate; 1 where the covariate is constant. */
  readonly scale: Float64Array;
  /** Largest minus smallest scaled value of each covariate. */
  readonly range: Float64Array;
  /** Sums over the rows with an event, each with its case weight: of the scaled covariates, and of the offset. */
  readonly eventSum: Float64Array;
  readonly eventOffset: number;
  /** Distinct times of each stratum, and the first row of each, with nRows at the end. */
  readonly time: Float64Array;
  readonly firstRow: Uint32Array;
  /** First of the distinct times of each stratum, with their number at the end. */
  readonly firstTime: Uint32Array;
  /** Where each row stood in the data; absent where they came in order. */
  readonly order?: Uint32Array;
}

interface OrderedRows {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  readonly columns: readonly Float64Array[];
  readonly entry?: Float64Array;
  readonly weight?: Float64Array;
  readonly offset?: Float64Array;
  readonly stratum?: Uint32Array;
  readonly nStrata: number;
}

export function riskSets(data: CoxData): RiskSets {
  assertCoxData(data);
  const { time, event, entry, weight, offset, stratum, covariates, nStrata = 1 } = data;
  const order = orderOf(time, stratum, nStrata);
  const arranged = (column: Float64Array) => (order ? inOrder(column, order) : column);
  const spreads = covariates.map(spread);
  const offsetCentre = offset === undefined ? 0 : spread(offset).centre;
  return {
    ...setsOf({
      time: arranged(time),
      event: order ? event.map((_, i) => event[order[i]!]!) : event,
      columns: covariates.map((column, j) => standardised(arranged(column), spreads[j]!)),
      nStrata,
      ...(entry && { entry: arranged(entry) }),
      ...(weight && { weight: arranged(weight) }),
      ...(offset && { offset: standardised(arranged(offset), { centre: offsetCentre, scale: 1 }) }),
      ...(stratum && { stratum: order ? stratum.map((_, i) => stratum[order[i]!]!) : stratum }),
    }),
    offsetCentre,
    centre: Float64Array.from(spreads, ({ centre }) => centre),
    scale: Float64Array.from(spreads, ({ scale }) => scale),
    range: Float64Array.from(spreads, ({ range }) => range),
    ...(order && { order }),
  };
}

function assertCoxData({ time, event, covariates, entry, weight, offset, stratum, nStrata }: CoxData): void {
  const names = Object.fromEntries(covariates.map((column, j) => [`covariate ${j + 1}`, column]));
  const optional = { ...(weight && { weight }), ...(offset && { offset }) };
  assertSameLength({ time, event, ...names, ...optional, ...(stratum && { stratum }) });
  assertFinite({ time, ...names, ...optional });
  assertBinary({ event });
  if (entry) assertEntry(entry, time);
  for (let i = 0; weight && i < weight.length; i++)
    if (!(weight[i]! > 0)) throw new ContractError(`weight[${i}] is ${weight[i]}, not above 0`);
  if ((stratum === undefined) !== (nStrata === undefined))
    throw new ContractError("stratum and nStrata come together");
  if (stratum) assertCodes("stratum", stratum, { n: nStrata!, what: "strata" });
}

/** By stratum and time; rows that share both keep their order. Undefined where the rows are in order. */
function orderOf(time: Float64Array, stratum: Uint32Array | undefined, nStrata: number) {
  if (stratum === undefined) return isAscending(time) ? undefined : ascendingOrder(time);
  return byStratum(ascendingOrder(time), stratum, nStrata);
}

function byStratum(order: Uint32Array, stratum: Uint32Array, nStrata: number): Uint32Array {
  const next = new Uint32Array(nStrata + 1);
  for (let i = 0; i < stratum.length; i++) next[stratum[i]! + 1]!++;
  for (let s = 0; s < nStrata; s++) next[s + 1]! += next[s]!;
  const result = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) result[next[stratum[order[i]!]!]!++] = order[i]!;
  return result;
}

/** Every `stride`-th row of the same model, with the same centre and scale. */
export function thinnedSets(sets: RiskSets, stride: number): RiskSets {
  const n = Math.ceil(sets.nRows / stride);
  const time = new Float64Array(n);
  const event = new Uint8Array(n);
  const stratum = new Uint32Array(n);
  for (let i = 0, k = 0, s = 0; i < n; i++) {
    while (sets.firstRow[k + 1]! <= i * stride) k++;
    while (sets.firstTime[s + 1]! <= k) s++;
    time[i] = sets.time[k]!;
    event[i] = sets.event[i * stride]!;
    stratum[i] = s;
  }
  const thinned = (column: Float64Array) => Float64Array.from({ length: n }, (_, i) => column[i * stride]!);
  const few = setsOf({
    time,
    event,
    stratum,
    nStrata: sets.firstTime.length - 1,
    columns: sets.columns.map(thinned),
    ...(sets.entry && { entry: thinned(sets.entry) }),
    ...(sets.weight && { weight: thinned(sets.weight) }),
    ...(sets.offset && { offset: thinned(sets.offset) }),
  });
  const { centre, scale, range, offsetCentre } = sets;
  return { ...few, centre, scale, range, offsetCentre };
}

/** What follows from rows in order: their distinct times by stratum, the order of entry, and the events. */
function setsOf({ time, event, columns, stratum, nStrata, ...optional }: OrderedRows) {
  const nRows = time.length;
  const times = new Float64Array(nRows);
  const firstRow = new Uint32Array(nRows + 1);
  const firstTime = new Uint32Array(nStrata + 1);
  let nTimes = 0;
  let nEvents = 0;
  for (let i = 0, s = 0; i < nRows; i++) {
    nEvents += event[i]!;
    const own = stratum ? stratum[i]! : 0;
    if (i > 0 && own === s && time[i]! === times[nTimes - 1]!) continue;
    while (s < own) firstTime[++s] = nTimes;
    times[nTimes] = time[i]!;
    firstRow[nTimes++] = i;
  }
  firstRow[nTimes] = nRows;
  const last = nRows > 0 && stratum ? stratum[nRows - 1]! : 0;
  firstTime.fill(nTimes, last + 1);
  const { entry, weight, offset } = optional;
  const counted = weight ? weight.map((value, i) => event[i]! * value) : event;
  const entryOrder = entry && ascendingOrder(entry);
  return {
    nRows,
    nCovariates: columns.length,
    nEvents,
    eventWeight: weight ? dot(event, weight) : nEvents,
    eventSum: Float64Array.from(columns, (column) => dot(counted, column)),
    eventOffset: offset ? dot(counted, offset) : 0,
    event,
    columns,
    time: times.slice(0, nTimes),
    firstRow: firstRow.slice(0, nTimes + 1),
    firstTime,
    ...optional,
    ...(entryOrder && { byEntry: stratum ? byStratum(entryOrder, stratum, nStrata) : entryOrder }),
  };
}

/** Σ aᵢ bᵢ. */
export function dot(a: Float64Array | Uint8Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
