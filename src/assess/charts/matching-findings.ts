import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { Finding } from "../../evidence/finding.ts";
import { hasUnnamed, shareLabels } from "./matching-estimates.ts";
import { type MatchingShare, marksOfCounts, matchingShares } from "./matching-shares.ts";
import type { ScreeningRows } from "./screening-rows.ts";
import { type LimitAnswer, limitPhrase, type ShareLimit } from "./share-limit.ts";

/** A share beside what the protocol asks of it. */
export interface AnsweredShare {
  readonly name: MatchingShare;
  readonly estimate: ComputedEstimate;
  readonly limit: ShareLimit | undefined;
  readonly answer: LimitAnswer;
}

const nListed = 20;
/** More charts than this share that do not tell are a concern. */
const mostUntold = 0.1;

/** What a reader must know of the charts, and where a step loses more than the protocol allows. */
export function matchingFindings(rows: ScreeningRows, answers: readonly AnsweredShare[]): Finding[] {
  return [
    ...impossibleOrder(rows),
    ...namedAlone(rows),
    ...notEligible(rows),
    ...untold(rows),
    ...answers.flatMap((answered) => limitFinding(rows, answered)),
  ];
}

/** Lines of charts by their places in the file. */
function rowsAt({ file, sourceLine }: ScreeningRows, places: readonly number[]): Pick<Finding, "rows"> {
  if (places.length === 0) return {};
  const lines = places.slice(0, nListed).map((i) => `${file}:${sourceLine[i]}`);
  return { rows: { count: places.length, lines } };
}

function withState({ state }: ScreeningRows, wanted: number): number[] {
  return [...state.keys()].filter((i) => state[i] === wanted);
}

function impossibleOrder(rows: ScreeningRows): Finding[] {
  const at = withState(rows, 2);
  if (at.length === 0) return [];
  const id = "matching.impossible";
  return [
    {
      id: "matching.impossible-order",
      stage: "matching",
      severity: "serious",
      sentence: [
        "Charts with a step that the one before rules out, such as confirmed and not named: ",
        { id, part: "both" },
        "; they are left out of every share.",
      ],
      estimates: [id],
      ...rowsAt(rows, at),
      remedy: "Correct these rows in the source, or find out who was confirmed on another way.",
    },
  ];
}

/** Sensitivity needs patients whom the model does not name. */
function namedAlone(rows: ScreeningRows): Finding[] {
  if (hasUnnamed(rows)) return [];
  return [
    {
      id: "matching.named-alone",
      stage: "matching",
      severity: "serious",
      sentence: [
        "Only charts of patients whom the model names were read: how many of the eligible it misses is not known.",
      ],
      estimates: ["matching.identified"],
      remedy: "Read a random sample of the charts of patients whom the model does not name.",
    },
  ];
}

function notEligible(rows: ScreeningRows): Finding[] {
  const { reached, told } = rows;
  return (["consented", "confirmed"] as const).flatMap((step): Finding[] => {
    const at = [...told].filter((_, i) => reached[step][i] === 1 && reached.eligible[i] === 0);
    if (at.length === 0) return [];
    const id = `matching.not-eligible-${step}`;
    return [
      {
        id,
        stage: "matching",
        severity: step === "consented" ? "serious" : "concern",
        sentence: [`Patients ${step} whose chart does not meet the criteria: `, { id, part: "both" }, "."],
        estimates: [id],
        ...rowsAt(rows, at),
        remedy:
          "Look at these charts one by one: each is a deviation from the trial's protocol, or the chart was misread.",
      },
    ];
  });
}

function untold(rows: ScreeningRows): Finding[] {
  const at = withState(rows, 1);
  if (at.length === 0) return [];
  const id = "matching.not-told";
  return [
    {
      id,
      stage: "matching",
      severity: at.length / rows.n > mostUntold ? "concern" : "info",
      sentence: [
        "Charts that do not tell a step, such as a consent not asked for yet: ",
        { id, part: "both" },
        "; the others of their stratum stand for them.",
      ],
      estimates: [id],
      ...rowsAt(rows, at),
      remedy: "Fill in what is known by now; if it goes with the answer, the shares are off.",
    },
  ];
}

/** Eligible patients lost at the step, with their charts. */
function limitFinding(rows: ScreeningRows, { name, estimate, limit, answer }: AnsweredShare): Finding[] {
  if (limit === undefined || answer === "met" || answer === "not asked") return [];
  const marks = marksOfCounts(rows);
  const { of, which } = matchingShares[name];
  const lost = [...rows.told].filter((_, i) => marks[of][i] === 1 && marks[which][i] === 0);
  const isShort = answer === "not met";
  return [
    {
      id: `matching.${name}-${isShort ? "not-met" : "open"}`,
      stage: "matching",
      severity: isShort ? "serious" : "concern",
      sentence: [
        `${shareLabels[name]}: `,
        { id: estimate.id, part: "both" },
        "; asked for is ",
        ...limitPhrase(limit, `trial_matching.at_least.${name}`),
        isShort
          ? ". The whole interval is on the wrong side."
          : ". The charts are too few, or too alike, to tell on which side it lies.",
      ],
      estimates: [estimate.id],
      ...rowsAt(rows, lost),
      remedy: isShort
        ? "Find out at these charts why patients are lost at this step before the model is relied on."
        : "Read more charts, of patients named and not named.",
    },
  ];
}
