import { describe, expect, test } from "vitest";
import {
  consistencyProof,
  generateSigningKey,
  leafHash,
  openCheckpoint,
  type TreeHead,
  verifierKey,
  verifyConsistency,
  verifyLedger,
} from "../../src/ledger/index.ts";
import { CrashDisk } from "./crash-disk.ts";
import { key, kinds, openOn, origin, vkey } from "./crash-trace.ts";

const records = 50;

interface Log {
  readonly lines: Buffer;
  /** Of the first 20 records and of all. */
  readonly checkpoints: readonly [string, string];
}

async function makeLog(textOf: (i: number) => string): Promise<Log> {
  const disk = new CrashDisk();
  const ledger = await openOn(disk, () => new Date("2026-11-21T09:54:46.000Z"));
  const appendUpTo = async (end: number) => {
    while (ledger.head.size < end) {
      const { size } = ledger.head;
      await ledger.append({ type: "note", actor: "A", body: { text: textOf(size) } });
    }
  };
  await appendUpTo(20);
  const early = await ledger.checkpoint();
  await appendUpTo(records);
  const late = await ledger.checkpoint();
  await ledger.close();
  const names = (await disk.list("/log")).filter((name) => name.endsWith(".jsonl")).sort();
  const lines = Buffer.concat(names.map((name) => disk.content(`/log/${name}`)));
  return { lines, checkpoints: [early, late] };
}

const log = await makeLog((i) => `${i}`);
const held = headOf(log.checkpoints[1]);

function headOf(note: string): TreeHead {
  const opened = openCheckpoint(note, vkey);
  if ("fault" in opened) throw new Error(opened.fault);
  return { size: opened.size, root: opened.root };
}

const isIntact = async (lines: Uint8Array, checkpoints: readonly string[] = []) =>
  (await verifyLedger({ log: { lines, checkpoints }, vkey, against: held, kinds })).intact;

const lines = log.lines
  .toString("utf8")
  .split(/(?<=\n)/)
  .map((line) => Buffer.from(line));

test("the log as it was written is intact", async () => {
  const { lines, checkpoints } = log;
  const result = await verifyLedger({ log: { lines, checkpoints }, vkey, against: checkpoints[1], kinds });
  expect(result).toEqual({ intact: true, ...held, covered: records });
});

test("every change of a single bit is found", async () => {
  const changed = Buffer.from(log.lines);
  const missed: number[] = [];
  for (let bit = 0; bit < changed.length * 8; bit++) {
    changed[bit >> 3]! ^= 1 << (bit & 7);
    if (await isIntact(changed)) missed.push(bit);
    changed[bit >> 3]! ^= 1 << (bit & 7);
  }
  expect(missed).toEqual([]);
  expect(changed.length).toBeGreaterThan(records * 150);
});

test("every change of a single bit of a checkpoint is found", async () => {
  for (const [i, note] of log.checkpoints.entries()) {
    const changed = Buffer.from(note);
    for (let bit = 0; bit < changed.length * 8; bit++) {
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const notes = log.checkpoints.with(i, changed.toString("utf8"));
      expect(await isIntact(log.lines, notes), `checkpoint ${i}, bit ${bit}`).toBe(false);
      changed[bit >> 3]! ^= 1 << (bit & 7);
    }
  }
});

test("every shorter log is found", async () => {
  for (let length = 0; length < log.lines.length; length++) {
    expect(await isIntact(log.lines.subarray(0, length)), `${length} bytes`).toBe(false);
  }
});

test("every record removed, doubled or exchanged with another is found", async () => {
  expect(lines.length).toBe(records);
  for (let i = 0; i < records; i++) {
    expect(await isIntact(Buffer.concat(lines.toSpliced(i, 1))), `without ${i}`).toBe(false);
    expect(await isIntact(Buffer.concat(lines.toSpliced(i, 0, lines[i]!))), `twice ${i}`).toBe(false);
    for (let j = i + 1; j < records; j++) {
      const exchanged = lines.with(i, lines[j]!).with(j, lines[i]!);
      expect(await isIntact(Buffer.concat(exchanged)), `${i} and ${j}`).toBe(false);
    }
  }
});

test("the first bad record is named", async () => {
  const changed = Buffer.concat(lines.with(7, Buffer.from(lines[7]!.toString().replace('"7"', '"8"'))));
  const given = { log: { lines: changed, checkpoints: log.checkpoints }, vkey };
  expect(await verifyLedger(given)).toEqual({
    intact: false,
    index: 8,
    reason: "record 8 does not follow the record before it",
  });
});

describe("a log written anew, every line right and signed with the same key,", async () => {
  const forged = await makeLog((i) => (i === 30 ? "another" : `${i}`));

  test("is intact to who kept nothing", async () => {
    expect((await verifyLedger({ log: forged, vkey })).intact).toBe(true);
  });

  test("is found by the checkpoint that the verifier kept", async () => {
    expect(await verifyLedger({ log: forged, vkey, against: log.checkpoints[1] })).toEqual({
      intact: false,
      reason: "the log differs from the checkpoint held by the verifier over 50 records",
    });
  });

  test("is intact to who kept the part that both share", async () => {
    expect((await verifyLedger({ log: forged, vkey, against: log.checkpoints[0] })).intact).toBe(true);
  });

  test("is found by its own earlier checkpoints", async () => {
    const mixed = { lines: forged.lines, checkpoints: log.checkpoints };
    expect((await verifyLedger({ log: mixed, vkey })).intact).toBe(false);
  });

  test("has no consistency proof from the true one", () => {
    const leavesOf = (bytes: Buffer) =>
      bytes
        .toString("utf8")
        .trimEnd()
        .split("\n")
        .map((line) => leafHash(Buffer.from(line)));
    const later = headOf(forged.checkpoints[1]);
    const early = headOf(log.checkpoints[0]);
    const proof = consistencyProof(leavesOf(forged.lines), 20);
    expect(verifyConsistency({ earlier: early, later, proof })).toBe(true);
    const forty = { size: 40, root: "00".repeat(32) };
    const other = consistencyProof(leavesOf(forged.lines), 40);
    expect(verifyConsistency({ earlier: forty, later, proof: other })).toBe(false);
    expect(verifyConsistency({ earlier: held, later, proof: [] })).toBe(false);
  });
});

test("checkpoints of another key are refused, and other signatures beside the right one ignored", async () => {
  const other = verifierKey({ name: origin, privateKey: generateSigningKey() });
  expect(await verifyLedger({ log, vkey: other })).toEqual({
    intact: false,
    reason: `checkpoint 1 of 2 is not signed by the key of ${origin}`,
  });
  expect(verifierKey({ name: origin, privateKey: key })).toBe(vkey);
  const witness = `— witness.example ${Buffer.alloc(76, 7).toString("base64")}\n`;
  const checkpoints = log.checkpoints.map((note) => `${note}${witness}`);
  expect((await verifyLedger({ log: { lines: log.lines, checkpoints }, vkey })).intact).toBe(true);
});

test("kinds that the verifier knows are checked", async () => {
  const result = await verifyLedger({ log, vkey, kinds: new Map() });
  expect(result).toMatchObject({ intact: false, index: 0 });
});
