import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LedgerEntry } from "../evidence/trail.ts";
import { hasLedger, readLog, sha256, type Workspace, withWorkspace } from "../store/index.ts";

/** A run as the ledger has it. */
export interface RecordedRun {
  readonly entry: LedgerEntry;
  /** The name of the study that was evaluated. */
  readonly study: string;
}

/** The last run in the workspace's ledger that wrote this very team's dossier; undefined where none did. */
export async function recordedRun(dossier: string, workspace: Workspace): Promise<RecordedRun | undefined> {
  // Reading begins no ledger.
  if (!hasLedger(workspace.folder)) return undefined;
  const team = sha256(readFileSync(join(dossier, "team", "dossier.json")));
  return withWorkspace(workspace, async ({ ledger }) => {
    const found = (await readLog(ledger)).findLast(
      ({ record: { type, body } }) => type === "run" && body.team === team,
    );
    if (found === undefined) return undefined;
    const { index, time, actor, body } = found.record;
    const entry = { ledger: ledger.origin, index, leaf: found.leaf, time, by: actor };
    return { entry, study: String(body.study) };
  });
}
