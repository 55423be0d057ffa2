import type { Counts, Fact } from "./count-audit.ts";
import { eliminate, type Line } from "./elimination.ts";

/** What facts leave of counts when any numbers from 0 up, fractions included, may stand for them. */
export interface Program {
  /** Values of a count in the solutions met so far: its range holds at least these. */
  readonly seen: (count: string) => readonly [low: number, high: number];
  /** Takes a count as high (1) or low (−1) as it goes; the facts that hold it there, or all if it does not settle. */
  readonly push: (count: string, sign: 1 | -1) => ReadonlySet<Fact>;
}

/**
 * The range of counts under facts, by the simplex method.
 *
 *     each count and the slack of each inequality = true value + Σ aᵢⱼ · dⱼ ≥ 0
 *
 * dⱼ are the departures from the true counts that the equations leave free. The true counts fit, so that no first
 * phase is needed. A row holds an extreme where its coefficient in the objective's row is not 0.
 *
 * Conventions: right-hand sides are widened by about 1e-7, each by another amount, so that no two rows tie; the
 * steepest column enters, late in the run the first one (Bland 1977, doi:10.1287/moor.2.2.103).
 */
export function linearProgram(facts: readonly Fact[], counts: Counts): Program {
  const lines = eliminate(facts, counts);
  const seen = new Map<string, readonly [low: number, high: number]>();
  const dictionaries = new Map<string, Dictionary>();
  const note = (dictionary: Dictionary) => {
    dictionary.lines.forEach(({ count }, i) => {
      if (count === undefined) return;
      const value = lineValue(dictionary, i);
      const [low, high] = seen.get(count) ?? [value, value];
      seen.set(count, [Math.min(low, value), Math.max(high, value)]);
    });
  };
  const dictionaryOf = (count: string): Dictionary => {
    const found = dictionaries.get(count);
    if (found) return found;
    const dictionary = dictionaryFor(componentOf(count, lines));
    for (const line of dictionary.lines)
      if (line.count !== undefined) dictionaries.set(line.count, dictionary);
    note(dictionary);
    return dictionary;
  };
  return {
    seen: (count) => {
      dictionaryOf(count);
      return seen.get(count)!;
    },
    push: (count, sign) => {
      const dictionary = dictionaryOf(count);
      const end = climb(dictionary, count, sign);
      note(dictionary);
      if (end === "unbounded") seen.set(count, [seen.get(count)![0], Number.POSITIVE_INFINITY]);
      return end === "stuck" ? new Set(facts) : holding(dictionary, count);
    },
  };
}

function componentOf(count: string, lines: readonly Line[]): Line[] {
  const own = lines.filter((line) => line.count === count);
  const reached = new Set(own.flatMap(({ terms }) => [...terms.keys()]));
  const found = new Set(own);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const line of lines) {
      if (found.has(line) || ![...line.terms.keys()].some((name) => reached.has(name))) continue;
      found.add(line);
      for (const name of line.terms.keys()) reached.add(name);
    }
  }
  return [...found];
}

/**
 * Rows of basic variables as sums of the others: value + Σ a · other. A variable is a line (0 …) or, below 0, one of
 * the free departures.
 */
interface Dictionary {
  readonly lines: readonly Line[];
  readonly rows: Float64Array[];
  readonly values: Float64Array;
  /** Variable of each row and of each column. */
  readonly basic: Int32Array;
  readonly others: Int32Array;
}

function dictionaryFor(lines: readonly Line[]): Dictionary {
  const columns = new Map<string, number>();
  for (const { terms } of lines)
    for (const name of terms.keys()) if (!columns.has(name)) columns.set(name, columns.size);
  const rows = lines.map(({ terms }) => {
    const row = new Float64Array(columns.size);
    for (const [name, times] of terms) row[columns.get(name)!] = times;
    return row;
  });
  const golden = 0.618_033_988_749_895;
  return {
    lines,
    rows,
    values: Float64Array.from(lines, ({ value }, i) => value + 1e-7 * (1 + ((i * golden) % 1))),
    basic: Int32Array.from(lines, (_, i) => i),
    others: Int32Array.from({ length: columns.size }, (_, j) => -1 - j),
  };
}

