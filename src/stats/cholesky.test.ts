import fc from "fast-check";
import { expect, test } from "vitest";
import { cholesky, choleskyInverse, choleskySolve, type Matrix } from "./cholesky.ts";

const rows = (...lists: number[][]): Matrix => lists.map((list) => Float64Array.from(list));
const diagonal = (a: Matrix) => Float64Array.from(a, (row, i) => row[i]!);

function factorOf(a: Matrix): Matrix {
  const solved = cholesky(a, diagonal(a), 1e-12);
  if ("dependentRow" in solved) throw new Error(`row ${solved.dependentRow} is dependent`);
  return solved.factor;
}

test("by hand: [4 2; 2 5] has the factor [2 0; 1 2], inverse [5 −2; −2 4]/16, and solves to (1, 2)", () => {
  const factor = factorOf(rows([4, 2], [2, 5]));
  expect(factor).toEqual(rows([2, 0], [1, 2]));
  expect(choleskyInverse(factor)).toEqual(rows([5 / 16, -2 / 16], [-2 / 16, 4 / 16]));
  expect(choleskySolve(factor, Float64Array.of(8, 12))).toEqual(Float64Array.of(1, 2));
});

test("A · A⁻¹ = I for A = B Bᵀ + I", () => {
  const entry = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(fc.array(entry, { minLength: 16, maxLength: 16 }), (b) => {
      const product = (i: number, j: number) =>
        [0, 1, 2, 3].reduce((sum, k) => sum + b[4 * i + k]! * b[4 * j + k]!, 0);
      const a = [0, 1, 2, 3].map((i) =>
        Float64Array.from([0, 1, 2, 3], (j) => product(i, j) + (i === j ? 1 : 0)),
      );
      const inverse = choleskyInverse(factorOf(a));
      for (let i = 0; i < 4; i++)
        for (let j = 0; j < 4; j++) {
          const entryOfProduct = [0, 1, 2, 3].reduce((sum, k) => sum + a[i]![k]! * inverse[k]![j]!, 0);
          expect(entryOfProduct).toBeCloseTo(i === j ? 1 : 0, 8);
        }
    }),
  );
});

test("a row that depends on those before, a zero row and no rows", () => {
  const twice = rows([1, 2], [2, 4]);
  expect(cholesky(twice, diagonal(twice), 1e-12)).toEqual({ dependentRow: 1 });
  expect(cholesky(rows([0]), Float64Array.of(1), 1e-12)).toEqual({ dependentRow: 0 });
  expect(cholesky([], new Float64Array(0), 1e-12)).toEqual({ factor: [] });
});

test("one number; what is not positive or no number has no factor", () => {
  expect(factorOf(rows([9]))).toEqual(rows([3]));
  expect(choleskyInverse(rows([3]))[0]![0]).toBeCloseTo(1 / 9, 15);
  for (const a of [rows([-4]), rows([NaN]), rows([1, 2], [2, 1]), rows([1, NaN], [NaN, 1])]) {
    const scale = Float64Array.from(a, () => 1);
    expect(cholesky(a, scale, 1e-12)).toEqual({ dependentRow: a.length - 1 });
  }
});

test("a pivot at the tolerance is dependent, above it is not", () => {
  const nearly = (rest: number) => rows([1, 1], [1, 1 + rest]);
  const scale = Float64Array.of(1, 1);
  expect(cholesky(nearly(2 ** -30), scale, 2 ** -30)).toEqual({ dependentRow: 1 });
  expect(cholesky(nearly(2 ** -30), scale, 2 ** -31)).toEqual({ factor: rows([1, 0], [1, 2 ** -15]) });
});
