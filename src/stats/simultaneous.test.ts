import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { seededRandom } from "./random.ts";
import { holmAdjusted, maxTCritical } from "./simultaneous.ts";

const agree = recordAgreement({
  estimator: "Several comparisons: Holm's p values, max-T multiplier",
  reference: "p.adjust, mvtnorm::pmvnorm",
  tolerance: { relative: 1e-6 },
});
const column = (...values: number[]) => Float64Array.from(values);

for (const { name, input, expected } of reference("simultaneous"))
  test(`agrees with R: ${name}`, () => {
    if (name.startsWith("holm")) agree(name, holmAdjusted(column(...input.pValues!)), expected);
    else {
      const [v0, level] = [input.reference![0]!, input.level![0]!];
      agree(name, maxTCritical({ variance: column(...input.variance!), reference: v0, level }), expected);
    }
  });

describe("Holm", () => {
  test("by hand: .01, .04, .03, .005 become .03, .06, .06, .02", () => {
    expect([...holmAdjusted(column(0.01, 0.04, 0.03, 0.005))]).toEqual(
      [0.03, 0.06, 0.06, 0.02].map((p) => expect.closeTo(p, 14)),
    );
  });

  test("never below its own p value, at most Bonferroni's, in the same order; the order given does not matter", () => {
    const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(pValues, (list) => {
        const adjusted = holmAdjusted(Float64Array.from(list));
        list.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, p * list.length) + 1e-15);
          list.forEach((other, j) => {
            if (p <= other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
          });
        });
        expect([...holmAdjusted(Float64Array.from(list.toReversed()))].reverse()).toEqual([...adjusted]);
      }),
    );
  });

  test.each([Number.NaN, -0.1, 1.1])("refused: a p value of %d", (p) => {
    expect(() => holmAdjusted(column(0.5, p))).toThrow(ContractError);
  });
});

describe("max-T", () => {
  test("by hand: one group takes the normal quantile", () => {
    expect(maxTCritical({ variance: column(3), reference: 2 })).toBeCloseTo(normalQuantile(0.975), 10);
  });

  test("by hand: a reference without error leaves independent groups, one that has all of it a single comparison", () => {
    const sidak = normalQuantile((1 + 0.95 ** (1 / 3)) / 2);
    expect(maxTCritical({ variance: column(1, 1, 1), reference: 1e-12 })).toBeCloseTo(sidak, 6);
    const most = maxTCritical({ variance: column(1, 1, 1), reference: 1e4 });
    expect(most).toBeGreaterThan(normalQuantile(0.975));
    expect(most).toBeLessThan(normalQuantile(0.975) + 0.02);
    const unit = maxTCritical({ variance: column(1, 1, 1), reference: 1 });
    expect(maxTCritical({ variance: column(1e308, 1e308, 1e308), reference: 1e308 })).toBeCloseTo(unit, 10);
  });

  test("between one comparison and Bonferroni's, whatever the order and the unit", () => {
    const variances = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(variances, fc.double({ min: 0.01, max: 100, noNaN: true }), (list, v0) => {
        const c = maxTCritical({ variance: column(...list), reference: v0 });
        expect(c).toBeGreaterThan(normalQuantile(0.975) - 1e-6);
        expect(c).toBeLessThan(normalQuantile(1 - 0.025 / list.length) + 1e-6);
        const other = maxTCritical({
          variance: column(...list.toReversed()).map((v) => 7 * v),
          reference: 7 * v0,
        });
        expect(other).toBeCloseTo(c, 9);
      }),
      { numRuns: 8 },
    );
  });

  test("drawn differences stay within the multiplier as often as stated", () => {
    const [variance, v0] = [[0.5, 2, 4], 1] as const;
    const c = maxTCritical({ variance: column(...variance), reference: v0, level: 0.9 });
    const random = seededRandom(12);
    const normal = () => normalQuantile(1 - random.next());
    const nDraws = 20_000;
    let held = 0;
    for (let draw = 0; draw < nDraws; draw++) {
      const shared = Math.sqrt(v0) * normal();
      if (variance.every((v) => Math.abs(Math.sqrt(v) * normal() - shared) <= c * Math.sqrt(v + v0))) held++;
    }
    expect(Math.abs(held / nDraws - 0.9)).toBeLessThan(3.5 * Math.sqrt(0.09 / nDraws));
    expect(normalCdf(c)).toBeLessThan(1 - 0.05 / 3);
  });

  test.each([
    ["no groups", { variance: column(), reference: 1 }],
    ["a variance of 0", { variance: column(1, 0), reference: 1 }],
    ["a variance that is NaN", { variance: column(Number.NaN), reference: 1 }],
    ["a reference without variance", { variance: column(1), reference: 0 }],
    ["a level of 1", { variance: column(1), reference: 1, level: 1 }],
  ])("refused: %s", (_, options) => {
    expect(() => maxTCritical(options)).toThrow(ContractError);
  });
});
