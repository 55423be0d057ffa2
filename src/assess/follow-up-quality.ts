import type { Finding } from "../evidence/finding.ts";
import { type Cohort, primaryReading } from "./cohort.ts";
import type { Piece } from "./piece.ts";

/**
 * Whether anybody is known to be event-free at the primary horizon, which takes follow-up beyond it.
 *
 * An export that ends at the horizon (day 30 of 30) leaves everybody without the event unknown there, and nothing that
 * compares events with event-free patients can be estimated.
 */
export function followUpQuality(cohort: Cohort): Piece {
  const { short, label, readAt, atDays } = primaryReading(cohort);
  const { time, event } = cohort;
  const hasEventFree = time.some((days) => days > atDays);
  const nWithout = event.reduce((count, code) => count + (code === 0 ? 1 : 0), 0);
  if (hasEventFree || nWithout === 0) return {};
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
  return { findings: [finding] };
}
