import { assertLevel, assertSameLength, assertWord } from "./assert.ts";
import { normalQuantile } from "./normal.ts";

/** The scale on which the limits of a survival probability are symmetric; the names of R's conf.type. */
export type IntervalScale = "log" | "log-log" | "plain" | "logit" | "arcsin";

export interface SurvivalLimits {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Pointwise limits of a survival probability S with standard error SE, z the normal quantile.
 *
 *     log      exp(log S ± z · SE/S)                        upper limit at most 1
 *     log-log  exp(−exp(log(−log S) ± z · SE/(S log S)))
 *     plain    S ± z · SE                                   within 0 and 1
 *     logit    logit⁻¹(logit S ± z · SE/(S (1 − S)))
 *     arcsin   sin²(asin √S ± ½ z · SE/√(S (1 − S)))        the angle within 0 and π/2
 *
 * Where S is 1 the limits are 1 on the scales log and plain and NaN on the others; where S is 0 (its standard
 * error is NaN) they are NaN: R's survfit prints the same.
 *
 * Reference: Borgan & Liestøl (1990), Scand J Stat 17, 35–41 (plain, log-log, arcsin); Kalbfleisch & Prentice
 * (2002), The Statistical Analysis of Failure Time Data, section 1.4, doi:10.1002/9781118032985.
 * Checked against: R survival::survfit, conf.type (test/reference/kaplan-meier-interval.json).
 */
export function survivalInterval({
  survival,
  stdError,
  level,
  scale,
}: {
  readonly survival: number;
  readonly stdError: number;
  readonly level: number;
  readonly scale: IntervalScale;
}): SurvivalLimits {
  assertLevel(level);
  assertScale(scale);
  return limitsOn[scale](survival, -normalQuantile((1 - level) / 2) * (stdError / survival));
}

/** As `survivalInterval`, at every time of a curve. */
export function survivalBand(
  curve: { readonly survival: Float64Array; readonly stdError: Float64Array },
  level = 0.95,
  scale: IntervalScale = "log",
): { readonly lower: Float64Array; readonly upper: Float64Array } {
  const { survival, stdError } = curve;
  assertSameLength({ survival, stdError });
  assertLevel(level);
  assertScale(scale);
  const z = -normalQuantile((1 - level) / 2);
  const limits = limitsOn[scale];
  const band = { lower: new Float64Array(survival.length), upper: new Float64Array(survival.length) };
  for (let k = 0; k < survival.length; k++) {
    const { lower, upper } = limits(survival[k]!, z * (stdError[k]! / survival[k]!));
    band.lower[k] = lower;
    band.upper[k] = upper;
  }
  return band;
}

export function assertScale(scale: IntervalScale): void {
  assertWord("scale", scale, Object.keys(limitsOn));
}

/** For each scale: the limits from S and z · SE/S, which is the half width on the log scale. */
const limitsOn: Readonly<Record<IntervalScale, (survival: number, halfWidth: number) => SurvivalLimits>> = {
  log: (survival, halfWidth) => ({
    lower: survival * Math.exp(-halfWidth),
    upper: Math.min(1, survival * Math.exp(halfWidth)),
  }),
  plain: (survival, halfWidth) => ({
    lower: Math.max(0, survival - survival * halfWidth),
    upper: Math.min(1, survival + survival * halfWidth),
  }),
  "log-log": (survival, halfWidth) => {
    if (survival === 1) return noLimits;
    const centre = Math.log(-Math.log(survival));
    const half = halfWidth / -Math.log(survival);
    return { lower: Math.exp(-Math.exp(centre + half)), upper: Math.exp(-Math.exp(centre - half)) };
  },
  logit: (survival, halfWidth) => {
    if (survival === 1) return noLimits;
    const centre = Math.log(survival / (1 - survival));
    const half = halfWidth / (1 - survival);
    return { lower: 1 / (1 + Math.exp(half - centre)), upper: 1 / (1 + Math.exp(-half - centre)) };
  },
  arcsin: (survival, halfWidth) => {
    if (survival === 1) return noLimits;
    const centre = Math.asin(Math.sqrt(survival));
    const half = 0.5 * halfWidth * Math.sqrt(survival / (1 - survival));
    return {
      lower: Math.sin(Math.max(0, centre - half)) ** 2,
      upper: Math.sin(Math.min(Math.PI / 2, centre + half)) ** 2,
    };
  },
};

const noLimits: SurvivalLimits = { lower: Number.NaN, upper: Number.NaN };
