/** Every unit of time that the product knows, shortest first, with its suffix in ids: 60 months are `60mo`. */
const suffixes = {
  minutes: "min",
  hours: "h",
  days: "d",
  weeks: "wk",
  months: "mo",
  years: "y",
} as const;

export type TimeUnit = keyof typeof suffixes;

export const timeUnits = Object.keys(suffixes) as readonly TimeUnit[];

/** `60mo`; the number is written without an exponent, as in the protocol. */
export function shortDuration(amount: number, unit: TimeUnit): string {
  return `${plainNumber(amount)}${suffixes[unit]}`;
}

/** The unit of what `shortDuration` wrote; throws for any other text. */
export function unitOfShortDuration(short: string): TimeUnit {
  const [, suffix] = /^\d+(?:\.\d+)?([a-z]+)$/.exec(short) ?? [];
  const unit = timeUnits.find((known) => suffixes[known] === suffix);
  if (unit === undefined) throw new Error(`"${short}" is no horizon such as ${shortDuration(60, "months")}`);
  return unit;
}

/** A number of at most nine decimals, as digits. */
export function plainNumber(value: number): string {
  const text = String(value);
  return text.includes("e-") ? value.toFixed(9).replace(/\.?0+$/, "") : text;
}
