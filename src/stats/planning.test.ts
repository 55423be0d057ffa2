import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import {
  sizeForAuc,
  sizeForCalibrationSlope,
  sizeForObservedExpected,
  sizeForProportion,
  sizeToSeeOne,
} from "./planned-size.ts";
import { seededRandom } from "./random.ts";
import { type TwoArmFormula, twoArmPower, twoArmSize } from "./two-arm-size.ts";

const agreeSize = recordAgreement({
  estimator: "Planned sizes: proportion, one error at all, O/E, AUC, calibration slope",
  reference: "the formulas; dbinom",
  tolerance: { relative: 0 },
});
const agreeArms = recordAgreement({
  estimator: "Size and power of two arms",
  reference: "power.prop.test; the formulas",
  tolerance: { relative: 1e-10 },
});

for (const { name, input, expected } of reference("planned-size"))
  test(`agrees with R: ${name}`, () => {
    const of = (key: string) => input[key]![0]!;
    const plan = () => ({ prevalence: of("prevalence"), stdError: of("stdError") });
    const kernels: Readonly<Record<string, () => number>> = {
      proportion: () =>
        sizeForProportion({ proportion: of("proportion"), halfWidth: of("halfWidth"), level: of("level") }),
      one: () => sizeToSeeOne({ rate: of("rate"), probability: of("probability") }),
      "observed/expected": () => sizeForObservedExpected(plan()),
      AUC: () => sizeForAuc({ ...plan(), auc: of("auc") }),
      slope: () =>
        sizeForCalibrationSlope({ risk: Float64Array.from(input.risk!), stdError: of("stdError") }),
    };
    agreeSize(name, kernels[name.split(" ")[0]!]!(), expected);
  });

for (const { name, input, expected } of reference("two-arm-size"))
  test(`agrees with R: ${name}`, () => {
    const of = (key: string) => input[key]![0]!;
    const arms = { control: of("control"), treated: of("treated") };
    if (name.startsWith("power,")) {
      const n = { nControl: of("n"), nTreated: of("n") };
      agreeArms(name, twoArmPower({ ...arms, ...n, formula: "pooled" }), expected);
      return;
    }
    const formula: TwoArmFormula = of("pooled") === 1 ? "pooled" : "unpooled";
    const options = { alpha: of("alpha"), power: of("power"), controlsPerTreated: of("controlsPerTreated") };
    const { nControl, nTreated } = twoArmSize({ ...arms, ...options, formula });
    agreeArms(name, [nControl, nTreated], expected);
  });

describe("by hand", () => {
  test("I322: an error in 200: 598 charts for a 95 % chance to see one, 3,058 to say .5 ± .25 %", () => {
    // .995⁵⁹⁷ = .0502, .995⁵⁹⁸ = .0499
    expect(sizeToSeeOne({ rate: 0.005 })).toBe(598);
    expect(sizeForProportion({ proportion: 0.005, halfWidth: 0.0025 })).toBe(3_058);
  });

  test("a coin: one head in one toss with a chance of ½, in two with ¾", () => {
    expect(sizeToSeeOne({ rate: 0.5, probability: 0.5 })).toBe(1);
    expect(sizeToSeeOne({ rate: 0.5, probability: 0.75 })).toBe(2);
    expect(sizeToSeeOne({ rate: 0.5, probability: 0.7501 })).toBe(3);
  });

  test("observed over expected: SE² = (1 − φ)/(n φ)", () => {
    expect(sizeForObservedExpected({ prevalence: 0.2, stdError: 0.1 })).toBe(400);
  });

  test("calibration slope: half at log-odds −1, half at 1, n p (1 − p) SE² = 1", () => {
    const p = 1 / (1 + Math.exp(-1));
    const risk = Float64Array.of(p, 1 - p);
    expect(sizeForCalibrationSlope({ risk, stdError: 0.1 })).toBe(Math.ceil(100 / (p * (1 - p))));
  });

  test("two arms of ½ and ¾ without rounding: (1.96 + .8416)² · (1/4 + 3/16)/(1/16)", () => {
    const n = (1.959963984540054 + 0.8416212335729142) ** 2 * 7;
    expect(twoArmSize({ control: 0.5, treated: 0.75, formula: "unpooled" })).toEqual({
      nControl: Math.ceil(n),
      nTreated: Math.ceil(n),
      formula: "unpooled",
    });
  });
});

