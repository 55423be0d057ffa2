import type { LevelledInput } from "./proxy-scores.ts";
import { quantiles } from "./quantile.ts";

const tenths = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** Numbers with more values than this are cut. */
const mostValues = 10;

/** A level for each value in ascending order, and one after them for NaN: not recorded. */
export function levelsByValue(values: Float64Array): LevelledInput {
  const distinct = [...new Set(values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const codes = new Map(distinct.map((value, code) => [value, code]));
  return {
    code: Uint32Array.from(values, (value) => codes.get(value) ?? distinct.length),
    nLevels: distinct.length + 1,
  };
}

/**
 * A level for each tenth, closed above, and one after them for NaN: not recorded. Numbers of at most ten values are not cut:
 * where most rows have one value, a tenth would take it and the values below it together.
 */
export function levelsByTenths(values: Float64Array): LevelledInput {
  if (hasFewValues(values)) return levelsByValue(values);
  const cuts = quantiles(
    values.filter((value) => !Number.isNaN(value)),
    tenths,
  );
  const nTenths = cuts.length + 1;
  return {
    code: Uint32Array.from(values, (value) =>
      Number.isNaN(value) ? nTenths : cuts.filter((cut) => value > cut).length,
    ),
    nLevels: nTenths + 1,
  };
}

function hasFewValues(values: Float64Array): boolean {
  const distinct = new Set<number>();
  for (const value of values) {
    if (!Number.isNaN(value)) distinct.add(value);
    if (distinct.size > mostValues) return false;
  }
  return true;
}
