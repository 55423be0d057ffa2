// npm test: types, lint, build, and every test that a bare machine can run. The last line is the total.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireNode } from "../bin/node-version.mjs";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { countTests } from "./test-totals.mjs";

const root = new URL("../", import.meta.url);
const folder = fileURLToPath(root);
const [suite, ...rest] = process.argv.slice(2);
const isSpecial = suite === "shared" || suite === "more";
const totals = { passed: 0, failed: 0 };

requireNode(root);
await ensureInstalled(root);
if (suite !== undefined && !isSpecial) {
  console.error(`probity: error: unknown set of tests "${suite}"; expected nothing, shared or more`);
  process.exit(2);
}
if (isSpecial) {
  if (suite === "shared") count("the shared sets are there", findShared() !== undefined);
} else {
  count("types", run("typescript", "tsc", ["-p", "tsconfig.json"]));
  count("lint", run("@biomejs/biome", "biome", ["ci", "--colors=off", "."]));
}
count("build", await build());
if (totals.failed === 0 || !isSpecial) add(runVitest());
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 ? 0 : 1;

function count(name, isPassed) {
  console.log(`${isPassed ? "ok    " : "FAILED"}  ${name}`);
  add({ passed: isPassed ? 1 : 0, failed: isPassed ? 0 : 1 });
}

function add({ passed, failed }) {
  totals.passed += passed;
  totals.failed += failed;
}

/** Runs the command of an installed package with this very Node. */
function run(packageName, command, args) {
  const manifest = createRequire(root).resolve(`${packageName}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
  const file = join(dirname(manifest), typeof bin === "string" ? bin : bin[command]);
  return spawnSync(process.execPath, [file, ...args], { cwd: folder, stdio: "inherit" }).status === 0;
}

async function build() {
  try {
    await ensureBuilt(root);
    return true;
  } catch (error) {
    console.error(`probity: error: ${error.message}`);
    return false;
  }
}

function runVitest() {
  const results = join(folder, ".cache", "test-results.json");
  mkdirSync(dirname(results), { recursive: true });
  rmSync(results, { force: true });
  const isClean = run("vitest", "vitest", [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${results}`,
    ...(isSpecial ? ["--mode", suite] : []),
    ...rest,
  ]);
  const report = existsSync(results) ? JSON.parse(readFileSync(results, "utf8")) : undefined;
  const counted = countTests(report, isClean);
  for (const sentence of counted.remarks) console.log(`FAILED  ${sentence}`);
  return counted;
}

/** The folder with the larger sets, beside the checkout or where PROBITY_SHARED says. */
function findShared() {
  const place = process.env.PROBITY_SHARED ?? join(folder, "..", "shared");
  if (existsSync(place)) return place;
  console.error(`probity: error: the shared sets are not at ${place}`);
  console.error("probity: hint: set PROBITY_SHARED to their folder");
  return undefined;
}
