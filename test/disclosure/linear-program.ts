/** What is known of counts: Σ times · count between low and high; each count is 0 or more. */
export interface Constraint {
  readonly terms: ReadonlyMap<string, number>;
  readonly low: number;
  readonly high: number;
}

const tiny = 1e-7;

/** Least and largest value of counts that fit all constraints, fractions allowed. */
export class LinearProgram {
  private readonly fixed = new Map<string, number>();
  private readonly open: Constraint[];

  constructor(constraints: readonly Constraint[]) {
    this.open = this.substitute(constraints);
  }

  range(count: string): readonly [low: number, high: number] {
    const value = this.fixed.get(count);
    if (value !== undefined) return [value, value];
    const linked = componentOf(count, this.open);
    if (linked.length === 0) return [0, Number.POSITIVE_INFINITY];
    const start = feasible(linked);
    return [-optimum(start, count, -1), optimum(start, count, 1)];
  }

  /** Counts that an equation alone determines are put into the others, until none is left. */
  private substitute(constraints: readonly Constraint[]): Constraint[] {
    let open = [...constraints];
    for (;;) {
      open = open.map((constraint) => this.reduced(constraint)).filter(({ terms }) => terms.size > 0);
      const single = open.filter(({ terms, low, high }) => terms.size === 1 && high - low < tiny);
      if (single.length === 0) return open;
      for (const { terms, low, high } of single) {
        const [[count, times]] = [...terms] as [[string, number]];
        this.fixed.set(count, (low + high) / 2 / times);
      }
    }
  }

  private reduced({ terms, low, high }: Constraint): Constraint {
    let known = 0;
    const left = new Map<string, number>();
    for (const [count, times] of terms) {
      const value = this.fixed.get(count);
      if (value === undefined) left.set(count, times);
      else known += times * value;
    }
    if (left.size === 0 && (known < low - 1e-3 || known > high + 1e-3))
      throw new Error(`the constraints contradict each other: ${[...terms].join(" ")} in ${low} to ${high}`);
    return { terms: left, low: low - known, high: high - known };
  }
}

function componentOf(count: string, constraints: readonly Constraint[]): Constraint[] {
  const reached = new Set([count]);
  const found = new Set<Constraint>();
  for (let grows = true; grows; ) {
    grows = false;
    for (const constraint of constraints) {
      if (found.has(constraint) || ![...constraint.terms.keys()].some((name) => reached.has(name))) continue;
      found.add(constraint);
      for (const name of constraint.terms.keys()) reached.add(name);
      grows = true;
    }
  }
  return [...found];
}

interface Tableau {
  /** Rows of coefficients, the right-hand side last. */
  readonly rows: Float64Array[];
  readonly basis: Int32Array;
  readonly names: ReadonlyMap<string, number>;
  readonly nColumns: number;
}

/** The tableau of some solution (phase one of the simplex method). */
function feasible(constraints: readonly Constraint[]): Tableau {
  const names = new Map<string, number>();
  for (const { terms } of constraints)
    for (const name of terms.keys()) if (!names.has(name)) names.set(name, names.size);
  const sides = constraints.flatMap(({ terms, low, high }) => {
    if (high - low < tiny) return [{ terms, sign: 1, slack: 0, side: (low + high) / 2 }];
    return [
      ...(Number.isFinite(high) ? [{ terms, sign: 1, slack: 1, side: high }] : []),
      ...(Number.isFinite(low) ? [{ terms, sign: 1, slack: -1, side: low }] : []),
    ];
  });
  const nSlack = sides.filter(({ slack }) => slack !== 0).length;
  const nColumns = names.size + nSlack;
  let slackColumn = names.size;
  const basis = new Int32Array(sides.length);
  const rows = sides.map(({ terms, slack, side }, r) => {
    const row = new Float64Array(nColumns + sides.length + 1);
    for (const [name, times] of terms) row[names.get(name)!] = times;
    const own = slack === 0 ? -1 : slackColumn++;
    if (own >= 0) row[own] = slack;
    row[row.length - 1] = side;
    if (side < 0) for (let c = 0; c < row.length; c++) row[c] = -row[c]!;
    basis[r] = own >= 0 && row[own]! > 0 ? own : nColumns + r;
    row[basis[r]!] = 1;
    return row;
  });
  const cost = new Float64Array(nColumns + sides.length + 1);
  rows.forEach((row, r) => {
    if (basis[r]! >= nColumns) addTo(cost, row, 1);
  });
  for (let c = nColumns; c < nColumns + sides.length; c++) cost[c] = 0;
  climb({ rows, basis, names, nColumns }, cost);
  if (cost.at(-1)! > 1e-4) throw new Error("no counts fit the constraints");
  return { rows, basis, names, nColumns };
}

