import type { Dossier } from "../evidence/dossier.ts";
import { phraseText } from "../evidence/format.ts";

/** `HOLD  node-positive-rfs-cox@1.0.0: the reason` */
export function verdictLine(dossier: Dossier): string {
  const { name, version } = dossier.model;
  return `${dossier.verdict.word}  ${name}@${version}: ${reasonText(dossier)}`;
}

export function reasonText(dossier: Dossier): string {
  return phraseText(dossier.verdict.reason, new Map(dossier.estimates.map((one) => [one.id, one])));
}
