import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { binaryObservedExpected } from "./binary-observed-expected.ts";
import { clusterResampler, percentileInterval } from "./bootstrap.ts";
import { clusteredCalibration } from "./clustered-calibration.ts";
import { logisticCalibration } from "./logistic-calibration.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { clopperPearson } from "./proportion.ts";
import { seededRandom } from "./random.ts";

const agree = recordAgreement({
  estimator: "Calibration and O/E of rows in clusters: estimates, standard errors, Wald test",
  reference: "survey::svyglm, svyratio",
  tolerance: { relative: 1e-8, absolute: 1e-9 },
});

function known<Result>(result: Result | NotEstimable): Result {
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}
const column = (values: Iterable<number>) => Float64Array.from(values);
const bits = (values: Iterable<number>) => Uint8Array.from(values);
const codes = (values: Iterable<number>) => Uint32Array.from(values);

for (const { name, input, expected } of reference("clustered-calibration"))
  test(`agrees with R: ${name}`, () => {
    const rows = { event: bits(input.event!), risk: column(input.risk!), cluster: codes(input.cluster!) };
    const fit = known(clusteredCalibration(rows));
    const large = known(fit.inTheLarge);
    const { intercept, slope, test: wald } = known(fit.joint);
    const { ratio, stdError, lower, upper } = known(binaryObservedExpected(rows));
    agree(
      name,
      [
        [large.value, large.stdError, intercept.value, slope.value, intercept.stdError, slope.stdError],
        [wald.chiSquare, ratio, stdError, lower, upper],
      ].flat(),
      expected,
    );
  });

describe("by hand", () => {
  test("O/E: patients (1, 0), (0), (1) at risks ½, ½, ¼, ¾", () => {
    // O/E = 2/2 = 1. Residuals (½, −½), −¼, ¼: by patient 0, −¼, ¼. Var = 3/2 · 1/8 / 4.
    const found = known(
      binaryObservedExpected({
        event: bits([1, 0, 0, 1]),
        risk: column([0.5, 0.5, 0.25, 0.75]),
        cluster: codes([9, 9, 4, 7]),
      }),
    );
    expect(found).toMatchObject({ ratio: 1, observed: 0.5, expected: 0.5, nEvents: 2, nClusters: 3 });
    expect(found.stdError).toBeCloseTo(Math.sqrt(1.5 / 8 / 4), 14);
    expect(found.lower * found.upper).toBeCloseTo(1, 13);
  });

  test("in the large at equal risks of ½: the log odds of the share, and its error by patient", () => {
    // Shares: 3 of 4. Score by patient (1, 1), (1, 0): ½, −½. Information 4 · 3/16 = ¾. Var = 2 · ½/(9/16).
    const rows = {
      event: bits([1, 1, 1, 0]),
      risk: column([0.5, 0.5, 0.5, 0.5]),
      cluster: codes([0, 0, 1, 1]),
    };
    const { inTheLarge, joint } = known(clusteredCalibration(rows));
    expect(known(inTheLarge).value).toBeCloseTo(Math.log(3), 12);
    expect(known(inTheLarge).stdError).toBeCloseTo(Math.sqrt(1 / (9 / 16)), 12);
    expect(joint).toEqual({ notEstimable: "all predicted risks are equal" });
  });

  test("nobody of thirty patients with three rows each at a risk of .02: limits from 0 of 30", () => {
    const cluster = codes(Array.from({ length: 90 }, (_, i) => i % 30));
    const rows = { event: new Uint8Array(90), risk: new Float64Array(90).fill(0.02), cluster };
    const { upper } = clopperPearson(0, 30, 0.95);
    expect(binaryObservedExpected(rows)).toMatchObject({
      kind: "bound",
      ratio: 0,
      lower: 0,
      upper: expect.closeTo(upper / 0.02, 10),
    });
    expect(binaryObservedExpected({ ...rows, event: rows.event.map(() => 1) })).toMatchObject({
      kind: "bound",
      ratio: expect.closeTo(50, 10),
      upper: expect.closeTo(50, 10),
      lower: expect.closeTo((1 - upper) * 50, 10),
    });
  });
});

