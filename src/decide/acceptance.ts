import { type ComputedEstimate, isKnown, type KnownEstimate } from "../evidence/estimate.ts";
import { type Noun, saidOf } from "../evidence/noun.ts";
import type { Phrase } from "../evidence/phrase.ts";
import type { Requirement, RequirementState } from "../evidence/requirement.ts";
import type { AcceptanceCriterion, Limit, Protocol } from "../protocol/index.ts";
import { normalQuantile } from "../stats/normal.ts";
import type { EstimateBook } from "./estimate-book.ts";
import { rangeOf } from "./limit-range.ts";
import { sizeNeeded } from "./size-needed.ts";

/** What can cure a measure that fails: another threshold, other risks for the same ranking, or another model alone. */
type Cure = "threshold" | "recalibration" | "model";

interface Measure {
  readonly id: string;
  /** Whether its id carries the horizon. */
  readonly per: "horizon" | "study";
  readonly name: string;
  readonly cure: Cure;
}

/** Each measure that a criterion may name. */
const measures: Readonly<Record<AcceptanceCriterion["measure"], Measure>> = {
  events: { id: "cohort.events", per: "horizon", name: "events", cure: "model" },
  harrell_c: { id: "performance.harrell-c", per: "study", name: "Harrell's C", cure: "model" },
  uno_c: { id: "performance.uno-c", per: "study", name: "Uno's C", cure: "model" },
  auc: { id: "performance.auc", per: "horizon", name: "AUC", cure: "model" },
  calibration_slope: {
    id: "performance.calibration-slope",
    per: "horizon",
    name: "calibration slope",
    cure: "recalibration",
  },
  observed_expected: {
    id: "performance.observed-expected",
    per: "horizon",
    name: "observed over expected",
    cure: "recalibration",
  },
  ici: { id: "performance.ici", per: "horizon", name: "mean calibration error", cure: "recalibration" },
  brier: { id: "performance.brier", per: "horizon", name: "Brier score", cure: "recalibration" },
  scaled_brier: {
    id: "performance.scaled-brier",
    per: "horizon",
    name: "scaled Brier score",
    cure: "recalibration",
  },
  net_benefit: { id: "performance.net-benefit", per: "horizon", name: "net benefit", cure: "threshold" },
  net_benefit_gain: {
    id: "performance.net-benefit-gain",
    per: "horizon",
    name: "net benefit over the better default",
    cure: "threshold",
  },
  sensitivity: { id: "performance.sensitivity", per: "horizon", name: "sensitivity", cure: "threshold" },
  specificity: { id: "performance.specificity", per: "horizon", name: "specificity", cure: "threshold" },
  ppv: { id: "performance.ppv", per: "horizon", name: "PPV", cure: "threshold" },
  npv: { id: "performance.npv", per: "horizon", name: "NPV", cure: "threshold" },
  flag_rate: { id: "performance.flagged", per: "horizon", name: "share flagged", cure: "threshold" },
};

export function criterionName({ measure, worstOf, onReview }: AcceptanceCriterion): string {
  const { name } = measures[measure];
  if (onReview) return `${name} by chart review`;
  return worstOf ? `${name} in the worst stratum` : name;
}

const limitKeys = { atLeast: "at_least", atMost: "at_most", between: "between" } as const;

/** "at least .60", ".80–1.25": as memo and report print it; never rounded. `place`: among the criteria, from 0. */
export function limitPhrase({ limit }: AcceptanceCriterion, place: number): Phrase {
  const field = `acceptance[${place}].${limitKeys[limit.kind]}`;
  if (limit.kind === "between")
    return [{ field, text: `${limitNumber(limit.low)}–${limitNumber(limit.high)}` }];
  return [limit.kind === "atLeast" ? "at least " : "at most ", { field, text: limitNumber(limit.value) }];
}

function limitNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en-US").replace("-", "−");
  const exact = String(Math.abs(value));
  const padded = /\.\d$/.test(exact) ? `${exact}0` : exact;
  return `${value < 0 ? "−" : ""}${padded.replace(/^0\./, ".")}`;
}

