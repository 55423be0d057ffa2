/**
 * Text that a committee reads, with its numbers still attached to their estimates.
 * A plain string prints as it is; a reference prints the estimate's formatted part and links to its definition.
 */
export interface NumberReference {
  readonly id: string;
  /** `value` .57 · `interval` .50–.62 · `both` .57 (.50–.62) · `fraction` 195/243 · `n` 686 */
  readonly part: "value" | "interval" | "both" | "fraction" | "n";
}

export type Phrase = readonly (string | NumberReference)[];

export function isReference(piece: string | NumberReference): piece is NumberReference {
  return typeof piece !== "string";
}
