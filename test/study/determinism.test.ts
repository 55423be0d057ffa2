import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { copyStudy, temporaryFolder } from "./study-copy.ts";

const command = fileURLToPath(new URL("../../bin/probity.mjs", import.meta.url));
const folder = temporaryFolder();

interface Place {
  /** Where the study lies, where the command runs, and where the dossier goes, in the temporary folder. */
  readonly study: string;
  readonly from: string;
  readonly out: string;
  readonly zone: string;
  readonly locale: string;
}

// Kiritimati is a day ahead of St John's for most of each day, and Turkish has an i of its own.
const places: readonly Place[] = [
  { study: "a", from: "a", out: "a/here/out", zone: "Pacific/Kiritimati", locale: "tr_TR.UTF-8" },
  { study: "b c/çok uzun", from: ".", out: "elsewhere", zone: "America/St_Johns", locale: "C" },
];

async function evaluate({ study, from, out, zone, locale }: Place): Promise<Map<string, Buffer>> {
  const at = (path: string) => join(folder.path, path);
  mkdirSync(at(from), { recursive: true });
  const argv = [command, "evaluate", relative(at(from), copyStudy(at(study))) || ".", "--out", at(out)];
  await promisify(execFile)(process.execPath, [...argv, "--bootstrap-draws", "100"], {
    cwd: at(from),
    env: { ...process.env, TZ: zone, LANG: locale, LC_ALL: locale },
  });
  return filesOf(at(out));
}

function filesOf(root: string): Map<string, Buffer> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return new Map(paths.sort().map((path) => [relative(root, path), readFileSync(path)]));
}

let runs: readonly Map<string, Buffer>[];

beforeAll(async () => {
  runs = await Promise.all(places.map(evaluate));
});
afterAll(folder.remove);

const names = [
  "committee/dossier.json",
  "committee/memo.html",
  "committee/report.html",
  "team/data-report.html",
  "team/dossier.json",
  "team/manifest.json",
  "team/quality.json",
  "team/report.html",
  "team/rows/patients.parquet",
];

test("the same study gives the same files in any folder, time zone and locale", () => {
  for (const files of runs) expect([...files.keys()]).toEqual(names);
});

test.each(names)("%s has the same bytes", (name) => {
  const [first, second] = runs.map((files) => files.get(name)!);
  expect(first!.length).toBeGreaterThan(100);
  expect(first!.equals(second!)).toBe(true);
});

test("no file names the folder it was made in", () => {
  for (const [name, bytes] of runs[0]!) expect(bytes.includes(folder.path), name).toBe(false);
});

test("the manifest holds the hash of each page of the team", () => {
  const [files] = runs;
  const { pages } = JSON.parse(files!.get("team/manifest.json")!.toString());
  const hashOf = (name: string) =>
    createHash("sha256")
      .update(files!.get(`team/${name}`)!)
      .digest("hex");
  expect(pages).toEqual(["data-report.html", "report.html"].map((name) => ({ name, sha256: hashOf(name) })));
});
