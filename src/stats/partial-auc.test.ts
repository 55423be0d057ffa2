import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { aucDeLong } from "./delong.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { type PartialAuc, partialAuc } from "./partial-auc.ts";
import { rocCurve } from "./roc.ts";

const agrees = recordAgreement({
  estimator: "Partial AUC over specificity and over sensitivity, plain and corrected",
  reference: "pROC::auc(partial.auc =)",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

type Over = "specificity" | "sensitivity";
type Rows = readonly { readonly score: number; readonly event: number }[];

function known(list: Rows, over: Over, from: number, to: number): PartialAuc {
  const result = partialAuc({
    score: Float64Array.from(list, ({ score }) => score),
    event: Uint8Array.from(list, ({ event }) => event),
    over,
    from,
    to,
  });
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

for (const { name, input, expected } of reference("partial-auc"))
  test(`partialAuc agrees with R pROC: ${name}`, () => {
    const over = /(specificity|sensitivity)/.exec(name)![1] as Over;
    const list = input.score!.map((score, i) => ({ score, event: input.event![i]! }));
    const { area, corrected } = known(list, over, input.from![0]!, input.to![0]!);
    const [theirs, theirCorrected] = expected as [number, number];
    agrees(name, area, theirs);
    // Below the diagonal R was told to print a number all the same.
    if (isNotEstimable(corrected)) expect(theirCorrected).toBeLessThan(0.5);
    else agrees(name, corrected, theirCorrected);
  });

test("by hand: cases 3 and 1, controls 2, 1 and 0, specificity from one half to 1", () => {
  // Points (specificity, sensitivity): (1/3, 1), (2/3, ½), (1, ½). From ½: at ½ the line has height ¾.
  // Area (¾ + ½)/2 · 1/6 + ½ · 1/3 = 13/48; least ½ · ¼, most ½.
  const list = [3, 1, 2, 1, 0].map((score, i) => ({ score, event: +(i < 2) }));
  const { area, corrected } = known(list, "specificity", 0.5, 1);
  expect(area).toBeCloseTo(13 / 48, 14);
  expect(corrected).toBeCloseTo((1 + (13 / 48 - 1 / 8) / (3 / 8)) / 2, 14);
});

const rows = fc
  .array(fc.record({ score: fc.integer({ min: -4, max: 4 }), event: fc.integer({ min: 0, max: 1 }) }), {
    maxLength: 30,
  })
  .filter((list) => new Set(list.map(({ event }) => event)).size === 2);
const limit = fc.integer({ min: 0, max: 20 });

test("agrees with a fine sum under the curve; parts add up; the whole is the AUC", () => {
  fc.assert(
    fc.property(rows, limit, limit, (list, one, other) => {
      const [from, to] = [Math.min(one, other) / 20, (Math.max(one, other) + 1) / 21];
      fc.pre(from < to);
      const middle = (from + to) / 2;
      const score = Float64Array.from(list, (row) => row.score);
      const event = Uint8Array.from(list, (row) => row.event);
      const { auc } = aucDeLong(score, event, 0.95) as { auc: number };
      for (const over of ["specificity", "sensitivity"] as const) {
        const { area } = known(list, over, from, to);
        expect(known(list, over, from, middle).area + known(list, over, middle, to).area).toBeCloseTo(
          area,
          12,
        );
        if (list.length > 3 && event.some((e) => e === 1))
          expect(known(list, over, 0, 1).area).toBeCloseTo(auc ?? known(list, over, 0, 1).area, 12);
        expect(area).toBeCloseTo(finely(score, event, over, from, to), 3);
        const flipped = list.map((row) => ({ score: -row.score, event: 1 - row.event }));
        const mirrored = over === "specificity" ? "sensitivity" : "specificity";
        expect(known(flipped, mirrored, from, to).area).toBeCloseTo(area, 12);
        expect(known([...list, ...list], over, from, to).area).toBeCloseTo(area, 12);
      }
    }),
    { numRuns: 300 },
  );
});

/** The curve's height at 4,000 midpoints, read between the two points around each. */
function finely(score: Float64Array, event: Uint8Array, over: Over, from: number, to: number): number {
  const curve = rocCurve(score, event);
  if (isNotEstimable(curve)) throw new Error(curve.notEstimable);
  const ends = Array.from(curve.threshold, (_, k) => [curve.specificity[k]!, curve.sensitivity[k]!] as const);
  const points = over === "specificity" ? ends : ends.map(([x, y]) => [y, x] as const);
  const ascending = points.toSorted(([a, p], [b, q]) => a - b || q - p);
  let area = 0;
  const n = 4000;
  for (let i = 0; i < n; i++) {
    const x = from + ((i + 0.5) / n) * (to - from);
    const k = ascending.findIndex(([at]) => at > x);
    const [x0, y0] = ascending[k - 1]!;
    const [x1, y1] = ascending[k]!;
    area += ((y0 + ((x - x0) / (x1 - x0)) * (y1 - y0)) * (to - from)) / n;
  }
  return area;
}

test("edges: one class, separated, all tied, below the diagonal", () => {
  const of = (scores: readonly number[], events: readonly number[]) =>
    scores.map((score, i) => ({ score, event: events[i]! }));
  const alone = { score: Float64Array.of(1), event: Uint8Array.of(1) };
  expect(partialAuc({ ...alone, over: "specificity", from: 0.8, to: 1 })).toEqual({
    notEstimable: "no controls",
  });
  expect(known(of([1, 2], [0, 1]), "specificity", 0.75, 1)).toEqual({ area: 0.25, corrected: 1 });
  const tied = known(of([4, 4, 4], [0, 1, 0]), "sensitivity", 0.5, 1);
  expect(tied.area).toBeCloseTo(0.125, 14);
  expect(tied.corrected).toBeCloseTo(0.5, 12);
  expect(known(of([2, 1], [0, 1]), "specificity", 0.75, 1)).toEqual({
    area: 0,
    corrected: { notEstimable: "this part of the curve lies below the diagonal" },
  });
});

test("a part of next to no width has an area and no correction; a narrow one below the diagonal has its reason", () => {
  const list = [
    { score: 1, event: 1 },
    { score: 2, event: 0 },
    { score: 3, event: 1 },
  ];
  expect(known(list, "specificity", 0, 1e-200).corrected).toEqual({
    notEstimable: "this part of the curve is too narrow",
  });
  const reversed = [
    { score: 2, event: 0 },
    { score: 1, event: 1 },
  ];
  expect(known(reversed, "specificity", 0.5, 0.5 + 1e-11).corrected).toEqual({
    notEstimable: "this part of the curve lies below the diagonal",
  });
});

test("bugs of the caller", () => {
  const list = [
    { score: 1, event: 1 },
    { score: 2, event: 0 },
  ];
  for (const [from, to] of [
    [0.9, 0.8],
    [0.8, 0.8],
    [-0.1, 1],
    [0, 1.1],
    [NaN, 1],
  ] as const)
    expect(() => known(list, "specificity", from, to)).toThrow(ContractError);
  expect(() => known(list, "sens" as Over, 0.5, 1)).toThrow(ContractError);
  expect(() => known([{ score: NaN, event: 1 }], "specificity", 0.5, 1)).toThrow(ContractError);
});