/** The id of the estimate that a criterion judges: by chart review, where one was made, it is the corrected rate. */
export function criterionEstimateId(criterion: AcceptanceCriterion): string {
  const { id: recorded, per } = measures[criterion.measure];
  const id = criterion.onReview ? recorded.replace("performance.", "labels.") : recorded;
  const whole = per === "horizon" ? `${id}@${criterion.at.short}` : id;
  return criterion.worstOf ? `${whole}/worst-of-strata` : whole;
}

/**
 * Judges a number against a limit.
 *
 *     pass         the whole interval (or a number known exactly) is on the right side
 *     fail         the whole interval is on the wrong side
 *     no evidence  the interval spans the limit, or there is no number
 *
 * A count or a counted share has no interval and is judged as it stands. `judgedBy: "point"` judges the estimate alone.
 */
export function judge(
  estimate: ComputedEstimate | undefined,
  limit: Limit,
  judgedBy: "bound" | "point",
): RequirementState {
  if (!estimate || !isKnown(estimate)) return "no evidence";
  const isCounted = estimate.method === "counted";
  const exact = judgedBy === "point" || isCounted;
  if (!exact && !estimate.interval) return "no evidence";
  const lower = exact ? estimate.value : estimate.interval!.lower;
  const upper = exact ? estimate.value : estimate.interval!.upper;
  const [low, high] = rangeOf(limit);
  if (lower >= low && upper <= high) return "pass";
  return upper < low || lower > high ? "fail" : "no evidence";
}

/** Too few events are evidence not yet there: more patients cure it, so it is no failure of the model. */
function stateOf(criterion: AcceptanceCriterion, estimate: ComputedEstimate | undefined): RequirementState {
  const state = judge(estimate, criterion.limit, criterion.judgedBy);
  return criterion.measure === "events" && state === "fail" ? "no evidence" : state;
}

/** Why a criterion is not passed, in words that memo and report share. */
function reasonOf(
  { measure }: AcceptanceCriterion,
  estimate: ComputedEstimate | undefined,
  state: RequirementState,
): string | undefined {
  if (state === "pass") return undefined;
  if (!estimate) return "not computed";
  if (!isKnown(estimate)) return "not estimable";
  if (state === "fail") return "beyond the limit";
  if (measure === "events") return "too few events";
  return estimate.interval ? "interval spans the limit" : "no interval";
}

/** What a row is, and whether it is followed to the event. */
export interface Rows {
  readonly unit: Noun;
  readonly areFollowed: boolean;
}

export function rowsIn({ data, endpoint }: Pick<Protocol, "data" | "endpoint">): Rows {
  return { unit: data.patients.unit, areFollowed: endpoint.time !== undefined };
}

/** The id of a criterion's requirement. */
export function criterionId({ measure, at, worstOf }: AcceptanceCriterion): string {
  return `acceptance.${measure}@${at.short}${worstOf ? `/worst-of-${worstOf}` : ""}`;
}

/** Each acceptance criterion of the protocol as a requirement of the silent stage. */
export function acceptanceRequirements(
  criteria: readonly AcceptanceCriterion[],
  book: EstimateBook,
  rows: Rows,
): Requirement[] {
  return criteria.map((criterion, place): Requirement => {
    const id = criterionEstimateId(criterion);
    const estimate = book.get(id);
    const state = stateOf(criterion, estimate);
    const reason = reasonOf(criterion, estimate, state);
    return {
      id: criterionId(criterion),
      name: criterionName(criterion),
      state,
      ...(reason === undefined ? {} : { reason }),
      kind: "measured",
      neededFor: "silent",
      found: [
        ...(estimate ? [{ id, part: "both" as const }] : ["not computed"]),
        ", limit ",
        ...limitPhrase(criterion, place),
      ],
      evidence: estimate ? [id] : [],
      ...(state === "pass" ? {} : { remedy: remedyFor(criterion, { estimate, state, book, rows }) }),
    };
  });
}

