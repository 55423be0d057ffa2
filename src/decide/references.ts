import type { NumberReference } from "../evidence/phrase.ts";

/** The number alone. */
export function value(id: string): NumberReference {
  return { id, part: "value" };
}

/** The number with its interval. */
export function both(id: string): NumberReference {
  return { id, part: "both" };
}
