import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { bits, codes, column, known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { clusteredAuc } from "./clustered-auc.ts";
import { clusteredMean, clusteredProportion } from "./clustered-mean.ts";
import { aucDeLong } from "./delong.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { clopperPearson, wilson } from "./proportion.ts";
import { seededRandom } from "./random.ts";

const agree = recordAgreement({
  estimator: "Mean and AUC of rows in clusters, with standard errors",
  reference: "survey::svymean, pROC::var, Obuchowski's formula",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

for (const { name, input, expected } of reference("clustered"))
  test(`agrees with R: ${name}`, () => {
    const [score, event, cluster] = [column(input.score!), bits(input.event!), codes(input.cluster!)];
    const means = [score, column(event)].map((value) => known(clusteredMean({ value, cluster })));
    const auc = known(clusteredAuc({ score, event, cluster }));
    agree(name, [...means.flatMap((m) => [m.mean, m.stdError]), auc.auc, auc.stdError], expected);
  });

describe("by hand", () => {
  test("mean: clusters (0, 1), (4), (3, 3) of mean 11/5", () => {
    // Away from 2.2 by cluster: −3.4, 1.8, 1.6. Var = 3/2 · (11.56 + 3.24 + 2.56)/25.
    const found = known(clusteredMean({ value: column([0, 1, 4, 3, 3]), cluster: codes([0, 0, 1, 2, 2]) }));
    expect(found.mean).toBeCloseTo(2.2, 14);
    expect(found.stdError).toBeCloseTo(Math.sqrt((1.5 * 17.36) / 25), 14);
    expect([found.n, found.nClusters]).toEqual([5, 3]);
    // Independent: (4.84 + 1.44 + 3.24 + .64 + .64)/4/5 = .54.
    expect(found.designEffect).toBeCloseTo((1.5 * 17.36) / 25 / 0.54, 12);
  });

  test("proportion: twenty patients whose two visits agree say as much as nearly twenty rows", () => {
    const patients = Array.from({ length: 20 }, (_, i) => +(i < 8));
    const event = bits(patients.flatMap((y) => [y, y]));
    const cluster = codes(patients.flatMap((_, i) => [i, i]));
    const found = known(clusteredProportion({ event, cluster }));
    // Var = 20/19 · 20 · 2² · .24 / 40² = .24/19, worth 19 rows.
    expect(found.stdError).toBeCloseTo(Math.sqrt(0.24 / 19), 14);
    expect(found.effectiveN).toBeCloseTo(19, 10);
    const expected = wilson(0.4 * 19, 19, 0.95);
    expect(found.lower).toBeCloseTo(expected.lower, 12);
    expect(found.upper).toBeCloseTo(expected.upper, 12);
  });

  test("proportion: nobody of 90 rows of 30 patients is 0 of 30", () => {
    const cluster = codes(Array.from({ length: 90 }, (_, i) => i % 30));
    const found = known(clusteredProportion({ event: new Uint8Array(90), cluster }));
    expect([found.lower, found.upper]).toEqual(Object.values(clopperPearson(0, 30, 0.95)));
  });

  test("AUC: two patients with a case and a control each, a third with a control", () => {
    // Cases 3 (a), 2 (b); controls 1 (a), 2 (b), 0 (c). AUC = (1 + 1 + 1 + 1 + ½ + 1)/6 = 11/12.
    // Shares: case a 1, b 5/6; control a 1, b 3/4, c 1. Away from 11/12: V 1/12, −1/12; W 1/12, −1/6, 1/12.
    const found = known(
      clusteredAuc({
        score: column([3, 1, 2, 2, 0]),
        event: bits([1, 0, 1, 0, 0]),
        cluster: codes([7, 7, 8, 8, 9]),
      }),
    );
    expect(found.auc).toBeCloseTo(11 / 12, 14);
    const [v, w] = [
      [1 / 12, -1 / 12, 0],
      [1 / 12, -1 / 6, 1 / 12],
    ] as const;
    const dot = (a: readonly number[], b: readonly number[]) =>
      a.reduce((total, x, i) => total + x * b[i]!, 0);
    const variance = (2 * dot(v, v)) / 4 + (1.5 * dot(w, w)) / 9 + (2 * 1.5 * dot(v, w)) / 6;
    expect(found.stdError).toBeCloseTo(Math.sqrt(variance), 13);
    expect([found.nCases, found.nControls, found.nClusters]).toEqual([2, 3, 3]);
  });
});

const anyRows = fc.array(
  fc.record({
    score: fc.integer({ min: 0, max: 12 }),
    event: fc.integer({ min: 0, max: 1 }),
    cluster: fc.integer({ min: 0, max: 6 }),
  }),
  { minLength: 4, maxLength: 40 },
);
const dataOf = (rows: readonly { score: number; event: number; cluster: number }[]) => ({
  score: column(rows.map(({ score }) => score)),
  event: bits(rows.map(({ event }) => event)),
  cluster: codes(rows.map(({ cluster }) => cluster)),
});

describe("properties", () => {
  test("one row in each cluster: DeLong's AUC, and the mean of independent rows", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const data = { ...dataOf(rows), cluster: codes(rows.keys()) };
        const delong = aucDeLong(data.score, data.event, 0.95);
        const ours = clusteredAuc(data);
        if (!isNotEstimable(ours) && !isNotEstimable(delong) && ours.kind === "pointwise") {
          expect(ours.stdError).toBeCloseTo(delong.stdError, 10);
          expect([ours.auc, ours.lower, ours.upper]).toEqual(
            [delong.auc, delong.lower, delong.upper].map((x) => expect.closeTo(x, 10)),
          );
        }
        const { designEffect } = known(clusteredMean({ value: data.score, cluster: data.cluster }));
        if (!Number.isNaN(designEffect)) expect(designEffect).toBeCloseTo(1, 10);
      }),
      { numRuns: 500 },
    );
  });

  test("order and codes do not matter; the score's scale does not matter to the AUC; outcomes turned turn it", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const found = clusteredAuc(dataOf(rows));
        const other = clusteredAuc(
          dataOf(
            rows.toReversed().map((row) => ({ ...row, score: row.score ** 3, cluster: 4e9 - row.cluster })),
          ),
        );
        const turned = clusteredAuc(dataOf(rows.map((row) => ({ ...row, event: 1 - row.event }))));
        if (isNotEstimable(found)) {
          expect(isNotEstimable(other)).toBe(true);
          return;
        }
        expect(known(other).auc).toBe(found.auc);
        expect(known(other).stdError).toBeCloseTo(found.stdError, 10);
        expect(known(turned).auc).toBeCloseTo(1 - found.auc, 12);
        expect(known(turned).stdError).toBeCloseTo(found.stdError, 10);
      }),
      { numRuns: 500 },
    );
  });

  test("every row twice in its cluster changes neither mean nor AUC nor their errors", () => {
    const rows = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8].map((score, i) => ({
      score,
      event: +(i % 3 === 0),
      cluster: i % 5,
    }));
    const twice = dataOf([...rows, ...rows]);
    const [one, two] = [known(clusteredAuc(dataOf(rows))), known(clusteredAuc(twice))];
    expect(two.auc).toBeCloseTo(one.auc, 14);
    expect(two.stdError).toBeCloseTo(one.stdError, 14);
    const mean = (data: ReturnType<typeof dataOf>) =>
      known(clusteredMean({ value: data.score, cluster: data.cluster })).stdError;
    expect(mean(twice)).toBeCloseTo(mean(dataOf(rows)), 14);
    const alone = (data: ReturnType<typeof dataOf>) => mean({ ...data, cluster: codes(data.score.keys()) });
    // n/(n − 1) grows from 12/11 to 24/23 beside it.
    expect(alone(twice) / alone(dataOf(rows))).toBeCloseTo(Math.sqrt(11 / 23), 12);
  });
});

