import { Problem } from "../../evidence/problem.ts";
import { closest } from "../../evidence/suggestion.ts";
import { fieldsOf, type Register, type RegisterField } from "./register.ts";
import { isHours } from "./register-records.ts";

const maxText = 500;

/**
 * An entry from what was typed: `["cause=friction", "date=2026-10-01"]`.
 *
 * Errors: one Problem with every fault: unknown or repeated fields, missing ones, values of another kind.
 */
export function parseEntry(
  register: Register,
  assignments: readonly string[],
): Readonly<Record<string, string | number>> {
  const fields = fieldsOf(register);
  const values: Record<string, string | number> = {};
  const faults: string[] = [];
  for (const assignment of assignments) {
    const at = assignment.indexOf("=");
    const name = at < 0 ? assignment : assignment.slice(0, at);
    const field = fields.get(name);
    if (at < 0) faults.push(`${assignment}: expected field=value`);
    else if (!field) faults.push(unknownField(name, [...fields.keys()]));
    else if (Object.hasOwn(values, name)) faults.push(`${name}: given twice`);
    else {
      const value = parseValue(field, assignment.slice(at + 1));
      if (value === undefined) faults.push(`${name}: expected ${expected(field)}`);
      values[name] = value ?? "";
    }
  }
  for (const [name, field] of fields) {
    if (!field.optional && !Object.hasOwn(values, name))
      faults.push(`${name}: missing; ${field.about}${field.kind === "text" ? "" : ` (${expected(field)})`}`);
  }
  if (faults.length === 0) return values;
  throw new Problem("register-entry", `the entry cannot be written: ${faults[0]}`, {
    where: register.name,
    others: faults.slice(1),
    hint: `probity register ${register.name} --fields lists what an entry holds`,
  });
}

function unknownField(name: string, known: readonly string[]): string {
  const near = closest(name, known);
  return near === undefined ? `${name}: no such field` : `${name}: no such field; did you mean "${near}"?`;
}

function parseValue(field: RegisterField, typed: string): string | number | undefined {
  const text = typed.trim().replace(/\s+/g, " ");
  switch (field.kind) {
    case "text":
      return text !== "" && text.length <= maxText && /^(?:\P{C}|[\u200c\u200d])+$/u.test(text)
        ? text
        : undefined;
    case "choice":
      return field.levels.find((level) => level === text.toLowerCase());
    case "day":
      return isDay(text) ? text : undefined;
    case "count":
      return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
    case "hours":
      return /^\d+(\.\d+)?$/.test(text) && isHours(Number(text)) ? Number(text) : undefined;
  }
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    date.toString() !== "Invalid Date" &&
    date.toISOString().slice(0, 10) === text
  );
}

/** What a value must be, for a person who typed another. */
export function expected(field: RegisterField): string {
  switch (field.kind) {
    case "text":
      return `1 to ${maxText} characters`;
    case "choice":
      return `one of ${field.levels.join(", ")}`;
    case "day":
      return "a date like 2026-11-30";
    case "count":
      return "a whole number";
    case "hours":
      return "hours above 0, as 7.5, with at most two decimals";
  }
}
