/** Codes that number the clusters without gaps, so that a large code takes no more memory than a small one. */
export function placesOf(cluster: Uint32Array): Uint32Array {
  if (cluster.every((code) => code < cluster.length)) return cluster;
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
