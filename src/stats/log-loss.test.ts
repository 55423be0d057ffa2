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
import { logLossAtHorizon } from "./log-loss.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

const agree = recordAgreement({
  estimator: "Log loss at a horizon and of the null model",
  reference: "−mean(w (d log r + (1 − d) log(1 − r))) with riskRegression's weights",
  tolerance: { relative: 1e-10 },
});

function known(columns: HorizonColumns) {
  const loss = logLossAtHorizon(columns);
  if (isNotEstimable(loss) || isNotEstimable(loss.skill)) throw new Error("not estimable");
  return { ...loss, skill: loss.skill };
}

for (const { name, columns, expected } of horizonCases()) {
  if (expected.logLoss !== undefined)
    test(`logLossAtHorizon agrees with R: ${name}`, () => {
      const { logLoss, nullLogLoss } = known(columns);
      agree(name, logLoss, expected.logLoss);
      if (expected.nullLogLoss !== undefined) agree(name, nullLogLoss, expected.nullLogLoss);
    });
}

describe("properties", () => {
  test("by hand, without censoring: the mean of −log of the risk given to what happened", () => {
    const columns = {
      time: Float64Array.of(1, 2),
      event: Uint8Array.of(1, 1),
      risk: Float64Array.of(0.8, 0.5),
      horizon: 1,
    };
    const { logLoss, nullLogLoss, skill } = known(columns);
    const loss = -(Math.log(0.8) + Math.log(0.5)) / 2;
    assertClose([logLoss, nullLogLoss, skill.value], [loss, Math.LN2, 1 - loss / Math.LN2], {
      relative: 1e-12,
    });
  });

  test("the order of patients is irrelevant", () => {
    const { columns } = horizonCases()[0]!;
    const [one, other] = [known(columns), known(shuffled(columns))];
    assertClose(
      [other.logLoss, other.stdError, other.skill.stdError],
      [one.logLoss, one.stdError, one.skill.stdError],
      {
        relative: 1e-11,
      },
    );
  });

  test("the skill's standard error is that of resampled cohorts, within 15 %", () => {
    const random = seededRandom(9);
    const columns = simulatedCohort(400, random);
    const draws = Array.from({ length: 500 }, () => known(resampled(columns, random)).skill.value);
    const centre = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const spread = Math.sqrt(
      draws.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (draws.length - 1),
    );
    expect(Math.abs(known(columns).skill.stdError / spread - 1)).toBeLessThan(0.15);
  });
});

describe("edges", () => {
  test("a certain prediction that fails costs −log(1e-15), not infinity", () => {
    const columns = {
      time: Float64Array.of(1, 2),
      event: Uint8Array.of(1, 1),
      risk: Float64Array.of(0, 0),
      horizon: 1,
    };
    expect(known(columns).logLoss).toBeCloseTo(-Math.log(1e-15) / 2, 10);
  });

  test("nobody; no events", () => {
    const none = {
      time: new Float64Array(0),
      event: new Uint8Array(0),
      risk: new Float64Array(0),
      horizon: 1,
    };
    expect(logLossAtHorizon(none)).toEqual({ notEstimable: "no patients" });
    const quiet = {
      time: Float64Array.of(2, 3),
      event: Uint8Array.of(1, 1),
      risk: Float64Array.of(0.1, 0.1),
      horizon: 1,
    };
    expect(logLossAtHorizon(quiet)).toMatchObject({ skill: { notEstimable: "no events by the horizon" } });
  });
});
