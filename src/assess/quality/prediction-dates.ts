import type { ColumnSet, Store } from "../../data/index.ts";
import type { Finding } from "../../evidence/finding.ts";
import { saidOf } from "../../evidence/noun.ts";
import { daysPer, type Protocol, predictionsAreDated } from "../../protocol/index.ts";
import { studyTable } from "../cohort/load-study.ts";
import { shareOf } from "../estimate-of.ts";
import type { Piece } from "../piece.ts";
import { momentsOf } from "./known-at.ts";
import { isNotAfter, later, parseMoment } from "./moment.ts";

type Columns = Pick<ColumnSet, "n" | "columns">;

const nListed = 10;

/** A way in which the date of a prediction cannot be right, or shows that it predicts nothing. */
interface Misdate {
  readonly id: string;
  readonly finding: string;
  readonly label: string;
  /** Of each row; undefined where the protocol has no column to ask. */
  readonly test: (set: Columns, protocol: Protocol) => readonly boolean[] | undefined;
  /** After "The predictions of n patients", or "The follow-up of n patients". */
  readonly sentence: (protocol: Protocol) => readonly [whose: string, rest: string];
  readonly remedy: (protocol: Protocol) => string;
}

export const misdates = {
  afterDecision: {
    id: "data.predicted-after-decision",
    finding: "quality.predicted-after-decision",
    label: "Patients whose prediction is dated after the decision",
    test: areAfterDecision,
    sentence: ({ decisionDate }) => [
      "predictions",
      ` are dated after the decision, ${decisionDate}: that cannot be, and their times show nothing.`,
    ],
    remedy: ({ data }) =>
      `Give in ${data.predictions.predictedAt} the moment at which each prediction was made, or correct decision_date.`,
  },
  afterIndex: {
    id: "data.predicted-after-index",
    finding: "quality.predicted-after-index",
    label: "Patients whose prediction was made after the index",
    test: areAfterIndex,
    sentence: ({ data }) => [
      "predictions",
      ` were made after ${data.times.from}, from which the horizon counts: an event before the prediction counts as predicted.`,
    ],
    remedy: ({ data }) =>
      `Count the horizon from the prediction, or give in ${data.predictions.predictedAt} the moment at which it was made.`,
  },
  followedPast: {
    id: "data.followed-past-decision",
    finding: "quality.followed-past-decision",
    label: "Patients whose follow-up ends after the decision",
    test: areFollowedPast,
    sentence: ({ decisionDate }) => [
      "follow-up",
      `, counted from the prediction, ends after the decision, ${decisionDate}: on that day nobody can know how it ends.`,
    ],
    remedy: ({ data, endpoint }) =>
      `Correct ${endpoint.time!.column}, ${data.predictions.predictedAt} or decision_date.`,
  },
} as const satisfies Record<string, Misdate>;

const all: readonly Misdate[] = Object.values(misdates);

/** Whether each row's prediction is dated after the day of the decision; an empty cell is not. */
export function areAfterDecision(set: Columns, { data, decisionDate }: Protocol): readonly boolean[] {
  const predicted = momentsOf(set.columns.get(data.predictions.predictedAt));
  const day = parseMoment(decisionDate)!;
  return eachRow(set, (row) => {
    const moment = predicted(row);
    return moment !== undefined && isNotAfter(moment, day) === "no";
  });
}

/** Whether each row's prediction was made after the moment from which the horizon counts, where that is a date. */
export function areAfterIndex(set: Columns, { data }: Protocol): readonly boolean[] | undefined {
  const { kind, from } = data.times;
  if (kind !== "dates") return undefined;
  const [predicted, index] = [
    momentsOf(set.columns.get(data.predictions.predictedAt)),
    momentsOf(set.columns.get(from)),
  ];
  return eachRow(set, (row) => {
    const [one, other] = [predicted(row), index(row)];
    return one !== undefined && other !== undefined && isNotAfter(one, other) === "no";
  });
}

/** A month or a year of follow-up is a length in days, which is off by up to this many from the calendar's. */
const calendarSlackDays = 2;

/**
 * Whether prediction plus follow-up, or index plus follow-up where the index is a date, lies after the day of the decision.
 *
 * A prediction is made by the index, so follow-up that ends after the decision when counted from the prediction ends
 * after it from the index too, or the prediction came late. An endpoint without a time says nothing.
 */
export function areFollowedPast(
  set: Columns,
  { data, endpoint, decisionDate }: Protocol,
): readonly boolean[] | undefined {
  if (!endpoint.time) return undefined;
  const { unit } = endpoint.time;
  const column = set.columns.get(endpoint.time.column);
  if (column?.kind !== "number") throw new Error("follow-up is a number");
  const followed = column.values;
  const slack = unit === "months" || unit === "years" ? calendarSlackDays : 0;
  const from = [data.predictions.predictedAt, ...(data.times.kind === "dates" ? [data.times.from] : [])];
  const begins = from.map((name) => momentsOf(set.columns.get(name)));
  const day = parseMoment(decisionDate)!;
  return eachRow(set, (row) => {
    const days = followed[row]! * daysPer[unit] - slack;
    if (!(days > 0)) return false;
    return begins.some((begin) => {
      const moment = begin(row);
      return moment !== undefined && isNotAfter(later(moment, days), day) === "no";
    });
  });
}

function eachRow({ n }: Columns, test: (row: number) => boolean): boolean[] {
  return Array.from({ length: n }, (_, row) => test(row));
}

/** The columns that say when a prediction was made and how it lies to follow-up. */
function dateColumns({ data, endpoint }: Protocol): string[] {
  const index = data.times.kind === "dates" ? [data.times.from] : [];
  return [
    ...new Set([data.predictions.predictedAt, ...index, ...(endpoint.time ? [endpoint.time.column] : [])]),
  ];
}

/** Whether the predictions of the kept patients can have been made when their column says. */
export async function predictionDatesPiece(store: Store, protocol: Protocol): Promise<Piece> {
  if (!predictionsAreDated(protocol.data)) return {};
  const set = await store.columns({ table: studyTable, rows: "kept", columns: dateColumns(protocol) });
  const { unit } = protocol.data.patients;
  const found = all.flatMap((misdate) => {
    const answers = misdate.test(set, protocol);
    return answers ? [{ misdate, rows: [...answers.keys()].filter((row) => answers[row]) }] : [];
  });
  return {
    estimates: found.map(({ misdate: { id, label }, rows }) =>
      shareOf({ n: set.n, evidence: "retrospective" }, id, saidOf(unit, label), rows.length, set.n),
    ),
    findings: found.flatMap(({ misdate, rows }): Finding[] => {
      if (rows.length === 0) return [];
      const [whose, rest] = misdate.sentence(protocol);
      const { patients, predictions } = protocol.data;
      return [
        {
          id: misdate.finding,
          stage: "quality",
          severity: "serious",
          sentence: [`The ${whose} of `, { id: misdate.id, part: "both" }, ` ${unit.many}${rest}`],
          estimates: [misdate.id],
          rows: {
            count: rows.length,
            lines: rows
              .slice(0, nListed)
              .map((row) => `${patients.file}:${set.sourceLine[row]} ${predictions.predictedAt}`),
          },
          remedy: misdate.remedy(protocol),
        },
      ];
    }),
  };
}
