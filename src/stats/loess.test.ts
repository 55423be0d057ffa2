import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { assertClose, reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type LoessData, loess } from "./loess.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

const agrees = recordAgreement({
  estimator: "Local regression, lines and parabolas",
  reference: 'stats::loess(surface = "direct")',
  tolerance: { relative: 1e-7 },
});

interface Columns {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly span: number;
  readonly degree: number;
  readonly at?: ArrayLike<number>;
}

const dataOf = ({ x, y, span, degree, at = x }: Columns): LoessData => ({
  x: Float64Array.from(x),
  y: Float64Array.from(y),
  span,
  degree: degree as 1 | 2,
  at: Float64Array.from(at),
});

function curve(columns: Columns): Float64Array {
  const result = loess(dataOf(columns));
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result.fitted;
}

for (const { name, input, expected } of reference("loess"))
  test(`loess agrees with R: ${name}`, () => {
    const [x, y, at, [span], [degree]] = [input.x!, input.y!, input.at!, input.span!, input.degree!];
    agrees(name, curve({ x, y, at, span: span!, degree: degree! }), expected);
  });

test("by hand: three points, a radius of twice their distance", () => {
  // √4 · 1 = 2, so both neighbours weigh (1 − ½³)³ = 343/512: (343/512 · (0 + 3) + 3) / (1 + 2 · 343/512).
  const points = { x: [-1, 0, 1], y: [0, 3, 3], span: 4, at: [0] };
  expect(curve({ ...points, degree: 1 })[0]).toBeCloseTo(2565 / 1198, 14);
  // A parabola goes through all three.
  expect(curve({ ...points, degree: 2 })[0]).toBeCloseTo(3, 14);
});

/** Each point by itself: all distances sorted, then the normal equations by Cramer's rule. */
function twin({ x, y, span, degree, at = x }: Columns): number[] {
  const n = x.length;
  return Array.from(at, (point) => {
    const distance = Array.from(x, (value) => Math.abs(value - point));
    const farthest = distance.toSorted((a, b) => a - b)[Math.min(n, Math.floor(n * span + 1e-5)) - 1]!;
    const radius = farthest * Math.sqrt(Math.max(1, span));
    const weight = distance.map((d) => (d < radius ? (1 - (d / radius) ** 3) ** 3 : 0));
    const moment = (power: number, of?: ArrayLike<number>) =>
      weight.reduce((sum, w, i) => sum + w * ((x[i]! - point) / radius) ** power * (of?.[i] ?? 1), 0);
    const size = degree + 1;
    const rows = Array.from({ length: size }, (_, j) =>
      Array.from({ length: size }, (_, k) => moment(j + k)),
    );
    const withY = rows.map((row, j) => [moment(j, y), ...row.slice(1)]);
    return determinant(withY) / determinant(rows);
  });
}

function determinant(rows: readonly (readonly number[])[]): number {
  if (rows.length === 1) return rows[0]![0]!;
  return rows[0]!.reduce((sum, value, j) => {
    const minor = rows.slice(1).map((row) => row.filter((_, k) => k !== j));
    return sum + (j % 2 === 0 ? 1 : -1) * value * determinant(minor);
  }, 0);
}

describe("properties", () => {
  const random = seededRandom(11);
  const draw = (n: number) => Array.from({ length: n }, () => random.next());

  test("agrees with the naive twin on 500 random sets of points with ties", () => {
    let nCompared = 0;
    for (let trial = 0; trial < 500; trial++) {
      const n = 12 + random.integer(30);
      const x = Array.from({ length: n }, () => random.integer(20) / 4);
      const degree = 1 + random.integer(2);
      const columns = { x, y: draw(n), span: 0.6 + 1.5 * random.next(), degree };
      const ours = loess(dataOf(columns));
      if (isNotEstimable(ours)) continue;
      assertClose(ours.fitted, twin(columns), { relative: 1e-7, absolute: 1e-7 });
      nCompared++;
    }
    expect(nCompared).toBeGreaterThan(450);
  });

  test("finds a line with degree 1 and a parabola with degree 2", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (span, [a, b, c]) => {
          const x = draw(40);
          const line = x.map((value) => a! + b! * value);
          assertClose(curve({ x, y: line, span, degree: 1 }), line, { absolute: 1e-10 });
          const parabola = x.map((value) => a! + b! * value + c! * value * value);
          assertClose(curve({ x, y: parabola, span, degree: 2 }), parabola, { absolute: 1e-8 });
        },
      ),
    );
  });

  test("moves and stretches with x and y; the order of rows is irrelevant; a point's value is its own", () => {
    const [x, y] = [draw(60), draw(60)];
    for (const degree of [1, 2]) {
      const fitted = curve({ x, y, span: 0.5, degree });
      const stretched = x.map((value) => 1000 - 40 * value);
      const moved = { x: stretched, y: y.map((value) => 3 - 2 * value), span: 0.5, degree };
      assertClose(
        curve(moved),
        fitted.map((value) => 3 - 2 * value),
        { relative: 1e-9 },
      );
      const rows = { x: x.toReversed(), y: y.toReversed(), span: 0.5, degree };
      assertClose(curve(rows), fitted.toReversed(), { relative: 1e-12 });
      const some = [7, 3, 50, 3].map((row) => x[row]!);
      assertClose(
        curve({ x, y, span: 0.5, degree, at: some }),
        [7, 3, 50, 3].map((row) => fitted[row]),
        {},
      );
    }
  });

  test("is linear in y", () => {
    const [x, y, z] = [draw(30), draw(30), draw(30)];
    const [a, b] = [curve({ x, y, span: 0.75, degree: 2 }), curve({ x, y: z, span: 0.75, degree: 2 })];
    const both = y.map((value, i) => 2 * value - 3 * z[i]!);
    assertClose(
      curve({ x, y: both, span: 0.75, degree: 2 }),
      a.map((value, i) => 2 * value - 3 * b[i]!),
      { absolute: 1e-11 },
    );
  });
});

