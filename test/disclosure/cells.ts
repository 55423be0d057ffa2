/** Cells of the operating point: flagged or not, by event, event-free, unknown. */
export const cells = ["tp", "fp", "uf", "fn", "tn", "un"] as const;
export const flagged = ["tp", "fp", "uf"];
export const events = ["tp", "fn"];
export const free = ["fp", "tn"];
export const unknown = ["uf", "un"];

export const rateCells = {
  sensitivity: ["tp", "fn"],
  specificity: ["tn", "fp"],
  ppv: ["tp", "fp"],
  npv: ["tn", "fn"],
} as const;
