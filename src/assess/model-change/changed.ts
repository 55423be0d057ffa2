/**
 * What is compared of a model and the one that it replaces, in the order of the table. `better`: the sign of a difference,
 * new less old, that speaks for the new model; 0 where more is neither better nor worse.
 */
export const changed = {
  sensitivity: { name: "Sensitivity", inSentence: "sensitivity", better: 1 },
  specificity: { name: "Specificity", inSentence: "specificity", better: 1 },
  ppv: { name: "PPV", inSentence: "PPV", better: 1 },
  npv: { name: "NPV", inSentence: "NPV", better: 1 },
  flagged: { name: "Flagged; difference per 1,000", inSentence: "flagged per 1,000", better: 0 },
  auc: { name: "AUC", inSentence: "AUC", better: 1 },
  brier: { name: "Brier score", inSentence: "Brier score", better: -1 },
  "net-benefit": { name: "Net benefit", inSentence: "net benefit", better: 1 },
} as const;

export type ChangedKey = keyof typeof changed;

export const changedKeys = Object.keys(changed) as ChangedKey[];

/** `performance.old-auc@30d`: the number of the replaced model; `performance.change-auc@30d`: new less old. */
export const changeIds = (key: ChangedKey, short: string) =>
  ({
    new: `performance.${key}@${short}`,
    old: `performance.old-${key}@${short}`,
    change: `performance.change-${key}@${short}`,
  }) as const;

/** Patients of one status at the horizon by which of the two models flags them. */
export const reclassifiedId = (short: string, status: string): string =>
  `performance.reclassified@${short}/${status}`;