describe("not estimable", () => {
  const six = [1, 2, 3, 4, 5, 6];
  test.each([
    ["no values", { x: [], y: [], span: 1, degree: 1 }],
    ["the span holds too few values", { x: [1], y: [1], span: 1, degree: 1 }],
    ["the span holds too few values", { x: six, y: six, span: 0.4, degree: 2 }],
    // Of the three nearest, the farthest weighs nothing.
    ["too few different values within the span", { x: six, y: six, span: 0.5, degree: 2 }],
    ["too few different values within the span", { x: six.fill(4, 3), y: six, span: 0.5, degree: 1 }],
    ["too few different values within the span", { x: [3, 3, 3, 3], y: [0, 1, 1, 0], span: 1, degree: 1 }],
    ["too few different values within the span", { x: [0, 0, 1, 1], y: [0, 1, 1, 0], span: 2, degree: 2 }],
    // One value and rounding.
    [
      "too few different values within the span",
      { x: [0, 0.1 + 0.2, 0.3, 1], y: [0, 1, 1, 0], span: 1, degree: 2, at: [0.3] },
    ],
  ])("%s", (notEstimable, columns) => {
    expect(loess(dataOf(columns))).toEqual({ notEstimable });
  });
});

test("all y equal: a level curve", () => {
  const x = [0.1, 0.2, 0.2, 0.5, 0.7, 0.8, 1];
  assertClose(
    curve({ x, y: x.map(() => 1), span: 1, degree: 2 }),
    x.map(() => 1),
    { relative: 1e-13 },
  );
});

test("bugs of the caller", () => {
  const good = { x: [1, 2, 3, 4], y: [1, 0, 1, 0], span: 1, degree: 1 };
  const many = new Array(5001).fill(0).map((_, i) => i);
  for (const [columns, message] of [
    [{ ...good, y: [1] }, "columns differ in length"],
    [{ ...good, x: [1, 2, 3, NaN], at: [] }, "x[3] is NaN"],
    [{ ...good, y: [1, 0, 1, Infinity] }, "y[3] is Infinity"],
    [{ ...good, at: [NaN] }, "at[0] is NaN"],
    [{ ...good, span: 0 }, "span 0 is not above 0"],
    [{ ...good, degree: 0 }, "degree 0 is not 1 or 2"],
    [{ ...good, degree: 3 }, "degree 3 is not 1 or 2"],
    [{ ...good, degree: NaN }, "degree NaN is not 1 or 2"],
    [{ ...good, span: NaN }, "span NaN"],
    [{ ...good, at: [2, 4.01] }, "at[1] is 4.01, outside the values from 1 to 4"],
    [{ ...good, at: [0.99] }, "outside"],
    [{ ...good, x: many, y: many, at: [1] }, "loess of 5001 values, at most 5000 are allowed"],
  ] as const) {
    expect(() => loess(dataOf(columns))).toThrow(ContractError);
    expect(() => loess(dataOf(columns))).toThrow(message);
  }
});

test("each point twice is the same curve where the span holds a whole number of them", () => {
  const random = seededRandom(21);
  const x = Array.from({ length: 40 }, () => random.next());
  const y = Array.from({ length: 40 }, () => random.next());
  for (const degree of [1, 2]) {
    const once = curve({ x, y, span: 0.5, degree });
    assertClose(curve({ x: [...x, ...x], y: [...y, ...y], span: 0.5, degree, at: x }), once, {
      relative: 1e-9,
    });
  }
});
