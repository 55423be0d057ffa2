import type { Phrase } from "./phrase.ts";

/**
 * info: nothing to do for the decision · concern: limits what the result supports; more evidence cures it ·
 * serious: model, threshold or use must change before anyone acts on it · fatal: no change cures it.
 */
export type Severity = "info" | "concern" | "serious" | "fatal";

/** Something a reader must know, in the same shape for a missing stage, an unfair group or an overloaded nurse. */
export interface Finding {
  readonly id: string;
  /** The room and step that found it: "quality", "performance", "burden". */
  readonly stage: string;
  readonly severity: Severity;
  readonly sentence: Phrase;
  /** Ids of the estimates behind the sentence. */
  readonly estimates: readonly string[];
  /** How many rows it concerns, and the first of them as file:line; lines never leave the team's half. */
  readonly rows?: { readonly count: number; readonly lines?: readonly string[] };
  /** What to do: one sentence. */
  readonly remedy: string;
}

/** Worst first. */
export const severities: readonly Severity[] = ["fatal", "serious", "concern", "info"];

/** Worst first; the order of equals is kept. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}
