import type { Measure } from "../evidence/dossier.ts";

/** A measure's definition, its arguments in the order in which the report prints them. */
export function measure(
  key: string,
  name: string,
  definition: string,
  equation: string,
  source: string,
): Measure {
  return { key, name, definition, equation, source };
}
