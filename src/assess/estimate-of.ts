import type { ComputedEstimate, EvidenceLevel, Interval, Unit } from "../evidence/estimate.ts";

/** What the estimates of one step have in common. */
export interface Context {
  readonly n: number;
  readonly events?: number;
  readonly horizon?: string;
  readonly stratum?: string;
  readonly attainedIn?: string;
  readonly evidence: EvidenceLevel;
}

/** A kernel's number, or its reason for having none. */
export type Outcome =
  | {
      readonly value: number;
      readonly lower?: number;
      readonly upper?: number;
      readonly level?: number;
      readonly kind?: Interval["kind"];
      readonly lowerIn?: string;
      readonly numerator?: number;
      readonly denominator?: number;
      readonly decimals?: number;
    }
  | { readonly notEstimable: string };

export interface Naming {
  /** `room.measure`, without horizon and stratum. */
  readonly measure: string;
  readonly label: string;
  readonly unit: Unit;
  readonly method: string;
}

/** `performance.auc@60mo/age:80+` */
export function idOf(measure: string, { horizon, stratum }: Pick<Context, "horizon" | "stratum">): string {
  return `${measure}${horizon ? `@${horizon}` : ""}${stratum ? `/${stratum}` : ""}`;
}

/** Joins a kernel's outcome with its name and context. */
export function estimateOf(
  context: Context,
  { measure, label, unit, method }: Naming,
  outcome: Outcome,
): ComputedEstimate {
  const base = { id: idOf(measure, context), label, unit, method, ...context };
  if ("notEstimable" in outcome) return { ...base, notEstimable: outcome.notEstimable };
  const { value, lower, upper, level = 0.95, kind = "pointwise", lowerIn } = outcome;
  const { numerator, denominator, decimals } = outcome;
  if (!Number.isFinite(value)) return { ...base, notEstimable: "the estimate is not finite" };
  const hasInterval = Number.isFinite(lower) && Number.isFinite(upper);
  return {
    ...base,
    value,
    ...(hasInterval
      ? {
          interval: {
            lower: lower!,
            upper: upper!,
            level,
            kind,
            ...(lowerIn === undefined ? {} : { lowerIn }),
          },
        }
      : {}),
    ...(numerator === undefined ? {} : { numerator }),
    ...(denominator === undefined ? {} : { denominator }),
    ...(decimals === undefined ? {} : { decimals }),
  };
}

/** A plain count: no interval, exact. */
export function countOf(context: Context, measure: string, label: string, count: number): ComputedEstimate {
  return estimateOf(context, { measure, label, unit: "count", method: "counted" }, { value: count });
}

/** A share with its fraction, counted without interval. */
export function shareOf(
  context: Context,
  measure: string,
  label: string,
  numerator: number,
  denominator: number,
): ComputedEstimate {
  const outcome =
    denominator === 0
      ? { notEstimable: "nobody to count" }
      : { value: numerator / denominator, numerator, denominator };
  return estimateOf(context, { measure, label, unit: "share", method: "counted" }, outcome);
}

/** Estimates from a kernel's result, or its reason for each of them. */
export function estimatesOf<Result extends object>(
  context: Context,
  result: Result | { readonly notEstimable: string },
  wanted: readonly { readonly naming: Naming; readonly outcome: (result: Result) => Outcome }[],
): ComputedEstimate[] {
  return wanted.map(({ naming: name, outcome }) =>
    estimateOf(
      context,
      name,
      "notEstimable" in result ? { notEstimable: String(result.notEstimable) } : outcome(result as Result),
    ),
  );
}
