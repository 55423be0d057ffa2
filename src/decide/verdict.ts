import type { Finding, Severity } from "../evidence/finding.ts";
import type { Phrase } from "../evidence/phrase.ts";
import type { Requirement, Stage } from "../evidence/requirement.ts";
import type { Verdict, VerdictWord } from "../evidence/verdict.ts";

/**
 * The verdict on a model: the first of five rules that matches.
 *
 *     NO-GO      a fatal finding · an incurable failure (harm engine, harm beyond the limit) ·
 *                a failure measured on records for which no named change passes when simulated again
 *     REDESIGN   any other failure that is not a mere lapse · a serious finding
 *     HOLD       something needed for the silent stage is not `pass`
 *     GO-SILENT  something needed for the live stage is not `pass`
 *     GO         otherwise
 *
 * Order: NO-GO < REDESIGN < HOLD < GO-SILENT < GO. Lowering a requirement's state or adding a finding never
 * raises the word. A lapsed requirement counts as absent evidence: renewing it cures it.
 */
export function verdict(
  requirements: readonly Requirement[],
  findings: readonly Finding[],
  silentPlan: Phrase = ["Run the model silently and collect what is missing."],
): Verdict {
  const halted = requirements.some(({ gate, state }) => gate !== undefined && state !== "pass");
  const decided = decide(requirements, findings, silentPlan);
  return { ...decided, halted };
}

type Decided = Omit<Verdict, "halted">;

function decide(
  requirements: readonly Requirement[],
  findings: readonly Finding[],
  silentPlan: Phrase,
): Decided {
  const failed = requirements.filter(({ state, lapsed }) => state === "fail" && !lapsed);
  return (
    fatalFinding(findings) ??
    incurableFailure(failed) ??
    curableFailure(failed) ??
    seriousFinding(findings) ??
    missingFor("silent", "HOLD", requirements, silentPlan) ??
    missingFor("live", "GO-SILENT", requirements, silentPlan) ?? {
      word: "GO",
      reason: ["all requirements for the live stage are met and no serious finding stands."],
      decidedBy: [],
      wouldChange: ["Any launch gate that fails, or a monitoring limit that is crossed."],
    }
  );
}

function fatalFinding(findings: readonly Finding[]): Decided | undefined {
  return fromFinding(findings, "fatal", "NO-GO");
}

function seriousFinding(findings: readonly Finding[]): Decided | undefined {
  return fromFinding(findings, "serious", "REDESIGN");
}

function fromFinding(
  findings: readonly Finding[],
  severity: Severity,
  word: VerdictWord,
): Decided | undefined {
  const [first] = findings.filter((finding) => finding.severity === severity);
  if (!first) return undefined;
  return { word, reason: first.sentence, decidedBy: [first.id], wouldChange: [first.remedy] };
}

function incurableFailure(failed: readonly Requirement[]): Decided | undefined {
  const first = failed.find((requirement) => requirement.incurable || isMeasuredWithoutCure(requirement));
  return first && fromRequirement(first, "NO-GO");
}

function isMeasuredWithoutCure({ kind, changes = [] }: Requirement): boolean {
  return kind === "measured" && !changes.some(({ state }) => state === "pass");
}

function curableFailure(failed: readonly Requirement[]): Decided | undefined {
  return failed[0] && fromRequirement(failed[0], "REDESIGN");
}

function fromRequirement(requirement: Requirement, word: VerdictWord): Decided {
  const change = requirement.changes?.find(({ state }) => state === "pass");
  return {
    word,
    reason: [`${requirement.name}: `, ...requirement.found, "."],
    decidedBy: [requirement.id],
    wouldChange: change ? change.sentence : [requirement.remedy ?? "Evidence that the requirement is met."],
    ...(change ? { change: change.name } : {}),
  };
}

function missingFor(
  stage: "silent" | "live",
  word: VerdictWord,
  requirements: readonly Requirement[],
  silentPlan: Phrase,
): Decided | undefined {
  const missing = requirements.filter(
    ({ state, neededFor }) => state !== "pass" && isNeededAt(neededFor, stage),
  );
  if (missing.length === 0) return undefined;
  const names = listOf(missing.map(nameInSentence));
  const verb = missing.length === 1 ? "is" : "are";
  const target = stage === "silent" ? "a silent run" : "live use";
  return {
    word,
    reason: [
      `${missing.length} of ${countNeeded(requirements, stage)} requirements for ${target} ${verb} not yet shown: ${names}.`,
    ],
    decidedBy: missing.map(({ id }) => id),
    wouldChange: stage === "silent" ? [`Valid evidence for ${names}.`] : silentPlan,
  };
}

const stages: readonly Stage[] = ["silent", "pilot", "live"];

function isNeededAt(neededFor: Stage, stage: Stage): boolean {
  return stages.indexOf(neededFor) <= stages.indexOf(stage);
}

function countNeeded(requirements: readonly Requirement[], stage: Stage): number {
  return requirements.filter(({ neededFor }) => isNeededAt(neededFor, stage)).length;
}

/** Gates have titles; in a sentence they begin small. */
export function nameInSentence({ gate, name }: Requirement): string {
  return gate === undefined ? name : name.slice(0, 1).toLowerCase() + name.slice(1);
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
