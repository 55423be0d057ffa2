import type { Trail } from "../evidence/trail.ts";
import { dayOf } from "./trail-words.ts";

type Before = Pick<Trail, "earlier" | "rejections">;

/** Characters beside "No dissent recorded", or what a signed memo says in its place. */
const room = 150;

/**
 * For the memo, in the place of dissent: other verdicts on this study and rejected dossiers of it, which the ledger holds.
 *
 * Where there is no room, days give way first, then roles; the report has all. Undefined where there were none.
 */
export function beforeWords(before: Before): string | undefined {
  if (before.earlier.length + before.rejections.length === 0) return undefined;
  return [full(before), withoutDays(before)].find((text) => text.length <= room) ?? beforeShortly(before);
}

/** The same where a dissent has its place: "Before: NO-GO; rejected". */
export function beforeShortly({ earlier, rejections }: Before): string | undefined {
  const verdicts = unique(earlier.map(({ verdict }) => verdict)).join(", ");
  const texts = [verdicts, rejections.length === 0 ? "" : "rejected"].filter((text) => text !== "");
  return texts.length === 0 ? undefined : `Before: ${texts.join("; ")}`;
}

function full({ earlier, rejections }: Before): string {
  return sentences(
    unique(earlier.map((one) => `${one.verdict} (${dayOf(one)})`)),
    unique(rejections.map((one) => `${one.role} (${one.verdict}, ${dayOf(one)})`)),
  );
}

function withoutDays({ earlier, rejections }: Before): string {
  return sentences(unique(earlier.map(({ verdict }) => verdict)), unique(rejections.map(({ role }) => role)));
}

function sentences(verdicts: readonly string[], rejected: readonly string[]): string {
  return [
    ...(verdicts.length === 0
      ? []
      : [`Earlier verdict${verdicts.length === 1 ? "" : "s"}: ${verdicts.join(", ")}.`]),
    ...(rejected.length === 0 ? [] : [`Earlier dossier rejected as ${rejected.join(", ")}.`]),
  ].join(" ");
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
