import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTrail, recordWithReceipt, sha256, withWorkspace, writeReceipt } from "./index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "probity-act-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const protocol = "protocol: 1\n";
const lock = { study: "s", protocol: sha256(protocol), outcomes: "results not opened before" };
const acknowledgement = { study: "s", quality: "ab".repeat(32), reason: "the data are made up" };
const study = () => join(folder, "study");

/** An act on the study by the clock of one machine; returns the size of its ledger. */
function act(type: "lock" | "acknowledgement", machine: string, time: string): Promise<number> {
  const workspace = { folder: join(folder, machine), clock: () => new Date(time) };
  return withWorkspace(workspace, async (open) => {
    const record = { type, actor: "Ana Ruiz", body: type === "lock" ? lock : acknowledgement };
    const receipt = await recordWithReceipt(open, record, readTrail(study()));
    await writeReceipt(study(), receipt, type === "lock" ? protocol : undefined);
    return open.ledger.head.size;
  });
}

const size = (machine: string) =>
  withWorkspace(
    { folder: join(folder, machine), clock: () => new Date("2026-11-21T10:00:00.000Z") },
    async ({ ledger }) => ledger.head.size,
  );

test("a clock that steps back between two acts leaves a study whose receipts can be read", async () => {
  await act("lock", "one", "2026-11-21T09:00:03.000Z");
  expect(await act("acknowledgement", "one", "2026-11-21T09:00:00.000Z")).toBe(2);
  expect(readTrail(study()).entries.map(({ record }) => record.time)).toEqual([
    "2026-11-21T09:00:03.000Z",
    "2026-11-21T09:00:00.000Z",
  ]);
});

test("an act dated before the last receipt of another ledger is refused, with both times, and not recorded", async () => {
  await act("lock", "one", "2026-11-21T09:00:03.000Z");
  const early = act("acknowledgement", "two", "2026-11-21T09:00:00.000Z");
  await expect(early).rejects.toMatchObject({
    code: "clock-behind-receipt",
    message:
      "the clock of this machine says 2026-11-21T09:00:00.000Z, before the lock of 2026-11-21T09:00:03.000Z that this would follow",
  });
  expect(await size("two")).toBe(0);
  expect(readTrail(study()).entries.length).toBe(1);
  expect(await act("acknowledgement", "two", "2026-11-21T09:00:04.000Z")).toBe(1);
});

test("a receipt with other line ends, or written anew by an editor, is refused where it is read", async () => {
  await act("lock", "one", "2026-11-21T09:00:00.000Z");
  const file = join(study(), "receipts", "0001-lock.json");
  const text = readFileSync(file, "utf8");
  const codeOf = (changed: string) => {
    writeFileSync(file, changed);
    try {
      readTrail(study());
      return undefined;
    } catch (error) {
      return (error as { readonly code: string }).code;
    }
  };
  expect(codeOf(text.replaceAll("\n", "\r\n"))).toBe("receipt-line-ends");
  expect(codeOf(JSON.stringify(JSON.parse(text), null, 2))).toBe("receipt-damaged");
  expect(codeOf(text.trimEnd())).toBe("receipt-damaged");
  expect(codeOf(text)).toBeUndefined();
});
