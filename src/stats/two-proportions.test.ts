import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { agrestiCoull, wilson } from "./proportion.ts";
import {
  miettinenNurminenDifference,
  newcombeDifference,
  type ProportionDifference,
} from "./two-proportions.ts";

const newcombeAgrees = recordAgreement({
  estimator: "Newcombe's interval of a difference of proportions; Agresti–Coull interval",
  reference: "the formulas",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});
const scoreAgrees = recordAgreement({
  estimator: "Miettinen–Nurminen interval of a difference of proportions",
  reference: "the likelihood maximised and the limits found by uniroot",
  tolerance: { absolute: 1e-10 },
});

const numbersOf = ({ difference, lower, upper }: ProportionDifference) => [difference, lower, upper];

for (const { name, input, expected } of reference("two-proportions"))
  test(`differences of proportions agree with R: ${name}`, () => {
    const [x1, n1, x2, n2] = input.counts as [number, number, number, number];
    const level = input.level![0]!;
    const [newcombe, score, single] = expected as readonly (readonly number[])[];
    newcombeAgrees(name, numbersOf(newcombeDifference({ x1, n1, x2, n2 }, level)), newcombe);
    newcombeAgrees(name, Object.values(agrestiCoull(x1, n1, level)), single);
    scoreAgrees(name, numbersOf(miettinenNurminenDifference({ x1, n1, x2, n2 }, level)), score);
  });

// Newcombe (1998), table II: methods 10 and 5 of 56/70 − 48/80 and 9/10 − 3/10.
test.each([
  [{ x1: 56, n1: 70, x2: 48, n2: 80 }, [0.0524, 0.3339], [0.0528, 0.3382]],
  [{ x1: 9, n1: 10, x2: 3, n2: 10 }, [0.1705, 0.809], [0.17, 0.8406]],
])("published limits: %o", (counts, newcombe, score) => {
  const rounded = ({ lower, upper }: ProportionDifference) => [lower, upper].map((x) => Number(x.toFixed(4)));
  expect(rounded(newcombeDifference(counts, 0.95))).toEqual(newcombe);
  expect(rounded(miettinenNurminenDifference(counts, 0.95))).toEqual(score);
});

test("by hand: with one of one against none of one every difference to 1 is inside", () => {
  // Newcombe: Wilson's limits of 1/1 are [1/(1 + z²), 1], of 0/1 [0, z²/(1 + z²)].
  const z = 1.959963984540054;
  const gap = (z * z) / (1 + z * z);
  const { difference, lower, upper } = newcombeDifference({ x1: 1, n1: 1, x2: 0, n2: 1 }, 0.95);
  expect([difference, upper]).toEqual([1, 1]);
  expect(lower).toBeCloseTo(1 - Math.sqrt(2) * gap, 14);
});

describe("properties", () => {
  const group = fc
    .integer({ min: 1, max: 60 })
    .chain((n) => fc.integer({ min: 0, max: n }).map((x) => ({ x, n })));
  const pair = fc.tuple(group, group).map(([a, b]) => ({ x1: a.x, n1: a.n, x2: b.x, n2: b.n }));
  const intervals = [newcombeDifference, miettinenNurminenDifference];

  test("the interval holds the difference, lies in [−1, 1] and turns with the groups", () => {
    fc.assert(
      fc.property(pair, fc.constantFrom(0.5, 0.9, 0.95, 0.999), (counts, level) => {
        const { x1, n1, x2, n2 } = counts;
        for (const interval of intervals) {
          const { difference, lower, upper } = interval(counts, level);
          const turned = interval({ x1: x2, n1: n2, x2: x1, n2: n1 }, level);
          expect(lower).toBeLessThanOrEqual(difference + 1e-15);
          expect(upper).toBeGreaterThanOrEqual(difference - 1e-15);
          expect(Math.max(-lower, upper)).toBeLessThanOrEqual(1 + 1e-12);
          expect(turned.lower).toBeCloseTo(-upper, 9);
          expect(turned.upper).toBeCloseTo(-lower, 9);
          // Successes and failures exchanged.
          const failures = interval({ x1: n1 - x1, n1, x2: n2 - x2, n2 }, level);
          expect(failures.lower).toBeCloseTo(-upper, 9);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("Agresti and Coull's interval holds Wilson's", () => {
    fc.assert(
      fc.property(group, ({ x, n }) => {
        const [wide, narrow] = [agrestiCoull(x, n, 0.95), wilson(x, n, 0.95)];
        expect(wide.lower).toBeLessThanOrEqual(narrow.lower + 1e-15);
        expect(wide.upper).toBeGreaterThanOrEqual(narrow.upper - 1e-15);
      }),
    );
  });
});

test("what are no counts is refused", () => {
  const counts = { x1: 1, n1: 2, x2: 1, n2: 2 };
  for (const interval of [newcombeDifference, miettinenNurminenDifference]) {
    for (const fault of [{ x1: 3 }, { n1: 0 }, { x2: -1 }, { n2: Number.NaN }])
      expect(() => interval({ ...counts, ...fault }, 0.95)).toThrow(ContractError);
    expect(() => interval(counts, 1)).toThrow(ContractError);
  }
  expect(() => miettinenNurminenDifference({ ...counts, x1: 0.5 }, 0.95)).toThrow(ContractError);
  expect(() => agrestiCoull(3, 2, 0.95)).toThrow(ContractError);
});
