import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { bits, known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { beggGreenes } from "./begg-greenes.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";
import { reviewedAccuracy, type WeightedRatio, weightedRatio } from "./stratified-review.ts";

const agree = recordAgreement({
  estimator: "Sensitivity, specificity, PPV, NPV, prevalence of a stratified chart review",
  reference: "survey::svyratio",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

const codes = (values: Iterable<number>) => Uint16Array.from(values);
const column = (...values: number[]) => Float64Array.from(values);
const numbers = (ratio: WeightedRatio | NotEstimable) => {
  const { value, stdError, interval } = known(ratio);
  const { lower, upper } = known(interval);
  return [value, stdError, lower, upper];
};

for (const { name, input, expected } of reference("stratified-review"))
  test(`reviewedAccuracy agrees with R: ${name}`, () => {
    const { sensitivity, specificity, ppv, npv, prevalence } = reviewedAccuracy({
      stratum: codes(input.stratum!),
      sizes: column(...input.sizes!),
      alert: bits(input.alert!),
      truth: bits(input.truth!),
      population: name.endsWith(" infinite") ? "infinite" : "finite",
    });
    const shares = [sensitivity, specificity, ppv, npv, prevalence];
    // A stratum of all alerts that was reviewed whole has no error left in its PPV.
    const ours = shares.flatMap((share) => numbers(share));
    agree(name, ours, expected);
  });

/** Charts by alert and truth in a stratum by alert each. */
function byAlert([tp, fp]: readonly [number, number], [fn, tn]: readonly [number, number]) {
  const repeat = (n: number, value: number) => new Array<number>(n).fill(value);
  return {
    stratum: codes([...repeat(tp + fp, 0), ...repeat(fn + tn, 1)]),
    alert: bits([...repeat(tp + fp, 1), ...repeat(fn + tn, 0)]),
    truth: bits([...repeat(tp, 1), ...repeat(fp, 0), ...repeat(fn, 1), ...repeat(tn, 0)]),
  };
}

test("by hand: 100 of 200 alerts and 100 of 9,800 silent charts, 60 and 1 of them septic", () => {
  // Septic: 60 · 2 = 120 found, 1 · 98 missed: sensitivity 120/218, where the reviewed charts alone say 60/61.
  const charts = byAlert([60, 40], [1, 99]);
  const accuracy = reviewedAccuracy({ ...charts, sizes: column(200, 9_800) });
  const sensitivity = known(accuracy.sensitivity);
  expect(sensitivity.value).toBeCloseTo(120 / 218, 14);
  expect(sensitivity.n).toBe(61);
  expect(known(accuracy.ppv).value).toBeCloseTo(0.6, 14);
  expect(known(accuracy.prevalence).value).toBeCloseTo(218 / 10_000, 14);
  // PPV within one stratum: p (1 − p)/(n − 1) · (1 − n/N)
  expect(known(accuracy.ppv).stdError).toBeCloseTo(Math.sqrt((0.24 / 99) * 0.5), 14);
});

describe("properties", () => {
  const count = fc.integer({ min: 2, max: 20 });

  test("a review of every chart is a count, without design variance", () => {
    fc.assert(
      fc.property(count, count, count, count, (tp, fp, fn, tn) => {
        const charts = byAlert([tp, fp], [fn, tn]);
        const whole = { ...charts, sizes: column(tp + fp, fn + tn) };
        const { value, stdError } = known(reviewedAccuracy(whole).sensitivity);
        expect(value).toBeCloseTo(tp / (tp + fn), 12);
        expect(stdError).toBe(0);
        expect(
          known(reviewedAccuracy({ ...whole, population: "infinite" }).sensitivity).stdError,
        ).toBeGreaterThan(0);
      }),
    );
  });

  test("the order of charts and the numbers of strata do not matter", () => {
    fc.assert(
      fc.property(count, count, count, count, (tp, fp, fn, tn) => {
        const { stratum, alert, truth } = byAlert([tp, fp], [fn, tn]);
        const one = known(reviewedAccuracy({ stratum, alert, truth, sizes: column(100, 4_000) }).sensitivity);
        const other = known(
          reviewedAccuracy({
            stratum: stratum.map((h) => 1 - h).reverse(),
            alert: alert.toReversed(),
            truth: truth.toReversed(),
            sizes: column(4_000, 100),
          }).sensitivity,
        );
        expect(other.value).toBeCloseTo(one.value, 12);
        expect(other.stdError).toBeCloseTo(one.stdError, 12);
      }),
    );
  });

  test("swapped truth and alert swap sensitivity and specificity", () => {
    const { stratum, alert, truth } = byAlert([7, 3], [2, 20]);
    const sizes = column(50, 800);
    const plain = reviewedAccuracy({ stratum, sizes, alert, truth });
    const flip = (values: Uint8Array) => values.map((value) => 1 - value);
    const turned = reviewedAccuracy({ stratum, sizes, alert: flip(alert), truth: flip(truth) });
    expect(turned.sensitivity).toEqual(plain.specificity);
    expect(turned.ppv).toEqual(plain.npv);
  });
});

test("over many reviews of one hospital the interval holds the sensitivity of all its charts", () => {
  // 400 alerts, 240 septic; 9,600 silent, 160 septic: sensitivity .6.
  const random = seededRandom(8);
  const drawn = (n: number, total: number, septic: number) => {
    let [left, leftSeptic, found] = [total, septic, 0];
    for (let i = 0; i < n; i++, left--)
      if (random.integer(left) < leftSeptic) {
        found++;
        leftSeptic--;
      }
    return [found, n - found] as const;
  };
  const nReviews = 1_500;
  let held = 0;
  for (let review = 0; review < nReviews; review++) {
    const charts = byAlert(drawn(150, 400, 240), drawn(1_200, 9_600, 160));
    const { interval } = known(reviewedAccuracy({ ...charts, sizes: column(400, 9_600) }).sensitivity);
    const { lower, upper } = known(interval);
    if (lower <= 0.6 && 0.6 <= upper) held++;
  }
  expect(Math.abs(held / nReviews - 0.95)).toBeLessThan(0.02);
});

describe("edges", () => {
  const sizes = column(10, 100);

  test("an estimate of 1 has a value and no interval", () => {
    const { sensitivity } = reviewedAccuracy({ ...byAlert([5, 5], [0, 20]), sizes });
    expect(known(sensitivity)).toEqual({
      value: 1,
      stdError: 0,
      n: 5,
      interval: { notEstimable: "every reviewed chart says 1" },
    });
  });

  test("strata that are each alike leave no variance, and no interval", () => {
    // Both strata are uniform: the estimate 100/1000 rests on six charts.
    const found = known(reviewedAccuracy({ ...byAlert([3, 0], [0, 3]), sizes: column(100, 900) }).prevalence);
    expect(found.value).toBeCloseTo(0.1, 14);
    expect([found.stdError, found.interval]).toEqual([
      0,
      { notEstimable: "within each stratum the reviewed charts are alike" },
    ]);
  });

  test("one chart of a stratum of one says nothing of the process that made it", () => {
    const charts = { stratum: codes([0, 1]), alert: bits([1, 0]), truth: bits([1, 0]), sizes: column(1, 1) };
    expect(known(reviewedAccuracy(charts).prevalence).interval).toEqual({ lower: 0.5, upper: 0.5 });
    expect(reviewedAccuracy({ ...charts, population: "infinite" }).prevalence).toEqual({
      notEstimable: "one chart of stratum 0 was reviewed: its variance needs two",
    });
  });

  test.each([
    ["nobody in the denominator was reviewed", byAlert([0, 5], [0, 20]), sizes],
    ["no chart of stratum 1 was reviewed", byAlert([2, 3], [0, 0]), sizes],
    ["one chart of stratum 1 was reviewed: its variance needs two", byAlert([2, 3], [1, 0]), sizes],
    ["no chart of stratum 0 was reviewed", byAlert([0, 0], [0, 0]), sizes],
  ])("%s", (notEstimable, charts, of) => {
    expect(reviewedAccuracy({ ...charts, sizes: of }).sensitivity).toEqual({ notEstimable });
  });

  test("a stratum with one chart, reviewed, and one without charts are no obstacle", () => {
    const charts = byAlert([1, 0], [2, 20]);
    const found = known(reviewedAccuracy({ ...charts, sizes: column(1, 100, 0) }).sensitivity);
    expect(found.value).toBeCloseTo(1 / (1 + (2 * 100) / 22), 14);
  });

  const charts = byAlert([5, 5], [1, 20]);
  test.each([
    ["more reviewed than the stratum holds", () => reviewedAccuracy({ ...charts, sizes: column(9, 100) })],
    ["a code beyond the strata", () => reviewedAccuracy({ ...charts, sizes: column(10) })],
    ["a size that is not whole", () => reviewedAccuracy({ ...charts, sizes: column(10.5, 100) })],
    ["a size that is NaN", () => reviewedAccuracy({ ...charts, sizes: column(Number.NaN, 100) })],
    ["a truth of 2", () => reviewedAccuracy({ ...charts, sizes, truth: charts.truth.map((y) => 2 * y) })],
    ["columns of different lengths", () => reviewedAccuracy({ ...charts, sizes, truth: bits([1]) })],
    ["a level of 1", () => reviewedAccuracy({ ...charts, sizes, level: 1 })],
    [
      "a population that is none",
      () => reviewedAccuracy({ ...charts, sizes, population: "all" as "finite" }),
    ],
    [
      "a numerator outside its denominator",
      () =>
        weightedRatio({
          stratum: codes([0]),
          sizes: column(1),
          numerator: bits([1]),
          denominator: bits([0]),
        }),
    ],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});

describe("Begg and Greenes", () => {
  const scans = {
    positive: { withCondition: 231, without: 32, unverified: 166 },
    negative: { withCondition: 27, without: 54, unverified: 140 },
  };

  test("their example, scans of the liver: .84 and .74, where the verified alone say .90 and .63", () => {
    const { sensitivity, specificity } = known(beggGreenes(scans));
    expect(known(sensitivity).value).toBeCloseTo(0.84, 2);
    expect(known(specificity).value).toBeCloseTo(0.74, 2);
    expect(231 / (231 + 27)).toBeCloseTo(0.9, 2);
    expect(54 / (54 + 32)).toBeCloseTo(0.63, 2);
  });

  test("by hand: the logit's variance is that of φ, p₁ and p₀", () => {
    const { value, logitStdError, lower, upper } = known(known(beggGreenes(scans)).sensitivity);
    const [phi, p1, p0] = [429 / 650, 231 / 263, 27 / 81];
    const expected = (phi * p1) / (phi * p1 + (1 - phi) * p0);
    expect(value).toBeCloseTo(expected, 14);
    const variance = 1 / (650 * phi * (1 - phi)) + (1 - p1) / (263 * p1) + (1 - p0) / (81 * p0);
    expect(logitStdError).toBeCloseTo(Math.sqrt(variance), 14);
    const logit = (p: number) => Math.log(p / (1 - p));
    expect(logit(upper) - logit(value)).toBeCloseTo(1.959963984540054 * Math.sqrt(variance), 10);
    expect(logit(value) - logit(lower)).toBeCloseTo(1.959963984540054 * Math.sqrt(variance), 10);
  });

  test("with everybody verified nothing is corrected, and the variance is that of the binomial", () => {
    const all = {
      positive: { withCondition: 80, without: 30, unverified: 0 },
      negative: { withCondition: 20, without: 170, unverified: 0 },
    };
    const { value, logitStdError } = known(known(beggGreenes(all)).sensitivity);
    expect(value).toBeCloseTo(0.8, 14);
    // 1/80 + 1/20 on the logit scale.
    expect(logitStdError).toBeCloseTo(Math.sqrt(1 / 80 + 1 / 20), 14);
  });

  test("it is the weighted ratio of strata by test, sampled from an endless population of fixed φ", () => {
    const charts = byAlert([231, 32], [27, 54]);
    const { sensitivity } = reviewedAccuracy({ ...charts, sizes: column(429, 221) });
    expect(known(known(beggGreenes(scans)).sensitivity).value).toBeCloseTo(known(sensitivity).value, 14);
  });

  test.each([
    [
      "nobody with a negative test was verified",
      { negative: { withCondition: 0, without: 0, unverified: 9 } },
    ],
    [
      "nobody with a positive test was verified",
      { positive: { withCondition: 0, without: 0, unverified: 0 } },
    ],
  ])("%s", (notEstimable, change) => {
    expect(beggGreenes({ ...scans, ...change })).toEqual({ notEstimable });
  });

  test("shares of 0 and 1 have no interval", () => {
    const of = (positive: number, negative: number) =>
      known(
        beggGreenes({
          positive: { withCondition: positive, without: 3, unverified: 0 },
          negative: { withCondition: negative, without: 3, unverified: 5 },
        }),
      ).sensitivity;
    expect(of(2, 0)).toEqual({ notEstimable: "the share is 1, without an interval" });
    expect(of(0, 2)).toEqual({ notEstimable: "the share is 0, without an interval" });
    expect(of(0, 0)).toEqual({ notEstimable: "nobody verified counts" });
  });

  test.each([
    ["a count below 0", { positive: { withCondition: -1, without: 3, unverified: 0 } }],
    ["a count that is not whole", { positive: { withCondition: 1.5, without: 3, unverified: 0 } }],
    ["a level of 0", { level: 0 }],
  ])("refused: %s", (_, change) => {
    expect(() => beggGreenes({ ...scans, ...change })).toThrow(ContractError);
  });
});
