import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sha256 } from "../../src/store/index.ts";
import { acknowledge, evaluated, probity } from "./evaluate.ts";
import { copyStudy, editText, replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const workspaceOf = (name: string) => ["--workspace", join(folder.path, name)];
const study = copyStudy(join(folder.path, "replaced"), { withoutDevelopment: true });
// Nobody has acknowledged anything when it is locked.
rmSync(join(study, "receipts"), { recursive: true });
const file = (name: string) => join(study, name);
const hash = (name: string) => sha256(readFileSync(file(name)));

async function evaluatedIn(out: string, ledger: string) {
  return evaluated(study, join(folder.path, out), { draws: 0, ledger: workspaceOf(ledger) });
}

test("predictions and model file replaced after results were opened stand in memo and report", async () => {
  const locked = await probity(["lock", study, "--by", "Ana Ruiz", ...workspaceOf("ledger")]);
  expect(locked.code).toBe(0);
  const first = await evaluatedIn("first", "ledger");
  expect(first.team.trail.replaced).toEqual([]);
  const again = await evaluatedIn("again", "ledger");
  expect(again.memo).toBe(first.memo);
  expect(again.report).toBe(first.report);

  const before = { predictions: hash("predictions.csv"), model: hash("model.json") };
  editText(file("predictions.csv"), (text) => replaced(text, /^(\d+),0\.\d+/m, "$1,0.5"));
  appendFileSync(file("model.json"), "\n");
  const second = await evaluatedIn("second", "ledger");
  expect(second.team.trail.replaced).toMatchObject([
    {
      role: "predictions",
      resultsOpened: true,
      before: { name: "predictions.csv", sha256: before.predictions },
      now: { sha256: hash("predictions.csv") },
    },
    { role: "model", before: { sha256: before.model }, now: { name: "model.json" } },
  ]);
  const found = second.team.findings.find(({ id }) => id === "protocol.replaced/predictions")!;
  expect(found.severity).toBe("serious");
  expect(second.text(found.sentence)).toMatch(
    /^Predictions were replaced after results had been opened on \d{4}-\d\d-\d\d: predictions\.csv, sha256 /,
  );
  expect(second.text(found.sentence)).toContain(
    `${before.predictions.slice(0, 8)}… then, ${hash("predictions.csv").slice(0, 8)}… now.`,
  );
  expect(second.team.memo.header.protocol).toMatch(/locked \S+, inputs replaced$/);
  expect(second.text(second.team.memo.papers)).toMatch(
    /Replaced after results were opened: predictions \(20\S+\), model file \(20\S+\)/,
  );
  expect(second.memo).toContain("Replaced after results were opened");
  expect(second.report).toContain(before.predictions);
  expect((await evaluatedIn("second-again", "ledger")).memo).toBe(second.memo);
});

test("inputs replaced after an amendment have a memo too, with the bundled study's texts", async () => {
  const amended = copyStudy(join(folder.path, "amended"), { withoutDevelopment: true });
  rmSync(join(amended, "receipts"), { recursive: true });
  const out = join(folder.path, "amended-out");
  const at = workspaceOf("amended-ledger");
  const by = ["--by", "Ana Ruiz"];
  await probity(["lock", amended, ...by, ...at]);
  await evaluated(amended, out, { draws: 0, ledger: at });
  editText(join(amended, "protocol.yaml"), (text) =>
    replaced(text, "at_least: 0.60, worst", "at_least: 0.50, worst"),
  );
  const because = ["--reason", "the board can live with half"];
  expect(await probity(["amend", amended, ...by, ...because, ...at])).toMatchObject({ code: 0 });
  editText(join(amended, "gbsg.csv"), (text) => replaced(text, "132,49,", "132,50,"));
  expect((await probity(["evaluate", amended, "--out", out, ...at])).stdout).toContain("SEALED");
  const next = await probity(["acknowledge", amended, "--dossier", out, ...by, ...because, ...at]);
  expect(next.stdout).toContain(`next         probity evaluate ${amended} --out ${out} ${at.join(" ")}\n`);
  const { team, memo } = await evaluated(amended, out, { draws: 0, ledger: at });
  expect(team.memo.header.protocol).toMatch(/, amended 1×, outcomes known, inputs replaced$/);
  expect(memo).toContain("amended 1×, outcomes known, inputs replaced");
  expect(team.verdict.word).toBe("REDESIGN");
});

test("another name for the folder hides no replaced file; the first file again is a concern", async () => {
  const own = { draws: 0, ledger: workspaceOf("renamed-ledger") };
  const original = copyStudy(join(folder.path, "original"), { withoutDevelopment: true });
  rmSync(join(original, "receipts"), { recursive: true });
  await probity(["lock", original, "--by", "Ana Ruiz", ...own.ledger]);
  await evaluated(original, join(folder.path, "original-out"), own);
  const copy = join(folder.path, "renamed");
  cpSync(original, copy, { recursive: true });
  rmSync(join(copy, "receipts", "0002-acknowledgement.json"));
  const predictions = join(copy, "predictions.csv");
  const first = readFileSync(predictions, "utf8");
  editText(predictions, (text) => replaced(text, /^(\d+),0\.\d+/m, "$1,0.5"));
  // The acknowledgement under the first name is the study's too, and its receipt is asked for.
  await expect(evaluated(copy, join(folder.path, "renamed-out"), own)).rejects.toThrow("1 act on this study");
  const written = await probity(["receipts", copy, ...own.ledger]);
  expect(written.stdout).toContain("0002-acknowledgement.json");
  const { team } = await evaluated(copy, join(folder.path, "renamed-out"), own);
  const severities = ({ findings }: typeof team) =>
    findings.flatMap(({ id, severity }) => (id.startsWith("protocol.re") ? [`${id} ${severity}`] : []));
  expect(severities(team)).toEqual(["protocol.replaced/predictions serious"]);

  writeFileSync(predictions, first);
  const again = await evaluated(copy, join(folder.path, "again-out"), own);
  expect(severities(again.team)).toEqual(["protocol.replaced/predictions concern"]);
  expect(again.text(again.team.memo.papers)).toContain("Results on other inputs too");
});

test("where the ledger is not at hand, the receipts tell on which files results could be opened", async () => {
  const { team, text } = await evaluatedIn("elsewhere", "another-ledger");
  const found = team.findings.filter(({ id }) => id.startsWith("protocol.replaced/"));
  expect(found.map(({ id, severity }) => [id, severity])).toEqual([
    ["protocol.replaced/predictions", "concern"],
    ["protocol.replaced/model", "concern"],
  ]);
  expect(text(found[0]!.sentence)).toContain("replaced after results on others could be opened on 20");
  expect(text(team.memo.papers)).toContain("Replaced after results could be opened: predictions (20");
});

test("a protocol that was changed since its lock is not acknowledged", async () => {
  const out = join(folder.path, "changed");
  const workspace = workspaceOf("ledger");
  editText(file("predictions.csv"), (text) => replaced(text, /^(\d+),0\.5/m, "$1,0.51"));
  const sealed = await probity(["evaluate", study, "--out", out, "--bootstrap-draws", "0", ...workspace]);
  expect(sealed.stdout).toContain("SEALED");
  editText(file("protocol.yaml"), (text) => replaced(text, "at_least: 0.60, worst", "at_least: 0.50, worst"));
  await expect(acknowledge(study, out, workspace)).rejects.toThrow(
    /differs from the one that was locked in 1 field/,
  );
});
