import type { KnownEstimate } from "../evidence/estimate.ts";
import { counted, formatPart } from "../evidence/format.ts";
import { expected, fieldsOf, type Register, type RegisterContent } from "../store/index.ts";

/** Every register with how many entries it holds. */
export function kindsText(all: readonly Register[], contents: readonly RegisterContent[]): string {
  return columns(all.map(({ name, about }, i) => [String(contents[i]!.entries.length), name, about]));
}

/** What an entry of a register holds. */
export function fieldsText(register: Register): string {
  return columns(
    [...fieldsOf(register)].map(([name, field]) => [
      name,
      field.optional ? "may be left out" : "needed",
      field.kind === "text" ? "text" : expected(field),
      field.about,
    ]),
  );
}

/** The entries as a block each, then what is counted over them. */
export function contentText(
  register: Register,
  { entries, withdrawn }: RegisterContent,
  summary: readonly KnownEstimate[],
): string {
  if (entries.length === 0 && withdrawn.length === 0) {
    return `${register.title}: no entries. ${register.about}
next  probity register ${register.name} --fields
`;
  }
  const names = [...fieldsOf(register).keys()];
  const width = Math.max(...names.map((name) => name.length));
  const blocks = entries.map(({ id, by, time, values, before, why }) => {
    const fields = names.flatMap((name) =>
      values[name] === undefined ? [] : [`      ${name.padEnd(width)}  ${values[name]}`],
    );
    const corrected = why === undefined ? [] : [`      corrects entry ${before[0]}: ${why}`];
    return [`${String(id).padStart(4)}  ${time.slice(0, 10)} by ${by}`, ...fields, ...corrected, ""].join(
      "\n",
    );
  });
  const gone = withdrawn.map(
    ({ id, by, time, why }) => `entry ${id} was taken out on ${time.slice(0, 10)} by ${by}: ${why}`,
  );
  const numbers = summary.map((estimate) => [
    estimate.label,
    formatPart(estimate, "both"),
    estimate.numerator === undefined ? "" : formatPart(estimate, "fraction"),
  ]);
  return [
    `${register.title}: ${entries.length === 1 ? "1 entry" : `${entries.length} entries`}`,
    "",
    ...blocks,
    ...(gone.length > 0 ? [`${counted(gone.length, "withdrawal")}`, ...gone, ""] : []),
    columns(numbers),
  ].join("\n");
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, c) => cell.padEnd(widths[c]!))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
