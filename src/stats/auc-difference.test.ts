import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type AucDifference, pairedAucDifference, unpairedAucDifference } from "./auc-difference.ts";
import { type AucDeLong, aucDeLong } from "./delong.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

const agrees = recordAgreement({
  estimator: "Difference of two AUCs, paired and between groups, with interval and p value",
  reference: 'pROC::roc.test(method = "delong")',
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

for (const { name, input, expected } of reference("auc-difference"))
  test(`the difference of two AUCs agrees with R pROC: ${name}`, () => {
    const event = Uint8Array.from(input.event!);
    const score = Float64Array.from(input.score!);
    const result = known(
      input.reference
        ? pairedAucDifference({ event, score, reference: Float64Array.from(input.reference) })
        : unpairedAucDifference(
            { event, score },
            { event: Uint8Array.from(input.otherEvent!), score: Float64Array.from(input.otherScore!) },
          ),
    );
    const { difference, stdError, lower, upper, pValue, degreesOfFreedom } = result;
    const theirs = expected as Readonly<Record<string, number | null>>;
    expect(result.kind).toBe("pointwise");
    agrees(
      name,
      [difference, stdError, lower, upper, pValue, degreesOfFreedom ?? Number.NaN],
      ["difference", "se", "lower", "upper", "p", "df"].map((key) => theirs[key]),
    );
  });

test("by hand: cases 3 and 1, controls 2, 1 and 0, against a score that ties all but one", () => {
  // Placements of the score (cases 1, ½; controls ½, ¾, 1) less those of 1, 1, 1, 1, 0
  // (cases ⅔, ⅔; controls ½, ½, 1): cases ⅓, −⅙, mean 1/12, variance 1/8; controls 0, ¼, 0, mean 1/12, variance 1/48.
  const { difference, stdError, pValue } = known(
    pairedAucDifference({
      event: Uint8Array.of(1, 1, 0, 0, 0),
      score: Float64Array.of(3, 1, 2, 1, 0),
      reference: Float64Array.of(1, 1, 1, 1, 0),
    }),
  );
  expect(difference).toBeCloseTo(1 / 12, 14);
  expect(stdError ** 2).toBeCloseTo(1 / 16 + 1 / 144, 14);
  expect(pValue).toBeGreaterThan(0.7);
});

const rows = fc
  .array(
    fc.record({
      score: fc.integer({ min: -3, max: 3 }),
      reference: fc.integer({ min: -3, max: 3 }),
      event: fc.integer({ min: 0, max: 1 }),
    }),
    { minLength: 4, maxLength: 25 },
  )
  .filter((list) => {
    const nCases = list.filter(({ event }) => event === 1).length;
    return nCases >= 2 && list.length - nCases >= 2;
  });
type Rows = readonly { readonly score: number; readonly reference: number; readonly event: number }[];
const paired = (list: Rows, change = (score: number) => score) =>
  pairedAucDifference({
    event: Uint8Array.from(list, ({ event }) => event),
    score: Float64Array.from(list, ({ score }) => change(score)),
    reference: Float64Array.from(list, ({ reference }) => reference),
  });

/** The variance of the difference from all pairs of a case and a control. */
function naive(list: Rows) {
  const cases = list.filter(({ event }) => event === 1);
  const controls = list.filter(({ event }) => event === 0);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const psi = (x: number, y: number) => (x > y ? 1 : x === y ? 0.5 : 0);
  const gain = (a: Rows[number], b: Rows[number]) => psi(a.score, b.score) - psi(a.reference, b.reference);
  const spread = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1) / values.length;
  const ofCases = cases.map((a) => mean(controls.map((b) => gain(a, b))));
  const ofControls = controls.map((b) => mean(cases.map((a) => gain(a, b))));
  return { difference: mean(ofCases), variance: spread(ofCases) + spread(ofControls), gains: ofCases };
}

test("paired: agrees with all pairs; exchanged scores change the sign; order does not matter", () => {
  let nPointwise = 0;
  fc.assert(
    fc.property(rows, (list) => {
      const result = paired(list);
      const exchanged = paired(list.map((row) => ({ ...row, score: row.reference, reference: row.score })));
      expect(paired(list.toReversed())).toEqual(result);
      expect(paired(list, (score) => Math.exp(score))).toEqual(result);
      if (isNotEstimable(result)) {
        expect(exchanged).toEqual(result);
        for (const gain of naive(list).gains) expect(gain).toBeCloseTo(0, 12);
        return;
      }
      expect(result.upper).toBeGreaterThan(result.lower);
      expect(known(exchanged).difference).toBeCloseTo(-result.difference, 12);
      expect(known(exchanged).lower).toBeCloseTo(-result.upper, 12);
      const expected = naive(list);
      expect(result.difference).toBeCloseTo(expected.difference, 12);
      if (result.kind === "bound") return;
      nPointwise++;
      expect(result.stdError ** 2).toBeCloseTo(expected.variance, 12);
    }),
    { numRuns: 2000 },
  );
  expect(nPointwise).toBeGreaterThan(1000);
});

test("groups: the difference of the two AUCs; exchanged groups change the sign", () => {
  fc.assert(
    fc.property(rows, rows, (list, others) => {
      const groupOf = (some: Rows) => ({
        event: Uint8Array.from(some, ({ event }) => event),
        score: Float64Array.from(some, ({ score }) => score),
      });
      const [a, b] = [groupOf(list), groupOf(others)];
      const [one, other] = [a, b].map(({ score, event }) => known(aucDeLong(score, event, 0.95))) as [
        AucDeLong,
        AucDeLong,
      ];
      const result = known(unpairedAucDifference(a, b));
      const exchanged = known(unpairedAucDifference(b, a));
      expect(result.difference).toBeCloseTo(one.auc - other.auc, 12);
      expect(exchanged.upper).toBeCloseTo(-result.lower, 12);
      expect(result.upper).toBeGreaterThan(result.lower);
      expect(result.lower >= -1 && result.upper <= 1).toBe(true);
      expect(result.kind).toBe(one.kind === "bound" || other.kind === "bound" ? "bound" : "pointwise");
      if (result.kind === "pointwise")
        expect(result.stdError).toBeCloseTo(Math.hypot(one.stdError, other.stdError), 12);
    }),
    { numRuns: 500 },
  );
});

test("with no difference, 5 of 100 tests say otherwise: 1,500 simulated pairs and groups of 120", () => {
  const random = seededRandom(31);
  const noise = () => random.next() + random.next() + random.next();
  const nRuns = 1500;
  const rejected = { paired: 0, groups: 0 };
  for (let run = 0; run < nRuns; run++) {
    const event = Uint8Array.from({ length: 120 }, () => +(random.next() < 0.4));
    const truth = event.map((e) => e);
    const [score, reference, third] = [0, 1, 2].map(() =>
      Float64Array.from(truth, (e) => 0.6 * e + noise()),
    ) as [Float64Array, Float64Array, Float64Array];
    if (known(pairedAucDifference({ event, score, reference })).pValue < 0.05) rejected.paired++;
    const half = { event: event.slice(0, 60), score: score.slice(0, 60) };
    const rest = { event: event.slice(60), score: third.slice(60) };
    if (known(unpairedAucDifference(half, rest)).pValue < 0.05) rejected.groups++;
  }
  for (const count of Object.values(rejected)) {
    expect(count / nRuns).toBeGreaterThan(0.03);
    expect(count / nRuns).toBeLessThan(0.075);
  }
});

test("edges: one AUC of 1, everybody gaining the same, the same order twice, too few", () => {
  const event = Uint8Array.of(0, 0, 1, 1);
  const perfect = Float64Array.of(1, 2, 3, 4);
  const tied = new Float64Array(4);
  const bound = known(pairedAucDifference({ event, score: perfect, reference: tied })) as AucDifference;
  expect(bound).toMatchObject({ difference: 0.5, stdError: NaN, pValue: NaN, kind: "bound" });
  // Limits √.025 for 1, and half of it for the equal scores: .5 ∓ …
  const b = Math.sqrt(0.025);
  expect(bound.lower).toBeCloseTo(0.5 - Math.hypot(1 - b, 0.5 - b / 2), 12);
  expect(bound.upper).toBeCloseTo(0.5 + Math.hypot(0, 0.5 - b / 2), 12);
  // Cases 4 and 2, controls 3 and 1 against 2 and 1, 2 and 1: each case and each control gains a quarter.
  const alike = known(
    pairedAucDifference({
      event: Uint8Array.of(1, 1, 0, 0),
      score: Float64Array.of(4, 2, 3, 1),
      reference: Float64Array.of(2, 1, 2, 1),
    }),
  );
  expect(alike).toMatchObject({ difference: 0.25, kind: "bound" });
  expect(pairedAucDifference({ event, score: perfect, reference: perfect.map(Math.sqrt) })).toEqual({
    notEstimable: "the two scores order cases and controls alike",
  });
  const one = { event: Uint8Array.of(0, 1), score: Float64Array.of(2, 1) };
  const pair = { event: Uint8Array.of(0, 0, 1), score: Float64Array.of(1, 3, 2) };
  expect(known(unpairedAucDifference({ event, score: perfect }, one))).toMatchObject({ difference: 1 });
  expect(unpairedAucDifference(pair, one)).toEqual({
    notEstimable: "first group: the variance needs two cases, there is one",
  });
  expect(unpairedAucDifference(one, { event: Uint8Array.of(1), score: Float64Array.of(1) })).toEqual({
    notEstimable: "second group: no controls",
  });
  expect(
    pairedAucDifference({
      event: new Uint8Array(0),
      score: new Float64Array(0),
      reference: new Float64Array(0),
    }),
  ).toEqual({ notEstimable: "no cases" });
});

test("bugs of the caller", () => {
  const event = Uint8Array.of(0, 1);
  const score = Float64Array.of(1, 2);
  for (const wrong of [
    { event, score, reference: Float64Array.of(1, NaN) },
    { event, score, reference: Float64Array.of(1) },
    { event, score, reference: score, level: 95 },
    { event: Uint8Array.of(0, 3), score, reference: score },
  ])
    expect(() => pairedAucDifference(wrong)).toThrow(ContractError);
});
