/** A product of fractions that is ½ on paper can miss it by rounding; R uses the same tolerance. */
const tolerance = Math.sqrt(Number.EPSILON);

/**
 * When a falling curve reaches `target`: the first time at which it is `target` or less. Where it stays at
 * exactly `target` until a later drop, the midpoint of that interval, as R's quantile.survfit; where it stays
 * there to its end, the interval's first time, as R's print.survfit. NaN where it stays above; entries that
 * are NaN are passed over.
 */
export function timeReaching(target: number, time: Float64Array, value: Float64Array): number {
  const reached = value.findIndex((height) => height <= target + tolerance);
  if (reached < 0) return Number.NaN;
  const below = value.findIndex((height) => height < target - tolerance);
  return below < 0 ? time[reached]! : (time[reached]! + time[below]!) / 2;
}
