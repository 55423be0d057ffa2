import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isAtLeast } from "../bin/node-version.mjs";
import { hashSources } from "../scripts/build.mjs";
import { whatIsMissing } from "../scripts/install.mjs";
import { countTests } from "../scripts/test-totals.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "probity-scripts-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function writeJson(path: string, value: unknown): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), JSON.stringify(value));
}

test("versions are compared part by part, as numbers", () => {
  expect(isAtLeast("20.19.0", "20.19")).toBe(true);
  expect(isAtLeast("20.9.0", "20.19")).toBe(false);
  expect(isAtLeast("22.0.0", "20.19")).toBe(true);
  expect(isAtLeast("18.20.4", "20.19")).toBe(false);
});

test("packages are missing: none installed, another version, a folder gone, a native build of this machine", () => {
  const native = { version: "1.0.0", optional: true, os: [process.platform], cpu: [process.arch] };
  const foreign = { version: "1.0.0", optional: true, os: ["plan9"], cpu: ["vax"] };
  const lock = {
    "": { name: "x" },
    "node_modules/a": { version: "2.0.0" },
    "node_modules/native": native,
    "node_modules/foreign": foreign,
  };
  writeJson("package-lock.json", { packages: lock });
  expect(whatIsMissing(folder)).toBe("none are installed");
  writeJson("node_modules/.package-lock.json", { packages: { "node_modules/a": { version: "1.0.0" } } });
  expect(whatIsMissing(folder)).toBe("a 2.0.0 is missing");
  writeJson("node_modules/.package-lock.json", { packages: { "node_modules/a": { version: "2.0.0" } } });
  expect(whatIsMissing(folder)).toBe("a is missing on disk");
  writeJson("node_modules/a/package.json", {});
  expect(whatIsMissing(folder)).toBe("native 1.0.0 is missing");
  writeJson("node_modules/.package-lock.json", { packages: lock });
  writeJson("node_modules/native/package.json", {});
  expect(whatIsMissing(folder)).toBeUndefined();
});

test("what did not run counts as failed", () => {
  const report = {
    numPassedTests: 5,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numTotalTests: 5,
    testResults: [],
  };
  expect(countTests(report, true)).toMatchObject({ passed: 5, failed: 0 });
  expect(countTests(undefined, false)).toMatchObject({ passed: 0, failed: 1 });
  expect(countTests({ ...report, numPendingTests: 2, numTodoTests: 1 }, true)).toMatchObject({ failed: 3 });
  expect(countTests(report, false)).toMatchObject({ failed: 1 });
  expect(countTests({ ...report, numPassedTests: 0, numTotalTests: 0 }, true)).toMatchObject({ failed: 1 });
  const unloaded = { name: "a.test.ts", status: "failed", assertionResults: [] };
  expect(countTests({ ...report, testResults: [unloaded] }, false)).toMatchObject({ passed: 5, failed: 1 });
  const failing = { name: "a.test.ts", status: "failed", assertionResults: [{ status: "failed" }] };
  expect(countTests({ ...report, numFailedTests: 1, testResults: [failing] }, false)).toMatchObject({
    failed: 1,
  });
});

/** A checkout with two source files, one of them an asset, that shares this one's packages. */
function smallCheckout(): void {
  for (const path of [
    "scripts",
    "bin",
    "tsconfig.json",
    "tsconfig.build.json",
    "package.json",
    "package-lock.json",
  ]) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  mkdirSync(join(folder, "src", "sql"), { recursive: true });
  writeFileSync(join(folder, "src", "one.ts"), "export const one: number = 1;\n");
  writeFileSync(join(folder, "src", "one.test.ts"), "not compiled\n");
  writeFileSync(join(folder, "src", "sql", "check.sql"), "select 1\n");
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
}

function build() {
  return spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: folder, encoding: "utf8" });
}

test("a build compiles, copies what is not TypeScript, and is reused until a source changes", () => {
  smallCheckout();
  expect(build().stderr).toBe("probity: building\nprobity: dist/ is built\n");
  expect(existsSync(join(folder, "dist", "one.js"))).toBe(true);
  expect(existsSync(join(folder, "dist", "one.d.ts"))).toBe(true);
  expect(existsSync(join(folder, "dist", "sql", "check.sql"))).toBe(true);
  expect(existsSync(join(folder, "dist", "one.test.js"))).toBe(false);
  expect(build().stderr).toBe("probity: dist/ is up to date\n");
  const before = hashSources(folder);
  writeFileSync(join(folder, "src", "one.test.ts"), "changed\n");
  expect(hashSources(folder)).toBe(before);
  writeFileSync(join(folder, "src", "sql", "check.sql"), "select 2\n");
  expect(build().stderr).toBe("probity: building\nprobity: dist/ is built\n");
  expect(readFileSync(join(folder, "dist", "sql", "check.sql"), "utf8")).toBe("select 2\n");
});

test("sources that do not compile exit 2 with the compiler's words, and leave the build before as it was", () => {
  smallCheckout();
  build();
  writeFileSync(join(folder, "src", "one.ts"), 'export const one: number = "1";\n');
  const { status, stderr } = build();
  expect(status).toBe(2);
  expect(stderr).toContain("src/one.ts(1,14): error TS2322");
  expect(stderr).not.toContain("    at ");
  expect(readFileSync(join(folder, "dist", "one.js"), "utf8")).toContain("one = 1");
});

test("the built program goes with the licence of every package in it", () => {
  const licences = readFileSync(join(root, "dist", "program", "LICENSES.txt"), "utf8");
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const [name, version] of Object.entries(dependencies)) {
    const isInside = name !== "@duckdb/node-bindings";
    expect(licences.includes(`${name} ${version}, `), name).toBe(isInside);
    const file = readdirSync(join(root, "node_modules", name)).find((file) => /^licen[cs]e/i.test(file));
    if (!isInside || file === undefined) continue;
    expect(licences).toContain(readFileSync(join(root, "node_modules", name, file), "utf8").trim());
  }
});

test("three builds at once build once", async () => {
  smallCheckout();
  const outputs = await Promise.all([1, 2, 3].map(() => run(["scripts/build.mjs"])));
  expect(outputs.filter((text) => text.includes("dist/ is built"))).toHaveLength(1);
  expect(outputs.filter((text) => text.includes("dist/ is up to date"))).toHaveLength(2);
});

test("a lock is held by one process at a time, also when its last owner was killed", async () => {
  const lock = join(folder, "lock");
  const trace = join(folder, "trace");
  const module = pathToFileURL(join(root, "scripts", "process-lock.mjs")).href;
  const holdTheLock = `
    import { appendFileSync } from "node:fs";
    import { withLock } from ${JSON.stringify(module)};
    await withLock(${JSON.stringify(lock)}, async () => {
      appendFileSync(${JSON.stringify(trace)}, "in ");
      await new Promise((resolve) => setTimeout(resolve, 30));
      appendFileSync(${JSON.stringify(trace)}, "out ");
    });`;
  writeFileSync(lock, String(spawnSync(process.execPath, ["--eval", ""]).pid));
  await Promise.all([1, 2, 3, 4].map(() => run(["--input-type=module", "--eval", holdTheLock])));
  expect(readFileSync(trace, "utf8")).toBe("in out ".repeat(4));
  expect(existsSync(lock)).toBe(false);
});

/** Runs Node and gives what it wrote to stderr; rejects when it fails. */
function run(args: string[]): Promise<string> {
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  let text = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => (status === 0 ? resolve(text) : reject(new Error(text))));
  });
}
