import type { Dossier } from "./dossier.ts";
import { amendmentField, fromProtocol, type Phrase } from "./phrase.ts";

/** A field of the protocol that a page has numbers from, and how they print there. */
export interface GivenField {
  readonly field: string;
  readonly texts: readonly string[];
}

/** The value of a field before or after an amendment, its numbers attached to the amendment. */
export function amendedValue(place: number, value: string): Phrase {
  return fromProtocol(amendmentField(place), value);
}

/**
 * Every field that sentences of memo or report have a number from, and every amendment that has one, each once, in the
 * order of their names.
 */
export function givenFields({
  trail,
  ...texts
}: Partial<
  Pick<Dossier, "memo" | "verdict" | "quality" | "findings" | "requirements" | "trail">
>): readonly GivenField[] {
  const byField = new Map<string, Set<string>>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    // A dossier is read from a file, which may hold anything.
    const { field, text } = value as Readonly<Record<string, unknown>>;
    if (typeof field === "string" && typeof text === "string") {
      byField.set(field, (byField.get(field) ?? new Set()).add(text));
    } else for (const one of Object.values(value)) visit(one);
  };
  visit(texts);
  trail?.amendments.forEach(({ changes }, place) => {
    for (const { before, after } of changes)
      for (const value of [before, after]) if (value !== null) visit(amendedValue(place, value));
  });
  return [...byField]
    .map(([field, printed]) => ({ field, texts: [...printed] }))
    .toSorted((a, b) => (a.field < b.field ? -1 : 1));
}
