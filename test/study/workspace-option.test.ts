import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluated, probity } from "./evaluate.ts";
import { copyStudy, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const study = join(folder.path, "study");
const out = join(folder.path, "out");
const places = join(folder.path, "places");
const ledger = join(places, "board");
const because = ["--by", "Ana Ruiz", "--reason", "read for this test"];

beforeAll(async () => {
  copyStudy(study, { withoutDevelopment: true });
  mkdirSync(places);
  await evaluated(study, out, { draws: 0, ledger: ["--workspace", ledger] });
  writeFileSync(join(places, "a-file"), "");
  mkdirSync(join(places, "empty"));
  cpSync(ledger, join(folder.path, "project", ".probity"), { recursive: true });
});

/** Each command that begins no workspace. */
const commands: readonly (readonly [name: string, ...argv: string[]])[] = [
  ["trace", "trace", "cohort.analysed", "--dossier", out, "--study", study],
  ["register", "register"],
  ["register of one kind", "register", "post-mortems"],
  [
    "register, a withdrawal",
    "register",
    "post-mortems",
    "--withdraw",
    "0",
    "--why",
    "written twice",
    "--by",
    "A B",
  ],
  ["receipts", "receipts", study],
  ["serve of a dossier", "serve", out, "--port", "0"],
  ["pack", "pack", out, "--out", join(folder.path, "pack.zip")],
  ["sign", "sign", out, "--as", "product", "--by", "Ana Ruiz", "--meaning", "approve", "--key", "none.key"],
  ["acknowledge", "acknowledge", study, "--dossier", out, ...because],
];

describe.each(commands)("%s", (_, ...argv) => {
  test.each([
    ["boardd", "there is no such folder", ledger],
    ["a-file", "a workspace is a folder", ledger],
    ["empty", "it holds no ledger/", ledger],
    ["board/ledger", "it holds no ledger/", ledger],
    ["../project", "it holds no ledger/", join(folder.path, "project", ".probity")],
    ["no/such/place", "there is no such folder", undefined],
  ])("refuses --workspace %s, makes nothing, and names what was meant", async (name, says, meant) => {
    const path = join(places, name);
    const before = readdirSync(folder.path, { recursive: true });
    const { code, stdout, stderr } = await probity([...argv, "--workspace", path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`probity: error: ${path}: `);
    expect(stderr).toContain(says);
    expect(stderr).toContain(
      meant === undefined ? "name the folder that holds ledger/" : `--workspace ${meant}?`,
    );
    const json = JSON.parse((await probity([...argv, "--workspace", path, "--json"])).stdout);
    if (argv[0] !== "serve") expect(json.problem).toMatchObject({ type: "/problems/workspace-not-found" });
    expect(readdirSync(folder.path, { recursive: true })).toEqual(before);
  });
});

test("the workspace that was meant is read", async () => {
  const at = ["--workspace", ledger];
  expect(
    await probity(["trace", "cohort.analysed", "--dossier", out, "--study", study, ...at]),
  ).toMatchObject({
    code: 0,
    stderr: "",
  });
  expect((await probity(["register", "post-mortems", ...at])).stdout).toContain("no entries");
  expect((await probity(["receipts", study, ...at])).code).toBe(0);
});

test("commands that begin a workspace do so", async () => {
  const fresh = copyStudy(join(folder.path, "fresh"), { withoutDevelopment: true, unlocked: true });
  const begun = join(folder.path, "begun");
  const lock = await probity(["lock", fresh, "--by", "Ana Ruiz", "--workspace", begun]);
  expect(lock, lock.stderr).toMatchObject({ code: 0 });
  expect(existsSync(join(begun, "ledger"))).toBe(true);
  const listed = join(folder.path, "listed");
  const entry = ["project=sepsis", "cause=data", "owner=CMIO", "date=2026-10-01", "reason=no data were kept"];
  const wrote = await probity(["register", "post-mortems", ...entry, "--by", "A B", "--workspace", listed]);
  expect(wrote, wrote.stderr).toMatchObject({ code: 0 });
  expect(existsSync(join(listed, "ledger"))).toBe(true);
});
