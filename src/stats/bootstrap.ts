import { assertCount, assertLevel, assertSameLength } from "./assert.ts";
import type { Limits } from "./proportion.ts";
import { quantile } from "./quantile.ts";
import type { Random } from "./random.ts";

/** n row numbers drawn with replacement from 0 … n − 1; n that is no whole number is a ContractError. */
export function resample(n: number, random: Random): Uint32Array {
  assertCount("rows to draw from", n);
  const rows = new Uint32Array(n);
  for (let i = 0; i < n; i++) rows[i] = random.integer(n);
  return rows;
}

/**
 * What draws whole clusters, such as patients with all their encounters: as many as there are, with replacement, and returns
 * the rows of those drawn, in the order drawn. Each draw has its own number of rows.
 *
 * Reference: Davison & Hinkley (1997), Bootstrap Methods and their Application, section 3.8,
 * doi:10.1017/CBO9780511802843; Field & Welsh (2007), J R Stat Soc B 69, 369–390, doi:10.1111/j.1467-9868.2007.00593.x.
 */
export function clusterResampler(cluster: Uint32Array): (random: Random) => Uint32Array {
  const rowsOf = new Map<number, number[]>();
  cluster.forEach((code, row) => {
    const rows = rowsOf.get(code);
    if (rows) rows.push(row);
    else rowsOf.set(code, [row]);
  });
  const clusters = [...rowsOf.values()];
  return (random) => {
    const drawn = resample(clusters.length, random);
    const rows = new Uint32Array(drawn.reduce((total, c) => total + clusters[c]!.length, 0));
    let filled = 0;
    for (const c of drawn) {
      rows.set(clusters[c]!, filled);
      filled += clusters[c]!.length;
    }
    return rows;
  };
}

/**
 * How often each row is drawn where `resample` draws from n rows, or `clusterResampler` from these clusters: the same draws
 * of the same random numbers, counted instead of listed.
 */
export function frequencyResampler(n: number, cluster?: Uint32Array): (random: Random) => Uint32Array {
  if (cluster === undefined) {
    assertCount("rows to draw from", n);
    return (random) => random.tally(n, n);
  }
  assertSameLength({ rows: { length: n }, cluster });
  const { of, n: nClusters } = inOrderOfAppearance(cluster);
  return (random) => {
    return valuesAt(random.tally(nClusters, nClusters), of);
  };
}

function valuesAt(values: Uint32Array, place: Uint32Array): Uint32Array {
  const taken = new Uint32Array(place.length);
  for (let row = 0; row < place.length; row++) taken[row] = values[place[row]!]!;
  return taken;
}

/** The clusters numbered from 0, as `clusterResampler` does. */
function inOrderOfAppearance(cluster: Uint32Array) {
  const of = new Uint32Array(cluster.length);
  let n = 0;
  const largest = cluster.reduce((most, code) => Math.max(most, code), 0);
  // Small codes are looked up in a table, several times as fast as in a Map. Numbers are from 1 on until they are written.
  const seen = largest < 4 * cluster.length ? new Uint32Array(largest + 1) : undefined;
  const others = new Map<number, number>();
  for (let row = 0; row < cluster.length; row++) {
    const code = cluster[row]!;
    let number = seen ? seen[code]! : (others.get(code) ?? 0);
    if (number === 0) {
      number = ++n;
      if (seen) seen[code] = number;
      else others.set(code, number);
    }
    of[row] = number - 1;
  }
  return { of, n };
}

/**
 * Percentile interval: the (1 − level)/2 and (1 + level)/2 quantiles of the bootstrap draws, interpolated
 * (type 7). No draws, or NaN among them, is a ContractError: a draw without an estimate is counted by the
 * caller.
 *
 * Reference: Efron & Tibshirani (1993), An Introduction to the Bootstrap, section 13.3,
 * doi:10.1201/9780429246593.
 */
export function percentileInterval(draws: Float64Array, level: number): Limits {
  assertLevel(level);
  const sorted = draws.toSorted();
  return { lower: quantile(sorted, (1 - level) / 2), upper: quantile(sorted, (1 + level) / 2) };
}
