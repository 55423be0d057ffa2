import type { Command } from "commander";
import { counted } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import { lintProtocol, parseProtocol } from "../protocol/index.ts";
import {
  outcomes,
  outcomesKnown,
  readLog,
  readTrail,
  recordWithReceipt,
  type StudyTrail,
  withWorkspace,
} from "../store/index.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { patientsFile } from "./input-files.ts";
import { nextCommand } from "./next-command.ts";
import { parseName, workspaceOption } from "./options.ts";
import { readProtocolFile } from "./protocol-file.ts";
import { findStudy, studyName } from "./study-folder.ts";
import { keepReceipt, refuseWithoutReceipt } from "./study-trail.ts";
import type { Surroundings } from "./surroundings.ts";

interface LockOptions {
  readonly by: string;
  readonly outcomesPublic?: string;
  readonly workspace?: string;
  readonly json?: true;
}

/** `probity lock <study>` */
export function addLock(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("lock")
    .description("lock a protocol by its hash, before results are opened; later changes are amendments")
    .argument("<study>", "folder with protocol.yaml")
    .requiredOption("--by <name>", "who locks it", parseName)
    .option("--outcomes-public <since>", "the outcomes could be known before: since when, and where")
    .option(...workspaceOption)
    .option("--json", "print one JSON object")
    .addHelpText("after", '\nExample:\n  probity lock studies/my-study --by "Ana Ruiz"\n')
    .action(async (study: string, { by, outcomesPublic, workspace, json }: LockOptions) => {
      const studyDir = findStudy(study);
      const { text, path, sha256 } = readProtocolFile(studyDir);
      const protocol = parseProtocol(text, path);
      refuseUnfinished(text, path);
      const amend = nextCommand("amend", study, { workspace });
      unlockedTrail(studyDir, amend);
      const name = studyName(studyDir);
      const files = await patientsFile(studyDir, protocol);
      const folder = workspace ?? surroundings.workspace;
      const locked = await withWorkspace({ folder, clock: surroundings.clock }, async (open) => {
        // Read again: another process may have locked it while this one waited for the ledger.
        const trail = unlockedTrail(studyDir, amend);
        await refuseWithoutReceipt(open, trail, { path: study, workspace, study: name, protocol: sha256 });
        const log = await readLog(open.ledger);
        const found = outcomesKnown(log, trail, { study: name, protocol: sha256, files });
        const stated = outcomesPublic === undefined ? outcomes.notOpened : outcomes.public(outcomesPublic);
        const known = found ?? stated;
        const body = { study: name, protocol: sha256, outcomes: known };
        const receipt = await recordWithReceipt(open, { type: "lock", actor: by, body }, trail);
        return { known, file: await keepReceipt({ study, studyDir, workspace }, receipt, text) };
      });
      const { file } = locked;
      const warnings = lateLock(protocol.decisionDate, surroundings.clock(), amend);
      const facts = { locked: sha256, by, outcomes: locked.known, receipt: file, warnings };
      for (const warning of warnings) surroundings.stderr(`probity: warning: ${warning}\n`);
      surroundings.stdout(
        json
          ? `${JSON.stringify(facts, null, 2)}\n`
          : `locked   ${sha256}\nby       ${by}; ${locked.known}\nreceipt  ${file}\n`,
      );
      finish(exitCodes.done);
    });
}

/** A decision that was taken before the lock was not taken under it. */
function lateLock(decisionDate: string, now: Date, amend: string): readonly string[] {
  const today = now.toISOString().slice(0, 10);
  if (decisionDate >= today) return [];
  return [
    `decision_date ${decisionDate} lies before the day of the lock, ${today}; ` +
      `where the decision is still to come, correct the date, then: ${amend}`,
  ];
}

/** Throws a Problem where the study's receipts hold a lock. */
function unlockedTrail(studyDir: string, amend: string): StudyTrail {
  const trail = readTrail(studyDir);
  const { lock } = trail;
  if (lock === undefined) return trail;
  throw new Problem(
    "protocol-locked",
    `the protocol was locked on ${lock.record.time.slice(0, 10)} by ${lock.record.actor}`,
    { where: lock.file, hint: `record a change: ${amend}` },
  );
}

/** A template marks what its reader has to fill in; a promise that nobody has made is not locked. */
function refuseUnfinished(text: string, path: string): void {
  const found = lintProtocol(text, path).findings.find(({ rule }) => rule === "to-supply");
  const [first, ...others] = found?.rows?.lines ?? [];
  if (first === undefined) return;
  throw new Problem("protocol-unfinished", `${counted(others.length + 1, "line")} still to supply`, {
    where: first,
    others,
    hint: 'fill them in and take away the comment "# to supply", then lock',
  });
}
