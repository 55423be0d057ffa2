import {
  type AuditedRate,
  confusionShares,
  type FairnessComparison,
  fairnessAudit,
  type GroupCells,
} from "../src/stats/fairness-audit.ts";
import { type Random, seededRandom } from "../src/stats/random.ts";

/** Rates of a group: how common the outcome is, and how the model does. */
export interface Rates {
  readonly prevalence: number;
  readonly sensitivity: number;
  readonly falsePositiveRate: number;
}

export interface Cell {
  readonly sizes: readonly number[];
  readonly base: Rates;
  /** Added to sensitivity and false positive rate of the groups that differ from the first. */
  readonly shift: number;
  /** All groups but the first, or one of them: the second in the first audit, the third in the next, and so on. */
  readonly shifted: "all" | "in turn";
  readonly margin: number;
  readonly seed: number;
  readonly nAudits: number;
}

export const measures = ["sensitivity", "falsePositiveRate", "ppv", "selectionRate"] as const;

export interface CellResult {
  /** Audits with a false answer of each kind. */
  readonly falseBeyond: number;
  readonly falseWithin: number;
  /** Audits in which a rule on the numbers alone flags a group. */
  readonly pointRule: number;
  readonly nComparisons: number;
  readonly notEnough: number;
  /** By measure and group: audits in which the group differed, and in how many it was found beyond the margin. */
  readonly nShifted: readonly number[];
  readonly found: Readonly<Record<AuditedRate, readonly number[]>>;
}

/** Rounding of differences that are the margin on paper. */
const rounding = 1e-9;

/** Runs the audits of one cell: patients are drawn one by one, the groups compared with the first. */
export function runCell({ sizes, base, shift, shifted, margin, seed, nAudits }: Cell): CellResult {
  const random = seededRandom(seed);
  const total = { falseBeyond: 0, falseWithin: 0, pointRule: 0, nComparisons: 0, notEnough: 0 };
  const zero = () => sizes.map(() => 0);
  const nShifted = zero();
  const found = { sensitivity: zero(), falsePositiveRate: zero(), ppv: zero(), selectionRate: zero() };
  for (let k = 0; k < nAudits; k++) {
    const isShifted = sizes.map((_, g) => g > 0 && (shifted === "all" || g === 1 + (k % (sizes.length - 1))));
    const rates = isShifted.map((yes) => (yes ? shiftedBy(base, shift) : base));
    const truth = rates.map(sharesOf);
    const shares = confusionShares(sizes.map((n, g) => drawCells(n, rates[g]!, random)));
    const audit = fairnessAudit({
      measures: measures.map((measure) => ({ measure, margin, groups: shares[measure] })),
      reference: 0,
    });
    const apart = ({ measure, group }: FairnessComparison) =>
      Math.abs(truth[group]![measure as AuditedRate] - truth[0]![measure as AuditedRate]);
    const said = (answer: string) => audit.filter((one) => "answer" in one && one.answer === answer);
    const [beyond, within] = [said("beyond the margin"), said("within the margin")];
    if (beyond.some((one) => apart(one) <= margin + rounding)) total.falseBeyond++;
    if (within.some((one) => apart(one) >= margin - rounding)) total.falseWithin++;
    if (isFlaggedByPoints(shares)) total.pointRule++;
    total.nComparisons += audit.length;
    total.notEnough += audit.length - beyond.length - within.length;
    isShifted.forEach((yes, g) => {
      if (yes) nShifted[g]!++;
    });
    for (const { measure, group } of beyond) if (isShifted[group]) found[measure as AuditedRate][group]!++;
  }
  return { ...total, nShifted, found };
}

export function shiftedBy({ prevalence, sensitivity, falsePositiveRate }: Rates, shift: number): Rates {
  return { prevalence, sensitivity: sensitivity + shift, falsePositiveRate: falsePositiveRate + shift };
}

export function sharesOf({ prevalence, sensitivity, falsePositiveRate }: Rates): Record<AuditedRate, number> {
  const found = prevalence * sensitivity;
  const flagged = found + (1 - prevalence) * falsePositiveRate;
  return { sensitivity, falsePositiveRate, ppv: found / flagged, selectionRate: flagged };
}

function drawCells(n: number, rates: Rates, random: Random): GroupCells {
  let [truePositive, falsePositive, nEvents] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const isEvent = random.next() < rates.prevalence;
    const isFlagged = random.next() < (isEvent ? rates.sensitivity : rates.falsePositiveRate);
    if (isEvent) nEvents++;
    if (isFlagged && isEvent) truePositive++;
    if (isFlagged && !isEvent) falsePositive++;
  }
  return {
    truePositive,
    falsePositive,
    falseNegative: nEvents - truePositive,
    trueNegative: n - nEvents - falsePositive,
  };
}

/** FairCareAI's rule: sensitivity or FPR more than .1 apart, or a ratio of selection rates outside .8 to 1.25. */
function isFlaggedByPoints(shares: ReturnType<typeof confusionShares>): boolean {
  const value = (measure: AuditedRate, place: number) =>
    shares[measure][place]!.x / shares[measure][place]!.n;
  return shares.sensitivity.some((_, place) => {
    if (place === 0) return false;
    const apart = (measure: AuditedRate) => Math.abs(value(measure, place) - value(measure, 0));
    const ratio = value("selectionRate", place) / value("selectionRate", 0);
    return apart("sensitivity") > 0.1 || apart("falsePositiveRate") > 0.1 || ratio < 0.8 || ratio > 1.25;
  });
}
