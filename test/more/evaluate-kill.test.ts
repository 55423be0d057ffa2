import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { killEvaluate } from "../study/kill-evaluate.ts";
import { temporaryFolder } from "../study/study-copy.ts";

const cycles = Number(process.env.PROBITY_KILL_CYCLES ?? 200);
const folder = temporaryFolder();
afterAll(folder.remove);

test(`evaluate, ${cycles} times killed: the old dossier or the new one, whole`, {
  timeout: 3_600_000,
}, async () => {
  const { kills, found, betweenRenames } = await killEvaluate(join(folder.path, "long"), {
    kills: cycles,
    seed: 3,
  });
  console.log(
    `${kills} kills: ${found.old} old, ${found.new} new dossiers, ${betweenRenames} between the renames, 0 half-written`,
  );
  expect(kills).toBe(cycles);
  expect(found.old, "some were killed before the swap").toBeGreaterThan(0);
  expect(found.new, "some were killed after it").toBeGreaterThan(0);
});
