import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { smallCohort } from "../../test/reference/horizon-twin.ts";
import { known } from "../../test/reference/known.ts";
import { type ReferenceCase, reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { brierAtHorizon, brierLoss } from "./brier.ts";
import { anyEvent, competingSample } from "./competing-sample.ts";
import { influenceFunction } from "./influence-function.ts";
import { type IntegratedBrier, integratedBrier, type PredictedCurves } from "./integrated-brier.ts";
import { influenceSquares, ipcwSample } from "./ipcw-mean.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { mean } from "./sum.ts";

const agree = recordAgreement({
  estimator: "Integrated Brier score with standard error, plain and scaled, causes competing too",
  reference: 'riskRegression::Score(summary = "ibs", keep = "vcov")',
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

function curvesOf({ input }: ReferenceCase): PredictedCurves {
  const time = Float64Array.from(input.time!);
  const cause = Uint8Array.from(input.cause!);
  const horizons = Float64Array.from(input.horizons!);
  const risks = Array.from(horizons, (_, j) =>
    Float64Array.from(input.risks!.slice(j * time.length, (j + 1) * time.length)),
  );
  const sampleAt = (horizon: number) => competingSample({ time, cause, nCauses: 2, of: 1, horizon });
  return { time, event: anyEvent(cause), horizons, risks, sampleAt };
}

interface Expected {
  readonly ibs: number;
  readonly se: number;
  readonly null: number;
  readonly scaled: number;
  readonly scaled_se: number;
  readonly brier: readonly number[];
}

for (const c of reference("integrated-brier"))
  test(`integratedBrier agrees with R: ${c.name}`, () => {
    const ours = known(integratedBrier(curvesOf(c)));
    const scaled = known(ours.scaled);
    const expected = c.expected as Expected;
    agree(
      c.name,
      [
        [ours.integratedBrier, ours.stdError, ours.nullIntegratedBrier, scaled.value, scaled.stdError],
        ours.brier,
      ],
      [[expected.ibs, expected.se, expected.null, expected.scaled, expected.scaled_se], expected.brier],
    );
  });

test("by hand: nobody censored, Brier score .1 from 1 to 3 and .2 from 3 to 4, then the last only ends it", () => {
  // At 1 nobody has had the event, at 3 and 4 the first of two has.
  const curves = {
    time: Float64Array.of(2, 9),
    event: Uint8Array.of(1, 0),
    horizons: Float64Array.of(1, 3, 4),
    risks: [
      Float64Array.of(Math.sqrt(0.1), Math.sqrt(0.1)),
      Float64Array.of(1 - Math.sqrt(0.3), Math.sqrt(0.1)),
      Float64Array.of(0.5, 0.5),
    ],
  };
  const ours = known(integratedBrier(curves));
  expect([...ours.brier].map((value) => Number(value.toFixed(12)))).toEqual([0.1, 0.2, 0.25]);
  expect(ours.integratedBrier).toBeCloseTo((0.1 * 2 + 0.2 * 1) / 4, 12);
  // The patients' own parts are (.1 · 2 + .3)/4 = .125 and (.1 · 2 + .1)/4 = .075: SE |.125 − .075| / 2.
  expect(ours.stdError).toBeCloseTo(0.025, 12);
  // The null model gives 0 at 1 and .5 at 3: Brier scores 0 and .25.
  expect(ours.nullIntegratedBrier).toBeCloseTo(0.25 / 4, 12);
  expect(known(ours.scaled).value).toBeCloseTo(1 - 0.1 / 0.0625, 12);
});

describe("properties", () => {
  test("the influence function written out has the sum of squares of the one pass", () => {
    fc.assert(
      fc.property(smallCohort, ({ risk, ...followUp }) => {
        const sample = ipcwSample(followUp);
        const weighted = brierLoss(sample, risk).map((loss, i) => sample.weight[i]! * loss);
        const parts = { sample, direct: weighted, weighted };
        const psi = influenceFunction(parts);
        const centre = mean(psi);
        const squares = psi.reduce((total, value) => total + (value - centre) ** 2, 0);
        expect(squares).toBeCloseTo(influenceSquares(parts), 9);
        // The patients' parts in the weights add up to nothing.
        expect(centre).toBeCloseTo(mean(weighted), 12);
      }),
      { numRuns: 1000 },
    );
  });

  const twoHorizons = smallCohort.map(({ risk, horizon, ...followUp }) => ({
    ...followUp,
    horizons: Float64Array.of(horizon + 1, horizon + 2),
    risks: [risk, risk.toReversed()],
  }));

  test("over two horizons it is the Brier score at the first, for the share of the time after it", () => {
    fc.assert(
      fc.property(twoHorizons, (curves) => {
        const ours = integratedBrier(curves);
        if (isNotEstimable(ours)) return;
        const [first, last] = curves.horizons as unknown as [number, number];
        const alone = known(brierAtHorizon({ ...curves, risk: curves.risks[0]!, horizon: first }));
        const share = (last - first) / last;
        expect(ours.integratedBrier).toBeCloseTo(share * alone.brier, 12);
        expect(ours.stdError).toBeCloseTo(share * alone.stdError, 9);
        expect(ours.nullIntegratedBrier).toBeCloseTo(share * alone.nullBrier, 12);
        if (isNotEstimable(ours.scaled) || isNotEstimable(alone.scaled)) return;
        expect(ours.scaled.value).toBeCloseTo(alone.scaled.value, 9);
        expect(ours.scaled.stdError).toBeCloseTo(alone.scaled.stdError, 7);
      }),
      { numRuns: 300 },
    );
  });

  test("the order of patients does not matter", () => {
    fc.assert(
      fc.property(twoHorizons, (curves) => {
        const ours = integratedBrier(curves);
        const turned = integratedBrier({
          ...curves,
          time: curves.time.toReversed(),
          event: curves.event.toReversed(),
          risks: curves.risks.map((risk) => risk.toReversed()),
        });
        expect(isNotEstimable(turned)).toBe(isNotEstimable(ours));
        if (isNotEstimable(ours)) return;
        const numbers = ({ integratedBrier: ibs, stdError }: IntegratedBrier) => [ibs, stdError];
        numbers(turned as IntegratedBrier).forEach((value, k) => {
          expect(value).toBeCloseTo(numbers(ours)[k]!, 12);
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe("edges", () => {
  const risks = [Float64Array.of(0.1, 0.2, 0.3), Float64Array.of(0.2, 0.3, 0.4)];
  const curves = {
    time: Float64Array.of(1, 2, 9),
    event: Uint8Array.of(1, 0, 0),
    horizons: Float64Array.of(3, 5),
    risks,
  };

  test("nobody, one patient, nobody beyond a horizon, no events", () => {
    const none = {
      time: new Float64Array(0),
      event: new Uint8Array(0),
      risks: risks.map(() => new Float64Array(0)),
    };
    expect(integratedBrier({ ...curves, ...none })).toEqual({ notEstimable: "no patients" });
    const one = {
      time: Float64Array.of(1),
      event: Uint8Array.of(1),
      risks: risks.map((risk) => risk.slice(0, 1)),
    };
    expect(integratedBrier({ ...curves, ...one })).toEqual({ notEstimable: "one patient" });
    expect(integratedBrier({ ...curves, horizons: Float64Array.of(3, 10) })).toEqual({
      notEstimable: "at 10: nobody is followed beyond the horizon",
    });
    const quiet = known(integratedBrier({ ...curves, event: new Uint8Array(3) }));
    expect(quiet.scaled).toEqual({ notEstimable: "the null model makes no error" });
  });

  test.each([
    ["one horizon", { horizons: Float64Array.of(3), risks: risks.slice(1) }],
    ["horizons out of order", { horizons: Float64Array.of(5, 3) }],
    ["a horizon of 0", { horizons: Float64Array.of(0, 3) }],
    ["risks at one of two horizons", { risks: risks.slice(1) }],
    ["a risk that is NaN", { risks: [risks[0]!, Float64Array.of(Number.NaN, 0, 0)] }],
    ["risks of other patients", { risks: [risks[0]!, Float64Array.of(0, 0)] }],
    ["a level of 1", { level: 1 }],
  ])("%s is refused", (_, fault) => {
    expect(() => integratedBrier({ ...curves, ...fault })).toThrow(ContractError);
  });
});
