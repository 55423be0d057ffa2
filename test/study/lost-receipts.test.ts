import { cpSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { evaluated, probity } from "./evaluate.ts";
import { copyStudy, editText, replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const by = ["--by", "Ana Ruiz"];
const because = ["--reason", "asked for by the ethics board"];

/** A study and a ledger of its own; `run` names that ledger. */
function fresh(name: string) {
  const study = copyStudy(join(folder.path, name), { withoutDevelopment: true });
  const receipts = join(study, "receipts");
  rmSync(receipts, { recursive: true });
  const workspace = ["--workspace", join(folder.path, `${name}-ledger`)];
  return {
    study,
    receipts,
    out: join(folder.path, `${name}-out`),
    workspace,
    run: (verb: string, ...more: string[]) => probity([verb, study, ...more, ...workspace]),
    lower: (from: string, to: string) =>
      editText(join(study, "protocol.yaml"), (text) =>
        replaced(text, `at_least: ${from}, worst_of`, `at_least: ${to}, worst_of`),
      ),
    kept: () => readdirSync(receipts).sort(),
  };
}

test("receipts taken out of a study do not make it one that was never locked", async () => {
  const { study, receipts, out, workspace, run, lower, kept } = fresh("lost");
  const aside = `${receipts}-aside`;
  expect((await run("lock", ...by)).code).toBe(0);
  const before = await evaluatedIn(study, out, workspace);
  renameSync(receipts, aside);
  lower("0.60", "0.50");
  for (const verb of [
    ["lock", ...by],
    ["amend", ...by, ...because],
  ] as const) {
    const [first, ...rest] = verb;
    const { code, stderr } = await run(first, ...rest);
    expect(code).toBe(2);
    expect(stderr).toContain("the ledger holds 2 acts on this study without a receipt in its folder");
    expect(stderr).toMatch(/lock of \d{4}-\d\d-\d\d by Ana Ruiz, entry 0 of probity\.local/);
    expect(stderr).toContain(`probity receipts ${study}`);
  }
  const sealed = await run("evaluate", "--out", out, "--bootstrap-draws", "0");
  expect(sealed.stdout).toContain("SEALED");
  expect(sealed.stdout).toMatch(/no receipt {3}lock of .* by Ana Ruiz/);
  expect((await run("acknowledge", "--dossier", out, ...by, ...because)).stderr).toContain("2 acts");

  // With the acknowledgement put back, results open, and memo and report tell of the lock.
  cpSync(join(aside, "0002-acknowledgement.json"), join(receipts, "0002-acknowledgement.json"));
  const after = await evaluatedIn(study, out, workspace);
  expect(after.team.trail.withoutReceipt).toEqual([
    { kind: "lock", entry: before.team.trail.lock!.entry, sha256: before.team.protocolSha256 },
  ]);
  const found = after.team.findings.find(({ id }) => id === "protocol.receipts-missing")!;
  expect(after.text(found.sentence)).toMatch(
    /lock \S+ by Ana Ruiz; the protocol evaluated here is not the one/,
  );
  expect(after.team.findings.map(({ id }) => id)).not.toContain("protocol.not-locked");
  expect(after.team.memo.header.protocol).toMatch(/locked 20\S+, receipt missing$/);
  expect(after.report).toContain("in the ledger, without a receipt in the study");

  // The ledger gives the receipt back, for the protocol that was locked.
  expect((await run("receipts")).stderr).toContain("its text is not here");
  lower("0.50", "0.60");
  expect((await run("receipts")).stdout).toBe(`written  ${join(study, "receipts/0001-lock.json")}\n`);
  expect(kept()).toEqual(["0001-lock.json", "0002-acknowledgement.json"]);
  const restored = await evaluatedIn(study, out, workspace);
  expect(restored.team.trail).toEqual(before.team.trail);
  expect((await run("receipts")).stdout).toContain("no act on this study that has no receipt");
});

test("an earlier version of the protocol is asked for and taken", async () => {
  const { study, receipts, run, lower, kept } = fresh("versions");
  const old = join(folder.path, "old.yaml");
  cpSync(join(study, "protocol.yaml"), old);
  await run("lock", ...by);
  lower("0.60", "0.50");
  expect((await run("amend", ...by, ...because)).code).toBe(0);
  rmSync(receipts, { recursive: true });
  const { code, stderr } = await run("receipts");
  expect(code).toBe(2);
  expect(stderr).toMatch(/lock of \S+ by Ana Ruiz: sha256/);
  expect(await run("receipts", "--protocol", old)).toMatchObject({ code: 0 });
  expect(kept()).toEqual(["0001-lock.json", "0002-amendment.json"]);
  expect((await run("amend", ...by, ...because)).stderr).toContain("is the one that was locked");
});

test("neither another name nor an older version makes a study a new one", async () => {
  const { study, receipts, workspace, run, lower } = fresh("named");
  await run("lock", ...by);
  lower("0.60", "0.50");
  await run("amend", ...by, ...because);
  // The amendment is undone, and the folder renamed.
  rmSync(join(receipts, "0002-amendment.json"));
  lower("0.50", "0.60");
  const renamed = `${study}-again`;
  renameSync(study, renamed);
  editText(join(renamed, "protocol.yaml"), (text) =>
    replaced(text, "at_least: 0.60, worst", "at_least: 0.55, worst"),
  );
  const { code, stderr } = await probity(["amend", renamed, ...by, ...because, ...workspace]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/the ledger holds 1 act on this study/);
  rmSync(join(renamed, "receipts"), { recursive: true });
  editText(join(renamed, "protocol.yaml"), (text) =>
    replaced(text, "at_least: 0.55, worst", "at_least: 0.50, worst"),
  );
  expect((await probity(["lock", renamed, ...by, ...workspace])).stderr).toContain("2 acts");
});

function evaluatedIn(study: string, out: string, workspace: readonly string[]) {
  return evaluated(study, out, { draws: 0, ledger: workspace });
}
