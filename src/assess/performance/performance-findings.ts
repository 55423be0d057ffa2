import { type ComputedEstimate, isKnown, type KnownEstimate } from "../../evidence/estimate.ts";
import type { Finding } from "../../evidence/finding.ts";
import type { Noun } from "../../evidence/noun.ts";
import type { Cohort, Group, Reading } from "../cohort/cohort.ts";
import { strataCalibration } from "./strata-findings.ts";

/** Fewer events than this are too few to validate: Collins 2016, doi:10.1002/sim.6787. */
const enoughEvents = 100;
/** More unknown status than this is a finding. */
const unknownLimit = 0.2;
/** A group in which more than this share is flagged is one that the model does not divide. */
const flaggedLimit = 0.95;
/** Two estimates of the gain that differ by more than this are a finding. */
const gainGapLimit = 0.01;

type Book = ReadonlyMap<string, ComputedEstimate>;

/** What the numbers themselves say a reader must know. */
export function performanceFindings(cohort: Cohort, estimates: readonly ComputedEstimate[]): Finding[] {
  const book: Book = new Map(estimates.map((estimate) => [estimate.id, estimate]));
  return [
    ...cohort.readings.flatMap((reading) => [
      ...fewEvents(book, reading, cohort.unit),
      ...unknownStatus(book, reading),
      ...excludesOne(book, reading, "calibration-slope", "The calibration slope"),
      ...excludesOne(book, reading, "observed-expected", "Observed over expected"),
      ...chanceRanking(book, reading, cohort.unit),
      ...(reading.isPrimary
        ? [
            ...undecided(book, reading, cohort.unit),
            ...noGain(book, reading, cohort.unit),
            ...twoEstimators(book, reading),
            ...strataCalibration(book, cohort, reading),
          ]
        : []),
    ]),
    ...cohort.groups.flatMap((group) => undivided(book, cohort, group)),
  ];
}

function known(book: Book, id: string): KnownEstimate | undefined {
  const estimate = book.get(id);
  return estimate && isKnown(estimate) ? estimate : undefined;
}

function fewEvents(book: Book, { short, label }: Reading, unit: Noun): Finding[] {
  const id = `cohort.events@${short}`;
  const events = known(book, id);
  if (!events || events.value >= enoughEvents) return [];
  return [
    {
      id: `performance.few-events@${short}`,
      stage: "performance",
      severity: "concern",
      sentence: [
        `Events by ${label}: `,
        { id, part: "value" },
        " in ",
        { id, part: "n" },
        ` ${unit.many}; fewer than ${enoughEvents} events are too few to validate.`,
      ],
      estimates: [id],
      remedy: `Do not use the risk at ${label} until ${enoughEvents} events or more have been observed.`,
    },
  ];
}

function unknownStatus(book: Book, { short, label, readAt }: Reading): Finding[] {
  const id = `cohort.unknown@${short}`;
  const unknown = known(book, id);
  if (!unknown || unknown.value <= unknownLimit) return [];
  const [none, all] = [
    `performance.observed-expected-if-none@${short}`,
    `performance.observed-expected-if-all@${short}`,
  ];
  const bounds = known(book, none) && known(book, all);
  return [
    {
      id: `performance.unknown-status@${short}`,
      stage: "performance",
      severity: "concern",
      sentence: [
        `Share of patients whose status at ${readAt ?? label} is unknown: `,
        { id, part: "both" },
        ...(bounds
          ? [
              "; observed over expected is ",
              { id: none, part: "value" as const },
              " if none of them had an event, ",
              { id: all, part: "value" as const },
              " if all had",
            ]
          : []),
        ".",
      ],
      estimates: bounds ? [id, none, all] : [id],
      remedy:
        "Ask the source for later follow-up; until then the estimates rest on censoring being independent of risk.",
    },
  ];
}

function excludesOne(book: Book, { short, label }: Reading, measure: string, name: string): Finding[] {
  const id = `performance.${measure}@${short}`;
  const estimate = known(book, id);
  if (!estimate?.interval || (estimate.interval.lower <= 1 && estimate.interval.upper >= 1)) return [];
  return [
    {
      id: `performance.${measure}-off@${short}`,
      stage: "performance",
      severity: "concern",
      sentence: [`${name} at ${label} is `, { id, part: "both" }, "; its interval excludes 1."],
      estimates: [id],
      remedy: `Recalibrate the risk at ${label}, or do not print it as a probability.`,
    },
  ];
}

