import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LedgerEntry } from "../evidence/trail.ts";
import {
  hasLedger,
  type LogEntry,
  opened,
  readLog,
  sha256,
  type Workspace,
  withWorkspace,
} from "../store/index.ts";
import { refuseChangedTeam } from "./team-dossier.ts";

/** A run as the ledger has it. */
export interface RecordedRun {
  readonly entry: LedgerEntry;
  /** The name of the study that was evaluated. */
  readonly study: string;
}

/** What a workspace's ledger tells of a dossier. */
export interface DossierRun {
  /** The last run that wrote this very team's dossier; undefined where none did, or where there is no ledger. */
  readonly run: RecordedRun | undefined;
  /** The last run of its protocol that opened results, where none of these wrote the dossier: it is not as written. */
  readonly other?: LedgerEntry;
  /** The name of the study of that run. */
  readonly otherStudy?: string;
}

/**
 * Looks for the run that wrote a team's dossier; `protocol` is the SHA-256 that its manifest names.
 * Throws the Problem dossier-changed where another file of the team's half is not what that run wrote.
 */
export async function recordedRun(
  dossier: string,
  protocol: string,
  workspace: Workspace,
): Promise<DossierRun> {
  // Reading begins no ledger.
  if (!hasLedger(workspace.folder)) return { run: undefined };
  const team = sha256(readFileSync(join(dossier, "team", "dossier.json")));
  return withWorkspace(workspace, async ({ ledger }) => {
    const runs = (await readLog(ledger)).filter(
      ({ record: { type, body } }) => type === "run" && body.opened === opened.results,
    );
    const entryOf = ({ record: { index, time, actor }, leaf }: LogEntry): LedgerEntry => {
      return { ledger: ledger.origin, index, leaf, time, by: actor };
    };
    const found = runs.findLast(({ record }) => record.body.team === team);
    if (found !== undefined) {
      refuseChangedTeam(dossier, found);
      return { run: { entry: entryOf(found), study: String(found.record.body.study) } };
    }
    const other = runs.findLast(({ record }) => record.body.protocol === protocol);
    if (other === undefined) return { run: undefined };
    return { run: undefined, other: entryOf(other), otherStudy: String(other.record.body.study) };
  });
}
