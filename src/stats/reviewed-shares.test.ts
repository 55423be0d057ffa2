import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { clopperPearson, wilson } from "./proportion.ts";
import { type Random, seededRandom } from "./random.ts";
import { type ReviewedRate, reviewedShares } from "./reviewed-shares.ts";
import { reviewedAccuracy } from "./stratified-review.ts";

const agree = recordAgreement({
  estimator: "Sensitivity, specificity, PPV, NPV, prevalence of a cohort by chart review",
  reference: "survey::svyratio of survey::twophase",
  tolerance: { relative: 1e-12 },
});

const names: readonly ReviewedRate[] = ["sensitivity", "specificity", "ppv", "npv", "prevalence"];

/** Strata in the order flagged event, flagged event-free, then the same of the others. */
interface Counted {
  readonly size: readonly number[];
  readonly charts: readonly number[];
  readonly events: readonly number[];
}

const isFlagged = Uint8Array.of(1, 1, 0, 0);
const isRecorded = Uint8Array.of(1, 0, 1, 0);

function inputOf({ size, charts, events }: Counted) {
  const stratum = charts.flatMap((n, h) => Array<number>(n).fill(h));
  const truth = charts.flatMap((n, h) => Array.from({ length: n }, (_, i) => (i < events[h]! ? 1 : 0)));
  const [a = 0, b = 0, c = 0, d = 0] = size;
  return {
    strata: { nPatients: Float64Array.from(size), weight: Float64Array.from(size), isFlagged, isRecorded },
    charts: {
      stratum: Uint16Array.from(stratum),
      weight: new Float64Array(stratum.length).fill(1),
      truth: Uint8Array.from(truth),
    },
    recordedSizes: {
      sensitivity: a + c,
      specificity: b + d,
      ppv: a + b,
      npv: c + d,
      prevalence: a + b + c + d,
    },
  };
}

const sharesOf = (counted: Counted) => reviewedShares(inputOf(counted));

describe("two phases in R", () => {
  for (const { name, input, expected } of reference("two-phase-review"))
    test(`values agree with survey::twophase, intervals are as wide or somewhat wider: ${name}`, () => {
      const shares = sharesOf({ size: input.size!, charts: input.charts!, events: input.events! });
      const inR = expected as readonly number[];
      const values = names.map((rate) => known(shares[rate]).value);
      agree(
        name,
        values,
        inR.filter((_, i) => i % 2 === 0),
      );
      names.forEach((rate, i) => {
        const { lower, upper } = known(shares[rate]);
        // Exact limits of each stratum instead of a variance: never much narrower, a fifth wider at most here.
        const ratio = (upper - lower) / (2 * 1.959963984540054 * inR[2 * i + 1]!);
        expect(ratio).toBeGreaterThan(0.97);
        expect(ratio).toBeLessThan(1.2);
      });
    });
});

describe("by hand", () => {
  // Flagged: 100 recorded events, 50 charts, 45 events; 100 event-free, 50 charts, 5 events.
  // Others: 20 recorded events, 10 charts, 10 events; 780 event-free, 78 charts, 2 events.
  const counted = { size: [100, 100, 20, 780], charts: [50, 50, 10, 78], events: [45, 5, 10, 2] };

  test("events are 90 + 10 of the flagged and 20 + 20 of the others", () => {
    const shares = sharesOf(counted);
    expect(known(shares.sensitivity)).toMatchObject({ numerator: 50, denominator: 62 });
    expect(known(shares.sensitivity).value).toBeCloseTo(100 / 140, 14);
    expect(known(shares.ppv).value).toBeCloseTo(100 / 200, 14);
    expect(known(shares.npv).value).toBeCloseTo(760 / 800, 14);
    expect(known(shares.specificity).value).toBeCloseTo(760 / 860, 14);
    expect(known(shares.prevalence).value).toBeCloseTo(140 / 1000, 14);
    expect(known(shares.confirmed).value).toBeCloseTo((90 + 20) / 120, 14);
    expect(known(shares.missed).value).toBeCloseTo((10 + 20) / 880, 14);
    // The charts as they are, weighed alike, find 50 of 62 events: .81.
    expect(50 / 62).toBeGreaterThan(0.8);
  });

  test("the interval of PPV: exact limits of both strata, then Wilson's of 200 patients", () => {
    const { lower, upper, value } = known(sharesOf(counted).ppv);
    const limits = [45, 5].map((x) => {
      const size = 50 * (99 / 50);
      return clopperPearson((x / 50) * size, size, 0.95);
    });
    const below = Math.hypot(0.5 * (0.9 - limits[0]!.lower), 0.5 * (0.1 - limits[1]!.lower));
    const above = Math.hypot(0.5 * (limits[0]!.upper - 0.9), 0.5 * (limits[1]!.upper - 0.1));
    const patients = wilson(100, 200, 0.95);
    expect(lower).toBeCloseTo(value - Math.hypot(below, value - patients.lower), 12);
    expect(upper).toBeCloseTo(value + Math.hypot(above, patients.upper - value), 12);
  });

  test("patients that weigh for others: the charts' weights within a stratum, the stratum's for all", () => {
    const input = inputOf({ size: [4, 2, 2, 2], charts: [2, 2, 2, 2], events: [1, 0, 2, 0] });
    input.strata.weight.set([10, 3, 2, 5]);
    input.charts.weight.set([3, 1], 0);
    // 3/4 of the first stratum's 10 are events: 7.5 of 7.5 + 2.
    expect(known(reviewedShares(input).sensitivity).value).toBeCloseTo(7.5 / 9.5, 14);
  });

  test("no missed event in 100 charts of 4,000 is no proof of none", () => {
    const none = { size: [300, 100, 100, 4000], charts: [100, 100, 100, 100], events: [100, 0, 100, 0] };
    const { value, lower, upper } = known(sharesOf(none).sensitivity);
    expect(value).toBe(0.75);
    // Up to 1 − .025^(1/100) = 3.6 % of 4,000 may be missed events: 143 more.
    expect(lower).toBeLessThan(300 / (400 + 4000 * 0.03));
    expect(upper).toBeLessThan(0.81);
    // The design variance alone would say .75 for certain.
    const { charts } = inputOf(none);
    const alert = Uint8Array.from(charts.stratum, (h) => isFlagged[h]!);
    const { sensitivity } = reviewedAccuracy({
      ...{ stratum: charts.stratum, truth: charts.truth, alert, sizes: Float64Array.from(none.size) },
    });
    expect(known(sensitivity).stdError).toBe(0);
  });
});

