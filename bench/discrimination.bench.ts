import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sharedCopy } from "../src/assess/cohort/shared-memory.ts";
import { aucBootstrapInterval, aucDeLong, normalQuantile, seededRandom } from "../src/stats/index.ts";
import { Pool } from "../src/work/pool.ts";
import type { AucDrawTask } from "./auc-draws.ts";
import { median, timings } from "./measure.ts";
import { RSession } from "./r-session.ts";

// AUC against R's pROC in the same run: they take turns on the same generated rows, every score distinct. DeLong's interval
// of 1,000,000 rows, beside one Float64Array.sort of the same scores, and 2,000 bootstrap draws of 100,000 rows on both
// processors. R draws on one: its own way to several starts further R processes. An AUC or interval that is not R's stops
// the run. PROBITY_BENCH_R_DRAWS has R draw fewer, and says so.
const nLarge = 1_000_000;
const nSmall = 100_000;
const nDraws = 2000;
const nRDraws = Number(process.env.PROBITY_BENCH_R_DRAWS ?? nDraws);
const nThreads = 2;
const nParts = 4;
const rounds = 5;

interface Rows {
  readonly score: Float64Array;
  readonly event: Uint8Array;
}

/** A tenth are cases, whose scores lie one standard deviation higher. */
function generated(n: number): Rows {
  const random = seededRandom(20_261_122);
  const event = Uint8Array.from({ length: n }, () => +(random.next() < 0.1));
  const score = Float64Array.from(event, (isCase) => normalQuantile((random.next() + 2 ** -54) % 1) + isCase);
  return { score: sharedCopy(score), event: sharedCopy(event) };
}

const folder = mkdtempSync(join(tmpdir(), "probity-bench-"));
const opened = await RSession.open("bench/discrimination.R", folder);
const r = opened instanceof RSession ? opened : undefined;
const threads = new Pool(new URL("./auc-draws.mjs", import.meta.url), nThreads);
try {
  write(opened instanceof RSession ? opened.versions : `${opened.absent}: no ratio to R`);
  await withDeLong(await loaded("large", nLarge));
  await withDraws(await loaded("small", nSmall));
} finally {
  await threads.close();
  await r?.close();
  rmSync(folder, { recursive: true, force: true });
}

async function loaded(set: string, n: number): Promise<Rows> {
  const rows = generated(n);
  if (r !== undefined) {
    const columns = Float64Array.from(
      [rows.score, Float64Array.from(rows.event)].flatMap((c) => Array.from(c)),
    );
    writeFileSync(join(folder, set), columns);
    await r.load(set, n, 0);
  }
  return rows;
}

async function withDeLong({ score, event }: Rows): Promise<void> {
  const [ours, sorts, theirs] = [[] as number[], [] as number[], [] as number[]];
  for (let round = 0; round < rounds; round++) {
    sorts.push(...(await timings(1, () => score.slice().sort())));
    ours.push(...(await timings(1, () => aucDeLong(score, event, 0.95))));
    if (r === undefined) continue;
    const run = await r.run("delong", "large");
    theirs.push(run.ms);
    if (round > 0) continue;
    const found = aucDeLong(score, event, 0.95);
    if ("notEstimable" in found) throw new Error(found.notEstimable);
    agree("DeLong", [found.lower, found.auc, found.upper], run.result, 1e-9);
  }
  const perSort = median(ours.map((ms, i) => ms / sorts[i]!));
  write(`AUC with DeLong interval, ${count(nLarge)} rows`);
  write(`  here             ${ms(ours)}, least ${Math.min(...ours).toFixed(0)} ms`);
  write(`  one sort         ${ms(sorts)}; here / sort ${perSort.toFixed(2)}, to reach at most 1.5`);
  if (theirs.length > 0) write(`  R                ${ms(theirs)}; ${ratio(theirs, ours)}, to reach 6`);
}

async function withDraws(rows: Rows): Promise<void> {
  const tasks = Array.from({ length: nParts }, (_, part): AucDrawTask => {
    return { ...rows, seed: 1, part, nParts, nDraws: nDraws / nParts };
  });
  const drawn = async () => {
    const parts = await threads.map<Float64Array>("someAucDraws", tasks);
    return Float64Array.from(parts.flatMap((part) => Array.from(part)));
  };
  const ours = await timings(rounds, drawn);
  write(`${count(nDraws)} bootstrap AUCs, ${count(nSmall)} rows`);
  write(`  here             ${ms(ours)} on ${nThreads} threads, least ${Math.min(...ours).toFixed(0)} ms`);
  if (r === undefined) return;
  const run = await r.run(`bootstrap-${nRDraws}`, "small");
  const found = aucBootstrapInterval(await drawn(), 0.95);
  if ("notEstimable" in found) throw new Error(found.notEstimable);
  const { lower, upper } = found;
  // Two sets of draws: limits of 100 draws or more lie within a third of the interval's width of each other.
  agree("bootstrap", [lower, upper], [run.result[0]!, run.result[2]!], (upper - lower) / 3);
  const whole = (run.ms * nDraws) / nRDraws;
  const said = nRDraws === nDraws ? "" : `, of ${nRDraws} draws times ${(nDraws / nRDraws).toFixed(2)}`;
  write(`  R                ${ms([whole])} on one${said}; ${ratio([whole], [median(ours)])}, to reach 40`);
}

function agree(what: string, ours: readonly number[], theirs: readonly number[], within: number): void {
  if (ours.some((value, i) => !(Math.abs(value - theirs[i]!) <= within)))
    throw new Error(`${what}: ${ours.join(" ")} here, ${theirs.join(" ")} in R`);
}

function ms(all: readonly number[]): string {
  return `${median(all).toFixed(0)} ms`;
}

function ratio(theirs: readonly number[], ours: readonly number[]): string {
  return `R / here ${median(theirs.map((each, i) => each / ours[i]!)).toFixed(1)}`;
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}

function write(text: string): void {
  process.stdout.write(`${text}\n`);
}