const anyRows = fc.array(
  fc.record({
    risk: fc.integer({ min: 1, max: 9 }),
    event: fc.integer({ min: 0, max: 1 }),
    cluster: fc.integer({ min: 0, max: 6 }),
  }),
  { minLength: 4, maxLength: 40 },
);
const dataOf = (rows: readonly { risk: number; event: number; cluster: number }[]) => ({
  risk: column(rows.map(({ risk }) => risk / 10)),
  event: bits(rows.map(({ event }) => event)),
  cluster: codes(rows.map(({ cluster }) => cluster)),
});

describe("properties", () => {
  test("the coefficients are those of independent rows; order and codes do not matter", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const data = dataOf(rows);
        const [ours, plain] = [clusteredCalibration(data), logisticCalibration(data)];
        if (isNotEstimable(ours) || isNotEstimable(plain)) {
          expect(ours).toEqual(plain);
          return;
        }
        const other = known(
          clusteredCalibration(
            dataOf(rows.toReversed().map((row) => ({ ...row, cluster: 4e9 - row.cluster }))),
          ),
        );
        if (isNotEstimable(plain.joint)) expect(ours.joint).toEqual(plain.joint);
        else if (!isNotEstimable(ours.joint)) {
          expect(ours.joint.slope.value).toBe(plain.joint.slope.value);
          expect(known(other.joint).slope.stdError).toBeCloseTo(ours.joint.slope.stdError, 8);
        }
        if (isNotEstimable(ours.inTheLarge)) return;
        expect(ours.inTheLarge.value).toBe(known(plain.inTheLarge).value);
        expect(known(other.inTheLarge).stdError).toBeCloseTo(ours.inTheLarge.stdError, 8);
      }),
      { numRuns: 300 },
    );
  });

  test("every row twice in its cluster changes neither estimates nor errors", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const [one, two] = [dataOf(rows), dataOf([...rows, ...rows])];
        const [ratio, again] = [binaryObservedExpected(one), binaryObservedExpected(two)];
        if (!isNotEstimable(ratio)) {
          expect(known(again).ratio).toBeCloseTo(ratio.ratio, 10);
          expect(known(again).stdError).toBeCloseTo(ratio.stdError, 10);
          expect(known(again).upper).toBeCloseTo(ratio.upper, 8);
        }
        const [fit, refit] = [clusteredCalibration(one), clusteredCalibration(two)];
        if (isNotEstimable(fit) || isNotEstimable(fit.joint)) return;
        const joint = known(known(refit).joint);
        expect(joint.slope.stdError / fit.joint.slope.stdError).toBeCloseTo(1, 6);
        expect(joint.test.chiSquare / fit.joint.test.chiSquare).toBeCloseTo(1, 5);
      }),
      { numRuns: 300 },
    );
  });

  test("without clusters each row is its own", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { event, risk } = dataOf(rows);
        const [alone, own] = [
          binaryObservedExpected({ event, risk }),
          binaryObservedExpected({ event, risk, cluster: codes(rows.keys()) }),
        ];
        if (isNotEstimable(alone)) expect(isNotEstimable(own)).toBe(true);
        else expect(known(own)).toEqual(alone);
      }),
    );
  });

  test("a draw of clusters has them whole, as many as there are", () => {
    fc.assert(
      fc.property(anyRows, fc.integer({ min: 0, max: 1e6 }), (rows, seed) => {
        const { cluster } = dataOf(rows);
        const drawn = clusterResampler(cluster)(seededRandom(seed));
        const times = (row: number) => drawn.filter((other) => other === row).length;
        const sizes = new Map<number, number[]>();
        rows.forEach((row, i) => {
          sizes.set(row.cluster, [...(sizes.get(row.cluster) ?? []), times(i)]);
        });
        for (const counts of sizes.values()) expect(new Set(counts).size).toBe(1);
        expect([...sizes.values()].reduce((sum, counts) => sum + counts[0]!, 0)).toBe(sizes.size);
        expect(clusterResampler(cluster)(seededRandom(seed))).toEqual(drawn);
      }),
    );
  });
});

