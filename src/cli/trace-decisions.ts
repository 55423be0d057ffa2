import type { LedgerEntry, Trail } from "../evidence/trail.ts";
import type { ProtocolLine } from "../protocol/index.ts";

/** Who fixed the protocol, and each amendment of the fields that a number reads, in their order. */
export interface Decisions {
  readonly lock: (LedgerEntry & { readonly outcomes: string }) | null;
  readonly amendments: readonly FieldAmendment[];
}

export interface FieldAmendment {
  /** "operating_point.at_least" */
  readonly path: string;
  /** Null where the field was absent. */
  readonly before: string | null;
  readonly after: string | null;
  readonly time: string;
  readonly by: string;
  readonly outcomes: string;
  readonly reason: string;
}

/** What a dossier's trail says of the fields at these lines. */
export function decisionsOn(
  { lock, amendments }: Pick<Trail, "lock" | "amendments">,
  lines: readonly Pick<ProtocolLine, "path">[],
): Decisions {
  return {
    lock: lock && { ...lock.entry, outcomes: lock.outcomes },
    amendments: amendments.flatMap(({ entry: { time, by }, outcomes, reason, changes }) =>
      changes
        .filter((change) =>
          lines.some(({ path }) => isWithin(change.path, path) || isWithin(path, change.path)),
        )
        .map((change) => ({ ...change, time, by, outcomes, reason })),
    ),
  };
}

/** Whether a field is another or a part of it: acceptance[2].at_least of acceptance[2], and not of acceptance[20]. */
function isWithin(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`);
}

/** One line for the lock, and one for each amendment. */
export function decisionTexts({ lock, amendments }: Decisions): readonly (readonly [string, string])[] {
  const day = (time: string) => time.slice(0, 10);
  return [
    lock === null
      ? ["locked", "no: nobody fixed the protocol"]
      : [
          "locked",
          `${day(lock.time)} by ${lock.by}; ${lock.outcomes}; ${lock.ledger} record ${lock.index}  leaf ${lock.leaf}`,
        ],
    ...amendments.map(
      ({ path, before, after, time, by, outcomes, reason }) =>
        [
          "amended",
          `${path}: ${before ?? "absent"} → ${after ?? "absent"}, ${time} by ${by}; ${outcomes}; reason: ${reason}`,
        ] as const,
    ),
  ];
}
