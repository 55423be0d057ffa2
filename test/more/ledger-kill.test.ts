import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import {
  generateSigningKey,
  leafHash,
  openLedger,
  verifierKey,
  verifyLedger,
} from "../../src/ledger/index.ts";
import { seededRandom } from "../../src/stats/random.ts";

const cycles = Number(process.env.PROBITY_KILL_CYCLES ?? 1_000);
const perFolder = 50;
const writer = fileURLToPath(new URL("../ledger/kill-writer.mjs", import.meta.url));
const origin = "kill.example/log";
const key = generateSigningKey();
const vkey = verifierKey({ name: origin, privateKey: key });
const root = mkdtempSync(join(tmpdir(), "probity-kill-"));
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A process that appends until it is killed, some milliseconds after its first receipt. Its receipts, by index. */
async function killed(folder: string, keyFile: string, afterMs: number): Promise<Map<number, string>> {
  const child = spawn(process.execPath, [writer, folder, origin, keyFile], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (stdout === "") setTimeout(() => child.kill("SIGKILL"), afterMs);
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const signal = await new Promise((resolve) => child.once("close", (_, signal) => resolve(signal)));
  if (signal !== "SIGKILL") throw new Error(`the writer ended by itself: ${stderr}`);
  const whole = stdout.slice(0, stdout.lastIndexOf("\n"));
  return new Map(whole.split("\n").map((line) => [Number(line.split(" ")[0]), line.split(" ")[1]!]));
}

test(`${cycles} times killed while it writes: no confirmed record is lost`, {
  timeout: 3_600_000,
}, async () => {
  const random = seededRandom(3);
  const keyFile = join(root, "key.pem");
  writeFileSync(keyFile, key.export({ type: "pkcs8", format: "pem" }));
  const kinds = new Map([["note", () => undefined]]);
  let confirmed = 0;
  for (let done = 0; done < cycles; done += perFolder) {
    const folder = join(root, String(done));
    const receipts = new Map<number, string>();
    for (let cycle = done; cycle < Math.min(cycles, done + perFolder); cycle++) {
      for (const [index, leaf] of await killed(folder, keyFile, random.integer(40)))
        receipts.set(index, leaf);
    }
    const ledger = await openLedger({ folder, origin, key, kinds, clock: () => new Date() });
    const wanted = new Map(receipts);
    for await (const { record, line } of ledger.read({ from: 0, to: ledger.head.size })) {
      if (wanted.get(record.index) === leafHash(line)) wanted.delete(record.index);
    }
    await ledger.close();
    expect([...wanted.keys()]).toEqual([]);
    expect((await verifyLedger({ log: { folder }, vkey })).intact).toBe(true);
    confirmed += receipts.size;
    rmSync(folder, { recursive: true });
  }
  console.log(`${cycles} kills, ${confirmed} confirmed records, 0 lost`);
});
