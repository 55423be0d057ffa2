import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultOut, prepareOut, recover, stageFolder, writeDossierFolder } from "./dossier-folder.ts";

let folder: string;
let outDir: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "probity-out-"));
  outDir = join(folder, "deep", "study");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const memo = (text: string) => new Map([["committee/memo.html", text]]);
const readMemo = () => readFileSync(join(outDir, "committee/memo.html"), "utf8");
const beside = () => readdirSync(join(folder, "deep"));

/** The number of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["--eval", ""]).pid;
}

test("a dossier is written with the folders above it, and nothing is left beside", async () => {
  await writeDossierFolder({ outDir, files: memo("one") });
  expect(readMemo()).toBe("one");
  expect(beside()).toEqual(["study"]);
});

test("files of the dossier before are gone, those staged by another hand are kept", async () => {
  await writeDossierFolder({ outDir, files: new Map([["team/data-report.html", "{}"], ...memo("one")]) });
  const staged = stageFolder(outDir);
  mkdirSync(join(staged, "team", "rows"), { recursive: true });
  writeFileSync(join(staged, "team", "rows", "patients.parquet"), "r");
  await writeDossierFolder({ outDir, files: memo("two"), staged });
  expect(readMemo()).toBe("two");
  expect(readdirSync(join(outDir, "team"))).toEqual(["rows"]);
  expect(beside()).toEqual(["study"]);
});

test("a failure while writing leaves the dossier before as it was", async () => {
  await writeDossierFolder({ outDir, files: memo("one") });
  const clash = new Map([
    ["committee", "a file where a folder is needed"],
    ["committee/memo.html", "two"],
  ]);
  await expect(writeDossierFolder({ outDir, files: clash })).rejects.toMatchObject({
    code: "out-not-writable",
  });
  expect(readMemo()).toBe("one");
  expect(beside()).toEqual(["study"]);
});

test("a run killed between the two renames is finished by the next", async () => {
  await writeDossierFolder({ outDir, files: memo("new") });
  const { renameSync } = await import("node:fs");
  const pid = deadPid();
  // What such a run leaves: the complete new dossier, the old one aside, nothing in place.
  renameSync(outDir, join(folder, "deep", `.study.ready-${pid}`));
  mkdirSync(join(folder, "deep", `.study.previous-${pid}`));
  mkdirSync(join(folder, "deep", `.study.writing-${pid}`));
  recover(outDir);
  expect(readMemo()).toBe("new");
  expect(beside()).toEqual(["study"]);
});

test("scraps of a run that still lives are left alone", () => {
  const scrap = join(folder, "deep", `.study.writing-${process.ppid}`);
  mkdirSync(scrap, { recursive: true });
  recover(outDir);
  expect(existsSync(scrap)).toBe(true);
});

for (const [name, entry, code] of [
  ["a signed dossier", "seal.json", "out-is-sealed"],
  ["a dossier whose signature was being written", ".sealing", "out-is-sealed"],
  ["a folder with other things", "holiday.jpg", "out-not-a-dossier"],
  ["a file of somebody's in team/", "team/mine.csv", "out-not-a-dossier"],
  ["a file of somebody's in committee/", "committee/notes.txt", "out-not-a-dossier"],
  ["a file of somebody's beside the rows", "team/rows/mine.parquet", "out-not-a-dossier"],
  ["a folder of somebody's in team/", "team/mine/a.csv", "out-not-a-dossier"],
  ["a file of a dossier in another place", "team/memo.html", "out-not-a-dossier"],
] as const) {
  test(`${name} is not replaced, neither before the work nor after it`, async () => {
    await writeDossierFolder({ outDir, files: memo("one") });
    const staged = stageFolder(outDir);
    mkdirSync(dirname(join(outDir, entry)), { recursive: true });
    writeFileSync(join(outDir, entry), "mine");
    expect(() => prepareOut(outDir)).toThrow(expect.objectContaining({ code }));
    await expect(writeDossierFolder({ outDir, files: memo("two"), staged })).rejects.toMatchObject({ code });
    expect(readFileSync(join(outDir, entry), "utf8")).toBe("mine");
    expect(readMemo()).toBe("one");
  });
}

test("a folder in the place of a dossier's file, and a link in the place of its folder, are not replaced", async () => {
  await writeDossierFolder({ outDir, files: memo("one") });
  mkdirSync(join(outDir, "team", "dossier.json"), { recursive: true });
  expect(() => prepareOut(outDir)).toThrow(expect.objectContaining({ code: "out-not-a-dossier" }));
  rmSync(join(outDir, "team"), { recursive: true });
  symlinkSync(folder, join(outDir, "team"));
  expect(() => prepareOut(outDir)).toThrow(expect.objectContaining({ code: "out-not-a-dossier" }));
});

test("what a file manager leaves behind does not keep a dossier from being replaced", async () => {
  await writeDossierFolder({ outDir, files: memo("one") });
  for (const name of [".DS_Store", "committee/.DS_Store"]) writeFileSync(join(outDir, name), "");
  await writeDossierFolder({ outDir, files: memo("two") });
  expect(readMemo()).toBe("two");
});

test("a file in the place of the folder, or above it, is a Problem", () => {
  writeFileSync(join(folder, "deep"), "");
  expect(() => prepareOut(join(folder, "deep"))).toThrow(expect.objectContaining({ code: "out-is-a-file" }));
  expect(() => prepareOut(outDir)).toThrow(expect.objectContaining({ code: "out-not-writable" }));
});

const refusal = (work: () => void): { code: string; message: string } => {
  try {
    work();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error("it was accepted");
};

// Linux answers "no such file" to every new folder there, at which Node's recursive mkdir never ends.
test("a place where no folder can be made is a Problem", () => {
  for (const place of ["/proc/x", "/proc/x/deep/study", "/proc/self/x"]) {
    const write = () => {
      prepareOut(place);
      stageFolder(place);
    };
    expect(refusal(write).code).toBe("out-not-writable");
  }
});

describe("a symbolic link in the place of the folder", () => {
  const link = () => join(folder, "link");

  test("to a folder stays a link, and its target is written", async () => {
    mkdirSync(outDir, { recursive: true });
    symlinkSync(outDir, link());
    for (const text of ["one", "two"]) {
      prepareOut(link());
      await writeDossierFolder({ outDir: link(), files: memo(text), staged: stageFolder(link()) });
      expect(readMemo()).toBe(text);
    }
    expect(lstatSync(link()).isSymbolicLink()).toBe(true);
    expect([readdirSync(folder).sort(), beside()]).toEqual([["deep", "link"], ["study"]]);
  });

  test("to a folder with other things, to a file, to nothing or to itself is a Problem", () => {
    mkdirSync(outDir, { recursive: true });
    writeFileSync(join(outDir, "holiday.jpg"), "");
    const cases = [
      [outDir, "out-not-a-dossier"],
      [join(outDir, "holiday.jpg"), "out-is-a-file"],
      [join(folder, "nowhere"), "out-dangling-link"],
      [link(), "out-not-writable"],
    ] as const;
    for (const [target, code] of cases) {
      symlinkSync(target, link());
      expect(refusal(() => prepareOut(link())).code).toBe(code);
      expect(lstatSync(link()).isSymbolicLink()).toBe(true);
      rmSync(link());
    }
    expect(readdirSync(folder)).toEqual(["deep"]);
    expect(readdirSync(outDir)).toEqual(["holiday.jpg"]);
  });

  test("scraps of a killed run are found beside its target", async () => {
    await writeDossierFolder({ outDir, files: memo("one") });
    symlinkSync(outDir, link());
    mkdirSync(join(folder, "deep", `.study.writing-${deadPid()}`));
    prepareOut(link());
    expect(beside()).toEqual(["study"]);
  });
});

test("a place without a name is a Problem", () => {
  expect(refusal(() => prepareOut("")).code).toBe("option-value");
});

test("without --out the dossier goes to out/ and the study's own name", () => {
  expect(defaultOut("studies/breast-recurrence/")).toBe(join("out", "breast-recurrence"));
});
