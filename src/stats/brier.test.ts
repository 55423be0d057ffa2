import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import {
  type HorizonColumns,
  horizonCases,
  resampled,
  shuffled,
  simulatedCohort,
} from "../../test/reference/horizon-twin.ts";
import { assertClose } from "../../test/reference/reference.ts";
import { brierAtHorizon } from "./brier.ts";
import { horizonWeights } from "./censoring.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

const agree = recordAgreement({
  estimator: "Brier score at a horizon, with standard error, interval, null model and scaled score",
  reference: 'riskRegression::Score(metrics = "Brier", cens.model = "km", summary = "ipa")',
  tolerance: { relative: 1e-10 },
});

function known(columns: HorizonColumns) {
  const brier = brierAtHorizon(columns);
  if (isNotEstimable(brier) || isNotEstimable(brier.scaled)) throw new Error("not estimable");
  return { ...brier, scaled: brier.scaled };
}

for (const { name, columns, expected } of horizonCases()) {
  const { score } = expected;
  if (score)
    test(`brierAtHorizon agrees with R: ${name}`, () => {
      const { brier, stdError, lower, upper, nullBrier, scaled } = known(columns);
      agree(
        name,
        [brier, stdError, lower, upper, scaled.value, nullBrier],
        [
          score.brier.Brier,
          score.brier.se,
          score.brier.lower,
          score.brier.upper,
          score.brier.IPA,
          score.null,
        ],
      );
    });
  else if (expected.brier !== undefined && !isLastOfUnknown(columns))
    test(`brierAtHorizon agrees with R: ${name}`, () => {
      const result = brierAtHorizon(columns);
      agree(name, isNotEstimable(result) ? Number.NaN : result.brier, expected.brier);
    });
  else if (expected.brier !== undefined)
    test(`the weighted sum agrees with R, which does not say that it estimates nothing: ${name}`, () => {
      const { time, event, risk } = columns;
      const sum = horizonWeights(columns).reduce((total, w, i) => total + w * (event[i]! - risk[i]!) ** 2, 0);
      agree(name, sum / time.length, expected.brier);
      expect(brierAtHorizon(columns)).toEqual({ notEstimable: "nobody is followed beyond the horizon" });
    });
}

/** Nobody is followed beyond the horizon and not all have the event: the last event would stand for the others. */
function isLastOfUnknown({ time, event, horizon }: HorizonColumns): boolean {
  return time.every((t) => t <= horizon) && event.includes(0);
}

describe("properties", () => {
  test("without censoring it is the mean squared error", () => {
    const columns = {
      time: Float64Array.of(1, 2, 3, 4),
      event: Uint8Array.of(1, 1, 1, 1),
      risk: Float64Array.of(0.9, 0.4, 0.5, 0.1),
      horizon: 2,
    };
    // (.01 + .36 + .25 + .01)/4, null (½)² = .25
    const { brier, nullBrier, scaled } = known(columns);
    assertClose([brier, nullBrier, scaled.value], [0.1575, 0.25, 0.37], { relative: 1e-12 });
  });

  test("the order of patients is irrelevant", () => {
    const { columns } = horizonCases()[0]!;
    const [one, other] = [known(columns), known(shuffled(columns))];
    assertClose(
      [other.brier, other.stdError, other.scaled.value, other.scaled.stdError],
      [one.brier, one.stdError, one.scaled.value, one.scaled.stdError],
      { relative: 1e-11 },
    );
  });

  test("the scaled score's standard error is that of resampled cohorts, within 15 %", () => {
    const random = seededRandom(5);
    const columns = simulatedCohort(400, random);
    const draws = Array.from({ length: 500 }, () => known(resampled(columns, random)).scaled.value);
    const centre = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const spread = Math.sqrt(
      draws.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (draws.length - 1),
    );
    expect(Math.abs(known(columns).scaled.stdError / spread - 1)).toBeLessThan(0.15);
  });
});

describe("edges", () => {
  const of = (time: number[], event: number[], risk: number[], horizon: number) =>
    brierAtHorizon({
      time: Float64Array.from(time),
      event: Uint8Array.from(event),
      risk: Float64Array.from(risk),
      horizon,
    });

  test("nobody, one patient, follow-up that ends too early", () => {
    expect(of([], [], [], 1)).toEqual({ notEstimable: "no patients" });
    expect(of([1], [1], [0.2], 1)).toEqual({ notEstimable: "one patient" });
    expect(of([1, 2], [1, 0], [0.2, 0.2], 3)).toEqual({
      notEstimable: "nobody is followed beyond the horizon",
    });
  });

  test("no events, or only events: the score exists, the scaled score does not", () => {
    expect(of([3, 4], [0, 0], [0.2, 0.2], 1)).toMatchObject({
      brier: expect.closeTo(0.04, 12),
      scaled: { notEstimable: "no events by the horizon" },
    });
    expect(of([1, 2], [1, 1], [0.2, 0.2], 2)).toMatchObject({
      brier: expect.closeTo(0.64, 12),
      scaled: { notEstimable: "nobody is event-free at the horizon" },
    });
  });
});
