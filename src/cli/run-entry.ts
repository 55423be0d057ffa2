import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LedgerEntry } from "../evidence/trail.ts";
import { hasLedger, readLog, sha256, type Workspace, withWorkspace } from "../store/index.ts";

/** Where the last run that wrote this very team's dossier stands in the workspace's ledger; undefined where none does. */
export async function runEntry(dossier: string, workspace: Workspace): Promise<LedgerEntry | undefined> {
  // Reading begins no ledger.
  if (!hasLedger(workspace.folder)) return undefined;
  const team = sha256(readFileSync(join(dossier, "team", "dossier.json")));
  return withWorkspace(workspace, async ({ ledger }) => {
    const found = (await readLog(ledger)).findLast(
      ({ record: { type, body } }) => type === "run" && body.team === team,
    );
    if (found === undefined) return undefined;
    const { index, time, actor } = found.record;
    return { ledger: ledger.origin, index, leaf: found.leaf, time, by: actor };
  });
}
