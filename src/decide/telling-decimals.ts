import { type ComputedEstimate, isKnown, type KnownEstimate } from "../evidence/estimate.ts";
import type { Limit, Protocol } from "../protocol/index.ts";
import { criterionEstimateId } from "./acceptance.ts";
import { decimalsOf } from "./disclosure/printed.ts";
import { rangeOf } from "./limit-range.ts";

/** A double computed two ways may differ beyond these; more would print noise. */
const mostDecimals = 6;

/**
 * Estimates with as many decimals as show on which side of its limit each printed number lies: .6993 against .70.
 *
 * Value and bounds share their decimals. Made before disclosure, which hides what the further digits would tell.
 */
export function withTellingDecimals(
  estimates: readonly ComputedEstimate[],
  { acceptance, burden }: Pick<Protocol, "acceptance" | "burden">,
): ComputedEstimate[] {
  const budget: Limit = { kind: "atMost", value: burden.limitUsdPerMonth };
  const costs = ["burden.cost", "burden.cost-low", "burden.cost-high"].map((id) => ({ id, limit: budget }));
  const limits = [
    ...acceptance.map((criterion) => ({ id: criterionEstimateId(criterion), limit: criterion.limit })),
    ...costs,
  ];
  return estimates.map((estimate) =>
    limits.reduce((so, { id, limit }) => (id === so.id && isKnown(so) ? telling(so, limit) : so), estimate),
  );
}

function telling(estimate: KnownEstimate, limit: Limit): KnownEstimate {
  const { value, interval, unit } = estimate;
  const printed = interval ? [value, interval.lower, interval.upper] : [value];
  const usual = decimalsOf(estimate);
  for (let places = usual; places <= mostDecimals; places++) {
    if (!printed.every((number) => side(Number(number.toFixed(places)), limit) === side(number, limit)))
      continue;
    // A share is printed per cent, with two decimals fewer.
    return places === usual ? estimate : { ...estimate, decimals: unit === "share" ? places - 2 : places };
  }
  return estimate;
}

function side(number: number, limit: Limit): -1 | 0 | 1 {
  const [low, high] = rangeOf(limit);
  return number < low ? -1 : number > high ? 1 : 0;
}
