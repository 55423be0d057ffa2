import { assertFinite, ContractError } from "./assert.ts";

/**
 * The nonlinear terms of a restricted cubic spline: k − 2 columns for k knots, without x itself.
 *
 *     sⱼ(x) = [(x − tⱼ)₊³ + ((tₖ₋₁ − tⱼ)(x − tₖ)₊³ − (tₖ − tⱼ)(x − tₖ₋₁)₊³) / (tₖ − tₖ₋₁)] / (tₖ − t₁)²
 *
 * Cubic between the knots, linear outside them. Fewer than three knots, knots that do not ascend strictly, or
 * knots or x that are not finite are a ContractError.
 *
 * Reference: Harrell (2015), Regression Modeling Strategies, 2nd ed., section 2.4.5,
 * doi:10.1007/978-3-319-19425-7.
 * Checked against: R Hmisc::rcspline.eval(norm = 2) (test/reference/spline.json).
 */
export function restrictedCubicSpline(x: Float64Array, knots: readonly number[]): Float64Array[] {
  assertFinite({ x });
  if (knots.length < 3)
    throw new ContractError(`a restricted cubic spline needs 3 knots or more, not ${knots.length}`);
  assertFinite({ knots: Float64Array.from(knots) });
  if (knots.some((knot, j) => j > 0 && !(knots[j - 1]! < knot)))
    throw new ContractError(`knots do not ascend: ${knots.join(", ")}`);
  const first = knots[0]!;
  const nextToLast = knots.at(-2)!;
  const last = knots.at(-1)!;
  const norm = (last - first) ** 2;
  return knots.slice(0, -2).map((knot) => {
    const term = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) {
      const value = x[i]!;
      const bend =
        (nextToLast - knot) * cubeAbove(value, last) - (last - knot) * cubeAbove(value, nextToLast);
      term[i] = (cubeAbove(value, knot) + bend / (last - nextToLast)) / norm;
    }
    return term;
  });
}

function cubeAbove(value: number, knot: number): number {
  const above = value - knot;
  return above > 0 ? above * above * above : 0;
}
