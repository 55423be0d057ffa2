import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { Problem } from "../evidence/problem.ts";
import { protocolSizeLimit } from "../protocol/index.ts";
import {
  actsWithoutReceipt,
  hasLedger,
  readLog,
  readTrail,
  restoreReceipts,
  withWorkspace,
} from "../store/index.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { asWriteProblem } from "./make-folder.ts";
import { workspaceOption } from "./options.ts";
import { readProtocolFile } from "./protocol-file.ts";
import { findStudy, studyName } from "./study-folder.ts";
import type { Surroundings } from "./surroundings.ts";
import { existingWorkspace } from "./workspace-folder.ts";

interface ReceiptsOptions {
  readonly protocol?: readonly string[];
  readonly workspace?: string;
  readonly json?: true;
}

/** `probity receipts <study>`: receipts that the ledger can give and the study lacks. */
export function addReceipts(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("receipts")
    .description("write into a study the receipts that it lacks and the ledger holds")
    .argument("<study>", "folder with protocol.yaml")
    .option("--protocol <file...>", "earlier versions of the protocol, which receipts of theirs hold")
    .option(...workspaceOption)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Example:
  probity receipts studies/my-study --protocol old/protocol.yaml

Nothing is recorded and nothing replaced: who acted, when and on which protocol is what the ledger has.`,
    )
    .action(async (study: string, { protocol = [], workspace, json }: ReceiptsOptions) => {
      const studyDir = findStudy(study);
      const { text, sha256 } = readProtocolFile(studyDir);
      const protocols = [text, ...protocol.map(readVersion)];
      const folder = existingWorkspace(workspace, surroundings);
      const identity = { study: studyName(studyDir), protocol: sha256 };
      // Reading begins no ledger.
      const written = !hasLedger(folder)
        ? []
        : await withWorkspace({ folder, clock: surroundings.clock }, async (open) => {
            const acts = actsWithoutReceipt(await readLog(open.ledger), readTrail(studyDir), identity);
            try {
              const files = await restoreReceipts(studyDir, open, { acts, protocols });
              return files.map((file) => join(study, file));
            } catch (error) {
              const hint = "make the folder writable, then run it again";
              throw asWriteProblem(error, { where: join(studyDir, "receipts"), hint });
            }
          });
      const lines = written.map((file) => `written  ${file}\n`).join("");
      surroundings.stdout(
        json
          ? `${JSON.stringify({ written }, null, 2)}\n`
          : lines || "the ledger holds no act on this study that has no receipt in it\n",
      );
      finish(exitCodes.done);
    });
}

function readVersion(path: string): string {
  if (!(statSync(path, { throwIfNoEntry: false })?.isFile() ?? false)) {
    throw new Problem("option-value", `"${path}" is no file`, { where: "--protocol" });
  }
  if (statSync(path).size > protocolSizeLimit) {
    throw new Problem("option-value", `"${path}" is larger than a protocol can be`, { where: "--protocol" });
  }
  return readFileSync(path, "utf8");
}
