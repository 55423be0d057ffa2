import type { Fact } from "./count-audit.ts";

/** A fact with the counts that are not fixed, and what the fixed ones leave of it. */
interface Row {
  readonly fact: Fact;
  readonly terms: ReadonlyMap<string, number>;
  readonly low: number;
  readonly high: number;
}

const tiny = 1e-7;

/** What is known of counts, as a linear program. */
export interface Program {
  /** Values of a count in the solutions met so far: its range holds at least these. */
  readonly seen: (count: string) => readonly [low: number, high: number];
  /** Takes a count as high (1) or low (−1) as it goes; the facts that hold it there, or undefined where stuck. */
  readonly push: (count: string, sign: 1 | -1) => ReadonlySet<Fact> | undefined;
}

/**
 * All assignments of numbers from 0 up, fractions included, that fit some facts.
 *
 * Each set of facts that hang together is solved by the simplex method in two phases. A fact holds an extreme where its
 * dual value is not 0. `undefined` where rounding left no solution.
 *
 * Reference: Bland (1977), Mathematics of Operations Research 2, 103–107, doi:10.1287/moor.2.2.103.
 */
export function linearProgram(facts: readonly Fact[]): Program {
  const { rows, fixed } = withoutFixed(facts);
  const tableaus = new Map<string, Tableau | undefined>();
  const seen = new Map<string, readonly [low: number, high: number]>();
  const note = (tableau: Tableau) => {
    for (const [name, value] of solution(tableau)) {
      const [low, high] = seen.get(name) ?? [value, value];
      seen.set(name, [Math.min(low, value), Math.max(high, value)]);
    }
  };
  const tableauOf = (count: string) => {
    if (tableaus.has(count)) return tableaus.get(count);
    const linked = componentOf(count, rows);
    const tableau = phaseOne(linked);
    for (const { terms } of linked) for (const name of terms.keys()) tableaus.set(name, tableau);
    if (tableau) note(tableau);
    return tableau;
  };
  const isLoose = (count: string) => !rows.some(({ terms }) => terms.has(count));
  return {
    seen: (count) => {
      const value = fixed.get(count);
      if (value !== undefined) return [value, value];
      if (isLoose(count)) return [0, Number.POSITIVE_INFINITY];
      return tableauOf(count) ? seen.get(count)! : [1, 1];
    },
    push: (count, sign) => {
      if (fixed.has(count)) return new Set(facts.filter((fact) => names(fact, count)));
      const tableau = tableauOf(count);
      if (!tableau) return undefined;
      const end = optimum(tableau, count, sign);
      if (!end) return undefined;
      note(end.tableau);
      if (end.isUnbounded) seen.set(count, [seen.get(count)![0], Number.POSITIVE_INFINITY]);
      return end.proof;
    },
  };
}

/** The value of each count at the tableau's corner. */
function solution({ rows, basis, columns }: Tableau): [string, number][] {
  const values = new Map([...basis].map((column, r) => [column, rows[r]!.at(-1)!]));
  return [...columns].map(([name, column]) => [name, values.get(column) ?? 0]);
}

function names({ terms }: Fact, count: string): boolean {
  return terms.some(([name]) => name === count);
}

/** Puts counts that one equation fixes into the others, until none is left. */
function withoutFixed(facts: readonly Fact[]): {
  readonly rows: readonly Row[];
  readonly fixed: ReadonlyMap<string, number>;
} {
  const fixed = new Map<string, number>();
  let rows = facts.map((fact): Row => {
    const terms = new Map<string, number>();
    for (const [name, times] of fact.terms) terms.set(name, (terms.get(name) ?? 0) + times);
    return { fact, terms, low: fact.low, high: fact.high };
  });
  for (;;) {
    const single = rows.filter(({ terms, low, high }) => terms.size === 1 && high - low < tiny);
    for (const { terms, low } of single) for (const [name, times] of terms) fixed.set(name, low / times);
    if (single.length === 0) return { rows, fixed };
    rows = rows.map((row) => reduced(row, fixed)).filter(({ terms }) => terms.size > 0);
  }
}

function reduced(row: Row, fixed: ReadonlyMap<string, number>): Row {
  const terms = new Map<string, number>();
  let known = 0;
  for (const [name, times] of row.terms) {
    const value = fixed.get(name);
    if (value === undefined) terms.set(name, times);
    else known += times * value;
  }
  return { ...row, terms, low: row.low - known, high: row.high - known };
}

function componentOf(count: string, rows: readonly Row[]): Row[] {
  const reached = new Set([count]);
  const found = new Set<Row>();
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const row of rows) {
      if (found.has(row) || ![...row.terms.keys()].some((name) => reached.has(name))) continue;
      found.add(row);
      for (const name of row.terms.keys()) reached.add(name);
    }
  }
  return [...found];
}

interface Tableau {
  /** Coefficients of counts, slacks and artificial variables, then the right-hand side. */
  readonly rows: readonly Float64Array[];
  readonly basis: Int32Array;
  readonly columns: ReadonlyMap<string, number>;
  readonly nReal: number;
  /** For each row the fact, and the column that began in its basis: where its dual value is read. */
  readonly sources: readonly { readonly fact: Fact; readonly unit: number }[];
}

interface Side {
  readonly row: Row;
  readonly slack: -1 | 0 | 1;
  readonly bound: number;
}

function sidesOf(row: Row): Side[] {
  const { low, high } = row;
  if (high - low < tiny) return [{ row, slack: 0, bound: (low + high) / 2 }];
  return [
    ...(Number.isFinite(high) ? [{ row, slack: 1 as const, bound: high }] : []),
    ...(Number.isFinite(low) ? [{ row, slack: -1 as const, bound: low }] : []),
  ];
}

