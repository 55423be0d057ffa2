import { assertBinary, assertRisk, assertSameLength } from "./assert.ts";
import { groupsOfRisk } from "./calibration-groups.ts";
import { type ChiSquareTest, chiSquareTest } from "./chi-square.ts";
import type { BinaryPredictions } from "./logistic-calibration.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { wilson } from "./proportion.ts";

export interface BinaryCalibrationGroup {
  readonly n: number;
  readonly nEvents: number;
  /** Mean predicted risk. */
  readonly predicted: number;
  /** Share with the event, with Wilson's interval. */
  readonly observed: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Observed and predicted risk of a binary outcome, known for everybody, in groups of similar predicted risk.
 *
 * Groups are cut at the quantiles (type 7) of the risk, closed above, the first closed on both sides;
 * quantiles that coincide merge their groups, so there may be fewer than asked for. Not estimable: nobody, or
 * equal risks. A risk that is not between 0 and 1, or a number of groups that is not whole and above 0, is a
 * ContractError.
 *
 * Checked against: R cut(quantile) (test/reference/hosmer-lemeshow.json).
 */
export function binaryCalibrationGroups({
  event,
  risk,
  nGroups,
  level = 0.95,
}: BinaryPredictions & { readonly nGroups: number }): readonly BinaryCalibrationGroup[] | NotEstimable {
  assertSameLength({ event, risk });
  assertBinary({ event });
  assertRisk({ risk });
  const groups = groupsOfRisk(risk, nGroups);
  if (isNotEstimable(groups)) return groups;
  const nEvents = groups.sizes.map(() => 0);
  const expected = groups.sizes.map(() => 0);
  for (let i = 0; i < event.length; i++) {
    const code = groups.group[i]!;
    nEvents[code]! += event[i]!;
    expected[code]! += risk[i]!;
  }
  return groups.sizes.flatMap((n, code) =>
    n === 0
      ? []
      : {
          n,
          nEvents: nEvents[code]!,
          predicted: expected[code]! / n,
          observed: nEvents[code]! / n,
          ...wilson(nEvents[code]!, n, level),
        },
  );
}

export interface HosmerLemeshow extends ChiSquareTest {
  readonly groups: readonly BinaryCalibrationGroup[];
}

/**
 * Hosmer and Lemeshow's test of whether risks of a binary outcome are right, in groups of similar risk.
 *
 *     χ² = Σ (Oₖ − Eₖ)² / (Eₖ (1 − Eₖ/nₖ)),   g − 2 degrees of freedom, or g for predictions from elsewhere
 *
 * O events, E the predicted risks added up, in the g groups of `binaryCalibrationGroups`. Two degrees of
 * freedom go where the model was fitted to these patients. The answer depends on the number of groups and on
 * that of patients: many patients find any error, few find none. Read the groups. Not estimable, with the
 * reason: nobody, equal risks, a group whose risks are all 0 or all 1, fewer than three groups of a model
 * fitted here. Errors as in `binaryCalibrationGroups`.
 *
 * Reference: Hosmer & Lemeshow (1980), Communications in Statistics A 9, 1043–1069,
 * doi:10.1080/03610928008827941; degrees of freedom: Hosmer, Lemeshow & Sturdivant (2013), Applied Logistic
 * Regression, section 5.2.2, doi:10.1002/9781118548387. Checked against: the sum in R in groups of
 * cut(quantile) (test/reference/hosmer-lemeshow.json).
 */
export function hosmerLemeshow({
  isFittedHere,
  ...predictions
}: BinaryPredictions & {
  readonly nGroups: number;
  /** Whether the model was fitted to these patients. */
  readonly isFittedHere: boolean;
}): HosmerLemeshow | NotEstimable {
  const groups = binaryCalibrationGroups(predictions);
  if (isNotEstimable(groups)) return groups;
  const degreesOfFreedom = groups.length - (isFittedHere ? 2 : 0);
  if (degreesOfFreedom < 1) return { notEstimable: "fewer than three groups" };
  let statistic = 0;
  for (const { n, nEvents, predicted } of groups) {
    if (predicted === 0 || predicted === 1)
      return { notEstimable: `the predicted risks of a group are all ${predicted}` };
    statistic += (nEvents - n * predicted) ** 2 / (n * predicted * (1 - predicted));
  }
  return { ...chiSquareTest(statistic, degreesOfFreedom), groups };
}
