import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { Finding } from "../../evidence/finding.ts";
import { counted } from "../../evidence/format.ts";
import { fromProtocol, type Phrase } from "../../evidence/phrase.ts";
import { daysPer, type Protocol, type TimeUnit } from "../../protocol/index.ts";
import { medianFollowUp } from "../../stats/kaplan-meier.ts";
import {
  type Cohort,
  primaryReading,
  type Reading,
  type TimedCohort,
  type TimedReading,
} from "../cohort/cohort.ts";
import type { LoadedStudy } from "../cohort/load-study.ts";
import { countOf, estimateOf, shareOf } from "../estimate-of.ts";
import { binaryCounts } from "../performance/binary-counts.ts";
import type { Piece } from "../piece.ts";
import { comparedTimes } from "./known-at.ts";
import { timingIds } from "./known-at-piece.ts";

const retrospective = "retrospective" as const;

/** Follow-up is told in the unit in which the horizon is thought of: 30 days of it are no "0.1 years". */
const followUpUnit = {
  minutes: "minutes",
  hours: "hours",
  days: "days",
  weeks: "days",
  months: "years",
  years: "years",
} as const satisfies Record<TimeUnit, TimeUnit>;

/** Follow-up and status: how much of the outcome the data hold at each horizon. */
export function outcomeCounts(cohort: Cohort, horizonUnit: TimeUnit): readonly ComputedEstimate[] {
  return cohort.kind === "binary" ? binaryCounts(cohort) : timedCounts(cohort, horizonUnit);
}

function timedCounts(cohort: TimedCohort, horizonUnit: TimeUnit): readonly ComputedEstimate[] {
  const unit = followUpUnit[horizonUnit];
  const followUp = medianFollowUp(cohort.time, cohort.event);
  return [
    countOf({ n: cohort.n, evidence: retrospective }, "cohort.analysed", "Patients analysed", cohort.n),
    estimateOf(
      { n: cohort.n, evidence: retrospective },
      {
        measure: "cohort.follow-up",
        label: "Median follow-up",
        unit,
        method: "reverse Kaplan–Meier",
      },
      "notEstimable" in followUp ? followUp : { value: followUp.value / daysPer[unit], decimals: 1 },
    ),
    ...cohort.readings.flatMap((reading) => statusCounts(cohort, reading)),
  ];
}

function statusCounts(
  { n, time, event }: TimedCohort,
  { short, label, atDays, readAt }: TimedReading,
): readonly ComputedEstimate[] {
  let events = 0;
  let eventFree = 0;
  for (let i = 0; i < n; i++) {
    if (time[i]! > atDays) eventFree++;
    else if (event[i]) events++;
  }
  const context = { n, events, horizon: short, evidence: retrospective };
  const when = readAt ?? label;
  const share = (measure: string, text: string, count: number) =>
    shareOf(context, measure, `${text} at ${when}`, count, n);
  return [
    countOf(context, "cohort.events", `Events by ${when}`, events),
    countOf(context, "cohort.event-free", `Event-free at ${when}`, eventFree),
    share("cohort.unknown", "Status unknown", n - events - eventFree),
  ];
}

/** Keys that differ in upper and lower case only; those of predictions are the patients' own. */
export function keyQuality({ patients, development }: LoadedStudy): Piece {
  const files = [
    { table: "patients", file: patients },
    ...(development ? [{ table: "development", file: development }] : []),
  ];
  const found = files.filter(({ file }) => file.keysInOtherCase.count > 0);
  return {
    findings: found.map(({ table, file: { name, keysInOtherCase } }): Finding => {
      return {
        id: `quality.keys-in-other-case/${table}`,
        stage: "quality",
        severity: "concern",
        sentence: [
          `In ${name} some keys differ in upper and lower case only: a patient may stand there more than once.`,
        ],
        estimates: [],
        rows: { count: keysInOtherCase.count, lines: keysInOtherCase.first },
        remedy: "Check these rows against the source; give each patient one key and one row.",
      };
    }),
  };
}

