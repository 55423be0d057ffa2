import { type BinomialMass, binomialMass } from "../src/stats/binomial-mass.ts";

/** Two groups, the hypothesis |p₁ − p₂| ≤ margin, and the truth at which the power is wanted. */
export interface BarnardSetting {
  readonly n1: number;
  readonly n2: number;
  readonly margin: number;
  readonly level: number;
  readonly p1: number;
  readonly p2: number;
}

const nNuisance = 400;
const nHalvings = 22;

/**
 * Power of Barnard's exact test: of all tables ordered by the score statistic, the most extreme whose chance is at most
 * the level at every point of the hypothesis' two edges. Written apart from the audit: the likelihood is maximised by
 * bisection, and the nuisance parameter goes from 0 to 1.
 */
export function barnardPower({ n1, n2, margin, level, p1, p2 }: BarnardSetting): number {
  const upper = (a: number, b: number) => scoreAt(a, n1, b, n2, margin);
  /** For each x₂ the least x₁ whose statistic is at least t. */
  const edgeOf = (t: number) =>
    Int32Array.from({ length: n2 + 1 }, (_, b) => {
      let [out, inside] = [-1, n1 + 1];
      while (inside - out > 1) {
        const a = (out + inside) >> 1;
        if (upper(a, b) >= t) inside = a;
        else out = a;
      }
      return inside;
    });
  const points = Array.from({ length: nNuisance + 1 }, (_, k) => {
    const p = ((1 - margin) * k) / nNuisance;
    return [at(n1, p + margin, n2, p), at(n1, p, n2, p + margin)];
  }).flat();
  const isHeld = (edge: Int32Array) => points.every((point) => chance(point, edge, n1, n2) <= level);
  // Levels are far from 1 and far from 0: the statistic of the last table that may be in lies between these.
  let [out, inside] = [0, 8];
  for (let k = 0; k < nHalvings; k++) {
    const t = (out + inside) / 2;
    if (isHeld(edgeOf(t))) inside = t;
    else out = t;
  }
  return chance(at(n1, p1, n2, p2), edgeOf(inside), n1, n2);
}

interface Point {
  readonly tail: BinomialMass;
  readonly rows: BinomialMass;
}

function at(n1: number, p1: number, n2: number, p2: number): Point {
  const { first, mass } = binomialMass(n1, p1);
  for (let i = mass.length - 2; i >= 0; i--) mass[i]! += mass[i + 1]!;
  return { tail: { first, mass }, rows: binomialMass(n2, p2) };
}

/** P of the tables beyond the edge and of their mirror images, beyond the other margin. */
function chance({ tail, rows }: Point, edge: Int32Array, n1: number, n2: number): number {
  const atLeast = (x: number) => (x <= tail.first ? 1 : (tail.mass[x - tail.first] ?? 0));
  let sum = 0;
  rows.mass.forEach((b, i) => {
    const row = rows.first + i;
    sum += b * (atLeast(edge[row]!) + 1 - atLeast(n1 - edge[n2 - row]! + 1));
  });
  return sum;
}

/** Miettinen and Nurminen's statistic at p₁ − p₂ = delta ≥ 0. */
function scoreAt(a: number, n1: number, b: number, n2: number, delta: number): number {
  const slope = (p: number) =>
    (a > 0 ? a / (p + delta) : 0) -
    (a < n1 ? (n1 - a) / (1 - p - delta) : 0) +
    (b > 0 ? b / p : 0) -
    (b < n2 ? (n2 - b) / (1 - p) : 0);
  let [low, high] = [0, 1 - delta];
  for (let k = 0; k < 38; k++) {
    const p = (low + high) / 2;
    if (slope(p) > 0) low = p;
    else high = p;
  }
  const p2 = (low + high) / 2;
  const p1 = p2 + delta;
  const away = a / n1 - b / n2 - delta;
  const variance = ((p1 * (1 - p1)) / n1 + (p2 * (1 - p2)) / n2) * ((n1 + n2) / (n1 + n2 - 1));
  if (variance < 1e-13) return Math.abs(away) < 1e-9 ? 0 : away * Infinity;
  return away / Math.sqrt(variance);
}
