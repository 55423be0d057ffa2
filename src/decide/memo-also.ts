import { isKnown } from "../evidence/estimate.ts";
import { phraseText } from "../evidence/format.ts";
import type { Phrase } from "../evidence/phrase.ts";
import type { RequirementState } from "../evidence/requirement.ts";
import type { AcceptanceCriterion } from "../protocol/index.ts";
import { criterionEstimateId, criterionName, limitPhrase } from "./acceptance.ts";
import { knownIn } from "./estimate-book.ts";
import { evidenceRows, judgeOf } from "./memo-evidence.ts";
import type { MemoInputs } from "./memo-inputs.ts";
import { both, value } from "./references.ts";
import { capitalise } from "./sentence.ts";
import { areSetInAdvance } from "./trail-words.ts";

/** Characters that the lines of the note hold, whatever they are. */
const noteRoom = 410;

/** A criterion without a row, at length and in three words. */
interface Told {
  readonly state: RequirementState;
  readonly long: Phrase;
  readonly short: Phrase;
}

/**
 * Criteria that have no row of their own, then what a reader asks next.
 *
 * What is failed stands first, then what has no evidence, and neither is left to the report: where there is no room,
 * passed criteria are counted instead of named, then AUC, Brier score and accuracy give way, then values and limits.
 */
export function also(inputs: MemoInputs): Phrase {
  const criteria = otherCriteria(inputs);
  const weighting = weightingWords(inputs);
  const told = new Set(inputs.protocol.acceptance.map(criterionEstimateId));
  const overall = [...overallWords(inputs, told), weighting];
  if (criteria.length === 0) return overall;
  const lead = areSetInAdvance(inputs.trail, inputs.protocol.decisionDate)
    ? "Other limits set in advance: "
    : "Other limits: ";
  const open = criteria.filter(({ state }) => state !== "pass");
  const passed = criteria.filter(({ state }) => state === "pass");
  const full = passed.map(
    (_, i): Phrase => [
      ...listed(lead, [...open, ...passed.slice(0, passed.length - i)], "long", i),
      ...overall,
    ],
  );
  const tries: readonly Phrase[] = [
    ...full,
    [...listed(lead, open, "long", passed.length), ...overall],
    [...listed(lead, open, "long", passed.length), weighting],
    ...open.map(
      (_, i): Phrase => [
        ...listed(lead, open.slice(0, open.length - i), "short", passed.length, i),
        weighting,
      ],
    ),
  ];
  const fits = (phrase: Phrase) => phraseText(phrase, inputs.book).length <= noteRoom;
  return tries.find(fits) ?? [`${lead}${open.length} criteria not passed, in the report.${weighting}`];
}

/** "Other limits: events at least 30: 23, no evidence (too few events); 2 pass, in the report. " */
function listed(
  lead: string,
  criteria: readonly Told[],
  length: "long" | "short",
  morePassed: number,
  moreOpen = 0,
): Phrase {
  const tail = [
    ...(moreOpen > 0 ? [`${moreOpen} more not passed, in the report`] : []),
    ...(morePassed > 0 ? [`${morePassed} ${morePassed === 1 ? "passes" : "pass"}, in the report`] : []),
  ];
  const told = criteria.flatMap((each, i) => [i === 0 ? lead : "; ", ...each[length]]);
  const rest = tail.map((text, i) => `${i === 0 && told.length === 0 ? lead : "; "}${text}`);
  return [...told, ...rest, ". "].filter((piece) => piece !== "");
}

const order: readonly RequirementState[] = ["fail", "no evidence", "pass"];

function otherCriteria(inputs: MemoInputs): Told[] {
  const shown = new Set(evidenceRows(inputs).map(({ estimate }) => estimate));
  return inputs.protocol.acceptance
    .flatMap((criterion, place) =>
      shown.has(criterionEstimateId(criterion)) ? [] : [toldOf(inputs, criterion, place)],
    )
    .toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
}

function toldOf(inputs: MemoInputs, criterion: AcceptanceCriterion, place: number): Told {
  const id = criterionEstimateId(criterion);
  const { state = "no evidence", reason } = judgeOf(inputs, id) ?? {};
  const name = criterionName(criterion);
  const number = printed(inputs, id);
  const because = reason === undefined || number.includes(reason) ? "" : ` (${reason})`;
  return {
    state,
    long: [`${name} `, ...limitPhrase(criterion, place), ": ", ...number, `, ${state}${because}`],
    short: [`${name}: ${state}`],
  };
}

/** What a criterion tells already is not told twice. */
function overallWords(inputs: MemoInputs, told: ReadonlySet<string>): Phrase {
  const { horizon: h } = inputs;
  const measures = [
    { name: "AUC", id: `performance.auc@${h}` },
    { name: "scaled Brier", id: `performance.scaled-brier@${h}` },
  ].filter(({ id }) => !told.has(id));
  return [
    ...measures.flatMap(({ name, id }, i) => [
      `${i === 0 ? capitalise(name) : `, ${name}`} `,
      ...printed(inputs, id),
    ]),
    ...(measures.length > 0 ? [". "] : []),
    ...accuracy(inputs),
  ];
}

/** The cells of the rows above count patients of known status for those of unknown too. */
function weightingWords({ book, horizon: h }: MemoInputs): string {
  const unknown = knownIn(book, `cohort.unknown@${h}`);
  return unknown && unknown.value > 0
    ? " Cells per 1,000 are weighted for unknown status and need not add up to the counted share."
    : "";
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
    own.interval ? ", n\u00a0" : ", no interval, n\u00a0",
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
