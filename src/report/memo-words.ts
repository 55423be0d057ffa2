import type { Dossier } from "../evidence/dossier.ts";

/** The memo's fixed words: those that the layout measures and the page prints. */
export const memoWords = {
  benefit: "Benefit: ",
  biggestGap: "Biggest gap: ",
  hidden: "hidden",
  none: "none",
  notEstimable: "not estimable",
  columns: {
    measure: "Measure",
    value: "Value",
    interval: "95\u202f% CI",
    state: "State",
    level: "Evidence",
    place: "No.",
  },
} as const;

/** The two lines at the foot: what the page's words mean, of those that need saying on this one. */
export function legend({
  estimates,
  minimumCell,
  binary,
}: Pick<Dossier, "estimates" | "minimumCell" | "binary">): readonly string[] {
  const isHidden = estimates.some((one) => "hidden" in one || ("value" in one && one.isIntervalHidden));
  const hidden = isHidden
    ? ` hidden: fewer than ${minimumCell} patients ${binary?.minimumRows === undefined ? "" : "may be "}behind it, or such a count would follow.`
    : "";
  return [
    "pass: whole interval within the limit; fail: all of it beyond; no evidence: it spans it, or no number. " +
      "No.: entry in report.html. Silent run: live records, unseen.",
    `retro: past records. Meaning: approve, reject or review.${hidden}`,
  ];
}
