import type { EvidenceRow } from "../evidence/dossier.ts";
import { type ComputedEstimate, isKnown } from "../evidence/estimate.ts";
import { counted, phraseText } from "../evidence/format.ts";
import { isReference, type Phrase } from "../evidence/phrase.ts";
import type { Requirement } from "../evidence/requirement.ts";
import type { AcceptanceCriterion } from "../protocol/index.ts";
import { criterionEstimateId, criterionName, limitText } from "./acceptance.ts";
import { type EstimateBook, knownIn } from "./estimate-book.ts";
import type { MemoInputs } from "./memo-inputs.ts";
import { both, value } from "./references.ts";

const met: Readonly<Record<Requirement["state"], EvidenceRow["met"]>> = {
  pass: "met",
  fail: "not met",
  "no evidence": "unclear",
};

function criterionFor({ protocol }: MemoInputs, estimateId: string): AcceptanceCriterion | undefined {
  return protocol.acceptance.find((criterion) => criterionEstimateId(criterion) === estimateId);
}

function stateOf({ requirements }: MemoInputs, estimateId: string): Requirement["state"] | undefined {
  return requirements.find(
    ({ id, evidence }) => id.startsWith("acceptance.") && evidence.includes(estimateId),
  )?.state;
}

/** Block 5: at most six measures. */
export function evidenceRows(inputs: MemoInputs): EvidenceRow[] {
  const { horizon: h, book } = inputs;
  const rows: readonly (readonly [estimate: string, base: Phrase])[] = [
    [
      `performance.sensitivity@${h}`,
      [
        "per 1,000: ",
        value(`performance.true-positives@${h}`),
        " found, ",
        value(`performance.false-negatives@${h}`),
        " missed",
      ],
    ],
    [
      `performance.ppv@${h}`,
      [
        "per 1,000: ",
        value(`performance.true-positives@${h}`),
        " found, ",
        value(`performance.false-positives@${h}`),
        " flagged for nothing",
      ],
    ],
    [`performance.observed-expected@${h}`, ["slope ", both(`performance.calibration-slope@${h}`)]],
    [`performance.net-benefit-gain@${h}`, ["in points"]],
    [
      `performance.sensitivity@${h}/worst-of-strata`,
      ["n\u00a0", { id: `performance.sensitivity@${h}/worst-of-strata`, part: "n" }],
    ],
  ];
  return [
    ...rows.flatMap(([id, base]) => {
      const estimate = book.get(id);
      return estimate ? [evidenceRow(inputs, estimate, base)] : [];
    }),
    labelRow(inputs),
  ];
}

function evidenceRow(inputs: MemoInputs, estimate: ComputedEstimate, base: Phrase): EvidenceRow {
  const criterion = criterionFor(inputs, estimate.id);
  const state = stateOf(inputs, estimate.id);
  const known = isKnown(estimate);
  return {
    measure: [estimate.label],
    base: known ? readable(inputs, base) : [],
    estimate: estimate.id,
    setInAdvance: criterion ? limitText(criterion.limit) : "none",
    met: !criterion || state === undefined ? "no limit set" : known ? met[state] : "no evidence",
    level: estimate.evidence === "retrospective" ? "retro" : estimate.evidence,
  };
}

/** A base whose numbers exist; one that does not is explained in its own entry, not beside another. */
function readable({ book }: MemoInputs, base: Phrase): Phrase {
  const exists = (id: string) => {
    const estimate = book.get(id);
    return estimate !== undefined && isKnown(estimate);
  };
  return base.every((piece) => !isReference(piece) || piece.part === "n" || exists(piece.id)) ? base : [];
}

function labelRow({ protocol }: MemoInputs): EvidenceRow {
  const { labelReview } = protocol.endpoint;
  return {
    measure: ["Label validity (kappa)"],
    base: labelReview
      ? [{ id: "labels.kappa", part: "n" }, ` charts, ${counted(labelReview.reviewers, "reader")}`]
      : ["no chart read twice"],
    estimate: "labels.kappa",
    setInAdvance: "none",
    met: labelReview?.kappa === undefined ? "no evidence" : "no limit set",
    level: labelReview ? "retro" : "none",
  };
}

/** Criteria that have no row of their own, then what a reader asks next. */
export function also(inputs: MemoInputs): Phrase {
  const { protocol, horizon: h } = inputs;
  const shown = new Set(evidenceRows(inputs).map(({ estimate }) => estimate));
  const others = protocol.acceptance.filter((criterion) => !shown.has(criterionEstimateId(criterion)));
  const set = others.map((criterion): Phrase => {
    const id = criterionEstimateId(criterion);
    const state = stateOf(inputs, id);
    return [
      `${criterionName(criterion)} ${limitText(criterion.limit)}: `,
      ...printed(inputs, id),
      `, ${state ? met[state] : "no evidence"}`,
    ];
  });
  const overall: Phrase = [
    "AUC ",
    ...printed(inputs, `performance.auc@${h}`),
    ", scaled Brier ",
    ...printed(inputs, `performance.scaled-brier@${h}`),
    ". ",
    ...accuracy(inputs),
  ];
  return [...criteriaTold(inputs, set, noteRoom - phraseText(overall, inputs.book).length), ...overall];
}

/** As many criteria as there is room for, and how many more. */
function criteriaTold({ book }: MemoInputs, criteria: readonly Phrase[], room: number): Phrase {
  if (criteria.length === 0) return [];
  const count = countThatFits(book, criteria, room);
  if (count === 0) return [`Also set in advance: ${criteria.length} criteria, in the report. `];
  const told = criteria.slice(0, count).flatMap((phrase, i) => [i === 0 ? lead : "; ", ...phrase]);
  return [...told, count < criteria.length ? `; ${criteria.length - count} more in the report. ` : ". "];
}

const lead = "Also set in advance: ";

/** Characters that two lines of the note hold, whatever they are. */
const noteRoom = 285;

function countThatFits(book: EstimateBook, phrases: readonly Phrase[], room: number): number {
  let length = `${lead}; 99 more in the report. `.length;
  const beyond = phrases.findIndex((phrase) => {
    length += phraseText(phrase, book).length + 2;
    return length > room;
  });
  return beyond < 0 ? phrases.length : beyond;
}

/** Accuracy never stands without its base, nor without the better of the two rules that look at nobody. */
function accuracy({ book, horizon: h }: MemoInputs): Phrase {
  const [own, nobody, everybody] = ["accuracy", "accuracy-flag-nobody", "accuracy-flag-everybody"].map(
    (name) => knownIn(book, `performance.${name}@${h}`),
  );
  if (!own || !nobody || !everybody) return ["Accuracy not estimable."];
  const best: Phrase = everybody.value > nobody.value ? [", everybody ", value(everybody.id), "."] : ["."];
  return [
    "Accuracy ",
    both(own.id),
    own.interval ? " in " : ", no interval, in ",
    { id: own.id, part: "n" },
    "; flagging nobody ",
    value(nobody.id),
    ...best,
  ];
}

/** A number with its interval, or in two words that there is none; why stands in the report. */
function printed({ book }: MemoInputs, id: string): Phrase {
  const estimate = book.get(id);
  if (estimate === undefined) return ["not computed"];
  return [isKnown(estimate) ? both(id) : "not estimable"];
}