test("over simulated patients the intervals hold the truth, where those of independent rows do not", () => {
  const random = seededRandom(31);
  const nStudies = 400;
  const held = { ratio: 0, large: 0, slope: 0, independent: 0, drawn: 0 };
  for (let study = 0; study < nStudies; study++) {
    // One risk and one outcome a patient, three encounters; the risks given are right.
    const patients = Array.from({ length: 150 }, () => {
      const risk = 0.1 + 0.5 * random.next();
      return { risk, event: +(random.next() < risk) };
    });
    const rows = patients.flatMap((patient, cluster) => [0, 1, 2].map(() => ({ ...patient, cluster })));
    const data = {
      risk: column(rows.map(({ risk }) => risk)),
      event: bits(rows.map(({ event }) => event)),
      cluster: codes(rows.map(({ cluster }) => cluster)),
    };
    const holds = (of: { lower: number; upper: number }, truth: number) =>
      +(of.lower <= truth && truth <= of.upper);
    const fit = known(clusteredCalibration(data));
    held.ratio += holds(known(binaryObservedExpected(data)), 1);
    held.large += holds(known(fit.inTheLarge), 0);
    held.slope += holds(known(fit.joint).slope, 1);
    held.independent += holds(known(known(logisticCalibration(data)).joint).slope, 1);
    if (study >= 100) continue;
    const draw = clusterResampler(data.cluster);
    const ratios = Float64Array.from({ length: 200 }, () => {
      const drawn = draw(random);
      const total = (values: ArrayLike<number>) => drawn.reduce((sum, row) => sum + values[row]!, 0);
      return total(data.event) / total(data.risk);
    });
    held.drawn += holds(percentileInterval(ratios, 0.95), 1);
  }
  expect(held.ratio / nStudies).toBeGreaterThan(0.92);
  expect(held.large / nStudies).toBeGreaterThan(0.92);
  expect(held.slope / nStudies).toBeGreaterThan(0.92);
  expect(held.independent / nStudies).toBeLessThan(0.85);
  expect(held.drawn).toBeGreaterThan(87);
});

describe("edges", () => {
  const rows = { event: bits([0, 1, 0, 1, 1, 0]), risk: column([0.1, 0.4, 0.6, 0.7, 0.2, 0.3]) };
  const own = codes([0, 1, 2, 3, 4, 5]);
  test("one cluster, or two", () => {
    const one = known(clusteredCalibration({ ...rows, cluster: codes([3, 3, 3, 3, 3, 3]) }));
    expect(one.inTheLarge).toEqual({ notEstimable: "one cluster has no variance" });
    expect(one.joint).toEqual({ notEstimable: "one cluster has no variance" });
    const two = known(clusteredCalibration({ ...rows, cluster: codes([3, 3, 3, 5, 5, 5]) }));
    expect(known(two.inTheLarge).stdError).toBeGreaterThan(0);
    expect(two.joint).toEqual({ notEstimable: "two clusters have no variance in two coefficients" });
  });

  test.each([
    ["nobody", { event: bits([]), risk: column([]) }],
    ["one row has no variance", { event: bits([1]), risk: column([0.3]) }],
    ["one cluster has no variance", { ...rows, cluster: codes([2, 2, 2, 2, 2, 2]) }],
    ["the mean predicted risk is 0", { ...rows, risk: rows.risk.map(() => 0) }],
    ["the risks leave no variance", { event: rows.event, risk: column(rows.event) }],
  ])("O/E: %s", (notEstimable, data) => {
    expect(binaryObservedExpected(data)).toEqual({ notEstimable });
  });

  test("calibration: nobody, risks of 0 and 1 only, no events", () => {
    const none = { event: bits([]), risk: column([]), cluster: codes([]) };
    expect(clusteredCalibration(none)).toEqual({ notEstimable: "no patients" });
    expect(clusteredCalibration({ ...rows, risk: rows.risk.map(Math.round), cluster: own })).toEqual({
      notEstimable: "every predicted risk is 0 or 1",
    });
    const { inTheLarge } = known(clusteredCalibration({ ...rows, event: new Uint8Array(6), cluster: own }));
    expect(inTheLarge).toEqual({ notEstimable: "no events" });
  });

  test.each([
    ["a risk of 2", () => binaryObservedExpected({ ...rows, risk: rows.risk.map(() => 2) })],
    ["an outcome of 2", () => binaryObservedExpected({ ...rows, event: rows.event.map(() => 2) })],
    ["a level of 1", () => binaryObservedExpected({ ...rows, level: 1 })],
    ["clusters of another length", () => clusteredCalibration({ ...rows, cluster: codes([1]) })],
    ["a level of 0", () => clusteredCalibration({ ...rows, cluster: own, level: 0 })],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
