import { assertFinite, assertSameLength, ContractError } from "./assert.ts";
import { countUpTo, isAscending } from "./order.ts";

/**
 * Values of a curve at other places, on straight lines between its points.
 *
 *     y(a) = yₖ + (yₖ₊₁ − yₖ) (a − xₖ)/(xₖ₊₁ − xₖ),   xₖ ≤ a < xₖ₊₁
 *
 * x ascends; of equal x the last is taken. Before the first point and after the last the curve is level. No points, x that
 * does not ascend, or numbers that are not finite are a ContractError. Source: definition, as R approx(rule = 2,
 * ties = "ordered") where no x is equal to another.
 */
export function interpolate({
  x,
  y,
  at,
}: {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly at: Float64Array;
}): Float64Array {
  assertSameLength({ x, y });
  assertFinite({ x, y, at });
  if (x.length === 0) throw new ContractError("a curve without points");
  if (!isAscending(x)) throw new ContractError("x does not ascend");
  return at.map((a) => {
    const next = countUpTo(x, a);
    if (next === 0) return y[0]!;
    if (next === x.length) return y[next - 1]!;
    const share = (a - x[next - 1]!) / (x[next]! - x[next - 1]!);
    return y[next - 1]! + share * (y[next]! - y[next - 1]!);
  });
}
