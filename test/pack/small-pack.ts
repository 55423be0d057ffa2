import { createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalJson } from "../../src/evidence/canonical-json.ts";
import type { SealMarks } from "../../src/evidence/seal.ts";
import {
  type Files,
  type HeldCheckpoint,
  type Meaning,
  type OpenWorkspace,
  openReceipt,
  packBytes,
  type Receipt,
  readLog,
  receiptText,
  recordWithReceipt,
  sealMarks,
  sealText,
  signDossier,
  signedDossier,
  signedHashes,
  type Verified,
  verifyPack,
  withWorkspace,
} from "../../src/store/index.ts";

export const nRecords = 50;
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
const bytes = (text: string) => Buffer.from(text, "utf8");

/** In place of the page that a real seal is shown on: everything that it shows, and the memo it is of. */
export function memoWith(files: Files, marks: SealMarks): string {
  return `${Buffer.from(files.get("committee/memo.html")!).toString()}${canonicalJson(marks)}`;
}

/** A ledger of 50 records, one minute apart, around a dossier of a few hundred bytes. */
export interface SmallStudy {
  readonly files: Files;
  readonly receipts: Files;
  readonly keys: Readonly<Record<string, KeyObject>>;
  readonly open: <T>(work: (open: OpenWorkspace) => Promise<T>) => Promise<T>;
  /** A copy of the workspace, which goes its own way from here. */
  readonly fork: () => SmallStudy;
  readonly pack: () => Promise<SmallPack>;
  readonly sign: (by: string, role: string, meaning?: Meaning) => Promise<void>;
  /** Records of other studies, until there are so many. */
  readonly fillTo: (size: number, text?: string) => Promise<void>;
}

export interface SmallPack {
  readonly bytes: Buffer;
  readonly checkpoint: string;
}

const root = mkdtempSync(join(tmpdir(), "probity-pack-"));
process.once("exit", () => rmSync(root, { recursive: true, force: true }));
let made = 0;

const people = ["Ana Ruiz", "Ben Okoye", "Cem Aydin", "Dee Wright"] as const;
const protocol = "protocol: 1\n";
const quality = hashOf("quality");

/** A study that was locked, acknowledged and run. */
export async function smallStudy(): Promise<SmallStudy> {
  const keys = Object.fromEntries(people.map((name) => [name, generateKeyPairSync("ed25519").privateKey]));
  const folder = join(root, String(made++));
  const clock = ticking();
  const open: SmallStudy["open"] = (work) => withWorkspace({ folder, clock }, work);
  const { files, receipts } = await open(begin);
  return study({ files, receipts, keys, folder, clock });
}

function study({
  files,
  receipts,
  keys,
  folder,
  clock,
}: Pick<SmallStudy, "files" | "receipts" | "keys"> & {
  readonly folder: string;
  readonly clock: () => Date;
}): SmallStudy {
  const open: SmallStudy["open"] = (work) => withWorkspace({ folder, clock }, work);
  return {
    files,
    receipts,
    keys,
    open,
    fork: () => {
      const copy = join(root, String(made++));
      cpSync(folder, copy, { recursive: true });
      return study({ files, receipts, keys, folder: copy, clock });
    },
    sign: (by, role, meaning = "approve") =>
      open(async (workspace) => {
        const request = { where: "small", role, meaning, by, key: keys[by]!, newKey: "", preview: () => {} };
        await signDossier(workspace, files, request);
      }),
    fillTo: (size, text = "other") =>
      open(async ({ ledger }) => {
        while (ledger.head.size < size) {
          const body = { study: text, protocol: hashOf(text), outcomes: "results not opened before" };
          await ledger.append({ type: "lock", actor: "Ana Ruiz", body });
        }
      }),
    pack: () =>
      open(async (workspace) => {
        const checkpoint = await workspace.ledger.checkpoint();
        const signed = await signedDossier(workspace, signedHashes(files));
        const dossier = new Map(files);
        if (signed !== undefined) {
          const marks = sealMarks(signed.signatures, signed.seal.ledger);
          dossier.set("committee/memo-signed.html", bytes(memoWith(files, marks)));
          dossier.set("seal.json", bytes(sealText(signed.seal)));
        }
        const log = await readLog(workspace.ledger);
        return { bytes: packBytes({ dossier, receipts, log, checkpoint, vkey: workspace.vkey }), checkpoint };
      }),
  };
}

