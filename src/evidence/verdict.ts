import type { Phrase } from "./phrase.ts";

/** Ordered: NO-GO < REDESIGN < HOLD < GO-SILENT < GO. */
export const verdictWords = ["NO-GO", "REDESIGN", "HOLD", "GO-SILENT", "GO"] as const;
export type VerdictWord = (typeof verdictWords)[number];

export interface Verdict {
  readonly word: VerdictWord;
  /** True while any of the seven gates is not `pass`. */
  readonly halted: boolean;
  /** The one reason that decided, and the ids of the requirement or findings behind it. */
  readonly reason: Phrase;
  readonly decidedBy: readonly string[];
  /** What would change our mind. */
  readonly wouldChange: Phrase;
  /** The named change that passes when the study is simulated again, where there is one. */
  readonly change?: string;
}