/** The three questions that are read before any result. */
export function threeQuestions(
  protocol: Protocol,
  study: LoadedStudy,
  cohort: Cohort,
): readonly { readonly question: string; readonly answers: readonly Phrase[] }[] {
  const primary = primaryReading(cohort);
  const { source } = protocol.data;
  return [
    {
      question: "What do we have?",
      answers: [
        [
          { id: "data.records/patients", part: "value" },
          ` rows in ${study.patients.name}, `,
          { id: "data.records/predictions", part: "value" },
          ` in ${study.predictions.name}, `,
          { id: "data.matched", part: "value" },
          " matched one to one.",
        ],
        analysedAnswer(cohort, primary),
        [
          `Source: ${source.kind}, recruited `,
          ...fromProtocol("data.source.recruited", source.recruited.label),
          ", treatment: ",
          ...fromProtocol("data.source.treatment", source.treatment),
          ".",
        ],
      ],
    },
    {
      question: "What is missing?",
      answers: [
        ...(cohort.kind === "binary"
          ? []
          : [
              [
                "Share of patients whose status at ",
                ...readAtWords(primary),
                " is unknown: ",
                { id: `cohort.unknown@${primary.short}`, part: "both" } as const,
                ".",
              ],
            ]),
        protocol.data.variables.length === 0
          ? ["The protocol declares no variable."]
          : [
              { field: "data.variables", text: String(protocol.data.variables.length) },
              " variables are declared; missing values of each stand in the tables below.",
            ],
        timesAnswer(protocol.data),
      ],
    },
    { question: "How do we know the labels are right?", answers: labelAnswers(protocol) },
  ];
}

function readAtWords({ readAt, label }: Reading): Phrase {
  return readAt === undefined
    ? fromProtocol("endpoint.horizon", label)
    : fromProtocol("endpoint.read_at", readAt);
}

/** How many are analysed, with how many events; patients too, where a patient may have several rows. */
function analysedAnswer(cohort: Cohort, reading: Reading): Phrase {
  const { short, label } = reading;
  const events = { id: `cohort.events@${short}`, part: "value" } as const;
  const analysed = { id: "cohort.analysed", part: "value" } as const;
  if (cohort.kind === "time to event")
    return [
      analysed,
      " patients analysed, ",
      events,
      " events by ",
      ...readAtWords(reading),
      ", median follow-up ",
      { id: "cohort.follow-up", part: "value" },
      ".",
    ];
  const { many } = cohort.unit;
  if (!cohort.patient) return [analysed, ` ${many} analysed, `, events, ` events by ${label}.`];
  return [
    analysed,
    ` ${many} of `,
    { id: "cohort.patients", part: "value" },
    " patients analysed, ",
    { id: "cohort.rows-per-patient", part: "value" },
    " for each patient; ",
    events,
    ` events by ${label}; patients with one or more: `,
    { id: `cohort.patients-with-event@${short}`, part: "both" },
    ".",
  ];
}

function timesAnswer(data: Protocol["data"]): Phrase {
  const compared = comparedTimes(data);
  if (compared === undefined)
    return [`Times are ${data.times.kind} from ${data.times.from}; no value says when it became known.`];
  if ("notCompared" in compared)
    return [
      `When inputs became known, column ${compared.knownAt}, is not compared: ${compared.notCompared}.`,
    ];
  return [
    `Inputs known at the prediction by column ${compared.knownAt}: `,
    { id: timingIds.inTime, part: "both" },
    ` of the ${data.patients.unit.many}; after it: `,
    { id: timingIds.late, part: "both" },
    "; not shown: ",
    { id: timingIds.untimed, part: "both" },
    ".",
  ];
}

const labelled: Readonly<Record<Protocol["endpoint"]["labelSource"], string>> = {
  structured: "taken from coded fields",
  abstracted: "read from charts by people",
  "model-derived": "made by a model",
};

function labelAnswers({ endpoint }: Protocol): readonly Phrase[] {
  const { labelReview } = endpoint;
  return [
    [
      "The event is ",
      ...fromProtocol("endpoint.meaning", endpoint.meaning),
      ", version ",
      { field: "endpoint.version", text: String(endpoint.version) },
      `, its labels were ${labelled[endpoint.labelSource]}.`,
    ],
    labelReview?.file !== undefined
      ? [
          { id: "labels.kappa", part: "n" },
          ` charts read by two readers each (${labelReview.document}), agreement beyond chance (kappa) `,
          { id: "labels.kappa", part: "both" },
          "; both read the same in ",
          { id: "labels.agreed", part: "both" },
          ".",
        ]
      : labelReview
        ? [
            `${labelReview.charts} charts read by ${counted(labelReview.reviewers, "reviewer")} (${labelReview.document}).`,
          ]
        : ["No chart has been read a second time. We do not know how often the label is wrong."],
  ];
}
