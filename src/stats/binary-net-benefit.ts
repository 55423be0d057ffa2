import { assertBinary, assertLevel, assertRisk, assertSameLength } from "./assert.ts";
import type { BinaryPredictions } from "./logistic-calibration.ts";
import { assertThresholds } from "./net-benefit.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { clopperPearson } from "./proportion.ts";
import { waldInterval } from "./wald-interval.ts";

export interface NetBenefit {
  readonly value: number;
  /** 0 for a bound, where it tells nothing. */
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** `bound`: every patient adds the same, so the variance is 0. */
  readonly kind: "pointwise" | "bound";
}

export interface DecisionPoint {
  readonly threshold: number;
  readonly nFlagged: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  /** Of acting where risk ≥ threshold, less acting on nobody. */
  readonly model: NetBenefit;
  /** Of acting on everybody, less acting on nobody. */
  readonly all: NetBenefit;
  /** Of acting where risk ≥ threshold, less acting on everybody. */
  readonly modelOverAll: NetBenefit;
}

/**
 * Decision curve of a binary outcome that is known for everybody, with pointwise intervals.
 *
 *     NB(t) = TP/n − FP/n · w,   w = t/(1 − t);   all: every patient flagged;   nobody: 0
 *     SE    = s(u)/√n,   u = 1 for a true positive, −w for a false one, 0 for the unflagged
 *
 * A net benefit is a mean of u over patients, and so is a difference of two, so intervals are Wald's from the
 * spread of the patients' own parts: that of `modelOverAll` counts that both are of the same patients. Where
 * every patient adds the same, such as where nobody is flagged, the spread is 0 and says nothing: at most a
 * share U = 1 − (α/2)^(1/n) of others can have been missed (Clopper–Pearson), and the interval reaches as far
 * as that share could move the mean. Intervals hold at one threshold, not over the curve. They take the risks
 * as given. Not estimable: nobody. A threshold outside [0, 1), or a risk outside [0, 1], is a ContractError.
 *
 * Reference: Vickers & Elkin (2006), Medical Decision Making 26, 565–574, doi:10.1177/0272989X06295361;
 * standard error: Marsh, Janes & Pepe (2020), Biometrics 76, 843–852, doi:10.1111/biom.13190. Checked
 * against: the sums in R (test/reference/binary-decision-curve.json).
 */
export function binaryDecisionCurve({
  event,
  risk,
  thresholds,
  level = 0.95,
}: BinaryPredictions & { readonly thresholds: Float64Array }): readonly DecisionPoint[] | NotEstimable {
  assertSameLength({ event, risk });
  assertBinary({ event });
  assertRisk({ risk });
  assertThresholds(thresholds);
  assertLevel(level);
  const n = event.length;
  if (n === 0) return { notEstimable: "no patients" };
  const nCases = event.reduce((sum, code) => sum + code, 0);
  return Array.from(thresholds, (threshold) => {
    const { truePositives, falsePositives } = flagged(event, risk, threshold);
    const odds = threshold / (1 - threshold);
    const falseNegatives = nCases - truePositives;
    const trueNegatives = n - nCases - falsePositives;
    const benefit = (gained: Part, lost: Part) => meanOfParts([gained, lost], n, level);
    return {
      threshold,
      nFlagged: truePositives + falsePositives,
      truePositives,
      falsePositives,
      model: benefit({ count: truePositives, value: 1 }, { count: falsePositives, value: 0 - odds }),
      all: benefit({ count: nCases, value: 1 }, { count: n - nCases, value: 0 - odds }),
      modelOverAll: benefit({ count: trueNegatives, value: odds }, { count: falseNegatives, value: -1 }),
    };
  });
}

function flagged(event: Uint8Array, risk: Float64Array, threshold: number) {
  let truePositives = 0;
  let falsePositives = 0;
  for (let i = 0; i < event.length; i++)
    if (risk[i]! >= threshold) {
      if (event[i] === 1) truePositives++;
      else falsePositives++;
    }
  return { truePositives, falsePositives };
}

/** So many patients add this value each. */
interface Part {
  readonly count: number;
  readonly value: number;
}

/** Mean over n patients of whom those in neither part add 0. */
function meanOfParts(named: readonly [Part, Part], n: number, level: number): NetBenefit {
  const others = n - named[0].count - named[1].count;
  const parts = [...named, { count: others, value: 0 }];
  const value = parts.reduce((sum, part) => sum + (part.count / n) * part.value, 0);
  const same = parts.find(({ count }) => count === n);
  if (same !== undefined) return { stdError: 0, ...boundOf(same.value, named, n, level), kind: "bound" };
  const squares = parts.reduce((sum, part) => sum + part.count * (part.value - value) ** 2, 0);
  const stdError = Math.sqrt(squares / (n - 1) / n);
  const range = [Math.min(...named.map((p) => p.value)), Math.max(...named.map((p) => p.value))] as const;
  return { value, stdError, ...waldInterval({ estimate: value, stdError, level, range }), kind: "pointwise" };
}

/** All n patients added `value`; of the population at most a share `missed` adds the least, or the most. */
function boundOf(value: number, named: readonly [Part, Part], n: number, level: number) {
  const missed = clopperPearson(0, n, level).upper;
  const possible = [0, ...named.map((part) => part.value)];
  return {
    value,
    lower: value + missed * (Math.min(...possible) - value),
    upper: value + missed * (Math.max(...possible) - value),
  };
}
