import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { flawsOf, hashesOf, run } from "./command.ts";
import { copyStudy, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
const cwd = folder.path;
const evaluate = ["evaluate", "study", "--bootstrap-draws", "0"];

test("a disk that takes no more is told, wherever it happens, and the older dossier survives", async () => {
  copyStudy(join(cwd, "study"), { withoutDevelopment: true });
  expect((await run(evaluate, { cwd })).stdout).toContain("SEALED");
  const person = ["--by", "Test Person", "--reason", "made for this test"];
  expect((await run(["acknowledge", "study", ...person], { cwd })).code).toBe(0);
  expect(await run(evaluate, { cwd })).toMatchObject({ code: 0 });
  const out = join(cwd, "out/study");
  const before = hashesOf(out);
  expect(await flawsOf(out, join(cwd, ".probity"))).toEqual([]);
  const kibibytes = (path: string) => Math.ceil(statSync(join(out, path)).size / 1024);
  // Below the size of the first and the last file, and of each in between, nothing can be written whole.
  const limits = [
    0,
    kibibytes("team/rows/patients.parquet") - 1,
    kibibytes("team/rows/patients.parquet") + 1,
    ...["committee/memo.html", "team/dossier.json", "committee/report.html"].map(
      (path) => kibibytes(path) - 1,
    ),
  ];
  const codes: string[] = [];
  for (const fileLimitKiB of limits) {
    const limited = ["evaluate", "study", "--bootstrap-draws", "0", "--seed", "7", "--json"];
    const { code, stdout, stderr } = await run(limited, { cwd, fileLimitKiB });
    expect(code, `${fileLimitKiB} KiB\n${stdout}${stderr}`).toBe(2);
    codes.push(JSON.parse(stdout).problem.type);
    expect(hashesOf(out), `${fileLimitKiB} KiB`).toEqual(before);
    expect(readdirSync(join(cwd, "out")), `${fileLimitKiB} KiB`).toEqual(["study"]);
  }
  // Where nothing can be written at all, the ledger is the first to say so.
  expect(codes[0]).toBe("/problems/ledger-not-opened");
  expect(new Set(codes.slice(1))).toEqual(new Set(["/problems/data-disk", "/problems/out-not-writable"]));
  expect(await run([...evaluate, "--seed", "7"], { cwd })).toMatchObject({ code: 0 });
  expect(await flawsOf(out, join(cwd, ".probity"))).toEqual([]);
  expect(hashesOf(out)["team/manifest.json"]).not.toBe(before["team/manifest.json"]);
});

test("a first evaluation on a full disk leaves nothing behind, and the next one succeeds", async () => {
  const place = join(cwd, "first");
  copyStudy(join(place, "study"), { withoutDevelopment: true });
  const { code, stderr } = await run(evaluate, { cwd: place, fileLimitKiB: 0 });
  expect(code, stderr).toBe(2);
  expect(readdirSync(place)).not.toContain("out");
  expect(await run(evaluate, { cwd: place })).toMatchObject({ code: 0 });
});

test("a receipt that does not fit on the disk is not there at all, and what a kill leaves beside is not read", async () => {
  const place = join(cwd, "locked");
  const study = copyStudy(join(place, "study"), { withoutDevelopment: true, unlocked: true });
  rmSync(join(study, "receipts"), { recursive: true });
  // The ledger's line fits into 4 KiB; the receipt, which holds the protocol, does not.
  const lock = ["lock", "study", "--by", "Ana Ruiz", "--json"];
  const { code, stdout } = await run(lock, { cwd: place, fileLimitKiB: 4 });
  expect(code, stdout).toBe(2);
  expect(JSON.parse(stdout).problem.type).toBe("/problems/out-not-writable");
  expect(readdirSync(join(study, "receipts"))).toEqual([]);
  writeFileSync(join(study, "receipts", ".half.unfinished"), '{"format":"probity-');
  expect(await run(evaluate, { cwd: place })).toMatchObject({ code: 0 });
});

test("a key that does not fit on the disk is not there at all", async () => {
  const place = join(cwd, "keyless");
  mkdirSync(place);
  writeFileSync(join(place, "passphrase"), "correct horse battery staple\n");
  const key = ["key", "new", "--by", "Ana Ruiz", "--out", "ana.key", "--passphrase-file", "passphrase"];
  const { code, stderr } = await run(key, { cwd: place, fileLimitKiB: 0 });
  expect(code, stderr).toBe(2);
  expect(readdirSync(place)).toEqual(["passphrase"]);
});
