import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type Concordance, type ConcordanceData, concordance, concordances } from "./concordance.ts";

const closedForm = { relative: 1e-10, absolute: 1e-12 };
const harrellAgrees = recordAgreement({
  estimator: "Harrell's C with its standard error",
  reference: "survival::concordance",
  tolerance: closedForm,
});
const unoAgrees = recordAgreement({
  estimator: "Uno's C with its standard error",
  reference: "survival::concordance(timewt = n/G2)",
  tolerance: closedForm,
});

function estimated(data: ConcordanceData): Concordance {
  const result = concordance(data);
  if ("notEstimable" in result) throw new Error(result.notEstimable);
  return result;
}

for (const { name, r, input, expected } of reference("concordance"))
  test(`concordance agrees with R survival: ${name}`, () => {
    const weighting = r.includes('"n/G2"') ? "uno" : "harrell";
    const agrees = weighting === "uno" ? unoAgrees : harrellAgrees;
    const { time, event, score } = input;
    const columns = {
      time: Float64Array.from(time!),
      event: Uint8Array.from(event!),
      score: Float64Array.from(score!),
    };
    const { c, stdError, concordant, discordant, tiedScore } = estimated({ ...columns, weighting });
    const theirs = expected as {
      readonly c: number;
      readonly se: number;
      readonly count?: readonly number[];
    };
    agrees(name, [c, stdError], [theirs.c, theirs.se]);
    if (theirs.count) agrees(name, [concordant, discordant, tiedScore], theirs.count);
  });

interface Row {
  readonly time: number;
  readonly event: number;
  readonly score: number;
}
const dataOf = (rows: readonly Row[], weighting: "harrell" | "uno"): ConcordanceData => ({
  time: Float64Array.from(rows, ({ time }) => time),
  event: Uint8Array.from(rows, ({ event }) => event),
  score: Float64Array.from(rows, ({ score }) => score),
  weighting,
});

describe("by hand", () => {
  // Events at 1 (score 2) and 3 (score 1); censored at 2 (score 3) and 4 (score 1).
  const rows = [
    { time: 1, event: 1, score: 2 },
    { time: 2, event: 0, score: 3 },
    { time: 3, event: 1, score: 1 },
    { time: 4, event: 0, score: 1 },
  ];

  test("Harrell: pairs 1–2 discordant, 1–3 and 1–4 concordant, 3–4 tied", () => {
    const result = estimated(dataOf(rows, "harrell"));
    expect(result).toMatchObject({ concordant: 2, discordant: 1, tiedScore: 1, nComparable: 4, c: 2.5 / 4 });
    // (agreement − c · pairs)/4 for each: (2 − 3c), (0 − c), (1.5 − 2c), (1.5 − 2c), c = .625.
    const terms = [0.125, -0.625, 0.25, 0.25].map((term) => (term / 4) ** 2);
    expect(result.stdError ** 2).toBeCloseTo(
      terms.reduce((sum, term) => sum + term, 0),
      14,
    );
  });

  test("Uno: at 3 the censoring curve is 2/3, so that pair weighs 9/4", () => {
    const result = estimated(dataOf(rows, "uno"));
    expect(result.tiedScore).toBeCloseTo(9 / 4, 14);
    expect(result.c).toBeCloseTo((2 + 9 / 8) / (3 + 9 / 4), 14);
  });
});

