import type { KeyObject } from "node:crypto";
import { Problem } from "../evidence/problem.ts";
import type { SealMarks } from "../evidence/seal.ts";
import { type DossierFacts, dossierFacts, refuseOtherFormat, writersOf } from "./dossier-facts.ts";
import {
  type Files,
  nearestRun,
  runOf,
  type SignedHashes,
  signaturesOf,
  signedFields,
  signedHashes,
  signedPaths,
} from "./dossier-files.ts";
import { type Log, type LogEntry, readLog } from "./log.ts";
import { overtakenBy, writersIn } from "./overtaken.ts";
import { studyOf } from "./same-study.ts";
import { type Seal, sealMarks, sealOf } from "./seal.ts";
import { keyOwners, refuseSignature } from "./signature-rules.ts";
import {
  fingerprintOf,
  type Meaning,
  publicKeyText,
  type SignatureBody,
  signStatement,
} from "./statement.ts";
import type { OpenWorkspace } from "./workspace.ts";

/** A dossier whose files are those of a run in this ledger. */
export interface RecordedDossier {
  readonly facts: DossierFacts;
  readonly hashes: SignedHashes;
  readonly run: LogEntry;
}

/**
 * Finds the run that wrote these files.
 *
 * Throws a Problem: dossier-format; not-a-dossier; dossier-changed, naming the file, where a run wrote the others;
 * dossier-not-recorded where this ledger has no such run.
 */
export function recordedDossier(files: Files, log: Log, where: string): RecordedDossier {
  refuseOtherFormat(files, where);
  const facts = dossierFacts(files);
  if (facts === undefined) {
    throw new Problem("not-a-dossier", "committee/dossier.json is not as probity evaluate writes it", {
      where,
      hint: "evaluate the study again",
    });
  }
  const hashes = signedHashes(files);
  const run = runOf(log, hashes);
  if (run !== undefined) return { facts, hashes, run };
  const near = nearestRun(log, hashes)?.record.body;
  if (near !== undefined) {
    const changed = signedFields.filter((field) => near[field] !== hashes[field]);
    const names = changed.map((field) => signedPaths[field]).join(" and ");
    throw new Problem("dossier-changed", `${names} is not what the recorded run wrote`, {
      where,
      hint: "evaluate the study again; a dossier is signed as it was written",
    });
  }
  throw new Problem(
    "dossier-not-recorded",
    "the ledger of this workspace has no run that wrote this dossier",
    {
      where,
      hint: "evaluate the study here, or name the workspace that it was evaluated in with --workspace",
    },
  );
}

export interface SignatureRequest {
  /** The dossier's folder, for messages. */
  readonly where: string;
  readonly role: string;
  readonly meaning: Meaning;
  readonly by: string;
  readonly key: KeyObject;
  /** The command that makes a key in this workspace, for messages. */
  readonly newKey: string;
  /** Called with what the page is to show, before anything is recorded; throws where it cannot be shown. */
  readonly preview: (marks: SealMarks) => void;
}

export interface SignedDossier {
  readonly seal: Seal;
  readonly signatures: readonly SignatureBody[];
}

/**
 * Signs a dossier: checks its files and who may sign, and appends the signature to the ledger.
 *
 * What is signed holds the head of the ledger, so that each person who signs keeps its history from being rewritten.
 * Throws a Problem of `recordedDossier` or `refuseSignature`; option-value for a role that this memo does not have;
 * dossier-overtaken where the ledger holds what the dossier does not tell, unless who signs rejects it.
 */
export async function signDossier(
  open: OpenWorkspace,
  files: Files,
  { where, role: asked, meaning, by, key, newKey, preview }: SignatureRequest,
): Promise<SignedDossier> {
  const { ledger, clock } = open;
  const log = await readLog(ledger);
  const { facts, hashes, run } = recordedDossier(files, log, where);
  const role = roleOf(facts, asked);
  const signer = { role, meaning, by, key: publicKeyText(key) };
  const earlier = bodiesOf(log, hashes);
  const known = {
    earlier,
    author: facts.author,
    writers: [...writersOf(facts.trail), ...writersIn(log, studyOf(run.record))],
    owners: keyOwners(log),
  };
  refuseSignature(signer, known, newKey);
  if (meaning !== "reject") refuseOvertaken(log, { facts, hashes, run }, where);
  const { size, root } = ledger.head;
  const body = signStatement(
    {
      study: String(run.record.body.study),
      ...hashes,
      verdict: facts.word,
      role,
      meaning,
      by,
      time: clock().toISOString(),
      ledger: ledger.origin,
      size,
      root,
    },
    key,
  );
  preview(sealMarks([...earlier, body], { origin: ledger.origin, size: size + 1, root }));
  await ledger.append({ type: "signature", actor: by, body: { ...body } });
  const signed = await signedDossier(open, hashes);
  if (signed === undefined) throw new Error("the signature that was appended is not in the ledger");
  return signed;
}

function refuseOvertaken(log: Log, dossier: RecordedDossier, where: string): void {
  const since = overtakenBy(log, dossier);
  if (since.length === 0) return;
  throw new Problem("dossier-overtaken", "the ledger holds what this dossier was written too early to tell", {
    where,
    others: since,
    hint: "evaluate the study anew and sign that dossier; this one can only be rejected",
  });
}

/** The seal as the ledger has it now; undefined where nobody has signed these files. */
export async function signedDossier(
  { ledger, vkey }: OpenWorkspace,
  hashes: SignedHashes,
): Promise<SignedDossier | undefined> {
  const checkpoint = await ledger.checkpoint();
  const log = await readLog(ledger);
  const seal = sealOf(log, hashes, { checkpoint, vkey });
  return seal && { seal, signatures: bodiesOf(log, hashes) };
}

/** Records whose key it is, so that nobody signs with it under another name. */
export async function recordKey({ ledger }: OpenWorkspace, by: string, key: KeyObject): Promise<void> {
  await ledger.append({ type: "key", actor: by, body: { key: publicKeyText(key) } });
}

/** What people compare by voice: SHA-256 of the public key. */
export function keyFingerprint(key: KeyObject): string {
  return fingerprintOf(publicKeyText(key));
}

function bodiesOf(log: Log, hashes: SignedHashes): SignatureBody[] {
  // The ledger took them in as bodies of this kind.
  return signaturesOf(log, hashes).map(({ record }) => record.body as unknown as SignatureBody);
}

function roleOf({ roles }: DossierFacts, asked: string): string {
  const role = roles.find((one) => one.toLowerCase() === asked.toLowerCase());
  if (role !== undefined) return role;
  throw new Problem("option-value", `unknown role "${asked}"; expected one of ${roles.join(", ")}`, {
    where: "--as",
  });
}
