import type { Counts, Fact } from "./count-audit.ts";

/**
 * A count, or the slack of an inequality, as its true value and what departures from the true counts change in it.
 */
export interface Line {
  /** The count, where the line is one. */
  readonly count?: string;
  readonly value: number;
  readonly terms: ReadonlyMap<string, number>;
  /** The equations put into it, and how often; for a slack also its inequality. */
  readonly sources: ReadonlyMap<Fact, number>;
}

interface Departure {
  readonly terms: Map<string, number>;
  readonly sources: Map<Fact, number>;
}

const noise = 1e-12;

/**
 * Solves the equations among the facts (Gauss–Jordan) and writes counts and inequalities by the departures left free.
 *
 * Facts about counts whose true value the dossier does not give are left out.
 */
export function eliminate(facts: readonly Fact[], counts: Counts): Line[] {
  const usable = facts.filter(({ terms }) => terms.every(([name]) => counts.get(name) !== undefined));
  const solved = solve(usable.filter(({ low, high }) => low === high));
  const written = (terms: Iterable<readonly [string, number]>) => substituted(terms, solved);
  const lines: Line[] = [];
  for (const [count, value] of counts)
    if (value !== undefined) lines.push({ count, value, ...written([[count, 1]]) });
  for (const fact of usable) {
    const { terms, low, high } = fact;
    if (low === high) continue;
    const value = terms.reduce((sum, [name, times]) => sum + times * counts.get(name)!, 0);
    const line = written(terms);
    line.sources.set(fact, 1);
    if (Number.isFinite(low)) lines.push({ value: value - low, ...line });
    if (Number.isFinite(high)) lines.push({ value: high - value, ...scaled(line, -1) });
  }
  return lines;
}

/** Each solved count's departure by those of the unsolved ones. Equations of one count first: they are the simplest. */
function solve(equations: readonly Fact[]): ReadonlyMap<string, Departure> {
  const solved = new Map<string, Departure>();
  for (const fact of [...equations].sort((a, b) => a.terms.length - b.terms.length)) {
    const { terms, sources } = substituted(fact.terms, solved);
    const [name, factor] = largest(terms);
    if (name === undefined) continue;
    terms.delete(name);
    addTerm(sources, fact, -1);
    const departure = scaled({ terms, sources }, -1 / factor);
    for (const earlier of solved.values()) insert(earlier, name, departure);
    solved.set(name, departure);
  }
  return solved;
}

function largest(terms: ReadonlyMap<string, number>): readonly [name: string | undefined, factor: number] {
  let found: readonly [name: string | undefined, factor: number] = [undefined, 0];
  for (const [name, times] of terms) if (Math.abs(times) > Math.abs(found[1])) found = [name, times];
  return found;
}

function scaled({ terms, sources }: Departure, factor: number): Departure {
  return {
    terms: new Map([...terms].map(([name, times]) => [name, times * factor])),
    sources: new Map([...sources].map(([fact, times]) => [fact, times * factor])),
  };
}

function substituted(
  terms: Iterable<readonly [string, number]>,
  solved: ReadonlyMap<string, Departure>,
): Departure {
  const sum: Departure = { terms: new Map(), sources: new Map() };
  for (const [name, times] of terms) {
    const departure = solved.get(name);
    if (departure) addTo(sum, departure, times);
    else addTerm(sum.terms, name, times);
  }
  return sum;
}

/** Puts a count that has just been solved into an earlier solution. */
function insert(earlier: Departure, name: string, departure: Departure): void {
  const times = earlier.terms.get(name);
  if (times === undefined) return;
  earlier.terms.delete(name);
  addTo(earlier, departure, times);
}

function addTo(sum: Departure, { terms, sources }: Departure, times: number): void {
  for (const [name, factor] of terms) addTerm(sum.terms, name, times * factor);
  for (const [fact, factor] of sources) addTerm(sum.sources, fact, times * factor);
}

function addTerm<Name>(terms: Map<Name, number>, name: Name, times: number): void {
  const sum = (terms.get(name) ?? 0) + times;
  if (Math.abs(sum) < noise) terms.delete(name);
  else terms.set(name, sum);
}
