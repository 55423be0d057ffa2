import { kindOf, schemasAt } from "./explain.ts";
import { formatPath } from "./fault.ts";
import { protocolSchema } from "./schema.ts";
import type { Path, YamlMapping, YamlValue } from "./yaml-source.ts";

/** A text that the memo prints, with its length and the most that fits. */
export interface MemoTextLength {
  readonly field: string;
  readonly characters: number;
  readonly limit: number;
}

const printed: readonly Path[] = [
  ["title"],
  ["site"],
  ["author"],
  ["question", "who_acts"],
  ["question", "on_what"],
  ["question", "decision_changed"],
  ["question", "for_whom"],
  ["question", "success"],
  ["data", "cut"],
  ["data", "source", "treatment"],
  ["endpoint", "name"],
  ["endpoint", "meaning"],
  ["memo", "kill_if"],
  ["memo", "dissent", "text"],
];

/** Lengths of the texts that the memo prints, in the memo's order; those that are absent are left out. */
export function memoTextLengths(value: YamlMapping): MemoTextLength[] {
  const harms = Array.isArray(value.harms) ? value.harms : [];
  const scenarios = harms.map((_, index): Path => ["harms", index, "scenario"]);
  return [...printed, ...scenarios].flatMap((path) => {
    const text = valueAt(value, path);
    return typeof text === "string"
      ? [{ field: formatPath(path), characters: text.length, limit: limitAt(path) }]
      : [];
  });
}

/** The limit is written once, in the schema. */
function limitAt(path: Path): number {
  const [schema] = schemasAt(protocolSchema, path);
  const limit = schema && /at most (\d+) characters/.exec(kindOf(schema))?.[1];
  if (!limit) throw new Error(`no limit for the text at ${formatPath(path)}`);
  return Number(limit);
}

function valueAt(value: YamlValue | undefined, [key, ...rest]: Path): YamlValue | undefined {
  if (key === undefined) return value;
  if (value === null || typeof value !== "object") return undefined;
  return valueAt((value as Record<string | number, YamlValue>)[key], rest);
}
