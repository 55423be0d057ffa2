import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { assertClose, reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { lowess } from "./lowess.ts";

const agrees = recordAgreement({
  estimator: "Lowess without robustness iterations",
  reference: "stats::lowess(iter = 0)",
  tolerance: { relative: 1e-9, absolute: 1e-12 },
});

const of = (
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  more: { readonly span?: number; readonly delta?: number } = {},
) => lowess({ x: Float64Array.from(x), y: Float64Array.from(y), ...more });

for (const { name, r, input, expected } of reference("lowess"))
  test(`lowess agrees with R: ${name}`, () => {
    const [, span] = /f=([\d.]+)/.exec(r) ?? [];
    const [, delta] = /delta=([\d.]+)/.exec(r) ?? [];
    const more = { ...(span && { span: Number(span) }), ...(delta && { delta: Number(delta) }) };
    agrees(name, of(input.x!, input.y!, more), expected);
  });

test("by hand: a straight line comes back; of one x the mean of y", () => {
  const x = [0, 1, 2, 4, 7, 7, 9];
  assertClose(
    of(
      x,
      x.map((value) => 3 - 2 * value),
    ),
    x.map((value) => 3 - 2 * value),
    { absolute: 1e-12 },
  );
  expect(of([5, 5, 5, 5], [1, 0, 0, 0])).toEqual(Float64Array.of(0.25, 0.25, 0.25, 0.25));
  // Span ½ of four: the second nearest value lies at the distance h and weighs nothing.
  expect(of([0, 1, 2, 3], [4, 1, 7, 2], { span: 0.5, delta: 0 })).toEqual(Float64Array.of(4, 1, 7, 2));
});

const rows = fc.array(fc.record({ x: fc.integer({ min: 0, max: 30 }), y: fc.integer({ min: 0, max: 1 }) }), {
  minLength: 2,
  maxLength: 40,
});

/** Each point by itself: neighbours from sorted distances, normal equations of a weighted line. */
function direct(x: readonly number[], y: readonly number[], span: number): number[] {
  const q = Math.max(2, Math.min(x.length, Math.floor(x.length * span + 1e-7)));
  const range = Math.max(...x) - Math.min(...x);
  return x.map((at) => {
    const h = x.map((value) => Math.abs(value - at)).sort((a, b) => a - b)[q - 1]!;
    const weight = x.map((value) => {
      const d = Math.abs(value - at);
      return d > 0.999 * h ? 0 : d <= 0.001 * h ? 1 : (1 - (d / h) ** 3) ** 3;
    });
    const total = weight.reduce((sum, w) => sum + w, 0);
    const mean = (values: readonly number[]) => values.reduce((sum, v, i) => sum + weight[i]! * v, 0) / total;
    const centre = mean(x);
    const spread = mean(x.map((value) => (value - centre) ** 2));
    if (h === 0 || Math.sqrt(spread) <= 0.001 * range) return mean(y);
    const slope = mean(x.map((value, i) => (value - centre) * y[i]!)) / spread;
    return mean(y) + slope * (at - centre);
  });
}

test("without delta each point is its own fit; order of rows does not matter, ties are one value", () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 3, max: 10 }), (list, tenths) => {
      const x = list.map((row) => row.x);
      const y = list.map((row) => row.y);
      const options = { span: tenths / 10, delta: 0 };
      const fitted = of(x, y, options);
      assertClose(fitted, direct(x, y, options.span), { absolute: 1e-9 });
      const reversed = of(x.toReversed(), y.toReversed(), options);
      assertClose(reversed.toReversed(), fitted, { absolute: 1e-9 });
      const byX = new Map<number, number>();
      for (const [i, value] of fitted.entries()) {
        if (byX.has(x[i]!)) expect(value).toBe(byX.get(x[i]!));
        byX.set(x[i]!, value);
      }
      assertClose(
        of(
          x,
          y.map((value) => 1 - value),
          options,
        ),
        fitted.map((value) => 1 - value),
        { absolute: 1e-9 },
      );
    }),
    { numRuns: 2000 },
  );
});

test("a straight line comes back in whatever unit x is", () => {
  for (const unit of [1e-200, 1e200, 2 ** -1000]) {
    const x = Float64Array.of(1, 2, 3, 4, 5).map((value) => value * unit);
    const fitted = lowess({ x, y: Float64Array.of(1, 2, 3, 4, 5) });
    expect(Array.from(fitted)).toEqual([1, 2, 3, 4, 5].map((value) => expect.closeTo(value, 12)));
  }
});

test("edges: nobody, one, two; bugs of the caller", () => {
  expect(of([], [])).toEqual(new Float64Array(0));
  expect(of([3], [7])).toEqual(Float64Array.of(7));
  assertClose(of([1, 2], [0, 1]), [0, 1], { absolute: 1e-12 });
  for (const wrong of [
    () => of([1, NaN], [0, 1]),
    () => of([1, 2], [0]),
    () => of([1, 2], [0, 1], { span: 0 }),
    () => of([1, 2], [0, 1], { span: 1.1 }),
    () => of([1, 2], [0, 1], { delta: -1 }),
    () => of([1, 2], [0, 1], { delta: NaN }),
  ])
    expect(wrong).toThrow(ContractError);
});
