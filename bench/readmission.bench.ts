import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Dossier } from "../src/evidence/dossier.ts";
import { isKnown } from "../src/evidence/estimate.ts";
import { median, runChild, timings } from "./measure.ts";
import { writeReadmissionStudy } from "./readmission-study.ts";

// A full evaluation of 99,340 real encounters of 69,987 patients, with strata, fairness, a search for slices and 1,000 cluster
// bootstraps, as a ratio to one DuckDB scan of its two files and one Float64Array.sort of its risks. To reach: at most 40.
// Prints what docs/real-data-notes.md says of it. The tables are shared between checkouts: PROBITY_SHARED names their folder.
const folder = mkdtempSync(join(tmpdir(), "probity-bench-"));

async function scanAndSort(): Promise<number> {
  const instance = await DuckDBInstance.create(":memory:");
  const database = await instance.connect();
  const csv = (name: string) => `read_csv('${join(folder, name).replaceAll("'", "''")}')`;
  const scan = async () => {
    await database.runAndReadAll(`select count(*), max(columns(*)) from ${csv("encounters.csv")}`);
    await database.runAndReadAll(`select count(*), max(columns(*)) from ${csv("predictions.csv")}`);
  };
  const reader = await database.runAndReadAll(`select risk from ${csv("predictions.csv")}`);
  const risk = Float64Array.from(reader.getColumns()[0]!, Number);
  const scans = median(await timings(5, scan));
  const sorts = median(await timings(5, () => risk.slice().sort()));
  database.closeSync();
  instance.closeSync();
  console.log(`one scan ${scans.toFixed(0)} ms, one sort of ${risk.length} risks ${sorts.toFixed(0)} ms`);
  return scans + sorts;
}

try {
  await writeReadmissionStudy(folder, { search: true });
  const out = join(folder, "out");
  const where = ["--workspace", join(folder, "workspace"), "--out", out];
  const evaluate = (draws: number) =>
    runChild(["bin/probity.mjs", "evaluate", folder, "--bootstrap-draws", String(draws), ...where]);
  // The first run seals the results; the runs that are timed open them.
  await evaluate(0);
  const person = ["--by", "the benchmark", "--reason", "public tables without identifiers"];
  await runChild([
    ...["bin/probity.mjs", "acknowledge", folder, "--dossier", out],
    ...["--workspace", join(folder, "workspace"), ...person],
  ]);
  const base = await scanAndSort();
  for (const draws of [0, 1000]) {
    const runs = [await evaluate(draws), await evaluate(draws)];
    const ms = Math.min(...runs.map((run) => run.ms));
    console.log(
      `evaluate, ${draws} draws: ${ms.toFixed(0)} ms, ${(ms / base).toFixed(1)} x one scan and one sort, ` +
        `${Math.max(...runs.map(({ maxRssMb }) => maxRssMb)).toFixed(0)} MB`,
    );
  }
  const dossier = JSON.parse(readFileSync(join(out, "team", "dossier.json"), "utf8")) as Dossier;
  console.log(`${dossier.verdict.word}`);
  for (const estimate of dossier.estimates) {
    if (!isKnown(estimate) || !/^(cohort|performance|fairness)\./.test(estimate.id)) continue;
    const { interval } = estimate;
    const limits = interval ? ` (${interval.lower.toFixed(3)} to ${interval.upper.toFixed(3)})` : "";
    console.log(`${estimate.id} ${estimate.value.toFixed(4)}${limits}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
