import { dossierFacts } from "./dossier-facts.ts";
import { type Files, runOf, signaturesOf, signedHashes } from "./dossier-files.ts";
import type { Log } from "./log.ts";
import { overtakenBy } from "./overtaken.ts";
import type { SignatureBody } from "./statement.ts";

type Opinion = Pick<SignatureBody, "role" | "meaning" | "by" | "time">;

/**
 * What is no fault of a dossier, and what "signed" does not say: whose signature is missing, who rejects it, and who
 * rejected an earlier dossier of the study, a sentence each.
 */
export function openOpinions(files: Files, signatures: readonly Opinion[]): readonly string[] {
  const facts = dossierFacts(files);
  if (facts === undefined) return [];
  const missing = facts.roles.filter((role) => !signatures.some((one) => one.role === role));
  const against = signatures.filter(({ meaning }) => meaning === "reject");
  return [
    ...missing.map((role) => `${role} has not signed`),
    ...against.map(({ by, role, time }) => `${by} as ${role} rejects this dossier, ${dayOf(time)}`),
    ...facts.trail.rejections.map(
      ({ entry, role, verdict }) =>
        `${entry.by} as ${role} rejected an earlier dossier of this study (${verdict}), ${dayOf(entry.time)}`,
    ),
  ];
}

/** The same of a dossier whose signatures are in a ledger, and what that holds on the study since. */
export function openOpinionsIn(log: Log, files: Files): readonly string[] {
  const hashes = signedHashes(files);
  const signatures = signaturesOf(log, hashes);
  const open = openOpinions(
    files,
    signatures.map(({ record }) => record.body as unknown as SignatureBody),
  );
  const [facts, run] = [dossierFacts(files), runOf(log, hashes)];
  if (facts === undefined || run === undefined) return open;
  return [...open, ...overtakenBy(log, { facts, hashes, run }).map((text) => `since this dossier, ${text}`)];
}

function dayOf(time: string): string {
  return time.slice(0, 10);
}
