import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import {
  anyWeights,
  atRisk,
  columnsOf,
  nRuns,
  repeated,
  rowsOf,
  total,
  wholeWeights,
} from "../../test/reference/survival-twin.ts";
import { ContractError } from "./assert.ts";
import { numbersAtRisk } from "./numbers-at-risk.ts";
import { riskTable } from "./risk-table.ts";

const agrees = recordAgreement({
  estimator: "Numbers at risk, events and censorings at given times",
  reference: "survival::summary.survfit(times =, extend = TRUE)",
  tolerance: { relative: 1e-12 },
});

for (const { name, input, expected } of reference("numbers-at-risk")) {
  test(`numbersAtRisk agrees with R summary.survfit: ${name}`, () => {
    const table = riskTable(Float64Array.from(input.time!), Uint8Array.from(input.event!));
    const numbers = numbersAtRisk(table, Float64Array.from(input.at!));
    const theirs = expected as Readonly<Record<string, unknown>>;
    agrees(name, numbers.atRisk, theirs.n_risk);
    agrees(name, numbers.events, theirs.n_event);
    agrees(name, numbers.censored, theirs.n_censor);
  });
}

test("by hand: entry at 3 counts from just after 3", () => {
  const table = riskTable(Float64Array.of(2, 5, 6), Uint8Array.of(1, 0, 1), {
    entry: Float64Array.of(0, 0, 3),
  });
  const numbers = numbersAtRisk(table, Float64Array.of(0, 2, 3, 4, 6, 7));
  expect([...numbers.atRisk]).toEqual([0, 2, 1, 2, 1, 0]);
  expect([...numbers.events]).toEqual([0, 1, 0, 0, 1, 0]);
  expect([...numbers.censored]).toEqual([0, 0, 0, 0, 1, 0]);
});

describe("properties", () => {
  const times = Float64Array.of(-1, 0, 1, 1.5, 3, 5.5, 8, 9);

  test("agrees with counts of all rows", () => {
    fc.assert(
      fc.property(rowsOf(anyWeights), (rows) => {
        const { time, event, entry, weight } = columnsOf(rows);
        const numbers = numbersAtRisk(riskTable(time, event, { entry, weight }), times);
        for (const [i, t] of times.entries()) {
          const since = rows.filter((row) => row.time <= t && (i === 0 || row.time > times[i - 1]!));
          expect(numbers.atRisk[i]).toBeCloseTo(total(atRisk(rows, t)), 10);
          expect(numbers.events[i]).toBeCloseTo(total(since.filter((row) => row.event === 1)), 10);
          expect(numbers.censored[i]).toBeCloseTo(total(since.filter((row) => row.event === 0)), 10);
        }
      }),
      nRuns,
    );
  });

  test("a weight of 2 is the row twice; everybody is counted once; order irrelevant", () => {
    fc.assert(
      fc.property(rowsOf(wholeWeights), (rows) => {
        const { time, event, entry, weight } = columnsOf(rows);
        const twice = columnsOf(repeated(rows).toReversed());
        const numbers = numbersAtRisk(riskTable(time, event, { entry, weight }), times);
        expect(numbersAtRisk(riskTable(twice.time, twice.event, { entry: twice.entry }), times)).toEqual(
          numbers,
        );
        const all = [...numbers.events, ...numbers.censored].reduce((sum, n) => sum + n, 0);
        expect(all).toBe(total(rows));
      }),
    );
  });
});

test("nobody; times that do not ascend are a bug of the caller", () => {
  const none = riskTable(new Float64Array(0), new Uint8Array(0));
  expect([...numbersAtRisk(none, Float64Array.of(0, 1)).atRisk]).toEqual([0, 0]);
  expect(numbersAtRisk(none, new Float64Array(0)).events.length).toBe(0);
  for (const times of [Float64Array.of(1, 1), Float64Array.of(NaN), Float64Array.of(1, NaN)])
    expect(() => numbersAtRisk(none, times)).toThrow(ContractError);
});