/** Some solution, or undefined where there is none. */
function phaseOne(linked: readonly Row[]): Tableau | undefined {
  const columns = new Map<string, number>();
  for (const { terms } of linked)
    for (const name of terms.keys()) if (!columns.has(name)) columns.set(name, columns.size);
  const sides = linked.flatMap(sidesOf);
  const nReal = columns.size + sides.filter(({ slack }) => slack !== 0).length;
  const width = nReal + sides.length + 1;
  const basis = new Int32Array(sides.length);
  let nextSlack = columns.size;
  const rows = sides.map(({ row, slack, bound }, r) => {
    const sign = bound < 0 ? -1 : 1;
    const line = new Float64Array(width);
    for (const [name, times] of row.terms) line[columns.get(name)!] = sign * times;
    const own = slack === 0 ? -1 : nextSlack++;
    if (own >= 0) line[own] = sign * slack;
    line[width - 1] = sign * bound;
    basis[r] = own >= 0 && line[own] === 1 ? own : nReal + r;
    line[basis[r]!] = 1;
    return line;
  });
  const sources = sides.map(({ row: { fact } }, r) => ({ fact, unit: basis[r]! }));
  const cost = new Float64Array(width);
  rows.forEach((line, r) => {
    if (basis[r]! >= nReal) add(cost, line, 1);
  });
  cost.fill(0, nReal, width - 1);
  const tableau = { rows, basis, columns, nReal, sources };
  return climb(tableau, cost) === "stuck" || cost[width - 1]! > 1e-5 ? undefined : tableau;
}

interface Optimum {
  readonly tableau: Tableau;
  readonly isUnbounded: boolean;
  readonly proof: ReadonlySet<Fact>;
}

function optimum(start: Tableau, count: string, sign: 1 | -1): Optimum | undefined {
  const tableau = { ...start, rows: start.rows.map((row) => row.slice()), basis: start.basis.slice() };
  const cost = new Float64Array(tableau.rows[0]!.length);
  cost[tableau.columns.get(count)!] = sign;
  tableau.rows.forEach((row, r) => {
    add(cost, row, -cost[tableau.basis[r]!]!);
  });
  const end = climb(tableau, cost);
  if (end === "stuck") return undefined;
  const inProof = tableau.sources.filter(({ unit }) => Math.abs(cost[unit]!) > tiny);
  return { tableau, isUnbounded: end === "unbounded", proof: new Set(inProof.map(({ fact }) => fact)) };
}

const noise = 1e-11;

/**
 * Pivots while a column improves the objective. The steepest column first, which is fast; Bland's rule later, which
 * cannot go round in circles.
 */
function climb(
  tableau: Omit<Tableau, "columns" | "sources">,
  cost: Float64Array,
): "best" | "unbounded" | "stuck" {
  const { rows, basis, nReal } = tableau;
  const patience = 4 * (rows.length + 10);
  for (let step = 0; step < 3 * patience; step++) {
    const column = step < patience ? steepest(cost, nReal) : firstRising(cost, nReal);
    if (column < 0) return "best";
    const pivot = pivotRow(tableau, column, step < patience);
    if (pivot < 0) return "unbounded";
    const line = rows[pivot]!;
    const factor = line[column]!;
    for (let c = 0; c < line.length; c++) line[c]! /= factor;
    const places = placesOf(line);
    for (const row of [...rows.filter((_, r) => r !== pivot), cost]) add(row, line, -row[column]!, places);
    basis[pivot] = column;
  }
  return "stuck";
}

function steepest(cost: Float64Array, nReal: number): number {
  let column = -1;
  let most = tiny;
  for (let c = 0; c < nReal; c++) {
    if (cost[c]! <= most) continue;
    most = cost[c]!;
    column = c;
  }
  return column;
}

function firstRising(cost: Float64Array, nReal: number): number {
  for (let c = 0; c < nReal; c++) if (cost[c]! > tiny) return c;
  return -1;
}

/**
 * The row that limits a column first; an artificial variable left in the basis at 0 must stay there. Of equal rows the
 * largest pivot, which keeps rounding small, or for Bland's rule the first variable.
 */
function pivotRow(
  { rows, basis, nReal }: Omit<Tableau, "columns" | "sources">,
  column: number,
  isLargest: boolean,
): number {
  let pivot = -1;
  let least = Number.POSITIVE_INFINITY;
  rows.forEach((row, r) => {
    const [times, side] = [row[column]!, row.at(-1)!];
    const stays = basis[r]! >= nReal && Math.abs(side) < 1e-6 && Math.abs(times) > tiny;
    if (times <= tiny && !stays) return;
    const ratio = stays ? 0 : Math.max(0, side) / times;
    const isTie = pivot >= 0 && ratio <= least + 1e-9;
    const isBetter = isLargest
      ? Math.abs(times) > Math.abs(rows[pivot]?.[column] ?? 0)
      : basis[r]! < (basis[pivot] ?? 0);
    if (ratio >= least - 1e-9 && !(isTie && isBetter)) return;
    least = Math.min(least, ratio);
    pivot = r;
  });
  return pivot;
}

/** Where a row is not 0: few places, since a fact names few counts. */
function placesOf(row: Float64Array): number[] {
  const places: number[] = [];
  for (let c = 0; c < row.length; c++) if (row[c] !== 0) places.push(c);
  return places;
}

function add(row: Float64Array, other: Float64Array, times: number, places = placesOf(other)): void {
  if (times === 0) return;
  for (const c of places) {
    const sum = row[c]! + times * other[c]!;
    row[c] = Math.abs(sum) < noise ? 0 : sum;
  }
}
