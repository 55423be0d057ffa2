import type { TrialStep } from "../../protocol/index.ts";
import type { ScreeningRows } from "./screening-rows.ts";

/** What is counted among charts that are told; each holds the eligible alone but `named`. */
export const matchingCounts = ["told", "named", "eligible", "identified", "confirmed", "consented"] as const;
export type MatchingCount = (typeof matchingCounts)[number];

/** Shares of charts: of those of the one count, those of the other. */
export const matchingShares = {
  eligible: { of: "told", which: "eligible" },
  identified: { of: "eligible", which: "identified" },
  confirmed: { of: "identified", which: "confirmed" },
  consented: { of: "confirmed", which: "consented" },
  "confirmed-of-eligible": { of: "eligible", which: "confirmed" },
  "consented-of-eligible": { of: "eligible", which: "consented" },
  "eligible-of-identified": { of: "named", which: "identified" },
} as const satisfies Record<string, { readonly of: MatchingCount; readonly which: MatchingCount }>;

export type MatchingShare = keyof typeof matchingShares;
export const matchingShareNames = Object.keys(matchingShares) as MatchingShare[];

/** Those that say nothing where only patients whom the model names were read. */
export function needsUnnamed(name: MatchingShare): boolean {
  const { of } = matchingShares[name];
  return of === "told" || of === "eligible";
}

/** Who is of each count: 0 or 1, of the charts that are told. */
export function marksOfCounts({
  reached,
  told,
}: Pick<ScreeningRows, "reached" | "told">): Readonly<Record<MatchingCount, Uint8Array>> {
  const through = (steps: readonly TrialStep[]) =>
    Uint8Array.from(told, (_, i) => +steps.every((step) => reached[step][i] === 1));
  return {
    told: through([]),
    named: through(["identified"]),
    eligible: through(["eligible"]),
    identified: through(["eligible", "identified"]),
    confirmed: through(["eligible", "identified", "confirmed"]),
    consented: through(["eligible", "identified", "confirmed", "consented"]),
  };
}

export const total = (marks: Uint8Array): number => marks.reduce((sum, mark) => sum + mark, 0);

/** The marks of some charts, 0 for all others. */
export function within(marks: Uint8Array, isIn: (chart: number) => boolean): Uint8Array {
  return marks.map((mark, i) => (isIn(i) ? mark : 0));
}
