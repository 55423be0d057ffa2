import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bodyOf, generateSigningKey, openLedger, verifierKey, verifyLedger } from "../src/ledger/index.ts";
import { median, timings } from "./measure.ts";

// A ledger of 1,000,000 records: verified, and opened again, as a ratio to one SHA-256 pass over its files.
// To reach: 30 times. Appends are told beside as records per second, with 1 and with 64 writers at a time.
const n = Number(process.env.PROBITY_BENCH_ROWS ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), "probity-bench-"));
const origin = "bench.example/log";
const key = generateSigningKey();
const kinds = new Map([["run", bodyOf({ protocol: "sha256", reason: "text", rows: "count" })]]);
const ledgerFolder = join(folder, "ledger");
const options = { folder: ledgerFolder, origin, key, kinds, clock: () => new Date() };
const protocol = "ab".repeat(32);

/** Reads every file of the log once and hashes it, as sha256sum does. */
function hashFiles(): number {
  const buffer = Buffer.alloc(1 << 20);
  let bytes = 0;
  for (const name of readdirSync(ledgerFolder).filter((name) => name.endsWith(".jsonl"))) {
    const file = openSync(join(ledgerFolder, name), "r");
    const hash = createHash("sha256");
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
      hash.update(buffer.subarray(0, length));
      bytes += length;
    }
    hash.digest();
    closeSync(file);
  }
  return bytes;
}

try {
  const ledger = await openLedger(options);
  let next = 0;
  const write = async (to: number) => {
    while (next < to) {
      const rows = next++;
      await ledger.append({
        type: "run",
        actor: "bench",
        body: { protocol, reason: "a generated record", rows },
      });
    }
  };
  const perSecond = async (records: number, writers: number) => {
    const started = performance.now();
    const to = next + records;
    await Promise.all(Array.from({ length: writers }, () => write(to)));
    return (records / (performance.now() - started)) * 1000;
  };
  const single = await perSecond(Math.min(2_000, n / 10), 1);
  const many = await perSecond(Math.min(50_000, n / 5), 64);
  await perSecond(n - next, 4_096);
  await ledger.checkpoint();
  await ledger.close();

  const vkey = verifierKey({ name: origin, privateKey: key });
  const passes = await timings(5, hashFiles);
  const verified = await timings(3, async () => {
    const result = await verifyLedger({ log: { folder: ledgerFolder }, vkey, kinds });
    if (!result.intact || result.size !== n) throw new Error(JSON.stringify(result));
  });
  const opened = await timings(3, async () => (await openLedger(options)).close());
  const pass = median(passes);
  const line = (name: string, ms: number) =>
    `${name.padEnd(26)} ${ms.toFixed(0)} ms = ${(ms / pass).toFixed(1)} × the pass; to reach 30`;
  const lines = [
    `records                    ${n.toLocaleString("en-US")} in ${(hashFiles() / 1e6).toFixed(0)} MB`,
    `one SHA-256 pass           ${pass.toFixed(0)} ms`,
    line("verified", median(verified)),
    line("opened", median(opened)),
    line("both together", median(verified) + median(opened)),
    `appended, 1 writer         ${single.toFixed(0)} records/s`,
    `appended, 64 writers       ${many.toFixed(0)} records/s`,
    `peak memory                ${((process.resourceUsage().maxRSS * 1024) / 1e6).toFixed(0)} MB`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
