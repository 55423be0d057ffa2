import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import {
  anyWeights,
  atRisk,
  columnsOf,
  distinctTimes,
  eventsAt,
  hazardTwin,
  jackknifeTwin,
  nRuns,
  repeated,
  rowsOf,
  wholeWeights,
} from "../../test/reference/survival-twin.ts";
import { ContractError } from "./assert.ts";
import { kaplanMeier } from "./kaplan-meier.ts";
import { flemingHarrington, nelsonAalen } from "./nelson-aalen.ts";
import { survivalBand } from "./survival-interval.ts";

const closedForm = { relative: 1e-10, absolute: 1e-12 };
const hazardAgrees = recordAgreement({
  estimator: "Nelson–Aalen cumulative hazard with standard error",
  reference: "survival::survfit, cumhaz and std.chaz",
  tolerance: closedForm,
});
const survivalAgrees = recordAgreement({
  estimator: "Fleming–Harrington curve with its log interval",
  reference: "survival::survfit(stype = 2, ctype = 2)",
  tolerance: closedForm,
});

type Columns = Readonly<Record<string, readonly number[]>>;

function rowsIn({ time, event, entry, weight }: Columns) {
  return {
    time: Float64Array.from(time!),
    event: Uint8Array.from(event!),
    ...(entry && { entry: Float64Array.from(entry) }),
    ...(weight && { weight: Float64Array.from(weight) }),
    ...(weight && !weight.every(Number.isInteger) && { variance: "robust" as const }),
  };
}

for (const { name, input, expected } of reference("kaplan-meier-rows")) {
  test(`nelsonAalen agrees with R survfit: ${name}`, () => {
    const rows = rowsIn(input);
    const hazard = nelsonAalen(rows.time, rows.event, rows);
    const theirs = expected as Columns;
    hazardAgrees(name, hazard.cumulativeHazard, theirs.cumhaz);
    hazardAgrees(name, hazard.stdError, theirs.std_chaz);
  });
}

for (const { name, input, expected } of reference("fleming-harrington")) {
  test(`flemingHarrington agrees with R survfit: ${name}`, () => {
    const rows = rowsIn(input);
    const curve = flemingHarrington(rows.time, rows.event, rows);
    const theirs = expected as Columns;
    survivalAgrees(name, curve.survival, theirs.surv);
    survivalAgrees(
      name,
      curve.stdError.map((error, k) => error / curve.survival[k]!),
      theirs.std_err_log,
    );
    const band = survivalBand(curve);
    survivalAgrees(name, band.lower, theirs.lower);
    survivalAgrees(name, band.upper, theirs.upper);
  });
}

describe("by hand", () => {
  // At risk 4 and 2; two events at 1, one at 3.
  const [time, event] = [Float64Array.of(1, 1, 2, 3, 3), Uint8Array.of(1, 1, 0, 1, 0)];

  test("H = 2/5, 2/5, 2/5 + 1/2; its variance 2/25 and 2/25 + 1/4", () => {
    const { cumulativeHazard, stdError } = nelsonAalen(time, event);
    expect([...cumulativeHazard]).toEqual([2 / 5, 2 / 5, 2 / 5 + 1 / 2]);
    expect(stdError[0]).toBeCloseTo(Math.sqrt(2 / 25), 14);
    expect(stdError[2]).toBeCloseTo(Math.sqrt(2 / 25 + 1 / 4), 14);
  });

  test("Fleming–Harrington takes the two events at 1 one after the other: 1/5 + 1/4", () => {
    const { survival, stdError } = flemingHarrington(time, event);
    expect(survival[0]).toBeCloseTo(Math.exp(-9 / 20), 14);
    expect(stdError[2]).toBeCloseTo(Math.exp(-19 / 20) * Math.sqrt(1 / 25 + 1 / 16 + 1 / 4), 14);
  });
});

