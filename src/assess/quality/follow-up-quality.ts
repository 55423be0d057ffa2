import type { Finding } from "../../evidence/finding.ts";
import type { Protocol } from "../../protocol/index.ts";
import type { BuiltCohort, LongestTime } from "../cohort/build-cohort.ts";
import { primaryReading, type TimedCohort } from "../cohort/cohort.ts";
import type { Piece } from "../piece.ts";

/** What stands out in the follow-up before any result is opened. */
export function followUpQuality({ cohort, longest }: BuiltCohort, { endpoint }: Protocol): Piece {
  if (cohort.kind === "binary" || !longest || !endpoint.time) return {};
  return { findings: [...noEventFree(cohort), ...codeForUnknown(longest, endpoint.time.unit)] };
}

/**
 * Whether anybody is known to be event-free at the primary horizon, which takes follow-up beyond it.
 *
 * An export that ends at the horizon (day 30 of 30) leaves everybody without the event unknown there, and nothing that
 * compares events with event-free patients can be estimated.
 */
function noEventFree(cohort: TimedCohort): Finding[] {
  const { short, label, readAt, atDays } = primaryReading(cohort);
  const { time, event } = cohort;
  const hasEventFree = time.some((days) => days > atDays);
  const nWithout = event.reduce((count, code) => count + (code === 0 ? 1 : 0), 0);
  if (hasEventFree || nWithout === 0) return [];
  const id = `cohort.unknown@${short}`;
  const finding: Finding = {
    id: "quality.no-event-free",
    stage: "quality",
    severity: "serious",
    sentence: [
      `Nobody is followed beyond ${readAt ?? label}, so no patient is known to be event-free there: status is unknown in `,
      { id, part: "both" },
      " of patients.",
    ],
    estimates: [id],
    remedy:
      "Give follow-up beyond the horizon, or, where all were seen event-free at its end, set endpoint.read_at to just before it; events between the two are then not counted.",
  };
  return [finding];
}

/**
 * A longest time of nines only (999, 9999, …) that more than one row has: some sources write an unknown time like that,
 * and it would count as so long a follow-up.
 */
function codeForUnknown({ time, rows }: LongestTime, unit: string): Finding[] {
  if (rows.count < 2 || !/^9{3,}$/.test(String(time))) return [];
  return [
    {
      id: "quality.time-code",
      stage: "quality",
      severity: "concern",
      sentence: [
        `The longest follow-up time is ${time} ${unit}, in more than one row: it may be a code for an unknown time, or true.`,
      ],
      estimates: [],
      rows: { count: rows.count, lines: rows.first },
      remedy: "Check these rows against the source; leave the time empty where it is unknown.",
    },
  ];
}
