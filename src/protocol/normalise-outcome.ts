import { lowFirst, periodAt } from "./normalise-data.ts";
import { given, type KnownColumns, type Normalising, noneToNull } from "./normalising.ts";
import type {
  AcceptanceCriterion,
  Endpoint,
  Limit,
  Model,
  OperatingPoint,
  ReplacedModel,
  Rule,
} from "./protocol.ts";
import type { LabelReview } from "./protocol-evidence.ts";
import type { ProtocolInput } from "./schema.ts";
import { type Duration, parseDuration, timeUnitNamed } from "./units.ts";
import { acceptanceMeasures } from "./vocabulary.ts";

type AcceptanceInput = ProtocolInput["acceptance"][number];

/** Stands for a rule whose fault has been reported; the protocol is never handed out with it. */
const span = { start: 0, end: 0 };
export const faultyRule: Rule = {
  text: "",
  expression: { kind: "boolean", value: false, type: "boolean", span },
};

const notBeyond = "shorten it, or let censor_at be later";

/** Same length of time, whatever the unit: 12 months and 1 year. */
const sameTime = (a: Duration, b: Duration) => Math.abs(a.days - b.days) < 1e-6;

/** `columns` is asked last, so that the lengths of time are checked where the tables are at fault. */
export function normaliseEndpoint(work: Normalising, columns: () => KnownColumns): Endpoint {
  const { endpoint } = work.input;
  const horizon = parseDuration(endpoint.horizon)!;
  const also = (endpoint.also ?? []).map((text) => parseDuration(text)!);
  const censorAt = endpoint.censor_at === undefined ? undefined : parseDuration(endpoint.censor_at);
  const readAt = endpoint.read_at === undefined ? undefined : parseDuration(endpoint.read_at);
  if (endpoint.time === undefined) refuseTimes(work);
  const beyond = (duration: Duration) => censorAt && duration.days > censorAt.days + 1e-6;
  if (beyond(horizon)) {
    const message = `${horizon.label} lies beyond censor_at, ${censorAt!.label}`;
    work.contradiction(["endpoint", "horizon"], message, notBeyond);
  }
  also.forEach((duration, index) => {
    const path = ["endpoint", "also", index];
    if (beyond(duration))
      work.contradiction(path, `${duration.label} lies beyond censor_at, ${censorAt!.label}`, notBeyond);
    if ([horizon, ...also.slice(0, index)].some((other) => sameTime(other, duration))) {
      work.contradiction(path, `${duration.label} is a horizon already`, "remove it here");
    }
  });
  if (readAt && readAt.days < 0.95 * horizon.days) {
    work.contradiction(
      ["endpoint", "read_at"],
      `${readAt.label} is too far before the horizon, ${horizon.label}: at least 95 % of it`,
      "read nearer to the horizon, or name a shorter horizon",
    );
  }
  if (readAt && readAt.days > horizon.days + 1e-6) {
    const message = `${readAt.label} lies beyond the horizon, ${horizon.label}`;
    work.contradiction(["endpoint", "read_at"], message, "read at the horizon or just before it");
  }
  const { name, meaning, version, label_source: labelSource, label_review: labelReview } = endpoint;
  const { expected_event_rate: expectedEventRate } = endpoint;
  const review = noneToNull(labelReview);
  if (review) refuseReported(work, review);
  return given({
    name,
    meaning,
    version,
    event: work.condition(["endpoint", "event"], endpoint.event, columns()) ?? faultyRule,
    time: endpoint.time && { column: endpoint.time.column, unit: timeUnitNamed(endpoint.time.unit)! },
    horizon,
    also: also.sort((a, b) => a.days - b.days),
    censorAt,
    readAt,
    expectedEventRate,
    labelSource,
    labelReview: review && given(review),
  });
}

