import { dateFormatFound } from "../evidence/calendar-date.ts";
import { Problem } from "../evidence/problem.ts";
import { type VerdictWord, verdictWords } from "../evidence/verdict.ts";

/** A calendar date that exists, as 2026-11-30. */
export function parseDate(text: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  const exists = /^\d{4}-\d{2}-\d{2}$/.test(text) && date.toString() !== "Invalid Date";
  if (!exists || date.toISOString().slice(0, 10) !== text) {
    const found = dateFormatFound(text);
    throw new Problem("option-value", `"${text}" is not a date; expected one like 2026-11-30`, {
      where: "--as-of",
      ...(found === undefined ? {} : { hint: found }),
    });
  }
  return text;
}

/** A whole number from `least` to `most`, or, where `orNone` is given, 0. */
export function parseWhole(
  option: string,
  least: number,
  most: number,
  orNone?: "orNone",
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const isNone = orNone !== undefined && value === 0;
    if (!/^\d+$/.test(text) || ((value < least || value > most) && !isNone)) {
      const expected = `expected ${orNone ? "0 or " : ""}a whole number from ${least} to ${most}`;
      throw new Problem("option-value", `"${text}" cannot be used; ${expected}`, { where: option });
    }
    return value;
  };
}

/** One of the five words, in any case. */
export function parseWord(text: string): VerdictWord {
  const word = verdictWords.find((known) => known === text.toUpperCase());
  if (word === undefined) {
    const expected = `expected one of ${verdictWords.join(", ")}`;
    throw new Problem("option-value", `unknown word "${text}"; ${expected}`, { where: "--gate" });
  }
  return word;
}

/** Where the ledger lies when nothing else is said. */
export const defaultWorkspace = ".probity";

/** For every verb that writes to the ledger or reads it. */
export const workspaceOption = [
  "--workspace <dir>",
  "folder of the ledger that acts are written to (default: .probity in this folder)",
] as const;

/** For every verb that can run a model that is a command. */
export const networkOption = [
  "--allow-network",
  "run the model's command without cutting off the network; stated in the output, the report and gate 1",
] as const;

/** The person who acts: a name as it is to be printed. */
export function parseName(text: string): string {
  const name = text.trim().replace(/\s+/g, " ");
  if (!/^(?:\P{C}|[\u200c\u200d]){2,100}$/u.test(name) || name.startsWith("<")) {
    throw new Problem("option-value", `"${text}" cannot be used; expected the name of a person`, {
      where: "--by",
    });
  }
  return name;
}

/** Why somebody did something, in words. */
export function parseReason(text: string): string {
  const reason = text.trim().replace(/\s+/g, " ");
  if (!/^(?:\P{C}|[\u200c\u200d]){10,500}$/u.test(reason)) {
    throw new Problem("option-value", "expected a reason of 10 to 500 characters", { where: "--reason" });
  }
  return reason;
}
