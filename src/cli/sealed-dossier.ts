import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { SealMarks } from "../evidence/seal.ts";
import { signedMemo } from "../report/index.ts";
import {
  dossierFacts,
  type Files,
  type OpenWorkspace,
  parseSeal,
  readCommitteeFiles,
  readLog,
  recordedDossier,
  refuseBehindSeal,
  type SignedDossier,
  sealMarks,
  sealPath,
  sealText,
  sha256,
  signedDossier,
  signedMemoPath,
  signedPaths,
} from "../store/index.ts";
import { sealingFile } from "./dossier-folder.ts";
import { asWriteProblem, flushFolder } from "./make-folder.ts";
import { refuseChangedTeam } from "./team-dossier.ts";

/** The memo with these signatures, made from the memo that was signed. */
export function memoWith(files: Files, marks: SealMarks): string {
  const memo = Buffer.from(files.get(signedPaths.memo) ?? "").toString("utf8");
  const { roles = [], word = "" } = dossierFacts(files) ?? {};
  const dossierSha256 = sha256(files.get(signedPaths.committee) ?? "");
  return signedMemo(memo, { roles, dossierSha256, marks, word });
}

/** What a signature adds to a dossier: `seal.json` and the memo with the signatures. */
export function sealedFiles(files: Files, { seal, signatures }: SignedDossier): ReadonlyMap<string, string> {
  return new Map([
    [signedMemoPath, memoWith(files, sealMarks(signatures, seal.ledger))],
    [sealPath, sealText(seal)],
  ]);
}

/** Writes both files, each whole or not at all, the seal last. To be called while the ledger is locked. */
export function writeSealed(folder: string, files: ReadonlyMap<string, string>): void {
  try {
    for (const [path, text] of files) writeWhole(folder, path, text);
  } catch (error) {
    throw asWriteProblem(error, {
      where: folder,
      hint: "make the dossier's folder writable, then sign again",
    });
  }
}

function writeWhole(folder: string, path: string, text: string): void {
  const beside = join(folder, sealingFile);
  const file = openSync(beside, "w");
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, join(folder, path));
  flushFolder(dirname(join(folder, path)));
}

/** The dossier's files, which are those of a recorded run; their seal is written where a killed run has not. */
export async function checkedFiles(folder: string, open: OpenWorkspace): Promise<Files> {
  const files = readCommitteeFiles(folder);
  const log = await readLog(open.ledger);
  const { run, hashes } = recordedDossier(files, log, folder);
  refuseChangedTeam(folder, run);
  const stored = parseSeal(Buffer.from(files.get(sealPath) ?? "").toString("utf8"));
  if (stored) refuseBehindSeal({ log, origin: open.ledger.origin }, stored, join(folder, sealPath));
  const before = await signedDossier(open, hashes);
  if (before === undefined) return files;
  if (stored?.signatures.length !== before.seal.signatures.length || !files.has(signedMemoPath)) {
    writeSealed(folder, sealedFiles(files, before));
    return readCommitteeFiles(folder);
  }
  return files;
}
