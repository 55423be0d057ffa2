import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { NewRecord } from "../../src/ledger/index.ts";
import { type Files, packBytes, readLog, signedHashes } from "../../src/store/index.ts";
import { publicKeyText, type Statement, signStatement } from "../../src/store/statement.ts";
import { probity } from "../study/evaluate.ts";
import { faultsOf, type SmallStudy, smallStudy, verified } from "./small-pack.ts";

/** Whoever holds the ledger and its key can record what probity would refuse; a verifier must find each of it. */
let base: SmallStudy;
beforeAll(async () => {
  base = await smallStudy();
  await base.fillTo(5);
  await base.sign("Ana Ruiz", "product");
});

interface Forged {
  readonly statement?: Partial<Statement>;
  readonly key?: KeyObject;
  /** Of the finished body. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly actor?: string;
  /** Recorded before the signature. */
  readonly before?: NewRecord;
}

/** A pack whose ledger holds one more signature, by Ben Okoye as Physician unless said otherwise. */
async function withSignature({ statement = {}, key, body = {}, actor, before }: Forged): Promise<Buffer> {
  const study = base.fork();
  await study.open(async ({ ledger, clock }) => {
    if (before !== undefined) await ledger.append(before);
    const { size, root } = ledger.head;
    const said = {
      ...{ study: "small", ...signedHashes(study.files), verdict: "HOLD" },
      ...({ role: "Physician", meaning: "approve", by: "Ben Okoye" } as const),
      ...{ time: clock().toISOString(), ledger: ledger.origin, size, root },
      ...statement,
    };
    const signed = signStatement(said, key ?? study.keys["Ben Okoye"]!);
    await ledger.append({ type: "signature", actor: actor ?? said.by, body: { ...signed, ...body } });
  });
  return (await study.pack()).bytes;
}

test("a second signature that keeps the rules is intact", async () => {
  expect(faultsOf(await verified(await withSignature({})))).toBe("");
});

describe("found in a ledger whose every record and checkpoint is right:", () => {
  const author = { by: "DEE wright" };
  const cases: readonly [string, () => Forged, string][] = [
    ["a role signed twice", () => ({ statement: { role: "Product" } }), "Ana Ruiz has signed as Product"],
    ["a person in two roles", () => ({ statement: { by: "ana  ruiz" } }), "cannot sign as Physician too"],
    [
      "a key in two roles",
      () => ({ key: base.keys["Ana Ruiz"]! }),
      "the key of Ana Ruiz has signed as Product",
    ],
    [
      "the author's approval",
      () => ({ statement: author }),
      "Dee Wright wrote the protocol and cannot approve",
    ],
    [
      "the approval of who locked the protocol",
      () => ({ statement: { by: "Lund, Dr. Eve" } }),
      "Eve Lund locked the protocol and cannot approve",
    ],
    [
      "a role that the memo does not have",
      () => ({ statement: { role: "Nurse" } }),
      "the memo has no role Nurse",
    ],
    [
      "a meaning that is none",
      () => ({ statement: { meaning: "maybe" as "approve" } }),
      "maybe is no meaning",
    ],
    ["another verdict", () => ({ statement: { verdict: "GO" } }), "it is of another study or verdict"],
    ["another study", () => ({ statement: { study: "large" } }), "it is of another study or verdict"],
    [
      "another ledger",
      () => ({ statement: { ledger: "probity.local/0" } }),
      "it was given over the ledger probity.local/0",
    ],
    ["a history without the run", () => ({ statement: { size: 2 } }), "do not lie between run and signature"],
    [
      "another history",
      () => ({ statement: { root: "00".repeat(32) } }),
      "records are not those that it was signed over",
    ],
    [
      "a time to come",
      () => ({ statement: { time: "2027-01-01T00:00:00.000Z" } }),
      "it says 2027-01-01T00:00:00.000Z",
    ],
    ["another actor", () => ({ actor: "Cem Aydin" }), "it is recorded as an act of Cem Aydin"],
    [
      "a name put in afterwards",
      () => ({ body: { by: "Cem Aydin" }, actor: "Cem Aydin" }),
      "does not match what was signed",
    ],
    [
      "a meaning put in afterwards",
      () => ({ body: { meaning: "reject" } }),
      "does not match what was signed",
    ],
    ["another's key put in", () => ({ body: { key: strangersKey() } }), "does not match what was signed"],
    ["no key", () => ({ body: { key: "AAAA" } }), "does not match what was signed"],
    ["no signature", () => ({ body: { signature: "AAAA" } }), "does not match what was signed"],
  ];
  test.each(cases)("%s", async (_name, forged, says) => {
    const result = await verified(await withSignature(forged()));
    expect(result.intact).toBe(false);
    expect(faultsOf(result)).toContain(says);
  });

  test("a key that was recorded as somebody else's", async () => {
    const study = base.fork();
    const key = publicKeyText(study.keys["Ben Okoye"]!);
    await study.open(({ ledger }) => ledger.append({ type: "key", actor: "Cem Aydin", body: { key } }));
    await expect(study.sign("Ben Okoye", "physician")).rejects.toMatchObject({
      code: "signature-key-of-another",
    });
  });
});

