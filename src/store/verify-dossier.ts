import { Problem } from "../evidence/problem.ts";
import type { LedgerRecord } from "../ledger/index.ts";
import { Checks, unless, type Verified } from "./check.ts";
import { refuseOtherFormat } from "./dossier-facts.ts";
import { type Files, sealPath, signedHashes } from "./dossier-files.ts";
import { type HeldCheckpoint, headHeld } from "./held-checkpoint.ts";
import { openOpinions } from "./opinions.ts";
import { parseSeal, type Seal } from "./seal.ts";
import type { SignatureBody } from "./statement.ts";
import { isManifestRecorded, type TeamFiles, teamFilesOf } from "./team-files.ts";
import { checkSeal } from "./verify-seal.ts";
import { checkOrder, checkRun, checkSignatures, checkSignedMemo, type MemoWith } from "./verify-signed.ts";

export interface Verifying {
  /** Names what is verified in messages. */
  readonly where: string;
  readonly held?: HeldCheckpoint;
  readonly memoWith: MemoWith;
}

export interface VerifyingDossier extends Verifying {
  /** The team's half, where it lies beside. */
  readonly team: TeamFiles | undefined;
  /** A file in the folder that no dossier has. */
  readonly foreign: string | undefined;
}

/**
 * Verifies a signed dossier from its own files: seal, run, signatures, the signed memo, and the order of acts.
 * Throws the Problem seal-missing, seal-unreadable or dossier-format.
 */
export function verifyDossier(
  files: Files,
  { where, held, memoWith, team, foreign }: VerifyingDossier,
): Verified {
  const seal = sealIn(files, where);
  const checks = new Checks();
  const records = checkSeal(checks, seal);
  if (held !== undefined) {
    checks.add("the checkpoint that you hold: is of the ledger of the seal", heldFault(held, seal));
  }
  const elsewhere: string[] = [];
  const signatures = (records?.signatures ?? []).map(({ body }) => body as unknown as SignatureBody);
  if (records !== undefined) {
    const beyond = { owners: () => [], writers: () => [] };
    const evidence = { files, origin: seal.ledger.origin, ...records, ...beyond };
    if (records.run.body.committee === signedHashes(files).committee) refuseOtherFormat(files, where);
    checkRun(checks, evidence);
    checkSignatures(checks, evidence);
    checkSignedMemo(checks, evidence, seal.ledger, memoWith);
    elsewhere.push(...checkTeam(checks, team, records.run), ...checkOrder(checks, evidence));
  }
  const { origin, size, root, vkey } = seal.ledger;
  return {
    kind: "dossier",
    intact: checks.intact,
    checks: checks.all,
    notProven: [
      "lock, amendments and acknowledgement: their receipts are in the pack, not here",
      "that nobody signed beside these, and that no amendment, rejection or later evaluation overtook the dossier: " +
        "the records after and between are in the pack, not here",
      ...notProvenOfLedger(vkey, held !== undefined),
      ...elsewhere,
      ...(foreign === undefined ? [] : [`${foreign}: no file of a dossier; it was not looked at`]),
    ],
    signing: checks.intact ? openOpinions(files, signatures) : [],
    ledger: { origin, size, root, vkey },
  };
}

/** Checks the team's half against the run; returns what could not be shown. */
function checkTeam(checks: Checks, team: TeamFiles | undefined, run: LedgerRecord): readonly string[] {
  if (team === undefined) return ["the team's half: team/ is not here, and nothing of it was looked at"];
  for (const { name, fault } of teamFilesOf(team, run)) {
    checks.add(`team/${name} is what the run of ${run.time} wrote, record ${run.index}`, fault);
  }
  if (isManifestRecorded(run)) return [];
  return ["team/manifest.json and the files that it lists: the run did not record its sha256"];
}

/** A dossier alone holds no path between two heads: only the same head, or another, can be told. */
function heldFault(held: HeldCheckpoint, { ledger }: Seal): string | undefined {
  const head = headHeld(held, ledger.vkey);
  if ("fault" in head) return `it ${head.fault}`;
  if (head.size !== ledger.size) {
    return `it covers ${head.size} records and the seal ${ledger.size}; that one continues the other shows only in a pack`;
  }
  return unless(head.root === ledger.root, `it has another root over the same ${head.size} records`);
}

export function notProvenOfLedger(vkey: string, isHeld: boolean): string[] {
  return [
    ...(isHeld
      ? []
      : [
          "that there is no other history of the same key: keep a checkpoint, and give it with --checkpoint next time",
          `whose ledger it is: ask its owner for the key, ${vkey}`,
        ]),
    "who holds a key: ask each person for the fingerprint",
    "times: they are those of the machine that kept the ledger",
    "that the numbers are right: probity trace and replay show that, with the team's half",
  ];
}

function sealIn(files: Files, where: string): Seal {
  const bytes = files.get(sealPath);
  if (bytes === undefined) {
    throw new Problem(
      "seal-missing",
      "the dossier is not signed, so nothing in it can be verified by itself",
      {
        where,
        hint: "sign it with probity sign, or verify the pack of it: probity pack",
      },
    );
  }
  const seal = parseSeal(Buffer.from(bytes).toString("utf8"));
  if (seal !== undefined) return seal;
  throw new Problem("seal-unreadable", "seal.json is not in the form of a seal", {
    where,
    hint: "restore the file as it was written; nothing in it may be edited",
  });
}
