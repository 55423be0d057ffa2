/** Codes that number the clusters without gaps, so that a large code takes no more memory than a small one. */
export function placesOf(cluster: Uint32Array): Uint32Array {
  if (cluster.every((code) => code < cluster.length)) return cluster;
  const largest = cluster.reduce((most, code) => Math.max(most, code), 0);
  return largest < tableFrom * cluster.length ? placesByTable(cluster, largest) : placesByMap(cluster);
}

/** A table of codes is faster than a Map unless most of it stays empty. */
const tableFrom = 16;

function placesByTable(cluster: Uint32Array, largest: number): Uint32Array {
  // From 1 on, 0 where a code was not met yet.
  const numbers = new Uint32Array(largest + 1);
  const places = new Uint32Array(cluster.length);
  let n = 0;
  for (let row = 0; row < cluster.length; row++) {
    const code = cluster[row]!;
    if (numbers[code] === 0) numbers[code] = ++n;
    places[row] = numbers[code]! - 1;
  }
  return places;
}

function placesByMap(cluster: Uint32Array): Uint32Array {
  const places = new Map<number, number>();
  return cluster.map((code) => {
    const place = places.get(code) ?? places.size;
    places.set(code, place);
    return place;
  });
}

/** Values added up within each cluster that has rows, in order of the clusters' places. */
export interface ClusterSums {
  readonly sum: Float64Array;
  readonly nRows: Uint32Array;
}

/** Sums of the rows that are counted: all, or those where `counts` is true. */
export function sumsByCluster(
  cluster: Uint32Array,
  values: Float64Array,
  counts: (row: number) => boolean = () => true,
): ClusterSums {
  const place = placesOf(cluster);
  const sum = new Float64Array(cluster.length);
  const nRows = new Uint32Array(cluster.length);
  for (let i = 0; i < cluster.length; i++) {
    if (!counts(i)) continue;
    sum[place[i]!]! += values[i]!;
    nRows[place[i]!]!++;
  }
  return { sum, nRows };
}
