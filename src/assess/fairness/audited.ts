import type { MarginTest } from "../../stats/margin-test.ts";
import type { NotEstimable } from "../../stats/not-estimable.ts";

/**
 * What an audit compares, and the number of each group that stands beside it. A difference in specificity is one in the false
 * positive rate with the other sign.
 */
export const audited = {
  sensitivity: {
    name: "Sensitivity",
    inSentence: "sensitivity",
    beside: "performance.sensitivity",
  },
  specificity: {
    name: "Specificity (1 − false positive rate)",
    inSentence: "specificity",
    beside: "performance.specificity",
  },
  ppv: { name: "PPV", inSentence: "PPV", beside: "performance.ppv" },
  flagged: { name: "Flagged", inSentence: "share flagged", beside: "performance.flagged" },
  calibration: {
    name: "Observed less expected risk",
    inSentence: "observed less expected risk",
    beside: "performance.observed-expected",
  },
} as const;

export type AuditedKey = keyof typeof audited;

/** How a share counted in independent rows is tested. */
export const exact = "exact unconditional test against the margin, Miettinen–Nurminen interval";

/** The test of a measure between two groups of a family, by their codes. */
export type TestOf = (
  key: AuditedKey,
  groups: readonly [one: number, reference: number],
) => { readonly test: MarginTest | NotEstimable; readonly method: string };
