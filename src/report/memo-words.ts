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
    interval: "95 % CI",
    limit: "Set in advance",
    met: "Met?",
    level: "Evidence",
    place: "No.",
  },
  legend:
    "retro: past records; silent: unseen by staff. met: the whole interval is beyond the limit; " +
    "unclear: it spans it. No.: entry in report.html",
} as const;
