import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { exitCodes, type Finish } from "./exit-codes.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Check {
  readonly name: string;
  readonly isOk: boolean;
  readonly found: string;
  /** What to do, where it is not. */
  readonly remedy?: string;
}

/** `probity doctor`: what this machine has of what probity needs. Exit code 1 when something is missing. */
export function addDoctor(program: Command, { stdout }: Surroundings, finish: Finish): void {
  program
    .command("doctor")
    .description("check that this machine has what probity needs")
    .option("--json", "print one JSON object")
    .action((options: { json?: true }) => {
      const checks = [checkNode(), checkDatabase(), checkMemory(), checkFolder("this folder", process.cwd())];
      checks.push(checkFolder("temporary folder", tmpdir()));
      const isOk = checks.every((check) => check.isOk);
      stdout(options.json ? `${JSON.stringify({ ok: isOk, checks }, null, 2)}\n` : asText(checks));
      finish(isOk ? exitCodes.done : exitCodes.answerIsNo);
    });
}

function asText(checks: readonly Check[]): string {
  const width = Math.max(...checks.map((check) => check.name.length));
  return checks
    .flatMap(({ name, isOk, found, remedy }) => [
      `${isOk ? "ok     " : "MISSING"}  ${name.padEnd(width)}  ${found}`,
      ...(remedy === undefined ? [] : [`${" ".repeat(11 + width)}${remedy}`]),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

function verdictOf(name: string, isOk: boolean, found: string, remedy: string): Check {
  return { name, isOk, found, ...(isOk ? {} : { remedy }) };
}

function checkNode(): Check {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const needed = (JSON.parse(manifest) as { engines: { node: string } }).engines.node.replace(">=", "");
  const [wantMajor = 0, wantMinor = 0] = needed.split(".").map(Number);
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isOk = major > wantMajor || (major === wantMajor && minor >= wantMinor);
  const found = `${process.versions.node}, needed ${needed} or newer, ${process.platform} ${process.arch}`;
  return verdictOf("Node", isOk, found, "install the current LTS release from https://nodejs.org");
}

/** In a process of its own: a native module that does not fit the machine can end the process that loads it. */
function checkDatabase(): Check {
  const code = `const { DuckDBInstance, version } = await import("@duckdb/node-api");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const reader = await connection.runAndReadAll("select 42");
    if (reader.getRows()[0][0] !== 42) throw new Error("wrong answer");
    console.log(version());`;
  const run = spawnSync(process.execPath, ["--input-type=module", "--eval", code], {
    // Packages are found from the folder that the code runs in.
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    encoding: "utf8",
    timeout: 30_000,
  });
  const isOk = run.status === 0;
  const found = isOk ? `loads and answers, ${run.stdout.trim()}` : "does not load";
  return verdictOf("DuckDB", isOk, found, "install the packages again: npm ci --ignore-scripts");
}

function checkMemory(): Check {
  const gib = totalmem() / 2 ** 30;
  const found = `${gib.toFixed(1)} GiB, needed 2; ${availableParallelism()} processors`;
  return verdictOf("memory", gib >= 1.9, found, "use a machine with 2 GiB or more");
}

function checkFolder(name: string, folder: string): Check {
  try {
    const probe = mkdtempSync(join(folder, ".probity-doctor-"));
    writeFileSync(join(probe, "probe"), "probe");
    rmSync(probe, { recursive: true });
  } catch (error) {
    return verdictOf(
      name,
      false,
      `cannot be written (${(error as NodeJS.ErrnoException).code})`,
      "use another folder",
    );
  }
  const { bavail, bsize } = statfsSync(folder);
  const gib = (bavail * bsize) / 2 ** 30;
  return verdictOf(name, gib >= 1, `writable, ${gib.toFixed(1)} GiB free, needed 1`, "free some disk space");
}
