import type { Ledger, LedgerRecord, RecordBody } from "../../ledger/index.ts";
import type { Register } from "./register.ts";
import { recordType } from "./register-records.ts";

/** An entry as it stands today. */
export interface RegisterEntry {
  /** Index of its record in the ledger; what a correction names. */
  readonly id: number;
  readonly by: string;
  /** When it was written: "2026-11-21T09:54:46.000Z". */
  readonly time: string;
  readonly values: Readonly<Record<string, string | number>>;
  /** The records that it replaced, newest first. */
  readonly before: readonly number[];
  /** Why it was corrected. */
  readonly why?: string;
}

export interface RegisterContent {
  readonly entries: readonly RegisterEntry[];
  /** Entries that were withdrawn, with who, when and why. */
  readonly withdrawn: readonly {
    readonly id: number;
    readonly by: string;
    readonly time: string;
    readonly why: string;
  }[];
}

/** The entries of a register in the order in which they were first written, corrections applied. */
export async function registerContent(ledger: Ledger, register: Register): Promise<RegisterContent> {
  const type = recordType(register);
  const entries = new Map<number, RegisterEntry>();
  const withdrawn: RegisterContent["withdrawn"][number][] = [];
  /** From the record that stands today to the one that began the entry, which keeps its place. */
  const placeOf = new Map<number, number>();
  for await (const { record } of ledger.read({ from: 0, to: ledger.head.size })) {
    if (record.type !== type) continue;
    const { index: id, actor: by, time, body } = record;
    const { replaces } = body as { readonly replaces?: number };
    const place = replaces === undefined ? id : placeOf.get(replaces);
    const older = place === undefined ? undefined : entries.get(place);
    if (place === undefined || (replaces !== undefined && older === undefined))
      throw new Error(`record ${id} replaces ${replaces}, which is no entry of ${register.name} that stands`);
    if (replaces !== undefined) placeOf.delete(replaces);
    if (body.withdrawn !== undefined) {
      entries.delete(place);
      withdrawn.push({ id: older!.id, by, time, why: String(body.why) });
      continue;
    }
    placeOf.set(id, place);
    entries.set(place, entryOf(record, older));
  }
  return { entries: [...entries.values()], withdrawn };
}

function entryOf(
  { index, actor, time, body }: LedgerRecord,
  older: RegisterEntry | undefined,
): RegisterEntry {
  return {
    id: index,
    by: actor,
    time,
    values: valuesOf(body),
    before: older ? [older.id, ...older.before] : [],
    ...(body.why === undefined ? {} : { why: String(body.why) }),
  };
}

function valuesOf({ replaces: _, why: __, ...values }: RecordBody): RegisterEntry["values"] {
  return values as RegisterEntry["values"];
}