const small = fc.integer({ min: 1, max: 30 });
const stratum = fc
  .tuple(small, fc.integer({ min: 0, max: 60 }), fc.nat(30))
  .map(([charts, others, events]) => ({ size: charts + others, charts, events: Math.min(events, charts) }));
const four = fc.tuple(stratum, stratum, stratum, stratum).map((strata) => ({
  size: strata.map(({ size }) => size),
  charts: strata.map(({ charts }) => charts),
  events: strata.map(({ events }) => events),
}));

describe("properties", () => {
  test("values are those of the weighted ratio, and lie in their interval", () => {
    fc.assert(
      fc.property(four, (counted) => {
        const { charts } = inputOf(counted);
        const accuracy = reviewedAccuracy({
          stratum: charts.stratum,
          truth: charts.truth,
          alert: Uint8Array.from(charts.stratum, (h) => isFlagged[h]!),
          // A single chart of several has no variance, but a value.
          sizes: Float64Array.from(counted.size),
        });
        const shares = sharesOf(counted);
        for (const rate of names) {
          const [own, other] = [shares[rate], accuracy[rate]];
          if (isNotEstimable(own)) continue;
          expect(own.lower).toBeLessThanOrEqual(own.value + 1e-12);
          expect(own.upper).toBeGreaterThanOrEqual(own.value - 1e-12);
          expect(own.lower).toBeGreaterThanOrEqual(0);
          expect(own.upper).toBeLessThanOrEqual(1);
          if (!isNotEstimable(other)) expect(own.value).toBeCloseTo(other.value, 10);
        }
      }),
    );
  });

  test("where every chart is read and confirms its label, the interval is that of the recorded labels", () => {
    fc.assert(
      fc.property(small, small, small, small, (a, b, c, d) => {
        const size = [a, b, c, d];
        const { sensitivity, ppv, confirmed, missed } = sharesOf({
          size,
          charts: size,
          events: [a, 0, c, 0],
        });
        const of = (x: number, n: number) => wilson(x, n, 0.95);
        for (const [share, expected] of [
          [known(sensitivity), of(a, a + c)],
          [known(ppv), of(a, a + b)],
        ] as const) {
          expect(share.lower).toBeCloseTo(expected.lower, 9);
          expect(share.upper).toBeCloseTo(expected.upper, 9);
        }
        expect(known(confirmed)).toMatchObject({ value: 1, lower: 1, upper: 1 });
        expect(known(missed)).toMatchObject({ value: 0, lower: 0, upper: 0 });
      }),
    );
  });

  test("flag and label swapped with their opposites swap the rates", () => {
    fc.assert(
      fc.property(four, ({ size, charts, events }) => {
        const turned = sharesOf({
          size: size.toReversed(),
          charts: charts.toReversed(),
          events: charts.map((n, h) => n - events[h]!).toReversed(),
        });
        const plain = sharesOf({ size, charts, events });
        for (const [one, other] of [
          ["sensitivity", "specificity"],
          ["ppv", "npv"],
        ] as const) {
          const [first, second] = [plain[one], turned[other]];
          expect(isNotEstimable(first)).toBe(isNotEstimable(second));
          if (isNotEstimable(first) || isNotEstimable(second)) continue;
          expect(first.value).toBeCloseTo(second.value, 10);
          expect(first.lower).toBeCloseTo(second.lower, 8);
          expect(first.upper).toBeCloseTo(second.upper, 8);
        }
      }),
    );
  });
});

