import type { Finding } from "../evidence/finding.ts";
import type { FileRole, ReplacedFile, Trail } from "../evidence/trail.ts";
import { dayOf, isAfterDecision, wereKnown } from "./trail-words.ts";

/**
 * What lock and amendments say about how far the thresholds were set in advance, which acts the ledger holds that the
 * study does not show, and who rejected an earlier dossier. `protocolSha256` is the protocol that was evaluated.
 */
export function trailFindings(
  trail: Trail,
  { protocolSha256, decisionDate }: { readonly protocolSha256: string; readonly decisionDate: string },
): Finding[] {
  return [
    ...missingReceipts(trail, protocolSha256),
    ...afterDecision(trail, decisionDate),
    ...lockFindings(trail),
    ...rejectionFindings(trail),
  ];
}

const longestName = 24;

const roleNames = {
  patients: "Patients",
  predictions: "Predictions",
  development: "Development table",
  model: "Model file",
  review: "Chart review",
  extractions: "Extracted values",
  screening: "Screened charts",
} as const;

/**
 * Files that were replaced after someone had seen the results, or could have: no result on them is a first look. Those of
 * the first results are one still; that results on others were seen between is a concern.
 */
export function replacedFindings({ replaced }: Pick<Trail, "replaced">): Finding[] {
  return replaced.map((file) => {
    const { role, resultsOpened, isFirstAgain } = file;
    return finding(
      `replaced/${role}`,
      resultsOpened && !isFirstAgain && role !== "development" ? "serious" : "concern",
      isFirstAgain ? firstAgainSentence(file) : replacedSentence(file),
      "Confirm the result on patients whose outcomes nobody had seen when model and predictions were fixed.",
    );
  });
}

function replacedSentence({ role, resultsOpened, before, now, entry }: ReplacedFile): string {
  const verb = isPlural(role) ? "were" : "was";
  const after = resultsOpened ? "results had been opened" : "results on others could be opened";
  return `${roleNames[role]} ${verb} replaced after ${after} on ${dayOf({ entry })}: ${shortName(now.name)}, sha256 ${short(before.sha256)} then, ${short(now.sha256)} now.`;
}

function firstAgainSentence({ role, resultsOpened, before, entry }: ReplacedFile): string {
  const [are, others] = isPlural(role) ? ["are those", "others"] : ["is that", "another"];
  const opened = resultsOpened ? "were opened" : "could be opened";
  return `${roleNames[role]} ${are} of the first results again; on ${dayOf({ entry })} results ${opened} on ${others}: ${shortName(before.name)}, sha256 ${short(before.sha256)}.`;
}

function isPlural(role: FileRole): boolean {
  return ["patients", "predictions", "extractions", "screening"].includes(role);
}

/** Its end, where it is longer than the memo's block has room for. */
function shortName(name: string): string {
  return name.length <= longestName ? name : `…${name.slice(-longestName)}`;
}

function short(sha256: string): string {
  return `${sha256.slice(0, 8)}…`;
}

function finding(id: string, severity: Finding["severity"], sentence: string, remedy: string): Finding {
  return { id: `protocol.${id}`, stage: "protocol", severity, sentence: [sentence], estimates: [], remedy };
}

function missingReceipts({ lock, withoutReceipt }: Trail, protocolSha256: string): Finding[] {
  if (withoutReceipt.length === 0) return [];
  const acts = withoutReceipt.map((act) => `${act.kind} ${dayOf(act)} by ${act.entry.by}`).join(", ");
  const last = withoutReceipt.findLast(({ kind }) => kind !== "acknowledgement");
  const isOther = lock === null && last !== undefined && last.sha256 !== protocolSha256;
  const other = isOther ? "; the protocol evaluated here is not the one recorded last" : "";
  return [
    finding(
      "receipts-missing",
      "concern",
      `The ledger holds what the study's receipts do not show: ${acts}${other}.`,
      "Put the receipts back, or write them from the ledger: probity receipts.",
    ),
  ];
}

function afterDecision({ lock }: Trail, decisionDate: string): Finding[] {
  if (lock === null || !isAfterDecision(lock, decisionDate)) return [];
  return [
    finding(
      "locked-after-decision",
      "concern",
      `The protocol was locked ${dayOf(lock)}, after the decision date ${decisionDate}: a decision taken on that date was not taken under it.`,
      "Where the decision is still to come, correct decision_date: probity amend.",
    ),
  ];
}

function lockFindings({ lock, amendments, withoutReceipt }: Trail): Finding[] {
  if (lock === null) {
    if (withoutReceipt.some(({ kind }) => kind === "lock")) return [];
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

function rejectionFindings({ rejections }: Trail): Finding[] {
  return rejections.map(({ entry, role, verdict }, i) =>
    finding(
      `rejected/${i + 1}`,
      "concern",
      `An earlier dossier of this study (${verdict}) was rejected ${dayOf({ entry })} by ${entry.by} as ${role}.`,
      "Ask why, and what has changed since, before this one is approved.",
    ),
  );
}

/** Concerns alone: what another evaluation came to has no part in this verdict. */
export function earlierFindings({ earlier }: Pick<Trail, "earlier">): Finding[] {
  if (earlier.length === 0) return [];
  const words = earlier.map((one) => `${one.verdict} (${dayOf(one)})`).join(", ");
  return [
    finding(
      "earlier-verdicts",
      "concern",
      `Earlier evaluations of this study came to another verdict: ${words}.`,
      "Read under Protocol what was changed since, and ask why, before this one is approved.",
    ),
  ];
}

function fields(count: number): string {
  return count === 1 ? "1 field" : `${count} fields`;
}
