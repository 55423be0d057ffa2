import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { evaluated, probity } from "./evaluate.ts";
import { copyStudy, editText, replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const by = ["--by", "Ana Ruiz"];
const because = ["--reason", "asked for by the ethics board"];
const at = (ledger: string) => ["--workspace", join(folder.path, ledger)];
const lower = (study: string) =>
  editText(join(study, "protocol.yaml"), (text) =>
    replaced(text, "at_least: 0.60, worst_of", "at_least: 0.10, worst_of"),
  );

/** A locked study whose results were opened in the ledger "one". */
async function openedStudy(name: string): Promise<string> {
  const study = copyStudy(join(folder.path, name), { withoutDevelopment: true });
  rmSync(join(study, "receipts"), { recursive: true });
  editText(join(study, "protocol.yaml"), (text) => `${text}# ${name}\n`);
  await probity(["lock", study, ...by, ...at("one")]);
  await evaluated(study, join(folder.path, `${name}-out`), { draws: 0, ledger: at("one") });
  return study;
}

test("an amendment on another machine, after the acknowledgement, does not say that outcomes were unknown", async () => {
  const study = await openedStudy("two-machines");
  lower(study);
  const { stdout } = await probity(["amend", study, ...by, ...because, ...at("two")]);
  expect(stdout).toMatch(/results could be opened before, from \d{4}-\d\d-\d\d on$/m);
  const { team } = await evaluated(study, join(folder.path, "two-out"), { draws: 0, ledger: at("two") });
  expect(team.findings.find(({ id }) => id === "protocol.amended/1")?.severity).toBe("concern");
  expect(team.memo.limitHeading).toBe("Limit");
  expect(team.memo.header.protocol).toMatch(/amended 1×, outcomes known$/);
});

test("an amendment after the acknowledgement says that results could be opened, on whatever machine they were", async () => {
  const study = copyStudy(join(folder.path, "opened-elsewhere"), { withoutDevelopment: true });
  rmSync(join(study, "receipts"), { recursive: true });
  const out = join(folder.path, "elsewhere-out");
  await probity(["lock", study, ...by, ...at("five")]);
  await probity(["evaluate", study, "--out", out, "--bootstrap-draws", "0", ...at("five")]);
  await probity(["acknowledge", study, "--dossier", out, ...by, ...because, ...at("five")]);
  const { stdout: opened } = await probity([
    ...["evaluate", study, "--out", out, "--bootstrap-draws", "0", ...at("six")],
  ]);
  expect(opened).toMatch(/^HOLD/);
  lower(study);
  const { stdout } = await probity(["amend", study, ...by, ...because, ...at("five")]);
  expect(stdout).toMatch(/results could be opened before, from \d{4}-\d\d-\d\d on$/m);
});

test("a lock after the acknowledgement is late, whatever its maker states; its pack holds", async () => {
  const study = await openedStudy("locked-elsewhere");
  rmSync(join(study, "receipts", "0001-lock.json"));
  lower(study);
  const lock = ["lock", study, ...by, "--outcomes-public", "2001, a paper", ...at("three")];
  expect((await probity(lock)).stdout).toContain("results could be opened before, from 20");
  const out = join(folder.path, "three-out");
  const { team } = await evaluated(study, out, { draws: 0, ledger: at("three") });
  expect(team.findings.map(({ id }) => id)).toContain("protocol.locked-late");
  expect(team.memo.limitHeading).toBe("Limit");
  const file = join(folder.path, "three.zip");
  expect((await probity(["pack", out, "--study", study, "--out", file, ...at("three")])).code).toBe(0);
  expect((await probity(["verify", file])).stdout).toContain("INTACT      pack");
});

test("results that were opened in a copy of the folder under another name were opened", async () => {
  const study = copyStudy(join(folder.path, "original"), { withoutDevelopment: true });
  rmSync(join(study, "receipts"), { recursive: true });
  await probity(["lock", study, ...by, ...at("four")]);
  const copy = join(folder.path, "peek");
  cpSync(study, copy, { recursive: true });
  await evaluated(copy, join(folder.path, "peek-out"), { draws: 0, ledger: at("four") });
  lower(study);
  const { stdout } = await probity(["amend", study, ...by, ...because, ...at("four")]);
  expect(stdout).toMatch(/results opened before, on \d{4}-\d\d-\d\d, as peek$/m);
});