describe("properties", () => {
  test("agrees with hazards counted from all rows", () => {
    fc.assert(
      fc.property(rowsOf(anyWeights), (rows) => {
        const { time, event, entry, weight } = columnsOf(rows);
        const { cumulativeHazard } = nelsonAalen(time, event, { entry, weight, variance: "robust" });
        for (const [k, t] of distinctTimes(rows).entries())
          expect(cumulativeHazard[k]).toBeCloseTo(hazardTwin(rows, t), 9);
      }),
      nRuns,
    );
  });

  test("robust standard error is that of the derivatives by the weights", () => {
    fc.assert(
      fc.property(rowsOf(anyWeights, 8), (rows) => {
        const { time, event, entry, weight } = columnsOf(rows);
        const { stdError } = nelsonAalen(time, event, { entry, weight, variance: "robust" });
        for (const [k, t] of distinctTimes(rows).entries())
          expect(stdError[k]).toBeCloseTo(
            jackknifeTwin(rows, (moved) => hazardTwin(moved, t)),
            6,
          );
      }),
      { numRuns: 1000 },
    );
  });

  test("robust standard error of a hazard met by one row at a time is 0, whatever rows have left before", () => {
    const { stdError } = nelsonAalen(Float64Array.of(1, 2, 3, 1), Uint8Array.of(0, 1, 1, 0), {
      entry: Float64Array.of(0, 1, 2, 0),
      weight: Float64Array.of(2.8, 0.125, 0.125, 1),
      variance: "robust",
    });
    expect([...stdError]).toEqual([0, 0, 0]);
  });

  test("Fleming–Harrington agrees with tied events separated one by one", () => {
    fc.assert(
      fc.property(rowsOf(fc.constant(1)), (rows) => {
        const { time, event, entry } = columnsOf(rows);
        const { survival } = flemingHarrington(time, event, { entry });
        let hazard = 0;
        for (const [k, t] of distinctTimes(rows).entries()) {
          const n = atRisk(rows, t).length;
          for (let j = 0; j < eventsAt(rows, t).length; j++) hazard += 1 / (n - j);
          expect(survival[k]).toBeCloseTo(Math.exp(-hazard), 12);
        }
      }),
      nRuns,
    );
  });

  test("a weight of 2 is the row twice", () => {
    fc.assert(
      fc.property(rowsOf(wholeWeights), (rows) => {
        const { time, event, entry, weight } = columnsOf(rows);
        const twice = columnsOf(repeated(rows));
        for (const estimate of [nelsonAalen, flemingHarrington]) {
          const { entries: _, ...one } = estimate(time, event, { entry, weight });
          const { entries: __, ...other } = estimate(twice.time, twice.event, { entry: twice.entry });
          expect(one).toEqual(other);
        }
      }),
    );
  });

  test("the order of rows is irrelevant, and Kaplan–Meier lies below exp(−H)", () => {
    fc.assert(
      fc.property(rowsOf(fc.constant(1)), (rows) => {
        const [one, other] = [columnsOf(rows), columnsOf(rows.toReversed())];
        const hazard = nelsonAalen(one.time, one.event);
        expect(nelsonAalen(other.time, other.event)).toEqual(hazard);
        const [below, above] = [kaplanMeier(one.time, one.event), flemingHarrington(one.time, one.event)];
        hazard.cumulativeHazard.forEach((height, k) => {
          expect(below.survival[k]).toBeLessThanOrEqual(Math.exp(-height) + 1e-12);
          expect(above.survival[k]).toBeLessThanOrEqual(Math.exp(-height) + 1e-12);
          expect(below.survival[k]).toBeLessThanOrEqual(above.survival[k]! + 1e-12);
        });
      }),
    );
  });
});

describe("edges", () => {
  const none = [new Float64Array(0), new Uint8Array(0)] as const;

  test("nobody, one patient, all censored, all tied", () => {
    expect(nelsonAalen(...none).cumulativeHazard.length).toBe(0);
    expect(flemingHarrington(...none).survival.length).toBe(0);
    const one = nelsonAalen(Float64Array.of(4), Uint8Array.of(1));
    expect([one.cumulativeHazard[0], one.stdError[0]]).toEqual([1, 1]);
    const censored = nelsonAalen(Float64Array.of(1, 2), Uint8Array.of(0, 0));
    expect([...censored.cumulativeHazard, ...censored.stdError]).toEqual([0, 0, 0, 0]);
    // 1/3 + 1/2 + 1
    const tied = flemingHarrington(Float64Array.of(3, 3, 3), Uint8Array.of(1, 1, 1));
    expect(tied.survival[0]).toBeCloseTo(Math.exp(-11 / 6), 14);
  });

  test("bugs of the caller", () => {
    const [time, event] = [Float64Array.of(1, 2), Uint8Array.of(1, 0)];
    const weight = Float64Array.of(1, 0.5);
    expect(() => nelsonAalen(time, event, { weight })).toThrow(ContractError);
    expect(() => flemingHarrington(time, event, { weight })).toThrow(ContractError);
    expect(() => nelsonAalen(Float64Array.of(NaN, 1), event)).toThrow(ContractError);
  });
});