test("over simulated hospitals the intervals hold the truth, where those of independent rows do not", () => {
  // Patients with one risk and one outcome for three encounters: all rows of a patient are alike.
  const random = seededRandom(21);
  const nStudies = 600;
  const held = { clustered: 0, independent: 0, proportion: 0 };
  for (let study = 0; study < nStudies; study++) {
    const patients = Array.from({ length: 120 }, () => {
      const score = random.next();
      return { score, event: +(random.next() < score) };
    });
    const rows = patients.flatMap((patient, cluster) =>
      Array.from({ length: 3 }, () => ({ ...patient, cluster })),
    );
    const data = dataOf(rows);
    // P(x > y) with densities 2x and 2(1 − y): 5/6. The outcome's share is ½.
    const holds = (of: { lower: number; upper: number }, truth: number) =>
      +(of.lower <= truth && truth <= of.upper);
    held.clustered += holds(known(clusteredAuc(data)), 5 / 6);
    held.independent += holds(known(aucDeLong(data.score, data.event, 0.95)), 5 / 6);
    held.proportion += holds(known(clusteredProportion(data)), 0.5);
  }
  expect(held.clustered / nStudies).toBeGreaterThan(0.92);
  expect(held.proportion / nStudies).toBeGreaterThan(0.92);
  expect(held.independent / nStudies).toBeLessThan(0.85);
});

