import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { smallRows } from "../../test/reference/competing-twin.ts";
import { known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type CompetingCalibrationSlope, competingCalibrationSlope } from "./competing-calibration-slope.ts";
import { complementaryLogLog } from "./complementary-log-log.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { pseudoValues } from "./pseudo-values.ts";

const agree = recordAgreement({
  estimator: "Calibration intercept and slope on pseudo-values, causes competing",
  reference: "prodlim::jackknife, then nonlinear least squares with sandwich variance",
  tolerance: { relative: 1e-8, absolute: 1e-9 },
});

const numbersOf = ({ intercept, joint }: CompetingCalibrationSlope) => {
  const [large, line] = [known(intercept), known(joint)];
  return {
    intercept: [large.value, large.stdError],
    joint: [line.intercept.value, line.slope.value, line.intercept.stdError, line.slope.stdError],
  };
};

for (const { name, input, expected } of reference("competing-calibration-slope"))
  test(`competingCalibrationSlope agrees with R: ${name}`, () => {
    const fit = competingCalibrationSlope({
      time: Float64Array.from(input.time!),
      cause: Uint8Array.from(input.cause!),
      risk: Float64Array.from(input.risk!),
      horizon: input.horizon![0]!,
      nCauses: 2,
      of: 1,
    });
    const { intercept, joint } = expected as Record<"intercept" | "joint", readonly number[]>;
    const ours = numbersOf(known(fit));
    agree(name, [ours.intercept, ours.joint], [intercept, joint]);
  });

test("by hand: two risks, nobody censored, so the line goes through both observed shares", () => {
  // Of four at risk .1 one has the cause, of five at risk .4 three: cloglog(1/4) = a + b cloglog(.1), and so on.
  const risk = Float64Array.of(0.1, 0.1, 0.1, 0.1, 0.4, 0.4, 0.4, 0.4, 0.4);
  const cause = Uint8Array.of(1, 2, 0, 0, 1, 1, 1, 2, 0);
  const time = Float64Array.from(cause, (code, i) => (code > 0 ? 1 + i / 10 : 9));
  const { joint } = known(competingCalibrationSlope({ time, cause, risk, horizon: 5, nCauses: 2, of: 1 }));
  const cloglog = (p: number) => Math.log(-Math.log(1 - p));
  const slope = (cloglog(0.6) - cloglog(0.25)) / (cloglog(0.4) - cloglog(0.1));
  const line = known(joint);
  expect(line.slope.value).toBeCloseTo(slope, 10);
  expect(line.intercept.value).toBeCloseTo(cloglog(0.6) - slope * cloglog(0.4), 10);
  // Where the line is exact in each group its variance is the groups' own: p(1 − p)/n by the delta method.
  const variance = (p: number, n: number) => (p * (1 - p)) / n / ((1 - p) * -Math.log(1 - p)) ** 2;
  const width = cloglog(0.4) - cloglog(0.1);
  expect(line.slope.stdError).toBeCloseTo(Math.sqrt(variance(0.25, 4) + variance(0.6, 5)) / width, 10);
});

describe("properties", () => {
  const dataOf = (rows: readonly { time: number; cause: number; z: number }[]) => ({
    time: Float64Array.from(rows, ({ time }) => time),
    cause: Uint8Array.from(rows, ({ cause }) => cause),
    risk: Float64Array.from(rows, ({ z }) => 1 / (1 + Math.exp(-z))),
    nCauses: 2,
    of: 1,
    horizon: 3,
  });
  const residualsOf = (data: ReturnType<typeof dataOf>, a: number, b: number) => {
    const { values } = complementaryLogLog(data.risk);
    const pseudo = known(pseudoValues({ ...data, state: 1 })).values;
    return pseudo.map((y, i) => y + Math.expm1(-Math.exp(a + b * values[i]!)));
  };
  const squares = (residuals: Float64Array) => residuals.reduce((sum, e) => sum + e ** 2, 0);

  test("no line nearby is nearer to the pseudo-values, and the order of patients does not matter", () => {
    let nFitted = 0;
    fc.assert(
      fc.property(smallRows, (rows) => {
        const data = dataOf(rows);
        const fit = competingCalibrationSlope(data);
        if (isNotEstimable(fit) || isNotEstimable(fit.joint)) return;
        // Steeper or less certain lines are those of rounding.
        if (Math.abs(fit.joint.slope.value) > 10 || fit.joint.slope.stdError > 10) return;
        nFitted++;
        const { intercept, slope } = fit.joint;
        const least = squares(residualsOf(data, intercept.value, slope.value));
        for (const [da, db] of [
          [1e-3, 0],
          [-1e-3, 0],
          [0, 1e-3],
          [0, -1e-3],
        ] as const)
          expect(squares(residualsOf(data, intercept.value + da, slope.value + db))).toBeGreaterThanOrEqual(
            least - 1e-12,
          );
        const turned = known(known(competingCalibrationSlope(dataOf(rows.toReversed()))).joint);
        expect(turned.slope.value).toBeCloseTo(slope.value, 6);
      }),
      { numRuns: 500 },
    );
    expect(nFitted).toBeGreaterThan(50);
  });
});

describe("edges", () => {
  const data = {
    time: Float64Array.of(1, 2, 3, 9, 9),
    cause: Uint8Array.of(1, 2, 1, 0, 0),
    risk: Float64Array.of(0.5, 0.5, 0.5, 0.5, 0.5),
    nCauses: 2,
    of: 1,
    horizon: 5,
  };

  test("equal risks: the intercept alone", () => {
    const fit = known(competingCalibrationSlope(data));
    expect(fit.joint).toEqual({ notEstimable: "all predicted risks are equal" });
    // 2 of 5: cloglog(.4) − cloglog(.5).
    expect(known(fit.intercept).value).toBeCloseTo(Math.log(Math.log(0.6) / Math.log(0.5)), 10);
  });

  test("risks that separate the events: no finite line, but an intercept", () => {
    const fit = known(competingCalibrationSlope({ ...data, risk: Float64Array.of(0.8, 0.3, 0.7, 0.2, 0.1) }));
    expect(fit.joint).toEqual({ notEstimable: "no calibration line is nearest to the pseudo-values" });
    expect(isNotEstimable(fit.intercept)).toBe(false);
  });

  test("no events of the cause: no finite intercept", () => {
    const fit = known(competingCalibrationSlope({ ...data, cause: Uint8Array.of(2, 2, 2, 0, 0) }));
    expect(fit.intercept).toEqual({ notEstimable: "no calibration line is nearest to the pseudo-values" });
  });

  test("nobody, follow-up that ends before the horizon", () => {
    const nobody = { time: new Float64Array(0), cause: new Uint8Array(0), risk: new Float64Array(0) };
    expect(isNotEstimable(competingCalibrationSlope({ ...data, ...nobody }))).toBe(true);
    expect(isNotEstimable(competingCalibrationSlope({ ...data, horizon: 10 }))).toBe(true);
  });

  test("risks of 0 and 1 are clipped and counted; NaN, another length or a level of 1 is refused", () => {
    const extreme = Float64Array.of(0, 0.2, 1, 0.4, 0.3);
    expect(known(competingCalibrationSlope({ ...data, risk: extreme })).nClipped).toBe(2);
    expect(() => competingCalibrationSlope({ ...data, risk: extreme.with(0, Number.NaN) })).toThrow(
      ContractError,
    );
    expect(() => competingCalibrationSlope({ ...data, risk: extreme.slice(1) })).toThrow(ContractError);
    expect(() => competingCalibrationSlope({ ...data, risk: extreme, level: 1 })).toThrow(ContractError);
  });
});
