import {
  type BodyCheck,
  bodyOf,
  type FieldKind,
  type RecordBody,
  type RecordKinds,
} from "../../ledger/index.ts";
import { fieldsOf, type Register, type RegisterField } from "./register.ts";
import { registers } from "./registers.ts";

/** The ledger's name for records of a register. */
export function recordType({ name }: Pick<Register, "name">): string {
  return `register.${name}`;
}

const ledgerKinds = {
  text: "text",
  choice: "text",
  day: "day",
  count: "count",
  hours: "number",
} as const satisfies Record<RegisterField["kind"], FieldKind>;

const withdrawal = bodyOf({ replaces: "count", withdrawn: "flag", why: "text" });

/**
 * What a record of a register may hold: an entry; an entry that `replaces` an older record, with `why`; or a
 * withdrawal of one. Entries are never edited: the ledger keeps what stood there before.
 */
function entryCheck(register: Register): BodyCheck {
  const fields = fieldsOf(register);
  const declared = bodyOf({
    ...Object.fromEntries(
      [...fields].map(([name, { kind, optional }]) => [
        name,
        `${ledgerKinds[kind]}${optional ? "?" : ""}` as FieldKind,
      ]),
    ),
    replaces: "count?",
    why: "text?",
  });
  return (body) => {
    if (body.withdrawn !== undefined) return withdrawal(body);
    return declared(body) ?? fieldFault(fields, body) ?? correctionFault(body);
  };
}

function fieldFault(fields: ReadonlyMap<string, RegisterField>, body: RecordBody): string | undefined {
  for (const [name, field] of fields) {
    const value = body[name];
    if (value === undefined) continue;
    if (field.kind === "choice" && !field.levels.includes(String(value)))
      return `${name} is none of ${field.levels.join(", ")}`;
    if (field.kind === "hours" && !isHours(Number(value)))
      return `${name} is no number of hours above 0 with at most two decimals`;
  }
  return undefined;
}

/** Two decimals, so that sums are exact. */
export function isHours(value: number): boolean {
  return value > 0 && value <= 100_000 && Number(value.toFixed(2)) === value;
}

function correctionFault({ replaces, why }: RecordBody): string | undefined {
  return (replaces === undefined) === (why === undefined) ? undefined : "why and replaces belong together";
}

/** The types of record that registers bring to the ledger. */
export const registerKinds: RecordKinds = new Map(
  [...registers.values()].map((register) => [recordType(register), entryCheck(register)]),
);
