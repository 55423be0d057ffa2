import { formatCount } from "../evidence/format.ts";

const digits = 3;

/**
 * A delay of care beside its limit: "1.4 days; limit 1".
 *
 * Both as the protocol gives them, to three significant digits and never without a whole day; with all their digits
 * where rounding would set them on another side of each other.
 */
export function delayText(delay: number, limit: number): string {
  const [shown, shownLimit] = printed(delay, limit);
  return `${shown} ${shown === "1" ? "day" : "days"}; limit ${shownLimit}`;
}

/** The same as a requirement has it: "1.4 of 1 day". */
export function delayOfLimit(delay: number, limit: number): string {
  const [shown, shownLimit] = printed(delay, limit);
  return `${shown} of ${shownLimit} ${shownLimit === "1" ? "day" : "days"}`;
}

function printed(delay: number, limit: number): readonly [string, string] {
  const isSameSide = Math.sign(rounded(delay) - rounded(limit)) === Math.sign(delay - limit);
  return isSameSide ? [text(rounded(delay)), text(rounded(limit))] : [text(delay), text(limit)];
}

function rounded(value: number): number {
  return Math.abs(value) >= 10 ** (digits - 1) ? Math.round(value) : Number(value.toPrecision(digits));
}

function text(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : String(value);
}
