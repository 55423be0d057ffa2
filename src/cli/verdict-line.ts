import type { Dossier } from "../evidence/dossier.ts";
import { phraseText } from "../evidence/format.ts";

/** `HOLD  breast-recurrence@1.0.0: the reason` */
export function verdictLine(dossier: Dossier, study: string): string {
  return `${dossier.verdict.word}  ${study}@${dossier.model.version}: ${reasonText(dossier)}`;
}

export function reasonText(dossier: Dossier): string {
  return phraseText(dossier.verdict.reason, new Map(dossier.estimates.map((one) => [one.id, one])));
}