function rowOf({ basic }: Dictionary, line: number): number {
  return basic.indexOf(line);
}

function lineValue(dictionary: Dictionary, line: number): number {
  const row = rowOf(dictionary, line);
  return row < 0 ? 0 : dictionary.values[row]!;
}

const tiny = 1e-9;
const noise = 1e-12;

function climb(dictionary: Dictionary, count: string, sign: 1 | -1): "best" | "unbounded" | "stuck" {
  const { lines, rows } = dictionary;
  const line = lines.findIndex((candidate) => candidate.count === count);
  const patience = 4 * (lines.length + 10);
  for (let step = 0; step < 2 * patience; step++) {
    const goal = rowOf(dictionary, line);
    if (goal < 0 && sign < 0) return "best";
    const column =
      goal < 0 ? dictionary.others.indexOf(line) : entering(dictionary, rows[goal]!, sign, step < patience);
    if (column < 0) return "best";
    const direction = goal < 0 ? 1 : Math.sign(sign * rows[goal]![column]!);
    const row = leaving(dictionary, column, direction);
    if (row < 0) return "unbounded";
    pivot(dictionary, row, column);
  }
  return "stuck";
}

/** A column that moves the goal: a free one in either direction, any other only up from 0. */
function entering({ others }: Dictionary, goal: Float64Array, sign: 1 | -1, isSteepest: boolean): number {
  let column = -1;
  let most = tiny;
  for (let j = 0; j < goal.length; j++) {
    const gain = others[j]! < 0 ? Math.abs(goal[j]!) : sign * goal[j]!;
    if (gain <= most) continue;
    column = j;
    if (!isSteepest) return column;
    most = gain;
  }
  return column;
}

/** The row that falls to 0 first; free departures may fall below. Of equals the largest coefficient. */
function leaving({ rows, values, basic }: Dictionary, column: number, direction: number): number {
  let found = -1;
  let least = Number.POSITIVE_INFINITY;
  rows.forEach((row, i) => {
    const falls = -direction * row[column]!;
    if (basic[i]! < 0 || falls <= tiny) return;
    const ratio = Math.max(0, values[i]!) / falls;
    const isLarger = found >= 0 && falls > Math.abs(rows[found]![column]!);
    if (ratio > least + noise || (ratio > least - noise && !isLarger)) return;
    least = Math.min(least, ratio);
    found = i;
  });
  return found;
}

/** Swaps the variable of a row with that of a column. */
function pivot({ rows, values, basic, others }: Dictionary, at: number, column: number): void {
  const row = rows[at]!;
  const factor = row[column]!;
  // entering = (leaving − value − Σ a · others) / factor
  for (let j = 0; j < row.length; j++) row[j] = j === column ? 1 / factor : -row[j]! / factor;
  values[at] = -values[at]! / factor;
  const filled = [...row.keys()].filter((j) => j !== column && row[j] !== 0);
  rows.forEach((other, i) => {
    const times = other[column]!;
    if (i === at || times === 0) return;
    other[column] = times * row[column]!;
    values[i]! += times * values[at]!;
    for (const j of filled) {
      const sum = other[j]! + times * row[j]!;
      other[j] = Math.abs(sum) < noise ? 0 : sum;
    }
  });
  const left = basic[at]!;
  basic[at] = others[column]!;
  others[column] = left;
}

/**
 * The facts that keep a count from going further: goal − Σ a · line = 0 in all departures, so those whose multiples do
 * not cancel.
 */
function holding({ lines, rows, basic, others }: Dictionary, count: string): ReadonlySet<Fact> {
  const line = lines.findIndex((candidate) => candidate.count === count);
  const goal = rows[basic.indexOf(line)];
  const multiples = new Map(lines[line]!.sources);
  others.forEach((other, j) => {
    const times = goal?.[j] ?? 0;
    if (other < 0 || Math.abs(times) <= tiny) return;
    for (const [fact, factor] of lines[other]!.sources)
      multiples.set(fact, (multiples.get(fact) ?? 0) - times * factor);
  });
  return new Set([...multiples].flatMap(([fact, times]) => (Math.abs(times) > 1e-7 ? [fact] : [])));
}
