/**
 * Text that a committee reads, with its numbers still attached to where they come from.
 * A plain string prints as it is; a reference prints the estimate's formatted part and links to its definition; a
 * protocol's number prints as it stands here and links to the field that gives it.
 */
export interface NumberReference {
  readonly id: string;
  /** `value` .57 · `interval` .50–.62 · `both` .57 (.50–.62) · `fraction` 195/243 · `n` 686 */
  readonly part: "value" | "interval" | "both" | "fraction" | "n";
}

/** A number that no row gives but the protocol. */
export interface ProtocolNumber {
  /** Its path, as problems and amendments name it: "harms[0].delay_days". */
  readonly field: string;
  /** As it prints. */
  readonly text: string;
}

export type Phrase = readonly (string | NumberReference | ProtocolNumber)[];

type Piece = Phrase[number];

export function isReference(piece: Piece): piece is NumberReference {
  return typeof piece !== "string" && "id" in piece;
}

export function isProtocolNumber(piece: Piece): piece is ProtocolNumber {
  return typeof piece !== "string" && "field" in piece;
}

/** The id by which a number of the protocol is linked and traced: "protocol.harms[0].delay_days". */
export function protocolNumberId(field: string): string {
  return `protocol.${field}`;
}

/** Where the numbers of an amendment come from, beside the fields: "amendments[0]", in the order of the trail. */
export function amendmentField(place: number): string {
  return `amendments[${place}]`;
}

const numberInText = /[−-]?\.?\d+(?:[.,:–-]\d+|\/\d+)*/;
const numbersInText = new RegExp(`((?<![\\p{L}\\d])${numberInText.source}|\\d+)`, "u");

/** Words that the protocol gives, each number in them attached to its field. */
export function fromProtocol(field: string, words: string): Phrase {
  return words
    .split(numbersInText)
    .map((text, i) => (i % 2 === 1 ? { field, text } : text))
    .filter((piece) => piece !== "");
}
