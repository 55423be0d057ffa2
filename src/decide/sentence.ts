import type { Phrase } from "../evidence/phrase.ts";
import { listOf } from "./verdict.ts";

/** As many names as fit in so many characters, and how many more; the report lists all. */
export function shortList(names: readonly string[], room: number): string {
  const fits = (count: number) => names.slice(0, count).join(", ").length <= room;
  const count = names.findLastIndex((_, i) => fits(i + 1)) + 1;
  if (count === names.length) return listOf(names);
  const first = Math.max(1, count);
  return `${names.slice(0, first).join(", ")} and ${names.length - first} more`;
}

export function capitalise(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export function capitalised([first, ...rest]: Phrase): Phrase {
  if (first === undefined) return [];
  return [typeof first === "string" ? capitalise(first) : first, ...rest];
}
