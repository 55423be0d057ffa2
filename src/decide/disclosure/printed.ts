import type { KnownEstimate, Unit } from "../../evidence/estimate.ts";

/** Decimals of the value itself, as the pages print it; a share prints per cent with one. */
const decimals: Readonly<Record<Unit, number>> = {
  proportion: 2,
  share: 3,
  difference: 2,
  ratio: 2,
  number: 2,
  count: 0,
  perThousand: 0,
  minutes: 1,
  hours: 1,
  days: 1,
  years: 2,
  usd: 0,
  usdPerHour: 2,
};

/** Decimals of the value itself: of a share two more than are printed per cent. */
export function decimalsOf({ unit, decimals: chosen }: KnownEstimate): number {
  if (chosen === undefined) return decimals[unit];
  return unit === "share" ? chosen + 2 : chosen;
}

/** Values between which the printed number lies, so that a reader of the page knows no more. */
export function printedRange(estimate: KnownEstimate): readonly [low: number, high: number] {
  const places = decimalsOf(estimate);
  const half = 0.5 / 10 ** places;
  const rounded = Number(estimate.value.toFixed(places));
  return [rounded - half, rounded + half];
}

/** What the protocol gives has all its digits. */
const given =
  /^(burden\.(cost-per-false-flag|minutes-per-false-flag|limit|break-even)$|performance\.threshold@|labels\.kappa-reported$)/;

/**
 * The estimate with the digits that the pages print and no more: a proportion of .0714285714 is 1 of 14, .07 is not.
 *
 * A proportion above 0 or below 1 that would round to it stays a quarter of the last digit away, to print as <.01
 * or >.99.
 */
export function asPrinted(estimate: KnownEstimate): KnownEstimate {
  if (given.test(estimate.id)) return estimate;
  const places = decimalsOf(estimate);
  const { unit, value, interval } = estimate;
  const round = (number: number) => Number(number.toFixed(places));
  const quarter = 0.25 / 10 ** places;
  const apart = (edge: number) => unit === "proportion" && value !== edge && round(value) === edge;
  return {
    ...estimate,
    value: apart(0) && value > 0 ? quarter : apart(1) && value < 1 ? 1 - quarter : round(value),
    ...(interval
      ? { interval: { ...interval, lower: round(interval.lower), upper: round(interval.upper) } }
      : {}),
  };
}
