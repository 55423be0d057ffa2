import { existsSync, mkdirSync, readdirSync, watch } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { recover } from "../../src/cli/dossier-folder.ts";
import { seededRandom } from "../../src/stats/random.ts";
import { type Ended, flawsOf, hashesOf, recordedRuns, run, start } from "./command.ts";
import { copyStudy } from "./study-copy.ts";

export interface Killed {
  /** Runs that were killed before they ended by themselves. */
  readonly kills: number;
  /** After how many of them the new dossier stood in place, or the old one. */
  readonly found: Readonly<Record<"new" | "old", number>>;
  /** How many were killed between the two renames that put the new dossier in place. */
  readonly betweenRenames: number;
}

/**
 * Runs `evaluate` as a person would and kills it (SIGKILL) at random moments: a third at any time, a third while it writes, a third as
 * the new dossier is put in place.
 *
 * After each kill the dossier is the old one whole or the new one whole, the ledger opens and verifies; at the end, and
 * after every tenth kill, the next run succeeds and leaves nothing beside the dossier.
 */
export async function killEvaluate(
  cwd: string,
  { kills, seed }: { kills: number; seed: number },
): Promise<Killed> {
  const random = seededRandom(seed);
  const out = join(cwd, "out/study");
  const workspace = join(cwd, ".probity");
  // A seed of its own for each run, so that every dossier differs from the one before.
  const evaluate = (n: number) => ["evaluate", "study", "--bootstrap-draws", "0", "--seed", String(n)];
  await prepare(cwd, evaluate(0));
  const started = performance.now();
  expect(await run(evaluate(0), { cwd })).toMatchObject({ code: 0 });
  const wholeMs = Math.ceil(performance.now() - started);
  const found = { new: 0, old: 0 };
  let [done, betweenRenames] = [0, 0];
  let before = hashesOf(out);
  for (let n = 1; done < kills; n++) {
    const moment = moments[n % moments.length]!;
    const most = { any: wholeMs, writing: 200, swap: 10 }[moment];
    const { signal, code, stderr } = await killedRun(cwd, evaluate(n), moment, random.integer(most));
    if (signal === "SIGKILL") done += 1;
    else expect(code, stderr).toBe(0);
    if (!existsSync(out)) betweenRenames += 1;
    recover(out);
    expect(await flawsOf(out, workspace), `run ${n}`).toEqual([]);
    const after = hashesOf(out);
    const isNew = JSON.stringify(after) !== JSON.stringify(before);
    if (signal === "SIGKILL") found[isNew ? "new" : "old"] += 1;
    before = after;
    if (done % 10 === 0 || done === kills) await expectNextRun(cwd, evaluate(100_000 + n));
    before = hashesOf(out);
  }
  expect((await recordedRuns(workspace)).length).toBeGreaterThanOrEqual(found.new);
  return { kills: done, found, betweenRenames };
}

type Moment = "any" | "writing" | "swap";
const moments: readonly Moment[] = ["any", "writing", "swap"];

async function killedRun(
  cwd: string,
  argv: readonly string[],
  moment: Moment,
  afterMs: number,
): Promise<Ended> {
  const { child, ended } = start(argv, { cwd });
  const killSoon = () => setTimeout(() => child.kill("SIGKILL"), afterMs);
  if (moment === "any") killSoon();
  child.stderr!.on("data", (text: string) => {
    if (moment === "writing" && text.includes("writing memo")) killSoon();
  });
  let isSeen = false;
  const watcher = watch(join(cwd, "out"), (_, name) => {
    if (moment !== "swap" || isSeen || !name?.includes("ready")) return;
    isSeen = true;
    killSoon();
  });
  try {
    return await ended;
  } finally {
    watcher.close();
  }
}

async function prepare(cwd: string, evaluate: readonly string[]): Promise<void> {
  mkdirSync(cwd, { recursive: true });
  // Few women: what counts is how often it can be killed.
  copyStudy(join(cwd, "study"), { withoutDevelopment: true, patients: (rows) => rows.slice(0, 120) });
  expect((await run(evaluate, { cwd })).stdout).toContain("SEALED");
  const person = ["--by", "Test Person", "--reason", "made for this test"];
  expect(await run(["acknowledge", "study", ...person], { cwd })).toMatchObject({ code: 0 });
}

async function expectNextRun(cwd: string, evaluate: readonly string[]): Promise<void> {
  expect(await run(evaluate, { cwd })).toMatchObject({ code: 0 });
  expect(await flawsOf(join(cwd, "out/study"), join(cwd, ".probity"))).toEqual([]);
  expect(readdirSync(join(cwd, "out"))).toEqual(["study"]);
}
