import { assertLevel, ContractError } from "./assert.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { clopperPearson, wilson } from "./proportion.ts";
import { rocCurve } from "./roc.ts";

export interface PpvAtSensitivity {
  /** Flagged: score ≥ threshold. */
  readonly threshold: number;
  /** What the threshold reaches, at least the one asked for. */
  readonly sensitivity: number;
  readonly specificity: number;
  readonly nFlagged: number;
  readonly truePositives: number;
  readonly ppv: number;
  /** Of the PPV at this threshold, the threshold taken as given. */
  readonly lower: number;
  readonly upper: number;
  /** `bound`: the PPV is 1, so one side is exact. */
  readonly kind: "pointwise" | "bound";
}

/** A share of cases that is reached but for rounding. */
const rounding = 1e-9;

/**
 * Positive predictive value at the highest threshold that finds a given share of the cases.
 *
 *     t = max { t : sensitivity(t) ≥ target },   PPV = cases among those with score ≥ t
 *
 * Thresholds are scores that occur; nothing is read between two points of the curve, so the sensitivity may
 * be above the target, by far where scores are tied. Interval: Wilson's of the flagged, Clopper–Pearson's for
 * a PPV of 1. It takes the threshold as given, so it holds for a threshold fixed before; for one that is
 * chosen in the same patients take a seeded bootstrap of the whole. Not estimable: no cases, or no controls.
 * NaN, or a target that is not above 0 and at most 1, is a ContractError.
 *
 * Reference: Pepe (2003), The Statistical Evaluation of Medical Tests for Classification and Prediction,
 * sections 2.2 and 5.2. Checked against: R pROC::coords (test/reference/ppv-at-sensitivity.json).
 */
export function ppvAtSensitivity({
  score,
  event,
  sensitivity: target,
  level = 0.95,
}: {
  readonly score: Float64Array;
  readonly event: Uint8Array;
  /** The least share of cases to be flagged. */
  readonly sensitivity: number;
  readonly level?: number;
}): PpvAtSensitivity | NotEstimable {
  if (!(target > 0 && target <= 1))
    throw new ContractError(`sensitivity ${target} is not above 0 and at most 1`);
  assertLevel(level);
  const curve = rocCurve(score, event);
  if (isNotEstimable(curve)) return curve;
  const enough = Math.max(1, target * curve.nCases - rounding);
  const point = curve.truePositives.findIndex((found) => found >= enough);
  const truePositives = curve.truePositives[point]!;
  const nFlagged = truePositives + curve.falsePositives[point]!;
  const isCertain = truePositives === nFlagged;
  return {
    threshold: curve.threshold[point]!,
    sensitivity: curve.sensitivity[point]!,
    specificity: curve.specificity[point]!,
    nFlagged,
    truePositives,
    ppv: truePositives / nFlagged,
    ...(isCertain ? clopperPearson : wilson)(truePositives, nFlagged, level),
    kind: isCertain ? "bound" : "pointwise",
  };
}
