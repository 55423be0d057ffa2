/** Where a column lies and how far its values are apart. */
interface Spread {
  readonly centre: number;
  readonly scale: number;
  readonly range: number;
}

/** (x − centre) / scale. */
export function standardised(
  column: Float64Array,
  { centre, scale }: Pick<Spread, "centre" | "scale">,
): Float64Array {
  const result = new Float64Array(column.length);
  for (let i = 0; i < column.length; i++) result[i] = (column[i]! - centre) / scale;
  return result;
}

/** Mean, mean absolute deviation (1 where all values are equal), and largest less smallest in units of it. */
export function spread(column: Float64Array): Spread {
  let lowest = Infinity;
  let highest = -Infinity;
  let sum = 0;
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    sum += value;
  }
  // A constant column must become exact zeros, not the rounding error of its mean.
  if (!(lowest < highest)) return { centre: column.length === 0 ? 0 : lowest, scale: 1, range: 0 };
  const centre = sum / column.length;
  let deviation = 0;
  for (let i = 0; i < column.length; i++) deviation += Math.abs(column[i]! - centre);
  const scale = deviation / column.length;
  return { centre, scale, range: (highest - lowest) / scale };
}
