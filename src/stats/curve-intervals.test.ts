import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { bits, codes, column, known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { averagePrecision } from "./average-precision.ts";
import { averagePrecisionInterval, clusteredAveragePrecision } from "./average-precision-interval.ts";
import { aucDeLong } from "./delong.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { partialAuc } from "./partial-auc.ts";
import { partialAucInterval } from "./partial-auc-interval.ts";
import { type Random, seededRandom } from "./random.ts";

const agree = recordAgreement({
  estimator: "Average precision with Boyd's logit interval",
  reference: "the formula",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

const upperFifth = { over: "specificity", from: 0.8, to: 1 } as const;
const whole = { over: "specificity", from: 0, to: 1 } as const;

for (const { name, input, expected } of reference("average-precision-interval"))
  test(`agrees with R: ${name}`, () => {
    const rows = { score: column(input.score!), event: bits(input.event!), level: 0.9 };
    const found = known(averagePrecisionInterval(rows));
    agree(name, [found.averagePrecision, found.lower, found.upper], expected);
  });

test("by hand: an AP of ½ of four cases has log odds within 1.96", () => {
  // Scores fall; cases on places 2, 4, 6 and 8 have precision ½ each. z/√(4 · ¼) = z.
  const rows = { score: column([8, 7, 6, 5, 4, 3, 2, 1]), event: bits([0, 1, 0, 1, 0, 1, 0, 1]) };
  const found = known(averagePrecisionInterval(rows));
  expect(found.averagePrecision).toBe(0.5);
  expect(Math.log(found.upper / (1 - found.upper))).toBeCloseTo(1.959963984540054, 12);
  expect(found.lower + found.upper).toBeCloseTo(1, 13);
});

test("by hand: the draws of two rows leave a case and a control in half of them", () => {
  // Of two rows, a case below a control: both are drawn in half of the draws, with an area of 0.
  const rows = { score: column([1, 2]), event: bits([1, 0]), nDraws: 50, random: seededRandom(1) };
  expect(partialAucInterval({ ...rows, ...whole })).toEqual({
    notEstimable: "the area is the smallest there is",
  });
  expect(clusteredAveragePrecision({ ...rows, cluster: codes([0, 1]) })).toEqual({
    notEstimable: "the draws do not vary",
  });
});

const anyRows = fc
  .array(
    fc.record({
      score: fc.integer({ min: 0, max: 9 }),
      event: fc.integer({ min: 0, max: 1 }),
      cluster: fc.integer({ min: 0, max: 5 }),
    }),
    { minLength: 6, maxLength: 40 },
  )
  .map((rows) => ({
    score: column(rows.map(({ score }) => score)),
    event: bits(rows.map(({ event }) => event)),
    cluster: codes(rows.map(({ cluster }) => cluster)),
  }));

test("the values are those without an interval, which lies about them; a seed repeats; the score's scale is no matter", () => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      const settings = () => ({ nDraws: 30, random: seededRandom(9) });
      const scaled = { ...rows, score: rows.score.map((value) => value ** 3 - 5) };
      const part = partialAucInterval({ ...rows, ...upperFifth, ...settings() });
      if (!isNotEstimable(part)) {
        const plain = known(partialAuc({ score: rows.score, event: rows.event, ...upperFifth }));
        expect([part.area, part.corrected]).toEqual([plain.area, plain.corrected]);
        expect(part.lower).toBeLessThan(part.area);
        expect(part.upper).toBeGreaterThan(part.area);
        expect(part.upper).toBeLessThanOrEqual(0.2);
        expect(partialAucInterval({ ...scaled, ...upperFifth, ...settings() })).toEqual(part);
      }
      const precision = clusteredAveragePrecision({ ...rows, ...settings() });
      if (isNotEstimable(precision)) return;
      expect(precision).toMatchObject(known(averagePrecision(rows.score, rows.event)));
      expect(precision.lower).toBeLessThan(precision.averagePrecision);
      expect(precision.upper).toBeGreaterThan(precision.averagePrecision);
      expect(clusteredAveragePrecision({ ...scaled, ...settings() })).toEqual(precision);
    }),
    { numRuns: 100 },
  );
});

test("clusters of one row each, and rows: the same draws", () => {
  fc.assert(
    fc.property(anyRows, ({ score, event }) => {
      const run = (cluster?: Uint32Array) =>
        partialAucInterval({
          score,
          event,
          ...(cluster && { cluster }),
          ...whole,
          nDraws: 10,
          random: seededRandom(3),
        });
      expect(run(codes(score.keys()))).toEqual(run());
    }),
  );
});

const standardNormal = (random: Random) => normalQuantile(random.next() * (1 - 2e-12) + 1e-12);

test("the whole curve has DeLong's standard error", () => {
  const random = seededRandom(4);
  const event = bits(Array.from({ length: 400 }, (_, i) => +(i % 4 === 0)));
  const score = column(Array.from(event, (y) => y + standardNormal(random)));
  const { stdError } = known(partialAucInterval({ score, event, ...whole, nDraws: 2000, random }));
  // 2,000 draws have a standard deviation within 5 % of its limit.
  expect(stdError / known(aucDeLong(score, event, 0.95)).stdError).toBeCloseTo(1, 1);
});

