import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { type ClassifierTest, classifierTwoSampleTest } from "./classifier-two-sample.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

function known(result: ClassifierTest | NotEstimable): ClassifierTest {
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}
const column = (values: Iterable<number>) => Float64Array.from(values);
const bits = (values: Iterable<number>) => Uint8Array.from(values);
const codes = (values: Iterable<number>) => Uint32Array.from(values);
const options = { nPermutations: 19, nFolds: 2, random: seededRandom(5) };
const half = (n: number) => bits(Array.from({ length: n }, (_, i) => +(i >= n / 2)));

describe("by hand", () => {
  test("a column that tells the samples apart: AUC 1, the smallest p there is", () => {
    const current = half(40);
    const found = known(classifierTwoSampleTest({ columns: [column(current)], current, ...options }));
    expect(found).toEqual({ auc: 1, pValue: 1 / 20, nPermutations: 19, nCurrent: 20, nReference: 20 });
  });

  test("two samples of the same values twice: no permutation is below ½ more often than by chance", () => {
    // Each value stands once in each sample, so a fit to all rows has a slope of 0.
    const values = [1, 2, 3, 4, 5, 6];
    const found = known(
      classifierTwoSampleTest({ columns: [column([...values, ...values])], current: half(12), ...options }),
    );
    expect(found.auc).toBeLessThan(0.75);
    expect(found.pValue).toBeGreaterThan(0.05);
  });

  test("patients with twenty rows each: four against four leave 70 orders, and p says so", () => {
    // Row by row a chance difference between patients would be beyond doubt.
    const cluster = codes(Array.from({ length: 160 }, (_, i) => Math.floor(i / 20)));
    const level = [0.2, 0.5, 0.1, 0.4, 0.9, 0.3, 0.8, 0.7];
    const columns = [column(Array.from(cluster, (patient, i) => level[patient]! + 1e-3 * (i % 20)))];
    const current = bits(Array.from(cluster, (patient) => +(patient >= 4)));
    const settings = { columns, current, nPermutations: 199, nFolds: 2 };
    const byRow = known(classifierTwoSampleTest({ ...settings, random: seededRandom(5) }));
    const byPatient = known(classifierTwoSampleTest({ ...settings, cluster, random: seededRandom(5) }));
    expect(byRow.pValue).toBe(1 / 200);
    expect(byPatient.pValue).toBeGreaterThan(2 / 200);
    expect([byPatient.nCurrent, byPatient.nReference]).toEqual([4, 4]);
  });
});

const anyRows = fc.array(
  fc.record({ x: fc.integer({ min: -4, max: 4 }), y: fc.integer({ min: 0, max: 1 }), current: fc.boolean() }),
  { minLength: 8, maxLength: 30 },
);

describe("properties", () => {
  test("the same seed gives the same answer; the unit of a column and columns that do not vary do not matter", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const [x, y] = [column(rows.map((row) => row.x)), column(rows.map((row) => row.y))];
        const current = bits(rows.map((row) => +row.current));
        const run = (columns: Float64Array[], cluster?: Uint32Array) =>
          classifierTwoSampleTest({ columns, current, ...(cluster && { cluster }), ...options });
        const found = run([x, y]);
        expect(run([x, y])).toEqual(found);
        if (isNotEstimable(found)) return;
        // A power of two: the same digits.
        const scaled = known(run([x.map((value) => 8 * value), y, x.map(() => 3)]));
        expect(scaled.auc).toBeCloseTo(found.auc, 10);
        expect(scaled.pValue).toBeCloseTo(found.pValue, 10);
        // Every row a patient of its own.
        expect(known(run([x, y], codes(rows.map((_, i) => 1000 + i))))).toEqual(found);
      }),
      { numRuns: 50 },
    );
  });
});

test("over simulated samples the test rejects as often as it says, and finds a shift", () => {
  const random = seededRandom(77);
  const draw = () => random.next() + random.next() + random.next();
  let [nSmall, nFound] = [0, 0];
  const nStudies = 200;
  for (let study = 0; study < nStudies; study++) {
    const current = half(40);
    const columns = [column(Array.from(current, draw)), column(Array.from(current, draw))];
    const settings = { current, nPermutations: 9, nFolds: 2, random: seededRandom(study) };
    nSmall += +(known(classifierTwoSampleTest({ ...settings, columns })).pValue <= 0.2);
    const shifted = [columns[0]!.map((value, i) => value + 0.9 * current[i]!), columns[1]!];
    nFound += +(known(classifierTwoSampleTest({ ...settings, columns: shifted })).pValue <= 0.2);
  }
  // Binomial with share .2: three standard errors are .085.
  expect(nSmall / nStudies).toBeLessThan(0.285);
  expect(nSmall / nStudies).toBeGreaterThan(0.115);
  expect(nFound / nStudies).toBeGreaterThan(0.9);
});

describe("edges", () => {
  const current = half(8);
  const values = column([1, 2, 3, 4, 5, 6, 7, 9]);
  test.each([
    ["no columns", { columns: [], current }],
    ["no column varies", { columns: [values.map(() => 2)], current }],
    [
      "a sample has fewer rows than there are folds",
      { columns: [values], current: bits([1, 0, 0, 0, 0, 0, 0, 0]) },
    ],
    [
      "a sample has fewer patients than there are folds",
      { columns: [values], current, cluster: codes([0, 1, 2, 3, 4, 4, 4, 4]) },
    ],
  ])("%s", (notEstimable, data) => {
    expect(classifierTwoSampleTest({ ...data, ...options })).toEqual({ notEstimable });
  });

  test("a column that varies in one row only is left out where that row is", () => {
    const rare = column([0, 0, 0, 0, 0, 0, 0, 1]);
    const { auc } = known(classifierTwoSampleTest({ columns: [rare], current, ...options }));
    expect(auc).toBeGreaterThanOrEqual(0.5);
  });

  test.each([
    ["NaN", { columns: [values.map((_, i) => (i === 3 ? Number.NaN : i))] }],
    ["a patient in both samples", { cluster: codes([0, 1, 2, 3, 3, 4, 5, 6]) }],
    ["a sample of 2", { current: bits([0, 0, 0, 0, 1, 1, 1, 2]) }],
    ["columns of different lengths", { columns: [values, column([1])] }],
    ["one fold", { nFolds: 1 }],
    ["no permutation", { nPermutations: 0 }],
  ])("refused: %s", (_, fault) => {
    expect(() => classifierTwoSampleTest({ columns: [values], current, ...options, ...fault })).toThrow(
      ContractError,
    );
  });
});