describe("edges", () => {
  const auc = (score: number[], event: number[], cluster: number[]) =>
    clusteredAuc({ score: column(score), event: bits(event), cluster: codes(cluster) });

  test.each([
    ["no cases", auc([1, 2], [0, 0], [0, 1])],
    ["no controls", auc([1, 2], [1, 1], [0, 1])],
    ["all cases are in one cluster", auc([1, 3, 2], [1, 1, 0], [0, 0, 1])],
    ["all controls are in one cluster", auc([1, 3, 2, 2], [0, 0, 1, 1], [0, 0, 1, 2])],
    ["nobody", clusteredMean({ value: column([]), cluster: codes([]) })],
    ["one cluster has no variance", clusteredMean({ value: column([1, 2]), cluster: codes([3, 3]) })],
    ["one cluster has no variance", clusteredProportion({ event: bits([1, 0]), cluster: codes([3, 3]) })],
  ])("%s", (notEstimable, found) => {
    expect(found).toEqual({ notEstimable });
  });

  test("scores that separate have a bound from pairs that share no patient", () => {
    // Four patients, each with a case above a control: two pairs without a patient in common.
    const found = known(auc([5, 1, 6, 2, 7, 1, 8, 2], [1, 0, 1, 0, 1, 0, 1, 0], [0, 0, 1, 1, 2, 2, 3, 3]));
    expect(found).toMatchObject({ auc: 1, kind: "bound", upper: 1 });
    expect(found.lower).toBeCloseTo(Math.sqrt(0.025), 12);
    expect(known(auc([5, 1, 5, 1], [0, 1, 0, 1], [0, 1, 2, 3]))).toMatchObject({
      auc: 0,
      kind: "bound",
      lower: 0,
    });
    expect(known(auc([2, 2, 2, 2], [0, 1, 0, 1], [0, 1, 2, 3]))).toMatchObject({ auc: 0.5, kind: "bound" });
  });

  const rows = { score: column([1, 2, 3, 4]), event: bits([0, 1, 0, 1]), cluster: codes([0, 1, 2, 3]) };
  test.each([
    ["a score that is NaN", () => clusteredAuc({ ...rows, score: column([1, Number.NaN, 3, 4]) })],
    ["an outcome of 2", () => clusteredAuc({ ...rows, event: bits([0, 2, 0, 1]) })],
    ["columns of different lengths", () => clusteredAuc({ ...rows, cluster: codes([0]) })],
    ["a level of 1", () => clusteredAuc({ ...rows, level: 1 })],
    ["a value that is NaN", () => clusteredMean({ ...rows, value: column([1, Number.NaN, 3, 4]) })],
    ["a level of 0", () => clusteredMean({ ...rows, value: rows.score, level: 0 })],
    ["an outcome of 2 in a proportion", () => clusteredProportion({ ...rows, event: bits([0, 2, 0, 1]) })],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
