import { type ComputedEstimate, isKnown, type KnownEstimate, measureOf } from "../../evidence/estimate.ts";
import type { Finding } from "../../evidence/finding.ts";
import type { Phrase } from "../../evidence/phrase.ts";
import type { Reading } from "../cohort/cohort.ts";
import { type ChangedKey, changed, changedKeys } from "./changed.ts";

/** A model that is worse in one of these is worse for the patients it is meant for. */
const decisive: ReadonlySet<ChangedKey> = new Set(["sensitivity", "net-benefit"]);
/** Told where nothing is shown to be better. */
const told: readonly ChangedKey[] = ["sensitivity", "ppv", "auc", "net-benefit"];

interface Change {
  readonly key: ChangedKey;
  readonly estimate: ComputedEstimate;
}

/**
 * Serious where the whole interval of sensitivity or net benefit lies on the old model's side, a concern where that of no
 * measure lies on the new one's.
 */
export function changeFindings(
  estimates: readonly ComputedEstimate[],
  reading: Reading,
  old: string,
): Finding[] {
  const changes = changedKeys.map((key): Change => {
    return { key, estimate: estimates.find(({ id }) => measureOf(id) === `performance.change-${key}`)! };
  });
  const worse = changes.filter(
    ({ key, estimate }) => decisive.has(key) && isKnown(estimate) && sideOf(estimate) === -1,
  );
  const isAnyBetter = changes.some(({ key, estimate }) => {
    const { better } = changed[key];
    return better !== 0 && isKnown(estimate) && sideOf(estimate) === better;
  });
  return [
    ...(worse.length > 0 ? [worseThan(worse, reading, old)] : []),
    ...(isAnyBetter ? [] : [notBetter(changes, reading, old)]),
  ];
}

/** 1 or −1 where the whole interval lies above or below 0, else 0. */
function sideOf({ interval }: KnownEstimate): -1 | 0 | 1 {
  if (!interval) return 0;
  return interval.lower > 0 ? 1 : interval.upper < 0 ? -1 : 0;
}

function listOf(changes: readonly Change[]): Phrase {
  return changes.flatMap(({ key, estimate: { id } }, place): Phrase => {
    return [`${place === 0 ? "" : "; "}${changed[key].inSentence} `, { id, part: "both" }];
  });
}

function worseThan(worse: readonly Change[], { short, label }: Reading, old: string): Finding {
  return {
    id: `performance.change-worse@${short}`,
    stage: "performance",
    severity: "serious",
    sentence: [
      `The model is worse at ${label} than ${old}, which it replaces: difference in `,
      ...listOf(worse),
      ".",
    ],
    estimates: worse.map(({ estimate }) => estimate.id),
    remedy: "Keep the old model, or say which gain is worth this loss to the patients who bear it.",
  };
}

function notBetter(changes: readonly Change[], { short, label }: Reading, old: string): Finding {
  const named = changes.filter(({ key }) => told.includes(key));
  return {
    id: `performance.change-not-better@${short}`,
    stage: "performance",
    severity: "concern",
    sentence: [
      `Nothing is shown to be better at ${label} than with ${old}, which the model replaces; difference in `,
      ...listOf(named),
      ".",
    ],
    estimates: named.map(({ estimate }) => estimate.id),
    remedy: "Say why the model is replaced, or score more patients with both before it is.",
  };
}
