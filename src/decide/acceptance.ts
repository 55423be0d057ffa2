import { type ComputedEstimate, isKnown, type KnownEstimate } from "../evidence/estimate.ts";
import type { Requirement, RequirementState } from "../evidence/requirement.ts";
import type { AcceptanceCriterion, Limit } from "../protocol/index.ts";
import { requiredSize } from "../stats/sample-size.ts";
import type { EstimateBook } from "./estimate-book.ts";

/** Where each measure that a criterion may name is found. `per`: whether its id carries the horizon. */
const measures: Readonly<
  Record<
    AcceptanceCriterion["measure"],
    { readonly id: string; readonly per: "horizon" | "study"; readonly name: string }
  >
> = {
  events: { id: "cohort.events", per: "horizon", name: "events" },
  harrell_c: { id: "performance.harrell-c", per: "study", name: "Harrell's C" },
  uno_c: { id: "performance.uno-c", per: "study", name: "Uno's C" },
  auc: { id: "performance.auc", per: "horizon", name: "AUC" },
  calibration_slope: { id: "performance.calibration-slope", per: "horizon", name: "calibration slope" },
  observed_expected: { id: "performance.observed-expected", per: "horizon", name: "observed over expected" },
  ici: { id: "performance.ici", per: "horizon", name: "mean calibration error" },
  brier: { id: "performance.brier", per: "horizon", name: "Brier score" },
  scaled_brier: { id: "performance.scaled-brier", per: "horizon", name: "scaled Brier score" },
  net_benefit: { id: "performance.net-benefit", per: "horizon", name: "net benefit" },
  net_benefit_gain: {
    id: "performance.net-benefit-gain",
    per: "horizon",
    name: "net benefit over the better default",
  },
  sensitivity: { id: "performance.sensitivity", per: "horizon", name: "sensitivity" },
  specificity: { id: "performance.specificity", per: "horizon", name: "specificity" },
  ppv: { id: "performance.ppv", per: "horizon", name: "PPV" },
  npv: { id: "performance.npv", per: "horizon", name: "NPV" },
  flag_rate: { id: "performance.flagged", per: "horizon", name: "share flagged" },
};

export function criterionName({ measure, worstOf }: AcceptanceCriterion): string {
  const { name } = measures[measure];
  return worstOf ? `${name} in the worst stratum` : name;
}

/** "at least .60", ".80–1.25": as the memo's column "set in advance" prints it. */
export function limitText(limit: Limit): string {
  const short = (value: number) =>
    Math.abs(value) < 1 ? value.toFixed(2).replace("0.", ".") : decimals(value);
  if (limit.kind === "between") return `${short(limit.low)}–${short(limit.high)}`;
  return `${limit.kind === "atLeast" ? "at least" : "at most"} ${short(limit.value)}`;
}

function decimals(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en-US") : value.toFixed(2);
}

/** The id of the estimate that a criterion judges. */
export function criterionEstimateId(criterion: AcceptanceCriterion): string {
  const { id, per } = measures[criterion.measure];
  const whole = per === "horizon" ? `${id}@${criterion.at.short}` : id;
  return criterion.worstOf ? `${whole}/worst-of-strata` : whole;
}

/**
 * Judges a number against a limit set in advance.
 *
 *     pass         the whole interval (or a number known exactly) is on the right side
 *     fail         the whole interval is on the wrong side
 *     no evidence  the interval spans the limit, or there is no number
 *
 * A count has no interval and is judged as it stands. `judgedBy: "point"` judges the estimate alone.
 */
export function judge(
  estimate: ComputedEstimate | undefined,
  limit: Limit,
  judgedBy: "bound" | "point",
): RequirementState {
  if (!estimate || !isKnown(estimate)) return "no evidence";
  const exact = judgedBy === "point" || estimate.unit === "count";
  if (!exact && !estimate.interval) return "no evidence";
  const lower = exact ? estimate.value : estimate.interval!.lower;
  const upper = exact ? estimate.value : estimate.interval!.upper;
  const [low, high] = rangeOf(limit);
  if (lower >= low && upper <= high) return "pass";
  return upper < low || lower > high ? "fail" : "no evidence";
}

function rangeOf(limit: Limit): readonly [low: number, high: number] {
  if (limit.kind === "between") return [limit.low, limit.high];
  return limit.kind === "atLeast" ? [limit.value, Infinity] : [-Infinity, limit.value];
}

/** Each acceptance criterion of the protocol as a requirement of the silent stage. */
export function acceptanceRequirements(
  criteria: readonly AcceptanceCriterion[],
  book: EstimateBook,
): Requirement[] {
  return criteria.map((criterion): Requirement => {
    const id = criterionEstimateId(criterion);
    const estimate = book.get(id);
    const state = judge(estimate, criterion.limit, criterion.judgedBy);
    return {
      id: `acceptance.${criterion.measure}@${criterion.at.short}${criterion.worstOf ? `/worst-of-${criterion.worstOf}` : ""}`,
      name: criterionName(criterion),
      state,
      kind: "measured",
      neededFor: "silent",
      found: [
        ...(estimate ? [{ id, part: "both" as const }] : ["not computed"]),
        `, set in advance ${limitText(criterion.limit)}`,
      ],
      evidence: estimate ? [id] : [],
      ...(state === "pass" ? {} : { remedy: remedyFor(criterion, estimate, state) }),
    };
  });
}

function remedyFor(
  { limit }: AcceptanceCriterion,
  estimate: ComputedEstimate | undefined,
  state: RequirementState,
): string {
  if (!estimate) return "Compute this measure; the assessment does not give it for this study.";
  if (!isKnown(estimate)) return `Make it estimable: ${estimate.notEstimable}.`;
  if (state === "fail") return "Change the model or the operating point, and validate again.";
  const n = sizeNeeded(estimate, limit);
  return n === undefined
    ? "The estimate itself is on the wrong side of the limit; more of the same data cannot show that it is met."
    : `The interval spans the limit; about n = ${n.toLocaleString("en-US")} patients like these are needed if the estimate holds.`;
}

/** Patients at which every bound that now crosses its limit would clear it, if the estimate stays the same. */
function sizeNeeded(estimate: KnownEstimate, limit: Limit): number | undefined {
  const { interval, value, n } = estimate;
  if (!interval) return undefined;
  const [low, high] = rangeOf(limit);
  const crossed = [
    ...(interval.lower < low ? [{ bound: interval.lower, threshold: low }] : []),
    ...(interval.upper > high ? [{ bound: interval.upper, threshold: high }] : []),
  ];
  let needed = 0;
  for (const { bound, threshold } of crossed) {
    if (value < low || value > high) return undefined;
    const size = requiredSize({ n, value, bound, threshold });
    if (typeof size !== "number") return undefined;
    needed = Math.max(needed, size);
  }
  return needed;
}