function remedyFor(
  criterion: AcceptanceCriterion,
  {
    estimate,
    state,
    book,
    rows,
  }: {
    readonly estimate: ComputedEstimate | undefined;
    readonly state: RequirementState;
    readonly book: EstimateBook;
    readonly rows: Rows;
  },
): string {
  const { limit, measure, worstOf } = criterion;
  const said = (text: string) => saidOf(rows.unit, text);
  if (!estimate) return "Compute this measure; the assessment does not give it for this study.";
  if (!isKnown(estimate)) return `Make it estimable: ${estimate.notEstimable}.`;
  if (measure === "observed_expected" && isOffScale(estimate)) return scaleRemedy;
  if (state === "fail") return cureRemedy(measure);
  if (measure === "events") return eventsRemedy(limit, rows);
  if (worstOf) return worstOfRemedy(criterion, book);
  if (criterion.onReview) return chartsRemedy;
  if (!estimate.interval)
    return said("Without an interval the limit cannot be judged: more patients are needed.");
  const n = sizeNeeded(estimate, limit);
  return n === undefined
    ? said(wrongSide)
    : said(
        `The interval spans the limit; about n = ${count(n)} patients like these are needed if the estimate holds.`,
      );
}

function cureRemedy(measure: AcceptanceCriterion["measure"]): string {
  const { cure, name } = measures[measure];
  if (cure === "threshold") return "Change the model or the operating point, and validate again.";
  const change = cure === "model" ? "change the model" : "recalibrate or change the model";
  return `No threshold changes the ${name}: ${change}, and validate again.`;
}

/** Observed and predicted risk more than tenfold apart: no model is that wrong, a column in another unit is. */
function isOffScale({ value }: KnownEstimate): boolean {
  return value > 10 || value < 0.1;
}

const scaleRemedy =
  "Observed and predicted risk differ more than tenfold: first check the scale of the predictions, which are risks " +
  "from 0 to 1 by the horizon.";

function eventsRemedy(limit: Limit, { unit, areFollowed }: Rows): string {
  if (limit.kind === "atMost") return "Fewer events than observed are asked for: mend the limit.";
  const wanted = limit.kind === "between" ? limit.low : limit.value;
  const more = areFollowed ? "Follow patients" : `Take more ${unit.many}`;
  return `${more} until there are ${count(wanted)} events.`;
}

const chartsRemedy =
  "The interval by chart review spans the limit: have more charts read; where the recorded labels leave it open as " +
  "well, more patients are needed, too.";

const wrongSide =
  "The interval spans the limit with the estimate on its wrong side: more patients are needed, and if the estimate " +
  "holds they will show a failure.";

function count(n: number): string {
  return n.toLocaleString("en-US");
}

/** The stratum that needs most patients, its own interval widened to hold for all strata at once (Bonferroni). */
function worstOfRemedy(criterion: AcceptanceCriterion, book: EstimateBook): string {
  const strata = strataOf(criterion, book);
  const widening = normalQuantile(1 - 0.025 / strata.length) / normalQuantile(0.975);
  const needs = strata.map((stratum) => ({ stratum, n: sizeNeeded(stratum, criterion.limit, widening) }));
  const beyond = needs.find(({ n }) => n === undefined);
  if (beyond) return `In ${nameOf(beyond.stratum)} the estimate itself is on the wrong side of the limit.`;
  const most = needs.toSorted((a, b) => b.n! - a.n!)[0];
  if (!most || most.n === 0) return "The interval spans the limit.";
  return `The interval spans the limit; about n = ${count(most.n!)} in ${nameOf(most.stratum)} (now ${count(most.stratum.n)}) are needed.`;
}

/** Ids of numbers that are of no stratum of the protocol. */
export const noStratum = /\/(slice:|risk-group:|worst-of|[^/]*,)/;

/** The estimates of a criterion's measure in the strata of the protocol, slices left out. */
function strataOf(
  { measure, at }: Pick<AcceptanceCriterion, "measure" | "at">,
  book: EstimateBook,
): KnownEstimate[] {
  const start = `${measures[measure].id}@${at.short}/`;
  return [...book.values()].filter(
    (estimate): estimate is KnownEstimate =>
      isKnown(estimate) && estimate.id.startsWith(start) && !noStratum.test(estimate.id),
  );
}

/** Over how many strata the worst one was taken. */
export function countOfStrata(book: EstimateBook, horizon: string): number {
  const start = `${measures.sensitivity.id}@${horizon}/`;
  return [...book.keys()].filter((id) => id.startsWith(start) && !noStratum.test(id)).length;
}

/** "grade 1" of "Sensitivity at .40, grade 1". */
export function nameOf({ label }: ComputedEstimate): string {
  return label.slice(label.indexOf(",") + 2);
}
