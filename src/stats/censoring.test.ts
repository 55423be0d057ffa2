import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import {
  horizonCases,
  naiveUncensored,
  naiveWeights,
  rowsOf,
  smallCohort,
} from "../../test/reference/horizon-twin.ts";
import { assertClose } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { censoringCurve, horizonStatus, horizonWeights } from "./censoring.ts";
import { kaplanMeier, survivalAt } from "./kaplan-meier.ts";

const agree = recordAgreement({
  estimator: "Censoring weights",
  reference: "riskRegression 2022.11.28, reverse Kaplan–Meier",
  tolerance: { relative: 1e-12 },
});

for (const { name, columns, expected } of horizonCases()) {
  const weights = expected.weights ?? expected.weightsOfFirst20;
  if (weights)
    test(`horizonWeights agrees with R: ${name}`, () => {
      agree(name, horizonWeights(columns).slice(0, weights.length), weights);
    });
}

describe("by hand", () => {
  // At time 2 one event and one censoring among 4 at risk: the event leaves first, so G falls by 1/3.
  const time = Float64Array.of(1, 2, 2, 3, 4);
  const event = Uint8Array.of(1, 1, 0, 0, 1);

  test("censoringCurve: events leave before censorings in a tie", () => {
    const curve = censoringCurve(time, event);
    expect(Array.from(curve.time)).toEqual([2, 3]);
    expect(Array.from(curve.atRisk)).toEqual([4, 2]);
    expect(Array.from(curve.events)).toEqual([1, 0]);
    expect(Array.from(curve.censored)).toEqual([1, 1]);
    assertClose(curve.uncensored, [2 / 3, 1 / 3], { relative: 1e-15 });
  });

  test("horizonStatus: an event at the horizon counts, a censoring there is unknown", () => {
    expect(Array.from(horizonStatus({ time, event, horizon: 2 }))).toEqual([1, 1, 2, 0, 0]);
  });

  test("horizonWeights: 1/G(t−) for events, 1/G(h) beyond", () => {
    assertClose(horizonWeights({ time, event, horizon: 2 }), [1, 1, 0, 1.5, 1.5], { relative: 1e-15 });
    assertClose(horizonWeights({ time, event, horizon: 4 }), [1, 1, 0, 0, 3], { relative: 1e-15 });
  });
});

describe("properties", () => {
  test("agree with the naive twin, in any order of rows", () => {
    fc.assert(
      fc.property(smallCohort, (columns) => {
        assertClose(horizonWeights(columns), naiveWeights(columns), { relative: 1e-12 });
        const curve = censoringCurve(columns.time, columns.event);
        const naive = Array.from(curve.time, (t) => naiveUncensored(columns, t, false));
        assertClose(curve.uncensored, naive, { relative: 1e-12, absolute: 1e-15 });
        const rows = [...columns.time.keys(), ...columns.time.keys()].reverse();
        const twice = rowsOf(columns, rows);
        const single = rows.map((row) => horizonWeights(columns)[row]!);
        assertClose(horizonWeights(twice), single, { relative: 1e-12 });
      }),
      { numRuns: 2000 },
    );
  });

  test("the weights of the events add up to n times the Kaplan–Meier risk", () => {
    fc.assert(
      fc.property(smallCohort, (columns) => {
        const weight = horizonWeights(columns);
        const status = horizonStatus(columns);
        const events = weight.reduce((sum, w, i) => sum + (status[i] === 1 ? w : 0), 0);
        const { survival } = survivalAt(kaplanMeier(columns.time, columns.event), columns.horizon);
        expect(events / weight.length).toBeCloseTo(1 - survival, 12);
      }),
    );
  });

  test("without censoring every weight is 1", () => {
    const columns = { time: Float64Array.of(3, 1, 2), event: Uint8Array.of(1, 1, 1), horizon: 2 };
    expect(Array.from(horizonWeights(columns))).toEqual([1, 1, 1]);
  });
});

describe("edges", () => {
  test("nobody", () => {
    expect(censoringCurve(new Float64Array(0), new Uint8Array(0)).time.length).toBe(0);
    expect(horizonWeights({ time: new Float64Array(0), event: new Uint8Array(0), horizon: 1 }).length).toBe(
      0,
    );
  });

  test("one patient, before and beyond the horizon, and everybody with an event at once", () => {
    const one = (event: number, horizon: number) => {
      const followUp = { time: Float64Array.of(2), event: Uint8Array.of(event), horizon };
      return [...horizonWeights(followUp), ...horizonStatus(followUp)];
    };
    expect([one(1, 2), one(0, 2), one(1, 1), one(0, 1)]).toEqual([
      [1, 1],
      [0, 2],
      [1, 0],
      [1, 0],
    ]);
    const tied = { time: new Float64Array(3).fill(2), event: new Uint8Array(3).fill(1), horizon: 2 };
    expect([...horizonWeights(tied)]).toEqual([1, 1, 1]);
    expect(censoringCurve(tied.time, tied.event).time.length).toBe(0);
  });

  test("all censored at one time: G falls to 0 and nobody weighs anything there", () => {
    const columns = { time: Float64Array.of(2, 2), event: Uint8Array.of(0, 0), horizon: 2 };
    expect(Array.from(censoringCurve(columns.time, columns.event).uncensored)).toEqual([0]);
    expect(Array.from(horizonWeights(columns))).toEqual([0, 0]);
  });

  test("columns that break the contract are our bug", () => {
    expect(() => censoringCurve(Float64Array.of(1), new Uint8Array(2))).toThrow(ContractError);
    expect(() => censoringCurve(Float64Array.of(Number.NaN), Uint8Array.of(1))).toThrow(ContractError);
    expect(() => horizonWeights({ time: Float64Array.of(1), event: Uint8Array.of(1), horizon: NaN })).toThrow(
      "the horizon is NaN",
    );
    expect(() => horizonWeights({ time: Float64Array.of(1), event: Uint8Array.of(2), horizon: 1 })).toThrow(
      ContractError,
    );
    expect(() =>
      horizonStatus({ time: Float64Array.of(1), event: Uint8Array.of(1), horizon: Number.NaN }),
    ).toThrow(ContractError);
  });
});
