import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

// `npm test` draws the same examples each time; here each round draws others. A seed that fails is printed:
// PROPERTY_SEED=… npx vitest run <file> shows the same counterexample again.
const nRounds = 10;
const drawing = ["src", "test"]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
  )
  .filter((path) => path.endsWith(".test.ts") && !path.includes("more"))
  .filter((path) => readFileSync(path, "utf8").includes('from "fast-check"'));

// What Vitest tells its own workers would confuse a run within a run.
const outerEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST")),
);

test.each(Array.from({ length: nRounds }, () => Math.floor(Math.random() * 2 ** 31)))(
  "properties hold on the examples of seed %i",
  (seed) => {
    const run = spawnSync("npx", ["vitest", "run", ...drawing], {
      env: { ...outerEnvironment, PROPERTY_SEED: String(seed) },
      encoding: "utf8",
    });
    expect(run.status, run.stdout + run.stderr).toBe(0);
  },
);