/** Draws a cohort, its labels and the charts of a review; the labels are wrong now and then. */
function simulated(random: Random, truth: { prevalence: number; sensitivity: number; specificity: number }) {
  const [size, events] = [
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ];
  for (let i = 0; i < 2_000; i++) {
    const y = random.next() < truth.prevalence;
    const flag = random.next() < (y ? truth.sensitivity : 1 - truth.specificity);
    const label = random.next() < (y ? 0.9 : 0.01);
    const h = (flag ? 0 : 2) + (label ? 0 : 1);
    size[h]!++;
    if (y) events[h]!++;
  }
  const charts = size.map((n) => Math.min(60, n));
  const found = charts.map((n, h) => {
    let [left, hits, drawn] = [size[h]!, events[h]!, 0];
    for (let i = 0; i < n; i++, left--)
      if (random.integer(left) < hits) {
        hits--;
        drawn++;
      }
    return drawn;
  });
  return { size, charts, events: found };
}

test("over many cohorts with wrong labels the interval holds the rates of the process, or more often", () => {
  const random = seededRandom(31);
  const truth = { prevalence: 0.15, sensitivity: 0.7, specificity: 0.85 };
  const nCohorts = 800;
  const held = { sensitivity: 0, specificity: 0, prevalence: 0 };
  for (let i = 0; i < nCohorts; i++) {
    const shares = sharesOf(simulated(random, truth));
    for (const rate of ["sensitivity", "specificity", "prevalence"] as const) {
      const { lower, upper } = known(shares[rate]);
      if (lower <= truth[rate] && truth[rate] <= upper) held[rate]++;
    }
  }
  for (const count of Object.values(held)) {
    expect(count / nCohorts).toBeGreaterThan(0.94);
    expect(count / nCohorts).toBeLessThan(0.995);
  }
});

describe("edges", () => {
  const full = { size: [10, 10, 10, 10], charts: [5, 5, 5, 5], events: [5, 1, 4, 0] };

  test("of the others nobody was read: PPV alone has a number", () => {
    const shares = sharesOf({ ...full, charts: [5, 5, 0, 0], events: [5, 1, 0, 0] });
    const unread = { notEstimable: "no chart was read in a stratum that it needs" };
    expect(known(shares.ppv).value).toBeCloseTo(0.6, 14);
    for (const rate of ["sensitivity", "specificity", "npv", "prevalence"] as const)
      expect(shares[rate]).toEqual(unread);
    expect(shares.confirmed).toEqual(unread);
  });

  test("nobody flagged, and nobody at all", () => {
    const shares = sharesOf({ size: [0, 0, 10, 10], charts: [0, 0, 5, 5], events: [0, 0, 5, 0] });
    expect(shares.ppv).toEqual({ notEstimable: "nobody is in its denominator" });
    expect(known(shares.sensitivity)).toMatchObject({ value: 0, lower: 0 });
    const none = sharesOf({ size: [0, 0, 0, 0], charts: [0, 0, 0, 0], events: [0, 0, 0, 0] });
    for (const rate of names) expect(none[rate]).toEqual({ notEstimable: "nobody is in its denominator" });
  });

  test("a rate of the recorded labels that does not exist gives none by charts", () => {
    const input = inputOf(full);
    const shares = reviewedShares({ ...input, recordedSizes: { ...input.recordedSizes, ppv: undefined } });
    expect(shares.ppv).toEqual({ notEstimable: "the rate of the recorded labels is not estimable" });
  });

  const input = inputOf(full);
  test.each([
    ["more charts than patients", () => sharesOf({ ...full, size: [10, 10, 10, 4] })],
    ["a size that is not whole", () => sharesOf({ ...full, size: [10, 10, 10, 9.5] })],
    [
      "a code beyond the strata",
      () => reviewedShares({ ...input, charts: { ...input.charts, stratum: new Uint16Array(20).fill(4) } }),
    ],
    [
      "a chart without weight",
      () => reviewedShares({ ...input, charts: { ...input.charts, weight: new Float64Array(20) } }),
    ],
    [
      "columns of different lengths",
      () => reviewedShares({ ...input, charts: { ...input.charts, truth: Uint8Array.of(1) } }),
    ],
    ["a level of 1", () => reviewedShares({ ...input, level: 1 })],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
