import { isWithinTolerance } from "../../stats/extracted-values.ts";
import { type ExtractionAnswer, extractionAnswers, type ReadValue } from "./extraction-rows.ts";

/** A share of charts by their answers: of those of `of`, those of `which`. */
export interface AnswerShare {
  readonly of: readonly ExtractionAnswer[];
  readonly which: ExtractionAnswer;
}

/** What the protocol may set a limit for. */
export const limitedShares = {
  agreement: { of: ["agree", "differ"], which: "agree" },
  missed: { of: ["agree", "differ", "missed"], which: "missed" },
  invented: { of: ["invented", "neither"], which: "invented" },
} as const satisfies Record<string, AnswerShare>;

export type LimitedShare = keyof typeof limitedShares;
export const limitedNames = Object.keys(limitedShares) as LimitedShare[];

/** Places of `extractionAnswers`, chart by chart. */
export function answersOf({ rule, presence, extracted, abstracted }: ReadValue): Int8Array {
  const { isExtracted, isAbstracted } = presence;
  const agree = (i: number): boolean => {
    const [e, a] = [extracted[i]!, abstracted[i]!];
    if (rule.kind === "category") return e === a;
    if (rule.kind === "number") return isWithinTolerance(e, a, rule.tolerance);
    return Math.abs(e - a) <= rule.withinDays;
  };
  return Int8Array.from(isExtracted, (given, i) => {
    const found = isAbstracted[i] === 1;
    if (given === 1) return place(found ? (agree(i) ? "agree" : "differ") : "invented");
    return place(found ? "missed" : "neither");
  });
}

export function place(answer: ExtractionAnswer): number {
  return extractionAnswers.indexOf(answer);
}

/** Who counts in the denominator, and who of them in the numerator: 0 or 1, chart by chart. */
export function marksOf(
  answers: Int8Array,
  { of, which }: AnswerShare,
): { readonly numerator: Uint8Array; readonly denominator: Uint8Array } {
  const base = of.map(place);
  const counted = place(which);
  return {
    numerator: Uint8Array.from(answers, (answer) => +(answer === counted)),
    denominator: Uint8Array.from(answers, (answer) => +base.includes(answer)),
  };
}
