/** What a field of a register holds, and what a person is told about it. */
export type RegisterField = {
  readonly about: string;
  /** May be left out. */
  readonly optional?: true;
} & (
  | { readonly kind: "text" | "day" | "count" | "hours" }
  | { readonly kind: "choice"; readonly levels: readonly string[] }
);

/** A list that a committee keeps, declared as data: what an entry holds, and what is counted over all entries. */
export interface Register {
  /** As it is typed: "post-mortems". */
  readonly name: string;
  readonly title: string;
  /** One sentence: what belongs here. */
  readonly about: string;
  /** Its own fields, in the order of its columns; the common ones come after them. */
  readonly fields: Readonly<Record<string, RegisterField>>;
  /** Choices of which each level's share of all entries is shown. */
  readonly shares?: readonly string[];
  /** Fields in hours that are added up. */
  readonly sums?: readonly string[];
}

/** What every entry of every register says. */
export const commonFields = {
  owner: { kind: "text", about: "the role or person who answers for it" },
  date: { kind: "day", about: "the day that it is about" },
  reason: { kind: "text", about: "why, in words" },
  link: { kind: "text", optional: true, about: "a document, a ticket, a number's id" },
} as const satisfies Readonly<Record<string, RegisterField>>;

/** All fields of an entry, in the order of the columns. */
export function fieldsOf({ fields }: Register): ReadonlyMap<string, RegisterField> {
  return new Map(Object.entries({ ...fields, ...commonFields }));
}
