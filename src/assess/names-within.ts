import { isProtocolNumber, isReference, type Phrase } from "../evidence/phrase.ts";

/** Of a number with its interval, and of others. */
const [charactersOfBoth, charactersOfNumber] = [20, 6];

/** How many of the phrases fit in so many characters, one after the other; the first is named however long it is. */
export function namesWithin(phrases: readonly Phrase[], room: number): number {
  let used = 0;
  const over = phrases.findIndex((phrase) => {
    for (const piece of phrase) used += charactersOf(piece);
    return used > room;
  });
  return over === -1 ? phrases.length : Math.max(1, over);
}

function charactersOf(piece: Phrase[number]): number {
  if (isProtocolNumber(piece)) return piece.text.length;
  if (!isReference(piece)) return piece.length;
  return piece.part === "both" ? charactersOfBoth : charactersOfNumber;
}

/**
 * A name for a sentence of few lines: its beginning and its end, with "…" for what is left out between them. Groups of one
 * variable differ at the end. Tables have the whole name.
 */
export function shortened(name: string, room: number): string {
  const characters = [...name];
  if (characters.length <= room) return name;
  const tail = Math.ceil((room - 1) * 0.6);
  const head = characters
    .slice(0, room - 1 - tail)
    .join("")
    .trimEnd();
  return `${head}…${characters.slice(-tail).join("").trimStart()}`;
}