/** Without a time nobody is censored and the event is known at one horizon only. */
function refuseTimes(work: Normalising): void {
  const { endpoint } = work.input;
  const hint = "remove it, or say in endpoint.time when the event happened or follow-up ended";
  for (const field of ["also", "censor_at", "read_at"] as const) {
    if (endpoint[field] === undefined) continue;
    const message = `${field} needs endpoint.time: without it the event is known by the horizon and no more`;
    work.contradiction(["endpoint", field], message, hint);
  }
}

/** Ranks over the whole follow-up. */
const ofFollowUp: readonly string[] = ["harrell_c", "uno_c"];

/** Each horizon of the endpoint has one output, and each output a horizon of the endpoint. */
export function normaliseModel(work: Normalising, endpoint: Endpoint, variables: readonly string[]): Model {
  const { model } = work.input;
  const horizons = [endpoint.horizon, ...endpoint.also];
  const outputs = Object.entries(model.output).map(([name, output]) => {
    const horizon = parseDuration(output.horizon)!;
    // 1 year is known as 12 months where the endpoint calls it so.
    return { name, horizon: horizons.find((other) => sameTime(other, horizon)) ?? horizon };
  });
  for (const [index, { name, horizon }] of outputs.entries()) {
    const path = ["model", "output", name, "horizon"];
    if (!horizons.some((other) => sameTime(other, horizon))) {
      const hint = `the endpoint has ${horizons.map(({ label }) => label).join(", ")}`;
      work.contradiction(path, `${horizon.label} is no horizon of the endpoint`, hint);
    }
    const twin = outputs.slice(0, index).find((other) => sameTime(other.horizon, horizon));
    if (twin) {
      const message = `${twin.name} has the horizon ${horizon.label} already`;
      work.contradiction(path, message, "keep one output for each horizon");
    }
  }
  for (const horizon of horizons) {
    if (!outputs.some((output) => sameTime(output.horizon, horizon))) {
      const hint = "add the output, or take the horizon out of the endpoint";
      work.contradiction(["model", "output"], `no output for the horizon ${horizon.label}`, hint);
    }
  }
  model.predictors.forEach((predictor, index) => {
    const path = ["model", "predictors", index];
    work.mustBeDeclared(path, predictor, "variable", variables);
    if (model.predictors.indexOf(predictor) < index)
      work.contradiction(path, `"${predictor}" stands twice`, "keep one of them");
  });
  const { name, version, executable, owner, predictors, features, developed_on: developedOn } = model;
  const period = periodAt(work, ["model", "developed_on", "period"], developedOn.period);
  const origin = { data: developedOn.data, period };
  return given({ name, version, executable, owner, predictors, features, outputs, developedOn: origin });
}

export function normaliseOperatingPoint(work: Normalising): OperatingPoint {
  const { output, flag_when: flagWhen, set_by: setBy, per } = work.input.operating_point;
  work.mustBeDeclared(["operating_point", "output"], output, "output", Object.keys(work.input.model.output));
  return { output, ...flagRule(work, "operating_point", flagWhen), setBy, per };
}

/** The model in use until now, where the protocol names one: another model, in a column of its own. */
export function normaliseReplaces(work: Normalising): { readonly replaces?: ReplacedModel } {
  const { replaces, model, data } = work.input;
  if (replaces === undefined) return {};
  const { name, version, output, flag_when: flagWhen } = replaces;
  if (name === model.name && version === model.version)
    work.contradiction(["replaces"], `${name}@${version} is the model itself`, "name the one it replaces");
  const hint = "name the column with the other model's probabilities";
  if (Object.hasOwn(model.output, output))
    work.contradiction(["replaces", "output"], `"${output}" is one of model.output, too`, hint);
  if (output === data.predictions.key)
    work.contradiction(["replaces", "output"], `"${output}" is the key of the predictions file`, hint);
  return { replaces: { name, version, output, ...flagRule(work, "replaces", flagWhen) } };
}

function flagRule(
  work: Normalising,
  section: "operating_point" | "replaces",
  flagWhen: string,
): Pick<OperatingPoint, "comparison" | "threshold"> {
  const comparison = flagWhen.startsWith(">=") ? ">=" : ">";
  const threshold = Number(flagWhen.slice(comparison.length));
  if (threshold > 1) {
    const hint = threshold <= 100 ? `write ${threshold / 100} for ${threshold} %` : "write a probability";
    work.contradiction([section, "flag_when"], `${threshold} is not a probability from 0 to 1`, hint);
  }
  return { comparison, threshold };
}