describe("properties", () => {
  const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });

  test("n reaches the aim and n − 1 does not", () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        const n = sizeToSeeOne({ rate: a, probability: b });
        expect(1 - (1 - a) ** n).toBeGreaterThanOrEqual(b - 1e-9);
        if (n > 1) expect(1 - (1 - a) ** (n - 1)).toBeLessThan(b + 1e-9);
        const auc = 0.5 + 0.49 * a;
        const stdError = 0.01 + 0.1 * b;
        const size = sizeForAuc({ auc, prevalence: b, stdError });
        const squared = (m: number) =>
          (auc * (1 - auc) * (1 + (m / 2 - 1) * ((1 - auc) / (2 - auc) + auc / (1 + auc)))) /
          (m * m * b * (1 - b));
        expect(squared(size)).toBeLessThanOrEqual(stdError ** 2 * (1 + 1e-8));
        if (size > 1) expect(squared(size - 1)).toBeGreaterThan(stdError ** 2 * (1 - 1e-8));
      }),
      { numRuns: 2_000 },
    );
  });

  test("the size of two arms has its power; the arms may change places and outcomes", () => {
    fc.assert(
      fc.property(
        share,
        share,
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        fc.boolean(),
        (a, b, k, pooled) => {
          if (Math.abs(a - b) < 0.02) return;
          const formula: TwoArmFormula = pooled ? "pooled" : "unpooled";
          const arms = { control: a, treated: b, formula };
          const { nControl, nTreated } = twoArmSize({ ...arms, controlsPerTreated: k, power: 0.9 });
          // Rounding each arm up moves their ratio a little.
          if (nTreated > 200 && nControl > 200)
            expect(twoArmPower({ ...arms, nControl, nTreated })).toBeGreaterThan(0.899);
          const flipped = twoArmSize({
            control: 1 - a,
            treated: 1 - b,
            formula,
            controlsPerTreated: k,
            power: 0.9,
          });
          expect(flipped).toEqual({ nControl, nTreated, formula });
          const turned = twoArmSize({ control: b, treated: a, formula, controlsPerTreated: 1, power: 0.9 });
          expect(turned).toEqual(twoArmSize({ ...arms, power: 0.9 }));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("twice as many patients of the same risks ask for the same size; wider risks for a smaller one", () => {
    const risk = Float64Array.of(0.1, 0.2, 0.4);
    const size = sizeForCalibrationSlope({ risk, stdError: 0.1 });
    expect(sizeForCalibrationSlope({ risk: Float64Array.of(...risk, ...risk), stdError: 0.1 })).toBe(size);
    expect(sizeForCalibrationSlope({ risk: Float64Array.of(0.05, 0.2, 0.6), stdError: 0.1 })).toBeLessThan(
      size,
    );
  });
});

test("simulated trials of the planned size find the difference as often as planned", () => {
  const arms = { control: 0.3, treated: 0.45, formula: "unpooled" as const };
  const { nControl, nTreated } = twoArmSize(arms);
  const random = seededRandom(5);
  const events = (n: number, p: number) => {
    let x = 0;
    for (let i = 0; i < n; i++) if (random.next() < p) x++;
    return x / n;
  };
  const nTrials = 3_000;
  let found = 0;
  for (let trial = 0; trial < nTrials; trial++) {
    const [c, t] = [events(nControl, arms.control), events(nTreated, arms.treated)];
    if (Math.abs(t - c) / Math.sqrt((c * (1 - c)) / nControl + (t * (1 - t)) / nTreated) > 1.959963984540054)
      found++;
  }
  // Three standard errors of the count, and .01 for the normal approximation.
  expect(Math.abs(found / nTrials - 0.8)).toBeLessThan(3 * Math.sqrt(0.16 / nTrials) + 0.01);
});

describe("refused", () => {
  const arms = { control: 0.2, treated: 0.3, formula: "pooled" as const };
  test.each([
    ["a proportion of 0", () => sizeForProportion({ proportion: 0, halfWidth: 0.1 })],
    ["a half-width of 0", () => sizeForProportion({ proportion: 0.5, halfWidth: 0 })],
    ["a level of 1", () => sizeForProportion({ proportion: 0.5, halfWidth: 0.1, level: 1 })],
    ["a rate of 1", () => sizeToSeeOne({ rate: 1 })],
    ["a probability that is NaN", () => sizeToSeeOne({ rate: 0.1, probability: Number.NaN })],
    ["a size beyond whole numbers", () => sizeToSeeOne({ rate: 1e-300 })],
    ["a prevalence of 0", () => sizeForObservedExpected({ prevalence: 0, stdError: 0.1 })],
    ["a standard error of 0", () => sizeForObservedExpected({ prevalence: 0.1, stdError: 0 })],
    ["an AUC of 1", () => sizeForAuc({ auc: 1, prevalence: 0.1, stdError: 0.1 })],
    ["an AUC below ½", () => sizeForAuc({ auc: 0.4, prevalence: 0.1, stdError: 0.1 })],
    ["nobody", () => sizeForCalibrationSlope({ risk: new Float64Array(0), stdError: 0.1 })],
    [
      "risks that are all alike",
      () => sizeForCalibrationSlope({ risk: Float64Array.of(0.2, 0.2), stdError: 0.1 }),
    ],
    ["a risk of 1", () => sizeForCalibrationSlope({ risk: Float64Array.of(0.2, 1), stdError: 0.1 })],
    ["an arm beyond whole numbers", () => twoArmSize({ ...arms, control: 0.5, treated: 0.5 + 5e-16 })],
    ["equal arms", () => twoArmSize({ ...arms, treated: 0.2 })],
    ["a power of 0", () => twoArmSize({ ...arms, power: 0 })],
    ["a power below the error", () => twoArmSize({ ...arms, power: 0.01 })],
    ["no controls", () => twoArmSize({ ...arms, controlsPerTreated: 0 })],
    ["a formula that is none", () => twoArmSize({ ...arms, formula: "exact" as "pooled" })],
    ["half a patient", () => twoArmPower({ ...arms, nControl: 1.5, nTreated: 2 })],
  ])("%s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
