import type { EarlierVerdict, Rejection } from "../evidence/trail.ts";
import { isAbout, type SignedHashes } from "./dossier-files.ts";
import type { Log, LogEntry } from "./log.ts";
import { openingRuns, type StudyIdentity } from "./same-study.ts";
import type { SignatureBody } from "./statement.ts";

/** The signatures on dossiers of a study, whichever of its dossiers they are on. */
function signaturesOfStudy(log: Log, identity: StudyIdentity): readonly LogEntry[] {
  const dossiers = new Set(openingRuns(log, identity).map(({ record }) => record.body.committee));
  return log.filter(
    ({ record: { type, body } }) =>
      type === "signature" && (body.study === identity.study || dossiers.has(body.committee)),
  );
}

/** Who rejected a dossier of this study so far. A new evaluation has no signatures, and does not undo one. */
export function rejectionsOf(log: Log, origin: string, identity: StudyIdentity): readonly Rejection[] {
  return signaturesOfStudy(log, identity).flatMap(({ record, leaf }) => {
    const { meaning, role, verdict } = record.body as unknown as SignatureBody;
    if (meaning !== "reject") return [];
    const { index, time, actor } = record;
    return [{ entry: { ledger: origin, index, leaf, time, by: actor }, role, verdict }];
  });
}

/** What earlier evaluations of this study came to: the first of each word under each protocol, in their order. */
export function earlierVerdicts(
  log: Log,
  origin: string,
  identity: StudyIdentity,
): readonly EarlierVerdict[] {
  const all = openingRuns(log, identity).map(({ record, leaf }): EarlierVerdict => {
    const { index, time, actor, body } = record;
    const entry = { ledger: origin, index, leaf, time, by: actor };
    return { entry, protocolSha256: String(body.protocol), verdict: String(body.verdict) };
  });
  const keyOf = ({ protocolSha256, verdict }: EarlierVerdict) => `${protocolSha256} ${verdict}`;
  return all.filter((one, i) => all.findIndex((other) => keyOf(other) === keyOf(one)) === i);
}

/** For whoever verifies one dossier: what else the ledger holds on its study, a sentence each. */
export function otherDossiers(log: Log, identity: StudyIdentity, hashes: SignedHashes): readonly string[] {
  const signed = signaturesOfStudy(log, identity).filter((entry) => !isAbout(entry, hashes));
  const texts = signed.map(({ record }) => {
    const { by, role, meaning, verdict, time } = record.body as unknown as SignatureBody;
    return `${by} as ${role}: ${meaning}, of another dossier of this study (${verdict}), ${time}, record ${record.index}`;
  });
  const runs = openingRuns(log, identity);
  const others = new Set(runs.filter((entry) => !isAbout(entry, hashes)).map(dossierOf));
  if (others.size === 0) return texts;
  const verdicts = [...new Set(runs.map(({ record }) => String(record.body.verdict)))].join(", ");
  const [is, dossiers] = others.size === 1 ? ["was", "other dossier"] : ["were", "other dossiers"];
  const wrote = `${others.size} ${dossiers} of this study ${is} written with results opened; verdicts of all: ${verdicts}`;
  return [...texts, wrote];
}

function dossierOf({ record: { body } }: LogEntry): string {
  return [body.committee, body.memo, body.report].join(" ");
}
