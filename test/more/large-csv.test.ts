import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { flawsOf, run, start } from "../study/command.ts";
import { copyStudy, readRows, temporaryFolder } from "../study/study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
const gibibyte = 1024 ** 3;
const nPatients = 1_000_000;
const limitBytes = 1.5e9;
const pageBytes = 4096;

/** Writes a table row by row: the women of the bundled study over and over, each time under a new key. */
function writeTable(file: string, header: string, rowOf: (n: number) => string): void {
  const out = openSync(file, "w");
  let text = `${header}\n`;
  for (let n = 0; n < nPatients; n++) {
    text += `${rowOf(n)}\n`;
    if (text.length < 1 << 22) continue;
    writeSync(out, text);
    text = "";
  }
  writeSync(out, text);
  closeSync(out);
}

/** Memory of a process and all that it has started, in bytes; pages that they share are counted for each of them. */
function residentBytes(pid: number): number {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), statOf(Number(name)).parent] as const);
  const family = new Set([pid]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const [child, parent] of parents) if (family.has(parent)) family.add(child);
  }
  return [...family].reduce((sum, member) => sum + statOf(member).pages * pageBytes, 0);
}

/** A process that has just ended has no parent and no pages. */
function statOf(pid: number): { readonly parent: number; readonly pages: number } {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { parent: Number(fields[1]), pages: Number(fields[21]) };
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return { parent: 0, pages: 0 };
    throw error;
  }
}

test("a table of 1 GiB is evaluated in less than 1.5 GB of memory, all processes together", {
  timeout: 3_600_000,
}, async () => {
  const cwd = folder.path;
  const study = copyStudy(join(cwd, "study"), { withoutDevelopment: true });
  const patients = readRows(join(study, "gbsg.csv"));
  const risks = readRows(join(study, "predictions.csv"));
  const columns = Object.keys(patients[0]!).slice(1);
  const notes = "Seen in clinic, follow-up agreed; no complaint. ".repeat(23).slice(0, 1_060);
  writeTable(join(study, "gbsg.csv"), `pid,${columns.join(",")},notes`, (n) => {
    const woman = patients[n % patients.length]!;
    return `${n},${columns.map((name) => woman[name]).join(",")},"${notes}"`;
  });
  const horizons = ["risk_12m", "risk_24m", "risk_60m"];
  writeTable(join(study, "predictions.csv"), `pid,${horizons.join(",")}`, (n) => {
    const { [n % risks.length]: row } = risks;
    return `${n},${horizons.map((name) => row![name]).join(",")}`;
  });
  expect(statSync(join(study, "gbsg.csv")).size).toBeGreaterThan(gibibyte);
  const evaluate = ["--debug", "evaluate", "study", "--bootstrap-draws", "0"];
  const sealed = await measured(cwd, evaluate);
  expect(sealed.stdout).toContain("SEALED");
  const person = ["--by", "Test Person", "--reason", "made for this test"];
  expect(await run(["acknowledge", "study", ...person], { cwd })).toMatchObject({ code: 0 });
  const opened = await measured(cwd, evaluate);
  expect(opened.code, opened.stderr).toBe(0);
  expect(await flawsOf(join(cwd, "out/study"), join(cwd, ".probity"))).toEqual([]);
  const attrition = JSON.parse(readFileSync(join(cwd, "out/study/team/dossier.json"), "utf8")).attrition;
  expect(JSON.stringify(attrition)).toContain(String(nPatients));
  const [first, second] = [sealed, opened].map(({ peakBytes }) => peakBytes);
  console.log(`1 GiB, ${nPatients} rows: ${mega(first!)} MB sealed, ${mega(second!)} MB opened, at the peak`);
  expect(Math.max(first!, second!)).toBeLessThan(limitBytes);
});

const mega = (bytes: number) => Math.round(bytes / 1e6);

async function measured(cwd: string, argv: readonly string[]) {
  const { child, ended } = start(argv, { cwd });
  let peakBytes = 0;
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, residentBytes(child.pid!));
  }, 100);
  const result = await ended;
  clearInterval(timer);
  return { ...result, peakBytes };
}
