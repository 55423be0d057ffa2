import type { Finding } from "../evidence/finding.ts";
import type { Trail } from "../evidence/trail.ts";
import { dayOf, wereKnown } from "./trail-words.ts";

/** What lock and amendments say about how far the thresholds were set in advance. */
export function trailFindings({ lock, amendments }: Trail): Finding[] {
  const finding = (id: string, severity: Finding["severity"], sentence: string, remedy: string): Finding => ({
    id: `protocol.${id}`,
    stage: "protocol",
    severity,
    sentence: [sentence],
    estimates: [],
    remedy,
  });
  if (lock === null) {
    return [
      finding(
        "not-locked",
        "concern",
        "The protocol is not locked: nothing shows that its thresholds were set before the results.",
        "Lock the protocol before the next data are joined: probity lock.",
      ),
    ];
  }
  const known = wereKnown(lock)
    ? [
        finding(
          "locked-late",
          "concern",
          `The protocol was locked ${dayOf(lock)}, ${lock.outcomes}: the lock cannot show that its thresholds were set in advance.`,
          "Confirm the result on data that were collected after the lock.",
        ),
      ]
    : [];
  return [
    ...known,
    ...amendments.map((amendment, i) =>
      finding(
        `amended/${i + 1}`,
        wereKnown(amendment) ? "concern" : "info",
        `The protocol was amended ${dayOf(amendment)} by ${amendment.entry.by} (${amendment.outcomes}; ${fields(amendment.changes.length)}): ${amendment.reason}`,
        "Read before and after of each field under Protocol.",
      ),
    ),
  ];
}

function fields(count: number): string {
  return count === 1 ? "1 field" : `${count} fields`;
}
