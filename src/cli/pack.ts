import type { Command } from "commander";
import { printable } from "../evidence/printable.ts";
import { Problem } from "../evidence/problem.ts";
import { createFile, hasCode, passedOnFileSystem } from "../ledger/index.ts";
import {
  openOpinionsIn,
  packBytes,
  readLog,
  readReceipts,
  readTrail,
  recordedDossier,
  refuseBehindReceipts,
  sealPath,
  sha256,
  type Verified,
  verifyPack,
  withWorkspace,
} from "../store/index.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { asWriteProblem } from "./make-folder.ts";
import { nextCommand } from "./next-command.ts";
import { workspaceOption } from "./options.ts";
import { findStudy } from "./study-folder.ts";
import type { Surroundings } from "./surroundings.ts";
import { studyOfRun } from "./team-dossier.ts";
import { existingWorkspace } from "./workspace-folder.ts";

interface PackOptions {
  readonly out: string;
  readonly study?: string;
  readonly workspace?: string;
  readonly json?: true;
}

/** `probity pack <dossier>` */
export function addPack(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("pack")
    .description("pack what an outsider needs to verify a dossier: committee's half, seal, receipts, ledger")
    .argument("<dossier>", "folder that probity evaluate has written, signed or not")
    .requiredOption("--out <file>", "the zip file; none is replaced")
    .option(
      "--study <folder>",
      "the study it was made from (default: the one that the ledger names, under studies/ or here)",
    )
    .option(...workspaceOption)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Example:
  probity pack out/my-study --out my-study-pack.zip

Nothing of team/ goes along. The whole ledger of the workspace does, other studies included: hashes, names, reasons and
verdicts. The same content gives the same bytes. Whoever receives it runs: probity verify my-study-pack.zip`,
    )
    .action(async (folder: string, { out, study, workspace, json }: PackOptions) => {
      const named = study === undefined ? undefined : findStudy(study);
      const { checkedFiles, memoWith } = await import("./sealed-dossier.ts");
      const { clock } = surroundings;
      const { bytes, signed, signing } = await withWorkspace(
        { folder: existingWorkspace(workspace, surroundings), clock },
        async (open) => {
          const dossier = await checkedFiles(folder, open);
          const checkpoint = await open.ledger.checkpoint();
          const log = await readLog(open.ledger);
          const { run } = recordedDossier(dossier, log, folder);
          const studyDir = named ?? findStudy(studyOfRun(String(run.record.body.study), folder));
          refuseBehindReceipts({ log, origin: open.ledger.origin }, readTrail(studyDir));
          const content = { dossier, receipts: readReceipts(studyDir), log, checkpoint, vkey: open.vkey };
          const signing = openOpinionsIn(log, dossier);
          return { bytes: packBytes(content), signed: dossier.has(sealPath), signing };
        },
      );
      refuseNotIntact(await verifyPack(bytes, { where: out, memoWith }), folder);
      await writeNew(out, bytes);
      const facts = { pack: out, bytes: bytes.length, sha256: sha256(bytes), signed, signing };
      const state = signed ? "signed" : "not signed";
      surroundings.stdout(
        json
          ? `${JSON.stringify(facts, null, 2)}\n`
          : [
              `packed   ${out}, ${bytes.length} bytes, ${state}`,
              ...signing.map((text) => `signing  ${printable(text)}`),
              `sha256   ${facts.sha256}`,
              `next     ${nextCommand("verify", out)}\n`,
            ].join("\n"),
      );
      finish(exitCodes.done);
    });
}

/** What its reader would be told of is told before the pack is there. */
function refuseNotIntact({ checks }: Verified, where: string): void {
  const faults = checks.filter(({ holds }) => !holds).map(({ what, fault }) => `${what}: ${fault}`);
  if (faults.length === 0) return;
  throw new Problem("pack-not-intact", "no pack was written: whoever verifies it would find it not intact", {
    where,
    others: faults,
    hint: "name the study that the dossier was made from, with all its receipts: --study <folder>",
  });
}

/** A whole file or none, and never over another. */
async function writeNew(out: string, bytes: Uint8Array): Promise<void> {
  try {
    await createFile(passedOnFileSystem, out, bytes);
  } catch (error) {
    if (hasCode(error, "EEXIST")) {
      throw new Problem("pack-exists", "there is a file already; it is not replaced", {
        where: out,
        hint: "name another file with --out",
      });
    }
    throw asWriteProblem(error, { where: out, hint: "name another file with --out" });
  }
}
