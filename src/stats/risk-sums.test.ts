import fc from "fast-check";
import { expect, test } from "vitest";
import { RiskSums, type SumOrder } from "./risk-sums.ts";

const number = fc.integer({ min: -50, max: 50 }).map((tenths) => tenths / 10);

test("any number of covariates, added at once or one by one: the sums of the definition", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4 }),
      fc.constantFrom<SumOrder>(0, 1, 2),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), number, number, number, number), { maxLength: 12 }),
      fc.integer({ min: 0, max: 3 }),
      (p, order, rows, shift) => {
        const columns = Array.from({ length: p }, (_, j) => Float64Array.from(rows, (row) => row[j + 1]!));
        const weight = Float64Array.from(rows, ([w]) => w);
        const sums = new RiskSums(columns, order);
        const cut = Math.min(shift, rows.length);
        sums.add(weight, 0, cut);
        // As in a stretch that starts at the cut.
        sums.add(weight.subarray(cut), cut, rows.length, cut);
        const exact = new RiskSums(columns, order, true);
        exact.add(weight, 0, rows.length);
        const total = (of: (i: number) => number) => rows.reduce((sum, _, i) => sum + weight[i]! * of(i), 0);
        for (const ours of [sums, exact]) {
          expect(ours.weight).toBeCloseTo(
            total(() => 1),
            9,
          );
          expect(ours.first.length).toBe(order > 0 ? p : 0);
          for (const [a, value] of ours.first.entries())
            expect(value).toBeCloseTo(
              total((i) => columns[a]![i]!),
              9,
            );
          let at = 0;
          for (let a = 0; order > 1 && a < p; a++)
            for (let b = 0; b <= a; b++)
              expect(ours.second[at++]).toBeCloseTo(
                total((i) => columns[a]![i]! * columns[b]![i]!),
                9,
              );
          expect(ours.second.length).toBe(at);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test("by hand: what a far heavier row hides comes back when it leaves", () => {
  const sums = new RiskSums([Float64Array.of(1, 3)], 2, true);
  sums.addExactly(0, 0.1);
  sums.addExactly(1, 1e20);
  sums.addExactly(1, -1e20);
  expect([sums.weight, sums.first[0], sums.second[0]]).toEqual([0.1, 0.1, 0.1]);
  sums.clear();
  expect([sums.weight, sums.first[0], sums.second[0]]).toEqual([0, 0, 0]);
});