export function normaliseAcceptance(work: Normalising, endpoint: Endpoint): AcceptanceCriterion[] {
  const horizons = [endpoint.horizon, ...endpoint.also];
  const seen = new Set<string>();
  return work.input.acceptance.map((input, index) => {
    const path = ["acceptance", index];
    const { measure, worst_of: worstOf, judged_by: judgedBy = "bound" } = input;
    const wanted = input.at === undefined ? endpoint.horizon : parseDuration(input.at)!;
    const at = horizons.find((horizon) => sameTime(horizon, wanted));
    if (!at) {
      const hint = `the endpoint has ${horizons.map(({ label }) => label).join(", ")}`;
      work.contradiction([...path, "at"], `${wanted.label} is no horizon of the endpoint`, hint);
    }
    const key = `${measure} ${wanted.days} ${worstOf}`;
    if (seen.has(key)) {
      work.contradiction([...path, "measure"], `${measure} has a limit already`, "keep one of them");
    }
    seen.add(key);
    if (!endpoint.time && ofFollowUp.includes(measure)) {
      const message = `${measure} ranks by the time to the event, and endpoint.time is left out`;
      work.contradiction([...path, "measure"], message, "name auc instead");
    }
    if (worstOf && work.input.strata.length === 0)
      work.contradiction([...path, "worst_of"], "strata is empty", "declare strata, or remove worst_of");
    const isOfAll = worstOf === undefined && sameTime(wanted, endpoint.horizon);
    const isRead = endpoint.labelReview?.file !== undefined && isOfAll && reviewedMeasures.has(measure);
    const onReview = isRead ? (true as const) : undefined;
    const limit = limitOf(work, index, input);
    return given({ measure, limit, at: at ?? wanted, worstOf, judgedBy, onReview });
  });
}

/** What a review of charts gives again, corrected for wrong labels. */
const reviewedMeasures: ReadonlySet<AcceptanceInput["measure"]> = new Set([
  "sensitivity",
  "specificity",
  "ppv",
  "npv",
]);

/** What the file of readings says is not said beside it. */
function refuseReported(
  work: Normalising,
  review: Pick<LabelReview, "reviewers"> & { file?: string | undefined; kappa?: number | undefined },
): void {
  if (review.file === undefined) return;
  const path = ["endpoint", "label_review"];
  if (review.kappa !== undefined)
    work.contradiction([...path, "kappa"], "kappa is calculated from file", "leave kappa out");
  if (review.reviewers !== 2)
    work.contradiction([...path, "reviewers"], "file holds the readings of 2", "write reviewers: 2");
}

function limitOf(work: Normalising, index: number, input: AcceptanceInput): Limit {
  const path = ["acceptance", index];
  const { at_least: atLeast, at_most: atMost, between } = input;
  const limits = [atLeast, atMost, between].filter((limit) => limit !== undefined);
  if (limits.length !== 1) {
    const found = limits.length === 0 ? "none" : `${limits.length}`;
    const message = `expected one of at_least, at_most, between; got ${found}`;
    work.contradiction(path, message, "give one limit");
  }
  const isOutside = limits.flat().some((limit) => limit < 0 || limit > 1);
  if (acceptanceMeasures[input.measure].bounded && isOutside) {
    const message = `${input.measure} lies between 0 and 1, so its limit must, too`;
    work.contradiction(path, message, "write shares as .60, not 60");
  }
  if (between) {
    const [low, high] = between;
    if (low > high) work.contradiction([...path, "between"], "the low end is above the high end", lowFirst);
    return { kind: "between", low, high };
  }
  if (atLeast !== undefined) return { kind: "atLeast", value: atLeast };
  return { kind: "atMost", value: atMost ?? 0 };
}
