import { printable } from "./printable.ts";

/** Something the user can fix: bad data, a bad protocol, a missing file. Never a bug of ours. */
export class Problem extends Error {
  override readonly name = "Problem";
  constructor(
    /** Stable and searchable, e.g. "protocol-unknown-field". Listed in docs/problems.md. */
    readonly code: string,
    /** What is wrong, with the offending value and what was expected. Lower case, no full stop. */
    message: string,
    readonly detail: {
      /** file:line:column, file:line or a protocol path. */
      readonly where?: string;
      /** One action. */
      readonly hint?: string;
      /** Further places with the same fault, one line each. */
      readonly others?: readonly string[];
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: detail.cause });
  }
}

/** RFC 9457 problem details, for the HTTP server and `--json`. */
export function toProblemJson(problem: Problem): Record<string, unknown> {
  const { where, hint, others } = problem.detail;
  return {
    type: `/problems/${problem.code}`,
    title: problem.message,
    ...(where === undefined ? {} : { instance: where }),
    ...(hint === undefined ? {} : { detail: hint }),
    ...(others === undefined ? {} : { others }),
  };
}

/** For the command line: prefixed lines on standard error. */
export function toLines(problem: Problem): string[] {
  const { where, hint, others = [] } = problem.detail;
  return [
    `probity: error: ${where ? `${where}: ` : ""}${problem.message}`,
    ...others.map((line) => `probity:        ${line}`),
    ...(hint ? [`probity: hint: ${hint}`] : []),
  ].map(printable);
}
