import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluated, probity } from "./evaluate.ts";
import { copyStudy, editText, replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const study = join(folder.path, "study");
const out = join(folder.path, "out");
const places = join(folder.path, "places");
const ledger = join(places, "board");
const passphraseFile = join(folder.path, "passphrase");
const passphrase = ["--passphrase-file", passphraseFile];
const because = ["--by", "Ana Ruiz", "--reason", "read for this test"];

beforeAll(async () => {
  copyStudy(study, { withoutDevelopment: true });
  mkdirSync(places);
  writeFileSync(passphraseFile, "a passphrase of this test\n");
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
  ["key", "key", "new", "--by", "Ana Ruiz", "--out", join(folder.path, "ana.key"), ...passphrase],
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

describe("the command that a message names works as it is pasted", () => {
  const at = ["--workspace", join(folder.path, "their board")];
  const path = join(folder.path, "my study");
  const dossier = join(folder.path, "their out");

  /** The command of a hint or of "next", its words as a shell takes them, blanks filled in. */
  function pasted(text: string): string[] {
    const [, command = ""] = /(probity (?:lock|amend|evaluate|acknowledge) [^;,\n]*)/.exec(text) ?? [];
    const filled = command.replace("<name>", "'Ana Ruiz'").replace("<why>", "'read for this test'");
    const words = execFileSync("sh", ["-c", `printf '%s\\0' ${filled}`], { encoding: "utf8" });
    return words.split("\0").slice(1, -1);
  }

  async function runs(text: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const argv = pasted(text);
    expect(argv).toContain(at[1]);
    const done = await probity(argv);
    expect(done, done.stderr).toMatchObject({ code: 0 });
    return done;
  }

  test("from lock to opened results, each word from the message before it", async () => {
    copyStudy(path, { withoutDevelopment: true, unlocked: true });
    const unlocked = await probity(["amend", path, ...because, ...at]);
    expect(unlocked.code).toBe(2);
    await runs(unlocked.stderr);
    const evaluate = ["evaluate", path, "--out", dossier, "--bootstrap-draws", "0", ...at];
    editText(join(path, "protocol.yaml"), (text) => replaced(text, "at_least: 100", "at_least: 101"));
    const changed = await probity(evaluate);
    expect(changed.stderr).toContain("the protocol differs from the one that was locked");
    await runs(changed.stderr);
    const again = await probity(["lock", path, "--by", "Ana Ruiz", ...at]);
    expect(again.code).toBe(2);
    editText(join(path, "protocol.yaml"), (text) => replaced(text, "at_least: 101", "at_least: 102"));
    await runs(again.stderr);
    const early = await probity(["acknowledge", path, "--dossier", dossier, ...because, ...at]);
    expect(early.code).toBe(2);
    const sealed = await runs(early.stderr);
    const acknowledged = await runs(sealed.stdout);
    const twice = await probity(pasted(sealed.stdout));
    expect(twice.code).toBe(2);
    await runs(acknowledged.stdout);
    await runs(twice.stderr);
  });
});

test("a key is made where no workspace has begun, and recorded in the one that is named", async () => {
  const key = (name: string, ...at: string[]) =>
    probity([
      "key",
      "new",
      "--by",
      "Ana Ruiz",
      "--out",
      join(folder.path, name),
      ...passphrase,
      "--json",
      ...at,
    ]);
  const known = await key("known.key", "--workspace", ledger);
  expect(JSON.parse(known.stdout), known.stderr).toMatchObject({ recorded: true });
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
