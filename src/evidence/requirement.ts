import type { Phrase } from "./phrase.ts";

/** Ordered: fail < no evidence < pass. */
export type RequirementState = "fail" | "no evidence" | "pass";

/** What a model must have shown before it may enter a stage. */
export type Stage = "silent" | "pilot" | "live";

/** A change named in advance, and the state it gives when the study is simulated again with it. */
export interface Change {
  readonly name: string;
  readonly state: RequirementState;
  readonly sentence: Phrase;
}

export interface Requirement {
  readonly id: string;
  /** 1–7 for the launch gates. */
  readonly gate?: number;
  readonly name: string;
  readonly state: RequirementState;
  /** Why a measured one does not pass, in words: "interval spans the limit". */
  readonly reason?: string;
  /** True where valid evidence has passed its expiry: fails, and cured by renewing it. */
  readonly lapsed?: boolean;
  /** `measured` on records, so a change can be simulated; `procedural` is cured by doing it. */
  readonly kind: "measured" | "procedural";
  /** A failure that no change cures: a harm engine, harm beyond the limit. */
  readonly incurable?: boolean;
  /** The first stage that needs it; later stages need it too. */
  readonly neededFor: Stage;
  /** What was found, short enough for a gate: "$1,629 of $5,000". */
  readonly found: Phrase;
  /** What to do next, where the state is not pass. */
  readonly remedy?: string;
  /** Ids of estimates and findings that show it. */
  readonly evidence: readonly string[];
  /** ISO date after which the evidence counts as lapsed. */
  readonly expires?: string;
  readonly changes?: readonly Change[];
}
