import { afterAll, expect, test } from "vitest";
import { killEvaluate } from "./kill-evaluate.ts";
import { temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

// The long form, with its count as an option: test/more/evaluate-kill.test.ts.
test("killed at any moment, evaluate leaves the old dossier or the new one, and a ledger that verifies", async () => {
  const { kills } = await killEvaluate(folder.path, { kills: 6, seed: 11 });
  expect(kills).toBe(6);
});
