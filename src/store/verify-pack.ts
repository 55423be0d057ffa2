import { Problem } from "../evidence/problem.ts";
import { Checks, unless, type Verified } from "./check.ts";
import { dossierFacts, refuseOtherFormat } from "./dossier-facts.ts";
import {
  type Files,
  nearestRun,
  runOf,
  sealPath,
  signaturesOf,
  signedHashes,
  signedMemoPath,
  signedPaths,
} from "./dossier-files.ts";
import { otherDossiers } from "./earlier-opinions.ts";
import { type HeldCheckpoint, headHeld } from "./held-checkpoint.ts";
import type { LogEntry } from "./log.ts";
import { openOpinionsIn } from "./opinions.ts";
import { overtakenBy, type WrittenDossier, writersIn } from "./overtaken.ts";
import { manifestText, packPaths, unlistedEntries } from "./pack.ts";
import { studyOf } from "./same-study.ts";
import { parseSeal, type Seal, sealOf, sealText } from "./seal.ts";
import { keyOwners } from "./signature-rules.ts";
import type { SignatureBody } from "./statement.ts";
import { readStoredZip, storedZip } from "./stored-zip.ts";
import { notProvenOfLedger, type Verifying } from "./verify-dossier.ts";
import { checkLog, checkReceipts, headFault, type WholeLog } from "./verify-log.ts";
import { checkSeal } from "./verify-seal.ts";
import { checkOrder, checkRun, checkSignatures, checkSignedMemo } from "./verify-signed.ts";

const required: readonly string[] = [...Object.values(packPaths), ...Object.values(signedPaths)];
const optional: readonly string[] = [sealPath, signedMemoPath];

/**
 * Verifies an evidence pack: that the file is nothing but its entries, the entries against their manifest, the ledger
 * against its checkpoint and what the verifier holds, and the dossier, its receipts and signatures against the ledger.
 *
 * Throws the Problem pack-unreadable or pack-entry for a file that is no pack at all, dossier-format for a dossier of
 * another version.
 */
export async function verifyPack(bytes: Uint8Array, verifying: Verifying): Promise<Verified> {
  const files = readStoredZip(bytes, verifying.where);
  const missing = required.find((path) => !files.has(path));
  if (missing !== undefined) {
    throw new Problem("pack-unreadable", `the pack holds no ${missing}`, {
      where: verifying.where,
      hint: "get the pack again from whoever made it",
    });
  }
  const checks = new Checks();
  const isPlain = checks.add(
    "pack: nothing but its entries, in the one form that a pack has",
    isExactly(files, bytes)
      ? undefined
      : (listFault(files) ?? "bytes outside the content of the entries differ"),
  );
  const isListed = isPlain && checkManifest(checks, files);
  return isListed
    ? verifyPackFiles(checks, files, verifying)
    : { kind: "pack", intact: false, checks: checks.all, notProven: [] };
}

function isExactly(files: Files, bytes: Uint8Array): boolean {
  return storedZip(files).equals(bytes);
}

/** Which entries are not as the manifest lists them; undefined where all are. */
function listFault(files: Files): string | undefined {
  const differing = unlistedEntries(files);
  if (differing === undefined) return "pack.json is no list of entries";
  return differing.length > 0 ? `${differing.join(", ")}: not as pack.json lists it` : undefined;
}

function checkManifest(checks: Checks, files: Files): boolean {
  const other = [...files.keys()].find(
    (path) =>
      !required.includes(path) && !optional.includes(path) && !/^receipts\/\d{4,}-[a-z]+\.json$/.test(path),
  );
  const isOwn = checks.add("pack: only what belongs in it", other && `${other} does not`);
  const listed = text(files, packPaths.manifest) === manifestText(files);
  return (
    checks.add(
      `pack: ${files.size - 1} entries of the sha256 in pack.json`,
      listed ? undefined : (listFault(files) ?? "it is not as a pack has it"),
    ) && isOwn
  );
}

async function verifyPackFiles(
  checks: Checks,
  files: Files,
  { where, held, memoWith }: Verifying,
): Promise<Verified> {
  const vkey = text(files, packPaths.vkey).replace(/\n$/, "");
  const checkpoint = text(files, packPaths.checkpoint);
  const whole = await checkLog(checks, { lines: files.get(packPaths.lines)!, checkpoint, vkey });
  if (whole === undefined) return { kind: "pack", intact: false, checks: checks.all, notProven: [] };
  if (runOf(whole.log, signedHashes(files)) !== undefined) refuseOtherFormat(files, where);
  if (held !== undefined)
    checks.add("ledger: continues the checkpoint that you hold", heldFault(held, whole));
  const foreign = checkReceipts(checks, files, whole);
  const elsewhere = checkDossier(checks, files, whole, memoWith);
  const { log, origin, root } = whole;
  return {
    kind: "pack",
    intact: checks.intact,
    checks: checks.all,
    notProven: [
      `that nothing was recorded after these ${log.length} records`,
      ...notProvenOfLedger(vkey, held !== undefined),
      ...elsewhere,
      ...foreign,
    ],
    // Of files that were changed, the ledger has no signatures.
    signing: checks.intact ? openOpinionsIn(log, files) : [],
    beside: besideOf(files, log),
    ledger: { origin, size: log.length, root, vkey },
  };
}

