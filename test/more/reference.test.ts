import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// Needs R with the packages that `npm run reference` names when they are missing.
const root = fileURLToPath(new URL("../../", import.meta.url));

test("R computes every case of test/reference again and finds no difference", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/reference.mjs"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(`${stdout}${stderr}`).toMatch(
    /^(\d+) of \1 cases in \d+ files computed again by R; no difference$/m,
  );
  expect(status).toBe(0);
});
