import type { ProtocolField } from "../protocol/index.ts";

/** How a printed number comes from its field, and whether the field gives it again; undefined: it is not recounted. */
export interface Recount {
  readonly how: string;
  readonly agrees: boolean | undefined;
}

type Value = ProtocolField["value"];

/** Digits that the longest delay prints with. */
const printedDigits = 3;

/**
 * Reads a number that a page prints again from the field of the protocol that it is said to come from, with no code
 * that made it: the field's own number, a number in its words, or how many it lists.
 */
export function recount(field: string, value: Value, printed: string): Recount {
  const special = specials.get(field);
  if (special) return special(value, printed);
  if (value === "none" || value === null) return { how: "nothing is given", agrees: printed === "0" };
  if (typeof value === "number") return { how: "the field's number", agrees: isPrintOf(printed, value) };
  if (typeof value !== "object")
    return { how: "in the field's words", agrees: String(value).includes(printed) };
  if (isRange(value)) {
    const [low = "", high = ""] = printed.split("\u2013");
    return { how: "the field's two numbers", agrees: isPrintOf(low, value[0]) && isPrintOf(high, value[1]) };
  }
  return { how: "how many the field lists", agrees: Object.keys(value).length === Number(printed) };
}

const specials = new Map<string, (value: Value, printed: string) => Recount>(
  Object.entries({
    "data.source.recruited": (value: Value, printed: string): Recount => {
      if (String(value).includes(printed)) return { how: "in the field's words", agrees: true };
      return {
        how: "the last day of the period, or the full years from it to the decision",
        agrees: undefined,
      };
    },
    "time_on_task.roles": (value: Value, printed: string): Recount => {
      const net = Object.values(value as object).reduce(
        (sum: number, { before_minutes: before, after_minutes: after }) => sum + after - before,
        0,
      );
      const agrees = Math.abs(numberOf(printed) - net) <= 0.05 + 1e-9;
      return { how: "minutes after less minutes before, summed over the roles", agrees };
    },
    training: (): Recount => ({
      how: "units named, and those with a session that the vendor did not lead and that has not lapsed",
      agrees: undefined,
    }),
  }),
);

function isRange(value: object): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === "number");
}

/** Exactly, or to the digits that a delay keeps. */
function isPrintOf(printed: string, value: number): boolean {
  const number = numberOf(printed);
  return (
    number === value || number === Number(value.toPrecision(printedDigits)) || number === Math.round(value)
  );
}

function numberOf(printed: string): number {
  return Number(printed.replaceAll(",", "").replace("\u2212", "-"));
}