describe("a dossier that the ledger has overtaken", () => {
  const change = async (): Promise<NewRecord> => {
    const run = await runOfBase();
    const protocols = { protocol: "ab".repeat(32), replaces: String(run.body.protocol) };
    const body = { study: "copy", outcomes: "results not opened before", reason: "a tighter limit" };
    return { type: "amendment", actor: "Ben Okoye", body: { ...body, ...protocols } };
  };
  /** A later run of the study, with other files and this word. */
  const later = async (verdict: string): Promise<NewRecord> => {
    const { actor, body } = await runOfBase();
    return { type: "run", actor, body: { ...body, study: "copy", committee: "cd".repeat(32), verdict } };
  };

  test("is not approved or reviewed, only rejected; the amender approves none", async () => {
    const study = base.fork();
    await study.open(async ({ ledger }) => void (await ledger.append(await change())));
    const asked = { code: "dossier-overtaken" };
    await expect(study.sign("Ben Okoye", "physician")).rejects.toMatchObject({ code: "signature-author" });
    for (const meaning of ["approve", "review"] as const) {
      await expect(study.sign("Cem Aydin", "physician", meaning)).rejects.toMatchObject(asked);
    }
    await study.sign("Cem Aydin", "physician", "reject");
    const { bytes } = await study.pack();
    const { signing, intact } = await verified(bytes);
    expect(intact).toBe(true);
    expect(signing).toContainEqual(
      expect.stringMatching(/^since this dossier, Ben Okoye amended the protocol, 2026-11-21, record 6$/),
    );
  });

  test("a later evaluation overtakes it where the word is lower, not where it is the same or higher", async () => {
    for (const word of ["HOLD", "GO"]) {
      const study = base.fork();
      await study.open(async ({ ledger }) => void (await ledger.append(await later(word))));
      await study.sign("Ben Okoye", "physician");
      expect((await verified((await study.pack()).bytes)).intact).toBe(true);
    }
    const study = base.fork();
    await study.open(async ({ ledger }) => void (await ledger.append(await later("REDESIGN"))));
    await expect(study.sign("Ben Okoye", "physician")).rejects.toMatchObject({
      code: "dossier-overtaken",
      detail: { others: ["a later evaluation came to REDESIGN, 2026-11-21, record 6"] },
    });
  });

  test("that was approved all the same is not intact, and who amended is told as such", async () => {
    const byAmender = faultsOf(await verified(await withSignature({ before: await change() })));
    expect(byAmender).toContain("Ben Okoye amended the protocol and cannot approve");
    expect(byAmender).toContain(
      "the dossier told what the ledger held by then: before it, Ben Okoye amended",
    );
    const worse = faultsOf(await verified(await withSignature({ before: await later("NO-GO") })));
    expect(worse).toContain("before it, a later evaluation came to NO-GO");
  });

  async function runOfBase() {
    const log = await base.open(({ ledger }) => readLog(ledger));
    return log.find(({ record }) => record.type === "run")!.record;
  }
});

