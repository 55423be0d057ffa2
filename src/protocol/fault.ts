import { Problem } from "../evidence/problem.ts";

/** One thing wrong with a protocol, before all of them become one Problem. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  /** file:line:column and, where there is one, the path of the field. */
  readonly where: string;
  /** Offset in the source, to report the first one first. */
  readonly offset: number;
  /** One action. */
  readonly hint: string;
}

const listedFaults = 20;

/** What is not there has no place of its own, so it comes after what is there and wrong. */
const isAbsence = ({ code }: Fault) => Number(code === "protocol-missing-field");

/** All faults as one Problem: the first in the file leads, the others follow as lines of their own. */
export function problemOf(faults: readonly Fault[]): Problem {
  const [first, ...rest] = [...faults].sort((a, b) => isAbsence(a) - isAbsence(b) || a.offset - b.offset);
  if (!first) throw new Error("a Problem needs at least one fault");
  const others = rest
    .slice(0, listedFaults)
    .map(({ where, message, hint }) => `${where}: ${message} (${hint})`);
  if (rest.length > listedFaults) others.push(`and ${rest.length - listedFaults} more`);
  return new Problem(first.code, first.message, {
    where: first.where,
    hint: first.hint,
    ...(others.length === 0 ? {} : { others }),
  });
}

export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`,
    "",
  );
}
