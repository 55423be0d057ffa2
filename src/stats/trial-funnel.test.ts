import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { bits, column, known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { clopperPearson } from "./proportion.ts";
import { trialFunnel } from "./trial-funnel.ts";
import type { WeightedShare } from "./weighted-share.ts";

const agree = recordAgreement({
  estimator: "Trial funnel: shares and numbers per consented",
  reference: "survey::svyratio",
  tolerance: { relative: 1e-9 },
});

const numbers = (share: WeightedShare | NotEstimable) => {
  const { value, interval } = known(share);
  const { lower, upper } = known(interval);
  return [value, lower, upper];
};

for (const { name, input, expected } of reference("trial-funnel"))
  test(`agrees with R: ${name}`, () => {
    const { stages, eligibleOfIdentified, identifiedPerConsented, patientsPerConsented } = trialFunnel({
      stratum: Uint16Array.from(input.h!),
      sizes: column(input.size!),
      eligible: bits(input.e!),
      identified: bits(input.i!),
      confirmed: bits(input.f!),
      consented: bits(input.c!),
      population: name === "finite" ? "finite" : "infinite",
    });
    const per = [identifiedPerConsented, patientsPerConsented].map((found) => {
      const { value, lower, upper } = known(found);
      return [value, lower, upper];
    });
    agree(
      name,
      [
        stages.map(({ ofAll }) => numbers(ofAll)),
        stages.map(({ ofPrevious }) => numbers(ofPrevious)),
        stages.slice(1).map(({ ofEligible }) => numbers(ofEligible)),
        numbers(eligibleOfIdentified),
        ...per,
      ],
      expected,
    );
  });

/** Charts by stratum: eligible, identified, confirmed, consented, how many. */
function chartsOf(
  rows: readonly (readonly [h: number, e: number, i: number, f: number, c: number, n: number])[],
) {
  const list = rows.flatMap((row) => Array.from({ length: row[5] }, () => row));
  const at = (k: 0 | 1 | 2 | 3 | 4) => list.map((row) => row[k]);
  return {
    stratum: Uint16Array.from(at(0)),
    eligible: bits(at(1)),
    identified: bits(at(2)),
    confirmed: bits(at(3)),
    consented: bits(at(4)),
  };
}

/** 50 of 100 named and 100 of 4,000 others were read. */
const charts = {
  ...chartsOf([
    [0, 1, 1, 1, 1, 10],
    [0, 1, 1, 1, 0, 20],
    [0, 1, 1, 0, 0, 5],
    [0, 0, 1, 1, 0, 1],
    [0, 0, 1, 0, 0, 14],
    [1, 1, 0, 0, 0, 2],
    [1, 0, 0, 0, 0, 98],
  ]),
  sizes: column([100, 4000]),
};

test("by hand: the charts alone say a sensitivity of 35/37, weighted it is 70/150", () => {
  const found = trialFunnel(charts);
  const [eligible, identified, confirmed, consented] = found.stages;
  // A named chart stands for 2 patients, another one for 40: 70 + 80 eligible of 4,100.
  expect(known(eligible!.ofAll).value).toBeCloseTo(150 / 4100, 14);
  expect(known(identified!.ofEligible)).toMatchObject({ numerator: 35, denominator: 37 });
  expect(known(identified!.ofEligible).value).toBeCloseTo(70 / 150, 14);
  expect(known(confirmed!.ofPrevious).value).toBeCloseTo(30 / 35, 14);
  expect(known(consented!.ofPrevious).value).toBeCloseTo(10 / 30, 14);
  expect(known(consented!.ofEligible).value).toBeCloseTo(20 / 150, 14);
  expect(known(found.eligibleOfIdentified).value).toBeCloseTo(0.7, 14);
  expect(known(found.identifiedPerConsented).value).toBeCloseTo(5, 12);
  expect(known(found.patientsPerConsented).value).toBeCloseTo(205, 10);
  expect([found.nPatients, found.nCharts, found.nConfirmedNotEligible, found.nConsentedNotEligible]).toEqual([
    4100, 150, 1, 0,
  ]);
});

test("shares of the stages before multiply to that of the eligible; nobody is at a later stage only", () => {
  const count = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(fc.array(count, { minLength: 7, maxLength: 7 }), ([a, b, c, d, e, f, g]) => {
      const { stages } = trialFunnel({
        ...chartsOf([
          [0, 1, 1, 1, 1, a!],
          [0, 1, 1, 1, 0, b!],
          [0, 1, 1, 0, 0, c!],
          [0, 0, 1, 1, 1, d!],
          [0, 0, 1, 0, 0, e!],
          [1, 1, 0, 0, 0, f!],
          [1, 0, 0, 0, 0, g! + 1],
        ]),
        sizes: column([100, 900]),
      });
      let product = 1;
      for (const { ofPrevious, ofEligible } of stages.slice(1)) {
        product *= known(ofPrevious).value;
        expect(known(ofEligible).value).toBeCloseTo(product, 12);
        const { lower, upper } = known(known(ofEligible).interval);
        expect(lower).toBeLessThanOrEqual(known(ofEligible).value);
        expect(upper).toBeGreaterThanOrEqual(known(ofEligible).value);
      }
    }),
  );
});

describe("edges", () => {
  test("nobody consents: a share of 0 with an exact bound, and no number per consented", () => {
    const found = trialFunnel({ ...charts, consented: new Uint8Array(150) });
    const { value, interval } = known(found.stages[3]!.ofPrevious);
    // 30 charts of one stratum: equal weights.
    expect([value, known(interval)]).toEqual([0, { ...clopperPearson(0, 30, 0.95), kind: "bound" }]);
    expect(found.identifiedPerConsented).toEqual({
      notEstimable: "no eligible patient among the charts consents",
    });
  });

  test("those whom the model does not name were not sampled: sensitivity has no denominator", () => {
    const named = chartsOf([
      [0, 1, 1, 1, 1, 10],
      [0, 0, 1, 0, 0, 10],
    ]);
    const { stages } = trialFunnel({ ...named, sizes: column([40, 4000]) });
    expect(stages[1]!.ofEligible).toEqual({ notEstimable: "no chart of stratum 1 was reviewed" });
  });

  test.each([
    ["confirmed, not identified", { identified: new Uint8Array(150) }],
    ["consenting, not confirmed", { confirmed: new Uint8Array(150) }],
    ["columns of other lengths", { eligible: bits([1]) }],
    ["more charts than patients", { sizes: column([10, 4000]) }],
  ])("refused: %s", (_, change) => {
    expect(() => trialFunnel({ ...charts, ...change })).toThrow(ContractError);
  });
});