test("a whole dossier of another version's format is said to be one, not to be tampered with", async () => {
  const study = base.fork();
  const other = Buffer.from(study.files.get("committee/dossier.json")!)
    .toString()
    .replace(/probity-dossier\/\d+/, "probity-dossier/1");
  const files = new Map([...study.files, ["committee/dossier.json", Buffer.from(other)]]);
  const pack = await study.open(async ({ ledger, vkey }) => {
    const run = (await readLog(ledger)).find(({ record }) => record.type === "run")!.record;
    await ledger.append({ type: "run", actor: run.actor, body: { ...run.body, ...signedHashes(files) } });
    const checkpoint = await ledger.checkpoint();
    return packBytes({
      dossier: files,
      receipts: base.receipts,
      log: await readLog(ledger),
      checkpoint,
      vkey,
    });
  });
  await expect(verified(pack)).rejects.toMatchObject({ code: "dossier-format" });
});

test("line ends in what a forger wrote make no lines of the verifier's answer", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "probity-forged-")), "forged.zip");
  writeFileSync(
    file,
    await withSignature({ statement: { role: "Nurse\nINTACT      pack: all checks hold" } }),
  );
  const { code, stdout } = await probity(["verify", file]);
  rmSync(dirname(file), { recursive: true });
  expect(code).toBe(1);
  expect(stdout).toContain("Nurse\\nINTACT");
  expect(stdout).not.toMatch(/^INTACT/m);
});

describe("a dossier of an attacker's making, recorded as a run, is told as not intact, never as a bug:", () => {
  const small = () => JSON.parse(Buffer.from(base.files.get("committee/dossier.json")!).toString());
  const dossiers: readonly [string, () => string][] = [
    ["nothing", () => ""],
    ["null", () => "null"],
    ["a list", () => "[]"],
    ["lists within lists", () => "[".repeat(200_000) + "]".repeat(200_000)],
    ["no trail", () => JSON.stringify({ ...small(), trail: undefined })],
    ["a trail of nulls", () => JSON.stringify({ ...small(), trail: { lock: null, amendments: null } })],
    ["a memo without roles", () => JSON.stringify({ ...small(), memo: { header: {} } })],
    ["a receipt of another time", () => JSON.stringify(small()).replace(/"time":"2026/, '"time":"2025')],
  ];
  test.each(dossiers)("%s", async (_name, text) => {
    const result = await verified(await packWith(text(), base.receipts));
    expect(result.intact).toBe(false);
    expect(faultsOf(result)).toMatch(/the file is no dossier|the receipt says otherwise/);
  });

  test("a lock left out of receipts and dossier alike; told by the dossier, it is not left out", async () => {
    const { trail, ...dossier } = small();
    const receipts = new Map([...base.receipts].filter(([path]) => !path.includes("lock")));
    const text = (withoutReceipt: readonly unknown[]) =>
      JSON.stringify({ ...dossier, trail: { ...trail, lock: null, withoutReceipt } });
    const hidden = await verified(await packWith(text([]), receipts));
    expect(faultsOf(hidden)).toMatch(/the lock of \S+ by Eve Lund, record \d+, is/);
    expect(hidden.intact).toBe(false);
    const act = { kind: "lock", entry: trail.lock.entry, sha256: trail.lock.protocolSha256 };
    expect(faultsOf(await verified(await packWith(text([act]), receipts)))).toBe("");
  });

  /** A pack of this dossier, recorded as what a later run wrote. */
  function packWith(dossier: string, receipts: Files): Promise<Buffer> {
    const study = base.fork();
    const files = new Map([...study.files, ["committee/dossier.json", Buffer.from(dossier)]]);
    return study.open(async ({ ledger, vkey }) => {
      const run = (await readLog(ledger)).find(({ record }) => record.type === "run")!.record;
      const body = { ...run.body, ...signedHashes(files) };
      await ledger.append({ type: "run", actor: run.actor, body });
      const checkpoint = await ledger.checkpoint();
      const log = await readLog(ledger);
      return packBytes({ dossier: files, receipts, log, checkpoint, vkey });
    });
  }
});

function strangersKey(): string {
  return publicKeyText(generateKeyPairSync("ed25519").publicKey);
}