describe("properties", () => {
  const row = fc.record({
    time: fc.integer({ min: 0, max: 9 }),
    event: fc.integer({ min: 0, max: 1 }),
    score: fc.integer({ min: -3, max: 3 }),
  });
  const rows = fc.array(row, { minLength: 2, maxLength: 30 });

  /** Every pair by the definition, the censoring curve recomputed for each event. */
  function naive(list: readonly Row[], weighting: "harrell" | "uno") {
    const censoringCurve = (before: number) =>
      [...new Set(list.map(({ time }) => time))]
        .filter((time) => time < before)
        .reduce((g, at) => {
          const events = list.filter(({ time, event }) => time === at && event === 1).length;
          const atRisk = list.filter(({ time }) => time >= at).length - events;
          const censored = list.filter(({ time, event }) => time === at && event === 0).length;
          return atRisk > 0 ? g * (1 - censored / atRisk) : g;
        }, 1);
    const agreement = list.map(() => 0);
    const weight = list.map(() => 0);
    let nComparable = 0;
    list.forEach((a, i) => {
      if (a.event === 0) return;
      const w = weighting === "uno" ? censoringCurve(a.time) ** -2 : 1;
      list.forEach((b, j) => {
        if (!(a.time < b.time || (a.time === b.time && b.event === 0))) return;
        nComparable++;
        for (const k of [i, j]) {
          agreement[k]! += w * (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0);
          weight[k]! += w;
        }
      });
    });
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const c = sum(agreement) / sum(weight);
    const total = sum(weight) / 2;
    const variance = sum(agreement.map((value, k) => ((value - c * weight[k]!) / total) ** 2));
    return { c, stdError: Math.sqrt(variance), nComparable };
  }

  for (const weighting of ["harrell", "uno"] as const)
    test(`${weighting} agrees with the sum over all pairs`, () => {
      fc.assert(
        fc.property(rows, (list) => {
          const expected = naive(list, weighting);
          const result = concordance(dataOf(list, weighting));
          if (expected.nComparable === 0) expect(result).toHaveProperty("notEstimable");
          else {
            const { c, stdError, nComparable } = result as Concordance;
            expect(c).toBeCloseTo(expected.c, 11);
            expect(stdError).toBeCloseTo(expected.stdError, 11);
            expect(nComparable).toBe(expected.nComparable);
          }
        }),
      );
    });

  test("increasing changes of the score and the order of patients leave it alone; reversal mirrors it", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const result = concordance(dataOf(list, "harrell"));
        if ("notEstimable" in result) return;
        const changed = list.map((item) => ({ ...item, score: Math.exp(item.score) }));
        expect(concordance(dataOf(changed, "harrell"))).toEqual(result);
        expect(estimated(dataOf(list.toReversed(), "harrell")).c).toBeCloseTo(result.c, 13);
        const mirrored = list.map((item) => ({ ...item, score: -item.score }));
        expect(estimated(dataOf(mirrored, "harrell")).c).toBeCloseTo(1 - result.c, 13);
      }),
    );
  });

  test("both forms together are the two apart", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const { time, event, score } = dataOf(list, "uno");
        const apart = {
          harrell: concordance(dataOf(list, "harrell")),
          uno: concordance(dataOf(list, "uno")),
        };
        expect(concordances({ time, event, score })).toEqual(apart);
      }),
    );
  });

  test("without censoring Uno's C is Harrell's", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const all = list.map((item) => ({ ...item, event: 1 }));
        expect(concordance(dataOf(all, "uno"))).toEqual(concordance(dataOf(all, "harrell")));
      }),
    );
  });
});

describe("edges", () => {
  const one = { time: 1, event: 1, score: 1 };

  test("nobody, all censored, one patient, all events at one time", () => {
    expect(concordance(dataOf([], "harrell"))).toEqual({ notEstimable: "no events" });
    expect(concordance(dataOf([{ time: 1, event: 0, score: 1 }], "uno"))).toEqual({
      notEstimable: "no events",
    });
    expect(concordance(dataOf([one], "harrell"))).toEqual({ notEstimable: "no comparable pairs" });
    expect(concordance(dataOf([one, { ...one, score: 2 }], "uno"))).toEqual({
      notEstimable: "no comparable pairs",
    });
  });

  test("bugs of the caller", () => {
    expect(() => concordance(dataOf([{ time: NaN, event: 1, score: 1 }], "harrell"))).toThrow(ContractError);
    expect(() => concordance(dataOf([{ time: 1, event: 1, score: NaN }], "harrell"))).toThrow(ContractError);
    expect(() => concordance(dataOf([{ time: 1, event: 2, score: 1 }], "harrell"))).toThrow(ContractError);
    const unordered = dataOf([one, { ...one, score: NaN }], "harrell");
    expect(() => concordance({ ...unordered, byScore: Uint32Array.of(0, 1) })).toThrow(ContractError);
  });
});
