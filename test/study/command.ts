import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { verifyLedger } from "../../src/ledger/index.ts";
import { ledgerFolder, withWorkspace } from "../../src/store/index.ts";

const command = fileURLToPath(new URL("../../bin/probity.mjs", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real command in a process of its own, with a limit for each file that it writes, as a full disk sets it. */
export function start(
  argv: readonly string[],
  { cwd, fileLimitKiB }: { readonly cwd: string; readonly fileLimitKiB?: number },
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  // POSIX: units of 512 bytes. Node ignores the signal, so that a write beyond the limit fails with EFBIG.
  const limit = fileLimitKiB === undefined ? "" : `ulimit -f ${fileLimitKiB * 2} && `;
  const child = spawn("sh", ["-c", `${limit}exec "$@"`, "sh", process.execPath, command, ...argv], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

/** Runs the command to its end. */
export function run(argv: readonly string[], options: Parameters<typeof start>[1]): Promise<Ended> {
  return start(argv, options).ended;
}

const sha256 = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

/** Of each file of a dossier. */
export function hashesOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(files.sort().map((file) => [file.slice(folder.length + 1), sha256(file)]));
}

/** The hashes that each run of the workspace has recorded; throws where the ledger does not open and verify. */
export async function recordedRuns(workspace: string): Promise<Readonly<Record<string, unknown>>[]> {
  if (!existsSync(ledgerFolder(workspace))) return [];
  const runs: Readonly<Record<string, unknown>>[] = [];
  const vkey = await withWorkspace(
    { folder: workspace, clock: () => new Date() },
    async ({ ledger, vkey }) => {
      for await (const { record } of ledger.read({ from: 0, to: ledger.head.size }))
        if (record.type === "run") runs.push(record.body);
      return vkey;
    },
  );
  const { intact } = await verifyLedger({ log: { folder: ledgerFolder(workspace) }, vkey });
  if (!intact) throw new Error("the ledger does not verify");
  return runs;
}

/**
 * What of a dossier is not as it was written, by the manifest, which holds the rows' hash, and by the ledger, which
 * holds those of everything else; empty where the dossier is whole.
 */
export async function flawsOf(folder: string, workspace: string): Promise<string[]> {
  const {
    "team/rows/patients.parquet": rows,
    "team/manifest.json": manifestHash,
    "team/data-report.html": dataReport,
    "team/report.html": teamReport,
    ...hashes
  } = hashesOf(folder);
  if (manifestHash === undefined) return ["team/manifest.json is not there"];
  const manifest = JSON.parse(readFileSync(join(folder, "team/manifest.json"), "utf8"));
  const recorded = (await recordedRuns(workspace)).map(({ team, committee, memo, report, quality }) => ({
    "committee/dossier.json": committee,
    "committee/memo.html": memo,
    "committee/report.html": report,
    "team/dossier.json": team,
    "team/quality.json": quality,
  }));
  const isRecorded = recorded.some((one) => JSON.stringify(one) === JSON.stringify(hashes));
  return [
    ...(manifest.pages[0].sha256 === dataReport && manifest.pages[1].sha256 === teamReport
      ? []
      : ["the team's pages are not those of the manifest"]),
    ...(manifest.rows[0].sha256 === rows ? [] : ["the rows are not those of the manifest"]),
    ...(isRecorded ? [] : [`no run has recorded ${JSON.stringify(hashes)}`]),
  ];
}
