import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { ingest } from "../src/data/intake/ingest.ts";
import { median } from "./measure.ts";

// A whole intake (hashes, index, tables on the disk, duplicates) as a ratio to a read_json written by hand over the same
// file, which writes 12 columns to Parquet: in turns in one process, as speed. To reach: 0.4 on the fast path, 0.15 line
// by line. The data: the Observations of the shared FHIR sets, repeated with other ids up to PROBITY_BENCH_MB (default
// 200; 1000 for a gigabyte).
const megabytes = Number(process.env.PROBITY_BENCH_MB ?? 200);
const rounds = Number(process.env.PROBITY_BENCH_ROUNDS ?? 5);
const shared = process.env.PROBITY_SHARED ?? join(process.cwd(), "../shared");
const folder = mkdtempSync(join(tmpdir(), "probity-bench-"));
const data = join(folder, "Observation.ndjson");

const byHand = `copy (
  select id, status, subject.reference as patient, encounter.reference as encounter,
    category[1].coding[1].code as category, code.coding[1].system as system, code.coding[1].code as code,
    code.text as text, effectiveDateTime as effective, issued, valueQuantity.value as value, valueQuantity.unit as unit
  from read_json('${data}', format = 'newline_delimited', columns = {
    id: 'varchar', status: 'varchar', subject: 'struct(reference varchar)', encounter: 'struct(reference varchar)',
    category: 'struct(coding struct(code varchar)[])[]',
    code: 'struct(coding struct(system varchar, code varchar)[], text varchar)',
    effectiveDateTime: 'varchar', issued: 'varchar', valueQuantity: 'struct(value double, unit varchar)'
  })
) to '${join(folder, "by-hand.parquet")}' (format parquet)`;

function writeData(): number {
  const sources = ["synthea100", "synthea-oncology"].map((set) =>
    join(shared, "data", "fhir", set, "Observation.ndjson"),
  );
  if (!sources.every((source) => existsSync(source)))
    throw new Error(`no Observations in ${shared}; set PROBITY_SHARED`);
  const text = sources.map((source) => readFileSync(source, "utf8")).join("");
  const file = openSync(data, "w");
  let bytes = 0;
  for (let copy = 0; bytes < megabytes * 1e6; copy += 1) {
    bytes += writeSync(file, text.replace(/"id":"/g, `"id":"${copy}-`));
  }
  closeSync(file);
  return bytes;
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

async function takeIn(reading: "fast" | "line by line"): Promise<number> {
  const into = join(folder, "records");
  const ms = await timed(() => ingest({ paths: [data], into, reading, threads: 2 }));
  rmSync(into, { recursive: true });
  return ms;
}

try {
  const bytes = writeData();
  const instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "2GB" });
  const connection = await instance.connect();
  const size = (bytes / 1e6).toFixed(0);
  console.log(`${size} MB of Observations, DuckDB with 2 threads, median of ${rounds} rounds`);
  const speed = (ms: number) => (bytes / 1e3 / ms).toFixed(0).padStart(5);
  for (const [reading, toReach] of [
    ["fast", 0.4],
    ["line by line", 0.15],
  ] as const) {
    const runs: { readonly ratio: number; readonly own: number; readonly hand: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const first = round % 2 === 0 ? await takeIn(reading) : undefined;
      const hand = await timed(() => connection.run(byHand));
      const own = first ?? (await takeIn(reading));
      runs.push({ ratio: hand / own, own, hand });
    }
    const ratio = median(runs.map((run) => run.ratio));
    console.log(
      `${reading.padEnd(14)} ${speed(median(runs.map((run) => run.own)))} MB/s, by hand ` +
        `${speed(median(runs.map((run) => run.hand)))} MB/s  ratio ${ratio.toFixed(2)}  to reach ${toReach}: ` +
        `${ratio >= toReach ? "reached" : "not reached"}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