/** The largest value of sign · count, from the start's copy. */
function optimum(start: Tableau, count: string, sign: 1 | -1): number {
  const tableau: Tableau = {
    ...start,
    rows: start.rows.map((row) => row.slice()),
    basis: start.basis.slice(),
  };
  const cost = new Float64Array(tableau.rows[0]!.length);
  cost[tableau.names.get(count)!] = sign;
  tableau.rows.forEach((row, r) => {
    const factor = cost[tableau.basis[r]!]!;
    addTo(cost, row, -factor);
  });
  return climb(tableau, cost) ? -cost.at(-1)! : Number.POSITIVE_INFINITY;
}

/** Pivots until no column improves; false where the objective has no bound. */
function climb({ rows, basis, nColumns }: Tableau, cost: Float64Array): boolean {
  for (let step = 0; step < 20_000; step++) {
    // The steepest column, and now and then the first, which leads out of circles.
    let column = -1;
    for (let c = 0; c < nColumns; c++) {
      if (cost[c]! <= tiny || (column >= 0 && (step % 3 === 2 || cost[c]! <= cost[column]!))) continue;
      column = c;
    }
    if (column < 0) return true;
    const pivot = leaving(rows, basis, nColumns, column);
    if (pivot < 0) return false;
    turn(rows, cost, pivot, column);
    basis[pivot] = column;
  }
  throw new Error("the attacker's program does not settle");
}

/** The row that limits a column first, of equals the largest pivot; artificial variables at 0 must not grow. */
function leaving(rows: readonly Float64Array[], basis: Int32Array, nColumns: number, column: number): number {
  let pivot = -1;
  let least = Number.POSITIVE_INFINITY;
  rows.forEach((row, r) => {
    const isArtificial =
      basis[r]! >= nColumns && Math.abs(row.at(-1)!) < 1e-6 && Math.abs(row[column]!) > tiny;
    if (row[column]! <= tiny && !isArtificial) return;
    const ratio = isArtificial ? 0 : Math.max(0, row.at(-1)!) / row[column]!;
    const isLarger = pivot >= 0 && Math.abs(row[column]!) > Math.abs(rows[pivot]![column]!);
    if (ratio >= least - 1e-9 && !(ratio <= least + 1e-9 && isLarger)) return;
    least = Math.min(least, ratio);
    pivot = r;
  });
  return pivot;
}

function turn(rows: readonly Float64Array[], cost: Float64Array, pivot: number, column: number): void {
  const row = rows[pivot]!;
  const factor = row[column]!;
  const filled: number[] = [];
  for (let c = 0; c < row.length; c++) {
    row[c]! /= factor;
    if (row[c] !== 0) filled.push(c);
  }
  for (const other of [...rows.filter((_, r) => r !== pivot), cost]) {
    const times = other[column]!;
    if (times === 0) continue;
    for (const c of filled) {
      const value = other[c]! - times * row[c]!;
      other[c] = Math.abs(value) < 1e-11 ? 0 : value;
    }
    other[column] = 0;
  }
}

function addTo(row: Float64Array, other: Float64Array, times: number): void {
  for (let c = 0; c < row.length; c++) row[c]! += times * other[c]!;
}