function chanceRanking(book: Book, { short, label }: Reading, { many }: Noun): Finding[] {
  const id = `performance.auc@${short}`;
  const auc = known(book, id);
  if (!auc?.interval || auc.interval.lower > 0.5) return [];
  const isReversed = auc.interval.upper < 0.5;
  return [
    {
      id: `performance.chance@${short}`,
      stage: "performance",
      severity: isReversed ? "fatal" : "concern",
      sentence: [`The AUC at ${label} is `, { id, part: "both" }, "; ranking by chance scores .50."],
      estimates: [id],
      remedy: isReversed
        ? "Check the coding of event and risk first; if both are right, drop the model."
        : `The interval spans .50: collect more ${many} with the event before the ranking is relied on.`,
    },
  ];
}

/** An operating point that treats all alike: whatever else is good about the model, it changes no decision. */
function undecided(book: Book, { short }: Reading, { many }: Noun): Finding[] {
  const id = `performance.flagged@${short}`;
  const flagged = known(book, id);
  if (!flagged?.denominator || (flagged.numerator !== 0 && flagged.numerator !== flagged.denominator))
    return [];
  const whom = flagged.numerator === 0 ? "nobody" : "everybody";
  return [
    {
      id: `performance.undecided@${short}`,
      stage: "performance",
      severity: "serious",
      sentence: [
        `The operating point flags ${whom}, `,
        { id, part: "fraction" },
        ` ${many}: the same is done for all, with the model or without it.`,
      ],
      estimates: [id],
      remedy: "Choose an operating point within the range of the risks.",
    },
  ];
}

function noGain(book: Book, { short }: Reading, { many }: Noun): Finding[] {
  const id = `performance.net-benefit-gain@${short}`;
  const gain = known(book, id);
  if (!gain?.interval || gain.interval.lower > 0) return [];
  const flagged = `performance.flagged@${short}`;
  const isWorse = gain.interval.upper < 0;
  return [
    {
      id: `performance.no-gain@${short}`,
      stage: "performance",
      severity: isWorse ? "serious" : "concern",
      sentence: [
        `Share of ${many} flagged at the operating point: `,
        { id: flagged, part: "both" },
        ". Net benefit over the better of flagging all and flagging nobody: ",
        { id, part: "both" },
        isWorse ? "; the model does worse than no model." : "; the data do not show a gain.",
      ],
      estimates: [id, flagged],
      remedy:
        "Justify the threshold by what a false flag costs the patient, or choose one at which the model gains.",
    },
  ];
}

/** The cells per 1,000 and the decision curve treat censoring differently; a gap shows that it depends on the flag. */
function twoEstimators(book: Book, { short }: Reading): Finding[] {
  const [curve, cells] = [
    `performance.net-benefit-gain@${short}`,
    `performance.net-benefit-gain-cells@${short}`,
  ];
  const [fromCurve, fromCells] = [known(book, curve), known(book, cells)];
  if (!fromCurve || !fromCells || Math.abs(fromCurve.value - fromCells.value) <= gainGapLimit) return [];
  return [
    {
      id: `performance.censoring-by-flag@${short}`,
      stage: "performance",
      severity: "concern",
      sentence: [
        "Net benefit over the better default is ",
        { id: curve, part: "value" },
        " with the censoring of the flagged and ",
        { id: cells, part: "value" },
        " from the cells per 1,000, which use one censoring curve for all: follow-up differs between flagged and others.",
      ],
      estimates: [curve, cells],
      remedy:
        "Read net benefit and the cells per 1,000 as two estimates; ask why follow-up differs with predicted risk.",
    },
  ];
}

/** Everybody, or a single patient, cannot be divided by any score. */
function undivided(book: Book, cohort: Cohort, { id: groupId, name, n }: Group): Finding[] {
  if (n < 2 || n === cohort.n) return [];
  const primary = cohort.readings.find(({ isPrimary }) => isPrimary);
  const id = `performance.flagged@${primary?.short}/${groupId}`;
  const flagged = known(book, id);
  if (!flagged || flagged.value < flaggedLimit) return [];
  return [
    {
      id: `performance.undivided/${groupId}`,
      stage: "performance",
      severity: "info",
      sentence: [
        `Share flagged of the group "${name}": `,
        { id, part: "both" },
        "; the model does not divide it.",
      ],
      estimates: [id],
      remedy: "State the rule for this group in the pathway; the score adds nothing to it.",
    },
  ];
}
