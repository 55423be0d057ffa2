import type { Command } from "commander";
import { Problem } from "../evidence/problem.ts";
import { changeText, parseProtocol, protocolChanges } from "../protocol/index.ts";
import {
  hasLedger,
  isOpened,
  lockedProtocol,
  outcomes,
  outcomesKnown,
  readLog,
  readTrail,
  recordWithReceipt,
  withWorkspace,
} from "../store/index.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { patientsFile } from "./input-files.ts";
import { nextCommand } from "./next-command.ts";
import { parseName, parseReason, workspaceOption } from "./options.ts";
import { readProtocolFile } from "./protocol-file.ts";
import { findStudy, studyName } from "./study-folder.ts";
import { keepReceipt, refuseWithoutReceipt } from "./study-trail.ts";
import type { Surroundings } from "./surroundings.ts";

interface AmendOptions {
  readonly by: string;
  readonly reason: string;
  readonly workspace?: string;
  readonly json?: true;
}

/** `probity amend <study>` */
export function addAmend(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("amend")
    .description(
      "record a change of a locked protocol, with its reason; memo and report show before and after",
    )
    .argument("<study>", "folder with protocol.yaml")
    .requiredOption("--by <name>", "who changes it", parseName)
    .requiredOption("--reason <why>", "10 to 500 characters", parseReason)
    .option(...workspaceOption)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      '\nExample:\n  probity amend studies/my-study --by "Ana Ruiz" --reason "the ethics board asked for it"\n',
    )
    .action(async (study: string, { by, reason, workspace, json }: AmendOptions) => {
      const studyDir = findStudy(study);
      const { text, path, sha256 } = readProtocolFile(studyDir);
      const files = await patientsFile(studyDir, parseProtocol(text, path));
      const name = studyName(studyDir);
      const folder = workspace ?? surroundings.workspace;
      const lock = nextCommand("lock", study, { workspace });
      const asked = () => changeAsked(studyDir, { lock, text, path, sha256 });
      // Where nothing was written down, nothing is begun for a change that is refused.
      if (!hasLedger(folder)) asked();
      const amended = await withWorkspace({ folder, clock: surroundings.clock }, async (open) => {
        await refuseWithoutReceipt(open, readTrail(studyDir), {
          path: study,
          workspace,
          study: name,
          protocol: sha256,
        });
        const { trail, replaces, changes } = asked();
        const log = await readLog(open.ledger);
        const found = outcomesKnown(log, trail, { study: name, protocol: sha256, files });
        // What was public at the lock has not become unknown since.
        const atLock = String(trail.lock!.record.body.outcomes);
        const known =
          atLock === outcomes.notOpened || isOpened(found) ? (found ?? outcomes.notOpened) : atLock;
        const body = { study: name, protocol: sha256, replaces, outcomes: known, reason };
        const receipt = await recordWithReceipt(open, { type: "amendment", actor: by, body }, trail);
        return {
          known,
          replaces,
          changes,
          file: await keepReceipt({ study, studyDir, workspace }, receipt, text),
        };
      });
      const { replaces, changes, file } = amended;
      const facts = {
        amended: sha256,
        replaces,
        by,
        reason,
        outcomes: amended.known,
        changes,
        receipt: file,
      };
      surroundings.stdout(
        json
          ? `${JSON.stringify(facts, null, 2)}\n`
          : [
              `amended  ${sha256}`,
              `by       ${by}; ${amended.known}`,
              ...changes.map((change) => `change   ${changeText(change)}`),
              `receipt  ${file}`,
              "",
            ].join("\n"),
      );
      finish(exitCodes.done);
    });
}

/**
 * What an amendment would record.
 * Throws a Problem where there is no lock to amend, or the protocol is the one that was recorded last.
 */
function changeAsked(
  studyDir: string,
  {
    lock,
    text,
    path,
    sha256,
  }: { readonly lock: string; readonly text: string; readonly path: string; readonly sha256: string },
) {
  const trail = readTrail(studyDir);
  const before = lockedProtocol(trail);
  if (before === undefined) {
    throw new Problem("protocol-not-locked", "the protocol is not locked, so there is nothing to amend", {
      where: path,
      hint: `lock it: ${lock}`,
    });
  }
  const replaces = String(before.record.body.protocol);
  if (replaces === sha256) {
    throw new Problem("protocol-unchanged", "the protocol is the one that was locked", {
      where: path,
      hint: "change protocol.yaml first, then amend",
    });
  }
  return { trail, replaces, changes: protocolChanges(before.protocol!, text, path) };
}