describe("over simulated cohorts the intervals hold the truth", () => {
  const shift = 1.5;
  /** Sensitivity over specificity of two normal distributions `shift` apart. */
  const truth = (() => {
    const nSteps = 20_000;
    let area = 0;
    for (let k = 0; k < nSteps; k++) {
      const specificity = 0.8 + (0.2 * (k + 0.5)) / nSteps;
      area += (0.2 / nSteps) * normalCdf(shift - normalQuantile(specificity));
    }
    return area;
  })();
  const drawCohort = (random: Random, nPatients: number, perPatient: number) => {
    const patients = Array.from({ length: nPatients }, () => {
      const event = +(random.next() < 0.2);
      return { event, score: shift * event + standardNormal(random) };
    });
    const rows = patients.flatMap((patient, cluster) =>
      Array.from({ length: perPatient }, () => ({ ...patient, cluster })),
    );
    return {
      score: column(rows.map(({ score }) => score)),
      event: bits(rows.map(({ event }) => event)),
      cluster: codes(rows.map(({ cluster }) => cluster)),
    };
  };

  test("partial area, of rows and of patients with three rows each", () => {
    const random = seededRandom(6);
    const held = { rows: 0, patients: 0, asIfRows: 0 };
    const nStudies = 100;
    for (let study = 0; study < nStudies; study++) {
      const holds = ({ lower, upper }: { lower: number; upper: number }) =>
        +(lower <= truth && truth <= upper);
      const settings = { ...upperFifth, nDraws: 100, random };
      const { score, event } = drawCohort(random, 200, 1);
      held.rows += holds(known(partialAucInterval({ score, event, ...settings })));
      const threefold = drawCohort(random, 150, 3);
      held.patients += holds(known(partialAucInterval({ ...threefold, ...settings })));
      const { cluster: _, ...asIfRows } = threefold;
      held.asIfRows += holds(known(partialAucInterval({ ...asIfRows, ...settings })));
    }
    expect(held.rows / nStudies).toBeGreaterThan(0.9);
    expect(held.patients / nStudies).toBeGreaterThan(0.9);
    expect(held.asIfRows / nStudies).toBeLessThan(0.85);
  });

  test("average precision", () => {
    const random = seededRandom(8);
    const large = drawCohort(random, 300_000, 1);
    const limit = known(averagePrecision(large.score, large.event)).averagePrecision;
    const held = { rows: 0, patients: 0 };
    const nStudies = 100;
    for (let study = 0; study < nStudies; study++) {
      const holds = ({ lower, upper }: { lower: number; upper: number }) =>
        +(lower <= limit && limit <= upper);
      held.rows += holds(known(averagePrecisionInterval(drawCohort(random, 200, 1))));
      const patients = drawCohort(random, 250, 3);
      held.patients += holds(known(clusteredAveragePrecision({ ...patients, nDraws: 100, random })));
    }
    expect(held.rows / nStudies).toBeGreaterThan(0.91);
    expect(held.patients / nStudies).toBeGreaterThan(0.88);
  });
});

describe("edges", () => {
  const rows = { score: column([1, 2, 3, 4, 2.5]), event: bits([0, 0, 1, 1, 1]) };
  const settings = { nDraws: 20, random: seededRandom(2) };
  const cluster = codes([0, 1, 2, 3, 4]);

  test("a score that separates has a bound, or a reason", () => {
    const found = known(averagePrecisionInterval(rows));
    expect(found).toMatchObject({ averagePrecision: 1, kind: "bound", upper: 1 });
    expect(found.lower).toBeCloseTo(0.025 ** (1 / 3), 12);
    expect(clusteredAveragePrecision({ ...rows, cluster, ...settings })).toEqual({
      notEstimable: "every case lies above every control",
    });
    expect(partialAucInterval({ ...rows, ...whole, ...settings })).toEqual({
      notEstimable: "the area is the largest there is",
    });
  });

  const mixed = { score: column([1, 3, 2, 4, 2.5]), event: rows.event };
  const none = { score: rows.score, event: bits([0, 0, 0, 0, 0]) };
  test.each([
    ["no cases", averagePrecisionInterval(none)],
    ["no cases", partialAucInterval({ ...none, ...whole, ...settings })],
    ["no cases", clusteredAveragePrecision({ ...none, cluster, ...settings })],
    [
      "one cluster has no variance",
      clusteredAveragePrecision({ ...mixed, cluster: codes([0, 0, 0, 0, 0]), ...settings }),
    ],
    [
      "one cluster has no variance",
      partialAucInterval({ ...mixed, cluster: codes([0, 0, 0, 0, 0]), ...whole, ...settings }),
    ],
  ])("%s", (notEstimable, found) => {
    expect(found).toEqual({ notEstimable });
  });

  test.each([
    ["one draw", () => partialAucInterval({ ...mixed, ...whole, ...settings, nDraws: 1 })],
    ["half a draw", () => clusteredAveragePrecision({ ...mixed, cluster, ...settings, nDraws: 1.5 })],
    ["a part from 1 to 0", () => partialAucInterval({ ...mixed, ...whole, from: 1, to: 0, ...settings })],
    ["a level of 1", () => averagePrecisionInterval({ ...mixed, level: 1 })],
    [
      "clusters of another length",
      () => partialAucInterval({ ...mixed, ...whole, ...settings, cluster: codes([1]) }),
    ],
    ["NaN", () => averagePrecisionInterval({ ...mixed, score: mixed.score.map(() => Number.NaN) })],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
