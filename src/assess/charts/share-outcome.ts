import type { CountedShare } from "../../stats/extracted-presence.ts";
import { isNotEstimable, type NotEstimable } from "../../stats/not-estimable.ts";
import { wilson } from "../../stats/proportion.ts";
import type { WeightedShare } from "../../stats/weighted-share.ts";
import type { Outcome } from "../estimate-of.ts";

export function shareMethod({ cluster }: { readonly cluster?: Uint32Array }): string {
  return cluster ? "counted; interval for charts clustered in patients" : "counted; Wilson's interval";
}

export const weightedMethod =
  "charts weighted to their strata; interval on the logit scale, exact at 0 and 1";

/** x of n charts with Wilson's interval. */
export function countedShare(x: number, n: number): Outcome {
  return shareOutcome(n === 0 ? nobody : { x, n, value: x / n, ...wilson(x, n, 0.95) });
}

const nobody: NotEstimable = { notEstimable: "no chart is in its denominator" };

export function shareOutcome(share: CountedShare | NotEstimable): Outcome {
  if (isNotEstimable(share)) return share.notEstimable.startsWith("nobody") ? nobody : share;
  const { value, x, n, lower, upper } = share;
  return { value, lower, upper, numerator: x, denominator: n };
}

/** The kernel numbers the strata; readers know their names. */
export function weightedOutcome(share: WeightedShare | NotEstimable, strata: readonly string[]): Outcome {
  if (isNotEstimable(share)) return { notEstimable: named(share.notEstimable, strata) };
  const { value, numerator, denominator, interval } = share;
  const limits = isNotEstimable(interval) ? {} : interval;
  return { value, numerator, denominator, ...limits };
}

function named(reason: string, strata: readonly string[]): string {
  return reason.replace(/stratum (\d+)/, (_, h: string) => `stratum ${strata[Number(h)]}`);
}
