import fc from "fast-check";
import { expect, test } from "vitest";
import { gram, product, quadraticForm } from "./matrix.ts";

const rows = (...lists: number[][]) => lists.map((list) => Float64Array.from(list));

test("by hand: a product, a quadratic form, the scalar products of columns", () => {
  expect(product(rows([1, 2], [3, 4]), rows([5, 6, 7], [8, 9, 10]))).toEqual(
    rows([21, 24, 27], [47, 54, 61]),
  );
  // 2·1 + 2·3·(1·2) + 5·4
  expect(quadraticForm(rows([2, 3], [3, 5]), Float64Array.of(1, 2))).toBe(34);
  expect(gram(rows([1, 2, 3], [0, 1, -1]))).toEqual(rows([14, -1], [-1, 2]));
});

test("nothing, one number, and a number that is none", () => {
  expect([product([], []), gram([])]).toEqual([[], []]);
  expect(quadraticForm([], new Float64Array(0))).toBe(0);
  expect(product(rows([3]), rows([4]))).toEqual(rows([12]));
  expect(gram([new Float64Array(0)])).toEqual(rows([0]));
  expect(product(rows([NaN]), rows([0]))[0]![0]).toBeNaN();
});

test("(AB)C = A(BC); bᵀAᵀAb is the square of Ab; the Gram matrix is symmetric", () => {
  const entries = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 9, maxLength: 9 });
  const square = (list: readonly number[]) => rows(list.slice(0, 3), list.slice(3, 6), list.slice(6));
  fc.assert(
    fc.property(entries, entries, entries, (first, second, third) => {
      const [a, b, c] = [square(first), square(second), square(third)];
      expect(product(product(a, b), c)).toEqual(product(a, product(b, c)));
      const columns = [0, 1, 2].map((j) => Float64Array.from(a, (row) => row[j]!));
      const x = b[0]!;
      const image = a.map((row) => row.reduce((sum, value, j) => sum + value * x[j]!, 0));
      expect(quadraticForm(gram(columns), x)).toBe(image.reduce((sum, value) => sum + value * value, 0));
      for (const [i, row] of gram(columns).entries())
        expect(Array.from(row)).toEqual(gram(columns).map((other) => other[i]!));
    }),
  );
});
