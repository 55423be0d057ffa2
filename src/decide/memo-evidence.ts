import type { EvidenceRow } from "../evidence/dossier.ts";
import { type ComputedEstimate, isKnown } from "../evidence/estimate.ts";
import { counted } from "../evidence/format.ts";
import { isReference, type Phrase } from "../evidence/phrase.ts";
import type { Requirement } from "../evidence/requirement.ts";
import type { AcceptanceCriterion } from "../protocol/index.ts";
import { countOfStrata, criterionEstimateId, limitPhrase, nameOf } from "./acceptance.ts";
import { knownIn } from "./estimate-book.ts";
import type { MemoInputs } from "./memo-inputs.ts";
import { both, value } from "./references.ts";

function criterionFor({ protocol }: MemoInputs, estimateId: string): AcceptanceCriterion | undefined {
  return protocol.acceptance.find((criterion) => criterionEstimateId(criterion) === estimateId);
}

/** The requirement that judges an estimate. */
export function judgeOf({ requirements }: MemoInputs, estimateId: string): Requirement | undefined {
  return requirements.find(
    ({ id, evidence }) => id.startsWith("acceptance.") && evidence.includes(estimateId),
  );
}

/** Block 5: at most six measures. */
export function evidenceRows(inputs: MemoInputs): EvidenceRow[] {
  const { horizon: h, book } = inputs;
  const worst = `performance.sensitivity@${h}/worst-of-strata`;
  const [sensitivity, ppv] = [`labels.sensitivity@${h}`, `labels.ppv@${h}`];
  const isReviewed = book.has(sensitivity);
  const rows: readonly (readonly [estimate: string, base: Phrase])[] = [
    ...(isReviewed
      ? ([
          [sensitivity, ["recorded labels: ", both(`performance.sensitivity@${h}`)]],
          [ppv, ["recorded labels: ", both(`performance.ppv@${h}`)]],
        ] as const)
      : recordedRows(h)),
    [`performance.observed-expected@${h}`, slope(inputs)],
    [`performance.net-benefit-gain@${h}`, fromTheCells(inputs)],
    [worst, worstBase(inputs, worst)],
  ];
  return [
    ...rows.flatMap(([id, base]) => {
      const estimate = book.get(id);
      return estimate ? [evidenceRow(inputs, estimate, base)] : [];
    }),
    labelRow(inputs),
  ];
}

/** What the flag does to 1,000 patients by the recorded labels. */
function recordedRows(h: string): readonly (readonly [estimate: string, base: Phrase])[] {
  const perThousand = (cells: readonly (readonly [string, string])[]): Phrase =>
    cells.flatMap(([words, cell]) => [words, value(`performance.${cell}@${h}`)]);
  return [
    [
      `performance.sensitivity@${h}`,
      perThousand([
        ["per 1,000: found ", "true-positives"],
        [", missed ", "false-negatives"],
      ]),
    ],
    [
      `performance.ppv@${h}`,
      perThousand([
        ["per 1,000: found ", "true-positives"],
        [", flagged for nothing ", "false-positives"],
      ]),
    ],
  ];
}

/** Whose the interval of the worst stratum is: its lower bound may be that of a smaller stratum. */
function worstBase({ book, horizon }: MemoInputs, id: string): Phrase {
  const worst = knownIn(book, id);
  if (!worst) return [];
  const own: Phrase = ["n\u00a0", { id, part: "n" }];
  const among = countOfStrata(book, horizon);
  const lowerIn = worst.interval?.lowerIn;
  const other = book.get(id.replace("worst-of-strata", lowerIn ?? ""));
  if (!other || lowerIn === worst.attainedIn) return [...own, `; interval over ${among} strata`];
  return [
    ...own,
    `; lower bound: ${nameOf(other)}, n\u00a0`,
    { id: other.id, part: "n" },
    `, of ${among} strata`,
  ];
}

/** A slope with its own limit is told with its state in the note; beside a passed ratio it would look passed. */
function slope(inputs: MemoInputs): Phrase {
  const id = `performance.calibration-slope@${inputs.horizon}`;
  return criterionFor(inputs, id) ? [] : ["slope ", both(id)];
}

/** The other estimate of the gain, where the two differ so much that it is a finding. */
function fromTheCells({ horizon: h, findings }: MemoInputs): Phrase {
  const differs = findings.some(({ id }) => id === `performance.censoring-by-flag@${h}`);
  return differs ? ["from the cells per 1,000 ", value(`performance.net-benefit-gain-cells@${h}`)] : [];
}

function evidenceRow(inputs: MemoInputs, estimate: ComputedEstimate, base: Phrase): EvidenceRow {
  const criterion = criterionFor(inputs, estimate.id);
  const judge = judgeOf(inputs, estimate.id);
  return {
    measure: [estimate.label],
    base: isKnown(estimate) ? readable(inputs, base) : [],
    estimate: estimate.id,
    limit: criterion ? limitPhrase(criterion, inputs.protocol.acceptance.indexOf(criterion)) : ["none"],
    state: criterion && judge ? judge.state : "no limit set",
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
  const isReported = labelReview !== null && labelReview.file === undefined;
  const estimate = isReported ? "labels.kappa-reported" : "labels.kappa";
  const isKnown = labelReview?.file !== undefined || labelReview?.kappa !== undefined;
  return {
    measure: ["Label validity (kappa)"],
    base: labelReview
      ? [{ id: estimate, part: "n" }, ` charts, ${counted(labelReview.reviewers, "reader")}`]
      : ["no chart read twice"],
    estimate,
    limit: ["none"],
    state: isKnown ? "no limit set" : "no evidence",
    level: labelReview ? "retro" : "none",
  };
}
