import { isKnown } from "../evidence/estimate.ts";
import { findEstimate, formatPart } from "../evidence/format.ts";
import { isProtocolNumber, isReference, type Phrase } from "../evidence/phrase.ts";
import { styles } from "./memo-page.ts";
import type { Numbers } from "./numbers.ts";
import { type Run, type TextStyle, textWidth } from "./text-fit.ts";

/** A phrase as the pieces that the page sets: a number is whole, a reason why there is none may break. */
export function phraseRuns(phrase: Phrase, style: TextStyle, { byId }: Numbers): Run[] {
  return phrase.map((piece) => {
    if (isProtocolNumber(piece)) return { ...style, text: piece.text, whole: true };
    if (!isReference(piece)) return { ...style, text: piece };
    const estimate = findEstimate(byId, piece.id);
    return {
      ...style,
      text: formatPart(estimate, piece.part),
      whole: isKnown(estimate) || piece.part === "n",
    };
  });
}

export function captionWidth(text: string): number {
  return textWidth({ ...styles.caption, text });
}
