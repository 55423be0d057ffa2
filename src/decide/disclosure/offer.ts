import type { Fact } from "./count-audit.ts";

/** One thing that may be published or withheld. */
export interface Offer {
  readonly key: string;
  readonly facts: readonly Fact[];
  /** Counts none of which may be small: the classical rule for rates. */
  readonly basis: readonly string[];
  /** Counts that would be shown beside it if they were 0. */
  readonly apparent?: readonly string[];
}

/** An estimate's number, its count of events and its fraction are published one by one. */
export const offerKey = (id: string, part: "value" | "events" | "fraction") => `${id}#${part}`;

/** What a printed number says about counts, and the counts behind it. */
export interface Stated {
  readonly facts: readonly Fact[];
  readonly basis: readonly string[];
}
