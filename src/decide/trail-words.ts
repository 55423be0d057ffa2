import type { Amendment, ProtocolLock, Trail } from "../evidence/trail.ts";

/** Characters that the memo has for the fields of the last amendment. */
const changesRoom = 55;

/** For the memo's header: whether the protocol was locked, when, and what was known then. */
export function lockWords({ lock, amendments }: Trail): string {
  if (lock === null) return "not locked";
  const known = wereKnown(lock) ? ", outcomes known" : "";
  const amended = amendments.length === 0 ? "" : `, amended ${amendments.length}×`;
  return `locked ${dayOf(lock)}${known}${amended}`;
}

/** For the memo's papers: the last amendment with before and after; the report lists all. */
export function amendmentWords({ amendments }: Trail): string | undefined {
  const last = amendments.at(-1);
  if (last === undefined) return undefined;
  const known = wereKnown(last) ? ", outcomes known" : "";
  return `Amended ${dayOf(last)}${known}: ${shortChanges(last)}.`;
}

/** Whether the outcomes could be known when the protocol was locked or amended. */
export function wereKnown({ outcomes }: ProtocolLock): boolean {
  return /^(results opened before|outcomes public before)/.test(outcomes);
}

function shortChanges({ changes }: Amendment): string {
  if (changes.length === 0) return "no field, its wording only";
  const texts = changes.map(
    ({ path, before, after }) => `${path} ${before ?? "absent"} → ${after ?? "absent"}`,
  );
  const fits = (count: number) => texts.slice(0, count).join(", ").length <= changesRoom;
  const count = texts.findLastIndex((_, i) => fits(i + 1)) + 1;
  if (count === texts.length) return texts.join(", ");
  if (count === 0) return texts.length === 1 ? changes[0]!.path : `${texts.length} fields`;
  return `${texts.slice(0, count).join(", ")} and ${texts.length - count} more`;
}

/** "2026-11-21" */
export function dayOf({ entry }: { readonly entry: { readonly time: string } }): string {
  return entry.time.slice(0, 10);
}
