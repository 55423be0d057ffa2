import { assertBinary, assertLevel, assertRisk, assertSameLength } from "./assert.ts";
import { type ChiSquareTest, chiSquareTest } from "./chi-square.ts";
import type { CalibrationCoefficient } from "./competing-calibration-slope.ts";
import { type LogisticFit, logisticRegression } from "./logistic.ts";
import { logisticLikelihood } from "./logistic-likelihood.ts";
import { logit } from "./logit.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { waldInterval } from "./wald-interval.ts";

/** A binary outcome that is known for everybody, and the predicted risk of it. */
export interface BinaryPredictions {
  readonly event: Uint8Array;
  readonly risk: Float64Array;
  /** Confidence level of the intervals; .95 where it is not given. */
  readonly level?: number;
}

export interface LogisticCalibration {
  /** Calibration in the large: the intercept with the slope held at 1 (an offset). 0 is right. */
  readonly inTheLarge: CalibrationCoefficient | NotEstimable;
  /** Intercept and slope fitted together. 1 is right for the slope; the intercept says nothing without it. */
  readonly joint:
    | {
        readonly intercept: CalibrationCoefficient;
        readonly slope: CalibrationCoefficient;
        /** Likelihood ratio test of intercept 0 and slope 1 at once, 2 degrees of freedom. */
        readonly test: ChiSquareTest;
      }
    | NotEstimable;
  /** Risks of 0 or 1 that were moved to 1e-15 or 1 − 1e-15. */
  readonly nClipped: number;
}

/**
 * Calibration in the large, calibration intercept and slope of the risk of a binary outcome that is known for
 * everybody.
 *
 *     log odds of the event = a + x           in the large
 *     log odds of the event = a + b x         joint,      x = log(r / (1 − r))
 *
 * The two a are different numbers: in the large, above 0 the risks are too low on the whole; the joint one is
 * the log odds where the prediction is one half. b below 1: the risks are too extreme; above 1: too close
 * together. Intervals are Wald's. The test has the right level for predictions from elsewhere only; in the
 * patients that a logistic model was fitted to it is 0. Not estimable, with the reason: nobody, no events,
 * everybody with the event, risks that are all 0 or 1, equal risks (the joint form), or risks that separate the events. A risk that is
 * not between 0 and 1 is a ContractError.
 *
 * Reference: Cox (1958), Biometrika 45, 562–565, doi:10.1093/biomet/45.3-4.562; Miller, Hui & Tierney (1991),
 * Statistics in Medicine 10, 1213–1226, doi:10.1002/sim.4780100805. Checked against: R stats::glm and
 * rms::val.prob (test/reference/logistic-calibration.json).
 */
export function logisticCalibration(options: BinaryPredictions): LogisticCalibration | NotEstimable {
  const { event, level = 0.95 } = options;
  const fits = calibrationFits(options);
  if (isNotEstimable(fits)) return fits;
  const { x, inTheLarge, joint, nClipped } = fits;
  return {
    inTheLarge: isNotEstimable(inTheLarge) ? inTheLarge : coefficient(inTheLarge, 0, level),
    joint: isNotEstimable(joint) ? joint : withTest(joint, { event, x, level }),
    nClipped,
  };
}

/** The two models of calibration, each converged or with the reason why it is not. */
export interface CalibrationFits {
  /** Log odds of the risks. */
  readonly x: Float64Array;
  readonly inTheLarge: LogisticFit | NotEstimable;
  readonly joint: LogisticFit | NotEstimable;
  readonly nClipped: number;
}

export function calibrationFits({
  event,
  risk,
  level = 0.95,
}: BinaryPredictions): CalibrationFits | NotEstimable {
  assertSameLength({ event, risk });
  assertBinary({ event });
  assertRisk({ risk });
  assertLevel(level);
  if (event.length === 0) return { notEstimable: "no patients" };
  const { values: x, nClipped } = logit(risk);
  if (nClipped === risk.length) return { notEstimable: "every predicted risk is 0 or 1" };
  const known = (fit: LogisticFit) => whyNot(fit) ?? fit;
  return {
    x,
    inTheLarge: known(logisticRegression({ event, covariates: [], offset: x })),
    joint: x.every((value) => value === x[0])
      ? { notEstimable: "all predicted risks are equal" }
      : known(logisticRegression({ event, covariates: [x] })),
    nClipped,
  };
}

function withTest(
  fit: LogisticFit,
  { event, x, level }: { readonly event: Uint8Array; readonly x: Float64Array; readonly level: number },
): LogisticCalibration["joint"] {
  const asPredicted = logisticLikelihood({ event, columns: [x] }, Float64Array.of(1, 0)).logLikelihood;
  return {
    intercept: coefficient(fit, 0, level),
    slope: coefficient(fit, 1, level),
    test: chiSquareTest(2 * (fit.logLikelihood[1] - asPredicted), 2),
  };
}

function whyNot({ outcome, reason, n, nEvents }: LogisticFit): NotEstimable | undefined {
  if (outcome === "converged") return undefined;
  if (outcome !== "monotone likelihood" || nEvents === 0 || nEvents === n)
    return { notEstimable: reason ?? outcome };
  return { notEstimable: "the predicted risks separate the events, so the slope has no finite value" };
}

function coefficient(fit: LogisticFit, row: number, level: number): CalibrationCoefficient {
  const value = fit.coefficients[row]!;
  const stdError = Math.sqrt(fit.variance[row]![row]!);
  const interval = waldInterval({ estimate: value, stdError, level, range: [-Infinity, Infinity] });
  return { value, stdError, ...interval };
}
