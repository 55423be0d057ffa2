import type { Dossier } from "../evidence/dossier.ts";
import { saidOf } from "../evidence/noun.ts";

/** The page's own words about patients, said of what a row of the study is. */
export function inRows({ binary }: Pick<Dossier, "binary">, text: string): string {
  return binary ? saidOf(binary.unit, text) : text;
}
