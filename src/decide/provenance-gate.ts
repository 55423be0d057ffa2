import { comparedRemedy, misdates, type ReplayState, timingIds } from "../assess/index.ts";
import { isKnown, type KnownEstimate } from "../evidence/estimate.ts";
import type { Phrase } from "../evidence/phrase.ts";
import type { Requirement } from "../evidence/requirement.ts";
import type { Protocol } from "../protocol/index.ts";
import { type EstimateBook, knownIn } from "./estimate-book.ts";

/** What a gate found. */
export type Found = Pick<Requirement, "state" | "found"> & Partial<Requirement>;

const { inTime: inTimeId, late: lateId, untimed: untimedId } = timingIds;

/**
 * Gate 1: every score is recomputed from the raw rows, from inputs known at the prediction.
 *
 *     fail         a score differs with all its inputs · an input became known only after the prediction
 *     pass         all scores are recomputed without network, all inputs known in time
 *     no evidence  otherwise, also where predictions are dated after the decision or after the index
 */
export function provenanceGate(protocol: Protocol, book: EstimateBook, replay: ReplayState): Found {
  const replayed = knownIn(book, "data.replayed");
  const how = replay === "command with network" ? ", run with network" : "";
  const misdateIds = Object.values(misdates).map(({ id }) => id);
  const evidence = ["data.known-at", inTimeId, lateId, untimedId, ...misdateIds, "data.replayed"].filter(
    (id) => book.has(id),
  );
  const bad = failure(protocol, book, { replayed, how });
  if (bad) return { state: "fail", ...bad };
  const untimed = timesMissing(protocol, book, { replayed, replay, how });
  if (untimed) return { state: "no evidence", evidence, ...untimed };
  if (!replayed) {
    const isNotRun = replay === "command not run";
    return {
      state: "no evidence",
      found: [isNotRun ? "model's command not run" : "score not reconstructible"],
      evidence,
      remedy: isNotRun
        ? "Evaluate with --run-model: the model is a command, which is run only where somebody asks."
        : "Ship the model as a file that can be run, so that every score is recomputed from the raw rows.",
    };
  }
  const found: Phrase = [{ id: replayed.id, part: "fraction" }, ` scores replayed${how}`];
  if (replay === "command with network") {
    return { state: "no evidence", found, evidence, remedy: "Run the model's command without network." };
  }
  const isShown = knownIn(book, inTimeId)?.value === 1 && replayed.value === 1;
  if (isShown) return { state: "pass", found: [...found, ", inputs in time"], evidence };
  return {
    state: "no evidence",
    found,
    evidence,
    remedy: "Show for each input that its known-at time is before the prediction.",
  };
}

type Shown = Pick<Requirement, "found" | "evidence" | "remedy">;

/** Scores that differ although every input was there to be read, and inputs from after the prediction. */
function failure(
  protocol: Protocol,
  book: EstimateBook,
  { replayed, how }: { readonly replayed: KnownEstimate | undefined; readonly how: string },
): Shown | undefined {
  const late = knownIn(book, lateId);
  const isLate = late !== undefined && late.value > 0;
  const nDiffering = replayed ? unmet(replayed) - nLeftOut(book) : 0;
  if (replayed && nDiffering > 0) {
    const remedy = replayRemedy(protocol, book, nDiffering);
    return {
      found: [{ id: replayed.id, part: "fraction" }, ` scores replayed${how}`],
      evidence: [replayed.id, ...(isLate ? [lateId] : [])],
      remedy: isLate ? `${remedy} ${lateRemedy}` : remedy,
    };
  }
  if (!isLate) return undefined;
  return {
    found: [{ id: lateId, part: "fraction" }, " inputs known too late"],
    evidence: [lateId, ...(replayed ? [replayed.id] : [])],
    remedy: lateRemedy,
  };
}

const lateRemedy = "Score again from what was known at each prediction, and give that as the inputs.";

function unmet({ numerator = 0, denominator = 0 }: KnownEstimate): number {
  return denominator - numerator;
}

/** Patients who were replayed without inputs, none of whom is met. */
function nLeftOut(book: EstimateBook): number {
  return (knownIn(book, lateId)?.numerator ?? 0) + (knownIn(book, untimedId)?.numerator ?? 0);
}

const misdatedGate = [
  [misdates.afterDecision, "predictions dated after the decision"],
  [misdates.afterIndex, "predictions made after the index"],
  [misdates.followedPast, "followed past the decision"],
] as const;

/** Inputs of which nothing shows that they were known at the prediction; undefined where there are none. */
function timesMissing(
  protocol: Protocol,
  book: EstimateBook,
  {
    replayed,
    replay,
    how,
  }: {
    readonly replayed: KnownEstimate | undefined;
    readonly replay: ReplayState;
    readonly how: string;
  },
): Pick<Shown, "found" | "remedy"> | undefined {
  const { data } = protocol;
  if (data.times.knownAt === null) {
    return {
      found: book.has("data.known-at")
        ? [{ id: "data.known-at", part: "fraction" }, ` inputs timed${how}`]
        : [`no input timed${how}`],
      remedy: `Give each input the time at which its source knew it${untimedRemedy(replayed !== undefined, replay)}`,
    };
  }
  const inTime = book.get(inTimeId);
  if (inTime && !isKnown(inTime) && inTime.n > 0) {
    return { found: [`times of inputs not compared${how}`], remedy: comparedRemedy };
  }
  const misdated = misdatedGate.find(([{ id }]) => (knownIn(book, id)?.value ?? 0) > 0);
  if (misdated) {
    const [{ id, remedy }, words] = misdated;
    return { found: [{ id, part: "fraction" }, ` ${words}${how}`], remedy: remedy(protocol) };
  }
  const untimed = knownIn(book, untimedId);
  if (untimed === undefined || untimed.value === 0) return undefined;
  return {
    found: [{ id: inTimeId, part: "fraction" }, ` inputs known in time${how}`],
    remedy: `Give ${data.times.knownAt} and ${data.predictions.predictedAt} for every patient, to the day or finer.`,
  };
}

function untimedRemedy(isReplayed: boolean, replay: ReplayState): string {
  if (isReplayed) return "; every score was recomputed from the raw rows.";
  if (replay === "command not run") return ", and evaluate with --run-model: the model is a command.";
  return ", and ship a model that can be run.";
}

/** A patient with an empty predictor is never replayed, so one that is empty in all who are not explains them. */
function replayRemedy({ data, model }: Protocol, book: EstimateBook, nDiffering: number): string {
  const empty = data.variables.filter(
    ({ name }) =>
      model.predictors.includes(name) && (knownIn(book, `data.missing/${name}`)?.numerator ?? 0) > 0,
  );
  const find = "Find which model, version or input made the predictions file, and score again.";
  if (empty.length === 0) return find;
  const names = empty.map(({ label }) => label).join(", ");
  const fill = `Where ${names} is empty, give the value that the score was made with, or keep only patients who have it.`;
  const isExplained = empty.some(
    ({ name }) => knownIn(book, `data.missing/${name}`)?.numerator === nDiffering,
  );
  return isExplained ? fill : `${fill} ${find}`;
}
