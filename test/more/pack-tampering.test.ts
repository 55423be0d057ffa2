import { expect, test } from "vitest";
import { nRecords, signedStudy, verified } from "../pack/small-pack.ts";
import { entriesOf, isDetected, linesOf, missedFlips, remade, withEntry, withLines } from "../pack/tamper.ts";

const timeout = 3_600_000;
const { pack } = await signedStudy();
const files = entriesOf(pack.bytes);
const held = { note: pack.checkpoint };

test("the pack as it was made is intact", async () => {
  expect((await verified(pack.bytes, held)).intact).toBe(true);
});

test("every change of a single bit of the pack is found", { timeout }, async () => {
  const { tried, missed } = await missedFlips(pack.bytes, (changed) => changed, { held, step: 1 });
  expect(missed).toEqual([]);
  expect(tried).toBe(pack.bytes.length * 8);
});

test("every byte of every entry changed, with manifest and file renewed, is found", { timeout }, async () => {
  for (const [path, content] of files) {
    if (path === "pack.json") continue;
    // One bit of each byte, another one each time.
    const packed = (changed: Buffer) => remade(withEntry(files, path, changed));
    const { missed } = await missedFlips(content, packed, { held, step: 9 });
    expect(missed, path).toEqual([]);
  }
});

test("every shorter pack is found", { timeout }, async () => {
  for (let length = 0; length < pack.bytes.length; length++) {
    expect(await isDetected(pack.bytes.subarray(0, length), held), `${length} bytes`).toBe(true);
  }
});

test("every record removed, doubled or exchanged with another, with manifest and file renewed, is found", {
  timeout,
}, async () => {
  const lines = linesOf(files);
  const isFound = (changed: readonly Buffer[]) => isDetected(remade(withLines(files, changed)), held);
  for (let i = 0; i < nRecords; i++) {
    expect(await isFound(lines.toSpliced(i, 1)), `without ${i}`).toBe(true);
    expect(await isFound(lines.toSpliced(i, 0, lines[i]!)), `twice ${i}`).toBe(true);
    for (let j = i + 1; j < nRecords; j++) {
      expect(await isFound(lines.with(i, lines[j]!).with(j, lines[i]!)), `${i} and ${j}`).toBe(true);
    }
  }
});