async function begin(open: OpenWorkspace): Promise<{ files: Files; receipts: Files }> {
  const act = (type: string, body: Record<string, unknown>) =>
    recordWithReceipt(open, { type, actor: "Eve Lund", body: { study: "small", ...body } }, { entries: [] });
  const protocolSha256 = hashOf(protocol);
  const outcomes = "results not opened before";
  const lock = await act("lock", { protocol: protocolSha256, outcomes });
  const acknowledgement = await act("acknowledgement", { quality, reason: "small and whole" });
  const dossier = canonicalJson({
    format: "probity-dossier/3",
    asOf: "2026-11-30",
    seed: 1,
    protocolSha256,
    verdict: { word: "HOLD" },
    memo: { header: { author: "Dee Wright" }, signatures: ["Product", "Physician", "Compliance"] },
    trail: {
      lock: { entry: entryOf(lock), protocolSha256, outcomes },
      amendments: [],
      acknowledgement: { entry: entryOf(acknowledgement), qualitySha256: quality, reason: "small and whole" },
      voided: [],
      withoutReceipt: [],
      replaced: [],
      rejections: [],
      earlier: [],
    },
  });
  const files: Files = new Map([
    ["committee/dossier.json", bytes(dossier)],
    ["committee/memo.html", bytes("<p>memo</p>")],
    ["committee/report.html", bytes("<p>report</p>")],
  ]);
  const facts = { asOf: "2026-11-30", seed: 1, code: "probity 0", verdict: "HOLD", team: hashOf("team") };
  const body = {
    study: "small",
    protocol: protocolSha256,
    quality,
    opened: "results",
    ...facts,
    ...signedHashes(files),
  };
  await open.ledger.append({ type: "run", actor: "probity 0", body });
  const receipts = new Map([
    ["receipts/0001-lock.json", bytes(receiptText(lock, protocol))],
    ["receipts/0002-acknowledgement.json", bytes(receiptText(acknowledgement, undefined))],
  ]);
  return { files, receipts };
}

function entryOf(receipt: Receipt) {
  const { record, origin, leaf } = openReceipt(receipt, "small");
  return { ledger: origin, index: record.index, leaf, time: record.time, by: record.actor };
}

/** A clock that goes on by a minute at each look. */
function ticking(): () => Date {
  let minutes = 0;
  return () => new Date(Date.UTC(2026, 10, 21, 9, minutes++));
}

/** A study signed by three people, in a ledger of 50 records; its pack after 41 records, and after all. */
export async function signedStudy(): Promise<{
  study: SmallStudy;
  early: SmallPack;
  pack: SmallPack;
  fork: SmallStudy;
}> {
  const small = await smallStudy();
  await small.fillTo(20);
  await small.sign("Ana Ruiz", "product");
  await small.sign("Ben Okoye", "physician", "reject");
  const fork = small.fork();
  await small.fillTo(40);
  await small.sign("Cem Aydin", "compliance", "review");
  const early = await small.pack();
  await small.fillTo(nRecords);
  return { study: small, early, pack: await small.pack(), fork };
}

export function verified(pack: Uint8Array, held?: HeldCheckpoint): Promise<Verified> {
  return verifyPack(pack, { where: "pack.zip", memoWith, ...(held === undefined ? {} : { held }) });
}

/** What does not hold, as one text. */
export function faultsOf({ checks }: Verified): string {
  return checks.flatMap(({ what, holds, fault }) => (holds ? [] : [`${what}: ${fault}`])).join("\n");
}
