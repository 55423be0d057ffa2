import type { EvidenceRow } from "../evidence/dossier.ts";
import { type ComputedEstimate, isKnown } from "../evidence/estimate.ts";
import { counted, phraseText } from "../evidence/format.ts";
import { isReference, type NumberReference, type Phrase } from "../evidence/phrase.ts";
import type { Requirement } from "../evidence/requirement.ts";
import type { AcceptanceCriterion } from "../protocol/index.ts";
import { criterionEstimateId, criterionName, limitText } from "./acceptance.ts";
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
        "finds ",
        value(`performance.true-positives@${h}`),
        " per 1,000, misses ",
        value(`performance.false-negatives@${h}`),
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
      ["n ", { id: `performance.sensitivity@${h}/worst-of-strata`, part: "n" }],
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
      ...printed(inputs, id, both(id)),
      `, ${state ? met[state] : "no evidence"}`,
    ];
  });
  const told = set.slice(0, countThatFits(inputs, set));
  const untold = set.length - told.length;
  return [
    ...told.flatMap((phrase, i) => [i === 0 ? "Also set in advance: " : "; ", ...phrase]),
    untold > 0 ? `; ${untold} more in the report. ` : told.length > 0 ? ". " : "",
    "AUC ",
    ...printed(inputs, `performance.auc@${h}`, both(`performance.auc@${h}`)),
    ", Brier ",
    ...printed(inputs, `performance.brier@${h}`),
    ", scaled ",
    ...printed(inputs, `performance.scaled-brier@${h}`),
    ". Accuracy ",
    ...printed(inputs, `performance.accuracy@${h}`),
    "; flagging nobody scores ",
    ...printed(inputs, `performance.accuracy-flag-nobody@${h}`),
    ".",
  ];
}

/** Characters that the criteria may take in the note under the table. */
const criteriaRoom = 150;

function countThatFits({ book }: MemoInputs, phrases: readonly Phrase[]): number {
  let length = 0;
  const beyond = phrases.findIndex((phrase) => {
    length += phraseText(phrase, book).length + 2;
    return length > criteriaRoom;
  });
  return beyond < 0 ? phrases.length : beyond;
}

/** A number, or in two words that there is none; why stands in the report. */
function printed({ book }: MemoInputs, id: string, reference: NumberReference = value(id)): Phrase {
  const estimate = book.get(id);
  if (estimate === undefined) return ["not computed"];
  return [isKnown(estimate) ? reference : "not estimable"];
}
