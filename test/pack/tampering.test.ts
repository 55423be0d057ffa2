import { beforeAll, describe, expect, test } from "vitest";
import { canonicalJson } from "../../src/evidence/canonical-json.ts";
import type { Files, HeldCheckpoint } from "../../src/store/index.ts";
import { storedZip } from "../../src/store/stored-zip.ts";
import {
  faultsOf,
  nRecords,
  type SmallPack,
  type SmallStudy,
  signedStudy,
  smallStudy,
  verified,
} from "./small-pack.ts";
import {
  editEntry,
  entriesOf,
  isDetected,
  linesOf,
  missedFlips,
  remade,
  withEntry,
  withLines,
} from "./tamper.ts";

let study: SmallStudy;
let fork: SmallStudy;
let early: SmallPack;
let pack: SmallPack;
let files: Files;
let held: HeldCheckpoint;

beforeAll(async () => {
  ({ study, early, pack, fork } = await signedStudy());
  files = entriesOf(pack.bytes);
  held = { note: pack.checkpoint };
});

test("the pack as it was made is intact, with what the verifier holds and without", async () => {
  const result = await verified(pack.bytes, held);
  expect(faultsOf(result)).toBe("");
  expect(result).toMatchObject({ intact: true, ledger: { size: nRecords } });
  expect((await verified(pack.bytes)).intact).toBe(true);
  expect(linesOf(files).length).toBe(nRecords);
});

test("two packs of the same content are the same bytes, and renewing one changes nothing", async () => {
  expect((await study.pack()).bytes.equals(pack.bytes)).toBe(true);
  expect(remade(files).equals(pack.bytes)).toBe(true);
});

// Every bit, length and pair: npm run test:more. Steps are primes, so that every bit of a byte is met.
describe("found, with a checkpoint over all records at hand:", () => {
  test("one bit of the file", async () => {
    const { tried, missed } = await missedFlips(pack.bytes, (changed) => changed, { held, step: 101 });
    expect(missed).toEqual([]);
    expect(tried).toBeGreaterThan(1_000);
  });

  test("one bit of any entry, with manifest and file renewed", async () => {
    for (const [path, content] of files) {
      if (path === "pack.json") continue;
      const packed = (changed: Buffer) => remade(withEntry(files, path, changed));
      const { missed } = await missedFlips(content, packed, {
        held,
        step: content.length > 4_000 ? 2_003 : 211,
      });
      expect(missed, path).toEqual([]);
    }
  });

  test("a shorter file", async () => {
    for (let length = 0; length < pack.bytes.length; length += 97) {
      expect(await isDetected(pack.bytes.subarray(0, length), held), `${length} bytes`).toBe(true);
    }
    expect(await isDetected(Buffer.concat([pack.bytes, Buffer.from("\0")]), held)).toBe(true);
  });

  test("a record removed, doubled or exchanged, with manifest and file renewed", async () => {
    const lines = linesOf(files);
    for (let i = 0; i < nRecords; i += 7) {
      const others = [lines.toSpliced(i, 1), lines.toSpliced(i, 0, lines[i]!)];
      const j = (i + 13) % nRecords;
      others.push(lines.with(i, lines[j]!).with(j, lines[i]!));
      for (const other of others)
        expect(await isDetected(remade(withLines(files, other)), held), `${i}`).toBe(true);
    }
  });

  test("the last records left out, with a checkpoint of the time before them", async () => {
    expect((await verified(early.bytes)).intact).toBe(true);
    expect(faultsOf(await verified(early.bytes, held))).toContain(
      `it covers ${nRecords} records, and there are 41`,
    );
    expect((await verified(pack.bytes, { note: early.checkpoint })).intact).toBe(true);
  });
});

