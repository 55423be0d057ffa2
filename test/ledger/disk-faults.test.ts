import { describe, expect, test } from "vitest";
import { type Receipt, verifyLedger } from "../../src/ledger/index.ts";
import { CrashDisk, failure } from "./crash-disk.ts";
import { openOn, vkey } from "./crash-trace.ts";

const note = (text: string) => ({ type: "note", actor: "Ada", body: { text } });

interface Outcome {
  readonly operations: number;
  readonly confirmed: readonly Receipt[];
  readonly errors: readonly unknown[];
}

/** A ledger at work on a disk whose `failing`-th change, and every one after it, fails. */
async function work(disk: CrashDisk, failing: number, code: string): Promise<Outcome> {
  let operations = 0;
  disk.before = ({ path }) => {
    operations += 1;
    if (operations >= failing) throw failure(code, path);
  };
  const confirmed: Receipt[] = [];
  const errors: unknown[] = [];
  try {
    const ledger = await openOn(disk);
    for (let i = 0; i < 12; i++) {
      const results = await Promise.allSettled([
        ledger.append(note("x".repeat(1_500))),
        ledger.append(note(`${i}`)),
      ]);
      for (const result of results) {
        if (result.status === "fulfilled") confirmed.push(result.value);
        else errors.push(result.reason);
      }
      if (i % 4 === 0) await ledger.checkpoint();
    }
    await ledger.close();
  } catch (error) {
    errors.push(error);
  }
  disk.before = () => {};
  return { operations, confirmed, errors };
}

const isTold = (error: unknown) =>
  ["ledger-write-failed", "ledger-not-opened"].includes((error as { code: string }).code);

describe.each(["ENOSPC", "EIO"])("%s at any operation", (code) => {
  test.each([Number.POSITIVE_INFINITY, 700])(
    "loses nothing confirmed, %d bytes a write",
    async (shortWrite) => {
      const healthy = await work(
        Object.assign(new CrashDisk(), { shortWrite }),
        Number.POSITIVE_INFINITY,
        code,
      );
      expect(healthy.errors).toEqual([]);
      expect(healthy.confirmed.length).toBe(24);
      for (let failing = 1; failing <= healthy.operations; failing++) {
        const disk = Object.assign(new CrashDisk(), { shortWrite });
        const { confirmed, errors } = await work(disk, failing, code);
        expect(errors.length).toBeGreaterThan(0);
        expect(errors.every(isTold), `operation ${failing}`).toBe(true);
        const ledger = await openOn(disk);
        expect(ledger.head.size).toBeGreaterThanOrEqual(confirmed.length);
        await ledger.append(note("after"));
        await ledger.close();
        const result = await verifyLedger({ log: { folder: "/log" }, vkey, fileSystem: disk });
        expect(result, `operation ${failing}`).toMatchObject({ intact: true });
      }
    },
  );
});

test("after a failed sync nothing is tried again", async () => {
  const disk = new CrashDisk();
  const ledger = await openOn(disk);
  await ledger.append(note("good"));
  let syncs = 0;
  disk.before = ({ name, path }) => {
    if (name !== "sync") return;
    syncs += 1;
    throw failure("EIO", path);
  };
  await expect(ledger.append(note("lost"))).rejects.toMatchObject({ code: "ledger-write-failed" });
  disk.before = () => {};
  await expect(ledger.append(note("later"))).rejects.toMatchObject({ code: "ledger-write-failed" });
  await expect(ledger.checkpoint()).rejects.toMatchObject({ code: "ledger-write-failed" });
  expect(syncs).toBe(1);
  expect(ledger.head.size).toBe(1);
});

test("who waits for a write that fails is told, and so are those behind", async () => {
  const disk = new CrashDisk();
  const ledger = await openOn(disk);
  disk.before = ({ path }) => {
    throw failure("ENOSPC", path);
  };
  const first = ledger.append(note("first"));
  await Promise.resolve();
  const results = await Promise.allSettled([first, ...["a", "b"].map((text) => ledger.append(note(text)))]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
});
