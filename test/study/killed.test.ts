import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { start } from "./command.ts";
import { killEvaluate } from "./kill-evaluate.ts";
import { copyStudy, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

// The long form, with its count as an option: test/more/evaluate-kill.test.ts.
test("killed at any moment, evaluate leaves the old dossier or the new one, and a ledger that verifies", async () => {
  const { kills } = await killEvaluate(folder.path, { kills: 6, seed: 11 });
  expect(kills).toBe(6);
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends evaluate, and nothing is left beside", async (signal) => {
  const cwd = join(folder.path, signal);
  mkdirSync(cwd);
  copyStudy(join(cwd, "study"), { withoutDevelopment: true });
  const { child, ended } = start(["evaluate", "study", "--bootstrap-draws", "0"], { cwd });
  const staged: string[][] = [];
  child.stderr!.once("data", () => {
    staged.push(readdirSync(join(cwd, "out")));
    child.kill(signal);
  });
  expect((await ended).signal).toBe(signal);
  expect(staged).toEqual([[expect.stringMatching(/^\.study\.writing-\d+$/)]]);
  // The folder that was made for the dossier goes too.
  expect(readdirSync(cwd)).not.toContain("out");
});