describe("another history of the same key, every record and signature of it right,", () => {
  let forked: SmallPack;
  beforeAll(async () => {
    await fork.fillTo(40, "another");
    await fork.sign("Cem Aydin", "compliance", "approve");
    await fork.fillTo(nRecords, "another");
    forked = await fork.pack();
  });

  test("is intact to who kept nothing", async () => {
    expect(faultsOf(await verified(forked.bytes))).toBe("");
  });

  test("is found by who kept a checkpoint, of all records or of the first after the fork", async () => {
    for (const { checkpoint } of [pack, early]) {
      const result = await verified(forked.bytes, { note: checkpoint });
      expect(result.intact).toBe(false);
      expect(faultsOf(result)).toMatch(
        /^ledger: continues the checkpoint that you hold: the first \d+ records are not those that it was signed over$/,
      );
    }
  });

  test("is found where its records are given with the other history's checkpoint, seal or receipts", async () => {
    const other = entriesOf(forked.bytes);
    for (const path of ["ledger/checkpoint", "ledger/records.jsonl", "seal.json"]) {
      const mixed = withEntry(files, path, other.get(path)!);
      expect((await verified(remade(mixed))).intact, path).toBe(false);
    }
  });
});

test("a ledger of another key is found by the key that the verifier kept", async () => {
  const stranger = await smallStudy();
  const { bytes } = await stranger.pack();
  expect((await verified(bytes)).intact).toBe(true);
  const result = await verified(bytes, held);
  expect(faultsOf(result)).toContain(
    "ledger: continues the checkpoint that you hold: it is not signed by the key of",
  );
});

describe("named, with manifest and file renewed:", () => {
  const cases: readonly [string, (files: Files) => Files, string][] = [
    [
      "another memo",
      (from) => editEntry(from, "committee/memo.html", (text) => text.replace("memo", "page")),
      "committee/memo.html is what the run of",
    ],
    [
      "another report",
      (from) => editEntry(from, "committee/report.html", (text) => `${text} `),
      "committee/report.html is what the run of",
    ],
    [
      "another verdict",
      (from) => editEntry(from, "committee/dossier.json", (text) => text.replace("HOLD", "GO")),
      "the verdict is GO, the record says HOLD",
    ],
    [
      "a signed memo that shows another meaning",
      (from) => editEntry(from, "committee/memo-signed.html", (text) => text.replace("reject", "approve")),
      "is the memo with these signatures and nothing else: it is another page",
    ],
    ["no signed memo", (from) => withEntry(from, "committee/memo-signed.html", undefined), "it is not there"],
    ["no seal", (from) => withEntry(from, "seal.json", undefined), "it is not, or it is not there"],
    [
      "a seal without the signature that rejects",
      (from) =>
        editEntry(from, "seal.json", (text) => {
          const seal = JSON.parse(text);
          const kept = seal.signatures.filter(({ line }: { line: string }) => !line.includes('"reject"'));
          return `${canonicalJson({ ...seal, signatures: kept })}\n`;
        }),
      "seal.json: is of this ledger, and holds every signature that it has of this dossier: the ledger has other ones",
    ],
    [
      "a receipt less",
      (from) => withEntry(from, "receipts/0002-acknowledgement.json", undefined),
      "on the quality has its receipt: there is none",
    ],
    [
      "a receipt with spaces",
      (from) => editEntry(from, "receipts/0001-lock.json", (text) => text.replace(",", ", ")),
      "the receipt is not as it was written",
    ],
    [
      "a receipt of another protocol",
      (from) =>
        editEntry(from, "receipts/0001-lock.json", (text) => text.replace("protocol: 1", "protocol: 2")),
      "holds another protocol than its record names",
    ],
    ["a file of the team", (from) => withEntry(from, "team/rows.csv", "1\n"), "team/rows.csv does not"],
    [
      "another key of the ledger",
      (from) => editEntry(from, "ledger/verifier-key", (text) => text.replace("probity", "Probity")),
      "cannot be checked: no Ed25519 verifier key",
    ],
  ];
  test.each(cases)("%s", async (_name, change, says) => {
    const result = await verified(remade(change(files)));
    expect(result.intact).toBe(false);
    expect(faultsOf(result)).toContain(says);
  });

  test("an entry that its manifest does not have", async () => {
    const result = await verified(storedZip(withEntry(files, "receipts/0003-lock.json", "{}")));
    expect(faultsOf(result)).toBe(
      "pack: 11 entries of the sha256 in pack.json: receipts/0003-lock.json: not as pack.json lists it",
    );
  });
});
