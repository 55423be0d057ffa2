import { formatCount } from "../evidence/format.ts";
import type { Phrase } from "../evidence/phrase.ts";
import type { Harm } from "../protocol/index.ts";

const digits = 3;

/**
 * The longest delay of care beside its limit: "1.4 days; limit 1".
 *
 * Both as the protocol gives them, to three significant digits and never without a whole day; with all their digits
 * where rounding would set them on another side of each other.
 */
export function delayPhrase(harms: readonly Pick<Harm, "delayDays">[], limit: number): Phrase {
  const { delay, delayLimit } = worst(harms, limit);
  return [delay, ` ${delay.text === "1" ? "day" : "days"}; limit `, delayLimit];
}

/** The same as a requirement has it: "1.4 of 1 day". */
export function delayOfLimit(harms: readonly Pick<Harm, "delayDays">[], limit: number): Phrase {
  const { delay, delayLimit } = worst(harms, limit);
  return [delay, " of ", delayLimit, delayLimit.text === "1" ? " day" : " days"];
}

/** The place of the longest delay among the harms; the first of equals. */
export function worstPlace(harms: readonly Pick<Harm, "delayDays">[]): number {
  const delays = harms.map(({ delayDays }) => delayDays);
  return delays.indexOf(Math.max(...delays));
}

function worst(harms: readonly Pick<Harm, "delayDays">[], limit: number) {
  const place = worstPlace(harms);
  const [text, limitText] = printed(harms[place]!.delayDays, limit);
  return {
    delay: { field: `harms[${place}].delay_days`, text },
    delayLimit: { field: "worst_delay_days", text: limitText },
  };
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