function besideOf(files: Files, log: WholeLog["log"]): readonly string[] {
  const hashes = signedHashes(files);
  const run = runOf(log, hashes);
  if (run === undefined) return [];
  return otherDossiers(log, studyOf(run.record), hashes);
}

function heldFault(held: HeldCheckpoint, { log, vkey }: WholeLog): string | undefined {
  const head = headHeld(held, vkey);
  return "fault" in head ? `it ${head.fault}` : headFault(log, head);
}

/** Checks the dossier against the ledger; returns what could not be shown. */
function checkDossier(
  checks: Checks,
  files: Files,
  whole: WholeLog,
  memoWith: Verifying["memoWith"],
): readonly string[] {
  const { log, origin } = whole;
  const hashes = signedHashes(files);
  const run = runOf(log, hashes) ?? nearestRun(log, hashes);
  if (run === undefined) {
    checks.add("dossier: a run of this ledger wrote its files", "the ledger has no such run");
    return [];
  }
  const { committee, memo, report } = run.record.body;
  // Those of the run: a file that was changed must not hide who signed the one before.
  const recorded = { committee: String(committee), memo: String(memo), report: String(report) };
  const signatures = signaturesOf(log, recorded);
  const evidence = {
    files,
    origin,
    run: run.record,
    signatures: signatures.map(({ record }) => record),
    owners: (index: number) => keyOwners(log.slice(0, index)),
    writers: (index: number) => writersIn(log.slice(0, index), studyOf(run.record)),
  };
  checkRun(checks, evidence);
  checkSignatures(checks, evidence);
  checkSigners(checks, signatures, whole);
  checkNotOvertaken(checks, { files, run, hashes, signatures }, whole);
  const seal = checkSealOf(checks, { files, signatures, recorded }, whole);
  if (seal !== undefined) checkSignedMemo(checks, evidence, seal.ledger, memoWith);
  return checkOrder(checks, evidence);
}

/** The history that each person signed is this ledger's. */
function checkSigners(checks: Checks, signatures: readonly LogEntry[], { log }: WholeLog): void {
  for (const { record } of signatures) {
    const { by, size, root } = record.body as unknown as SignatureBody;
    checks.add(
      `ledger: continues the ${size} records that ${by} signed over`,
      headFault(log, { size, root }),
    );
  }
}

/** Nobody approved or reviewed a dossier that the ledger had overtaken by then. */
function checkNotOvertaken(
  checks: Checks,
  {
    files,
    run,
    hashes,
    signatures,
  }: Pick<Sealing, "files" | "signatures"> & Pick<WrittenDossier, "run" | "hashes">,
  { log }: WholeLog,
): void {
  const facts = dossierFacts(files);
  if (facts === undefined) return;
  for (const { record } of signatures.filter(({ record: { body } }) => body.meaning !== "reject")) {
    const [first] = overtakenBy(log.slice(0, record.index), { facts, hashes, run });
    checks.add(
      `signature of ${record.body.by} as ${record.body.role}, record ${record.index}: the dossier told what the ledger held by then`,
      first && `before it, ${first}`,
    );
  }
}

interface Sealing {
  readonly files: Files;
  readonly signatures: readonly LogEntry[];
  readonly recorded: ReturnType<typeof signedHashes>;
}

/** Checks that the seal is the one of this ledger, with every signature; undefined where there is none to show. */
function checkSealOf(
  checks: Checks,
  { files, signatures, recorded }: Sealing,
  { log, vkey }: WholeLog,
): Seal | undefined {
  if (signatures.length === 0) {
    const isThere = optional.some((path) => files.has(path));
    checks.add("dossier: not signed", unless(!isThere, "there is a seal, and no signature in the ledger"));
    return undefined;
  }
  const seal = parseSeal(text(files, sealPath));
  if (seal === undefined) {
    checks.add("seal.json: is in the form of a seal", "it is not, or it is not there");
    return undefined;
  }
  const { size, checkpoint } = seal.ledger;
  const isKnown = checkSeal(checks, seal) !== undefined;
  const own = isKnown ? sealOf(log.slice(0, size), recorded, { checkpoint, vkey }) : undefined;
  const isSame = own !== undefined && sealText(own) === text(files, sealPath);
  checks.add(
    "seal.json: is of this ledger, and holds every signature that it has of this dossier",
    unless(isSame && seal.signatures.length === signatures.length, "the ledger has other ones"),
  );
  return seal;
}

function text(files: Files, path: string): string {
  return Buffer.from(files.get(path) ?? "").toString("utf8");
}
