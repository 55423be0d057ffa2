import { verdictWords } from "../evidence/verdict.ts";
import type { DossierFacts } from "./dossier-facts.ts";
import { type SignedHashes, signaturesOf } from "./dossier-files.ts";
import { rejectionsOf } from "./earlier-opinions.ts";
import type { Log, LogEntry } from "./log.ts";
import { linkedProtocols, openingRuns, protocolsOf, type StudyIdentity, studyOf } from "./same-study.ts";
import type { ProtocolWriter } from "./signature-rules.ts";

/** A dossier, and the run of the ledger that wrote it. */
export interface WrittenDossier {
  readonly facts: Pick<DossierFacts, "trail" | "word">;
  readonly hashes: SignedHashes;
  readonly run: LogEntry;
}

/** The locks or amendments of a study's protocol, under any name. */
function actsOn(log: Log, { protocol }: StudyIdentity, kind: "lock" | "amendment"): readonly LogEntry[] {
  const linked = linkedProtocols(log, [protocol]);
  return log.filter(
    ({ record }) => record.type === kind && protocolsOf(record).some((hash) => linked.has(hash)),
  );
}

/** Who locked or amended a study's protocol, before or after a dossier of it was written. */
export function writersIn(log: Log, identity: StudyIdentity): readonly ProtocolWriter[] {
  return (["lock", "amendment"] as const).flatMap((kind) =>
    actsOn(log, identity, kind).map(({ record }) => ({ name: record.actor, act: kind })),
  );
}

/**
 * What a ledger holds on a study that a dossier of it does not tell, because it was written before: amendments of the
 * protocol, rejections of other dossiers, evaluations that came to a lower word. A sentence each, in this order.
 */
export function overtakenBy(log: Log, { facts, hashes, run }: WrittenDossier): readonly string[] {
  const identity = studyOf(run.record);
  const isLater = ({ record }: LogEntry) => record.index > run.record.index;
  const known = new Set(
    [...facts.trail.rejections.map(({ entry }) => entry), ...signaturesOf(log, hashes)].map(
      ({ leaf }) => leaf,
    ),
  );
  const rejected = rejectionsOf(log, "", identity).filter(({ entry }) => !known.has(entry.leaf));
  const rank = (word: unknown) => (verdictWords as readonly unknown[]).indexOf(word);
  const lower = openingRuns(log, identity).filter(
    (entry) => isLater(entry) && rank(entry.record.body.verdict) < rank(facts.word),
  );
  const words = new Map(lower.map((entry) => [entry.record.body.verdict, entry]));
  return [
    ...actsOn(log, identity, "amendment")
      .filter(isLater)
      .map(({ record }) => `${record.actor} amended the protocol, ${placeOf(record)}`),
    ...rejected.map(
      ({ entry, role, verdict }) =>
        `${entry.by} as ${role} rejected another dossier of this study (${verdict}), ${placeOf(entry)}`,
    ),
    ...[...words].map(([word, { record }]) => `a later evaluation came to ${word}, ${placeOf(record)}`),
  ];
}

function placeOf({ time, index }: { readonly time: string; readonly index: number }): string {
  return `${time.slice(0, 10)}, record ${index}`;
}
