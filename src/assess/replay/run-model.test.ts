import { describe, expect, test } from "vitest";
import type { FormulaModel, Transform } from "../../protocol/index.ts";
import { type PredictorColumn, runModel } from "./run-model.ts";

const numbers = (...values: number[]): PredictorColumn => ({ numbers: Float64Array.from(values) });
const logisticOf = (transform: Transform, coefficient = 1): FormulaModel => ({
  kind: "formula",
  name: "m",
  version: "1",
  terms: [{ variable: "x", transform, coefficient }],
  outputs: { risk: { kind: "logistic", intercept: 0 } },
  tolerance: 1e-9,
});
/** The linear predictor behind a logistic risk. */
const predictors = (transform: Transform, column: PredictorColumn, n: number) =>
  [...runModel(logisticOf(transform), new Map([["x", column]]), n).get("risk")!].map((p) =>
    Math.log(p / (1 - p)),
  );

describe("transforms, by hand", () => {
  test.each([
    [{ kind: "identity" }, [-2, 0, 3], [-2, 0, 3]],
    [{ kind: "winsorised", at: 1 }, [-2, 1, 3], [-2, 1, 1]],
    [{ kind: "interval", above: 20, upTo: 50 }, [20, 20.1, 50, 50.1], [0, 1, 1, 0]],
    [{ kind: "above", above: 50 }, [50, 51], [0, 1]],
    [{ kind: "equals", level: 3 }, [2, 3], [0, 1]],
    [{ kind: "log", plus: 1 }, [0, Math.E - 1], [0, 1]],
    // Knots 0, 1, 9: for x = 5 the term is (5³ − 4³·9/8) / 81 = (125 − 72) / 81; for x below 0 it is 0.
    [{ kind: "spline", knots: [0, 1, 9], term: 1, winsorisedAt: null }, [-1, 5], [0, 53 / 81]],
    [{ kind: "spline", knots: [0, 1, 9], term: 1, winsorisedAt: 5 }, [40], [53 / 81]],
  ] as const)("%j", (transform, given, expected) => {
    predictors(transform as Transform, numbers(...given), given.length).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 10);
    });
  });
  test("levels by name", () => {
    const column: PredictorColumn = { levels: ["III", "II", undefined] };
    const values = predictors({ kind: "equals", level: "III" }, column, 3);
    expect(values[0]).toBeCloseTo(1, 12);
    expect(values[1]).toBeCloseTo(0, 12);
    expect(values[2]).toBeNaN();
  });
});

test("a missing predictor gives no score, for every transform", () => {
  const transforms: Transform[] = [
    { kind: "identity" },
    { kind: "winsorised", at: 1 },
    { kind: "interval", above: 0, upTo: 1 },
    { kind: "above", above: 0 },
    { kind: "equals", level: 1 },
    { kind: "log", plus: 1 },
    { kind: "spline", knots: [0, 1, 9], term: 1, winsorisedAt: 5 },
  ];
  for (const transform of transforms) expect(predictors(transform, numbers(Number.NaN), 1)[0]).toBeNaN();
});

test("Cox and points outputs, by hand", () => {
  const model: FormulaModel = {
    ...logisticOf({ kind: "identity" }),
    outputs: {
      // 1 − exp(−0.1 · e^0) = 0.0951626; 1 − exp(−0.1 · e^ln2) = 1 − exp(−0.2) = 0.1812692
      cox: { kind: "cox", baselineCumulativeHazard: 0.1 },
      points: {
        kind: "points",
        table: [
          { from: 0, risk: 0.05 },
          { from: 0.5, risk: 0.4 },
        ],
      },
    },
  };
  const outputs = runModel(model, new Map([["x", numbers(0, Math.LN2, -1)]]), 3);
  expect(outputs.get("cox")![0]).toBeCloseTo(0.0951626, 7);
  expect(outputs.get("cox")![1]).toBeCloseTo(0.1812692, 7);
  expect([...outputs.get("points")!]).toEqual([0.05, 0.4, Number.NaN]);
});
