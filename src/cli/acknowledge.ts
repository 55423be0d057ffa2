import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { Severity } from "../evidence/finding.ts";
import { Problem } from "../evidence/problem.ts";
import type { Ledger, LedgerRecord } from "../ledger/index.ts";
import { readTrail, recordWithReceipt, type StudyTrail, withWorkspace } from "../store/index.ts";
import { defaultOut } from "./dossier-folder.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { type FindingsSummary, findingsLines, summarise } from "./findings-text.ts";
import { nextCommand } from "./next-command.ts";
import { parseName, parseReason, workspaceOption } from "./options.ts";
import { readProtocolFile } from "./protocol-file.ts";
import { findStudy, studyName } from "./study-folder.ts";
import { keepReceipt, refuseUnrecordedChange, refuseWithoutReceipt } from "./study-trail.ts";
import type { Surroundings } from "./surroundings.ts";
import { existingWorkspace } from "./workspace-folder.ts";

interface AcknowledgeOptions {
  readonly by: string;
  readonly reason: string;
  readonly dossier?: string;
  readonly workspace?: string;
  readonly json?: true;
}

interface QualityFile {
  readonly findings: readonly { readonly id: string; readonly severity: Severity }[];
}

/** `probity acknowledge <study>` */
export function addAcknowledge(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("acknowledge")
    .description("say that you have read the data report; results open only then")
    .argument("<study>", "folder with protocol.yaml")
    .requiredOption("--by <name>", "who has read it", parseName)
    .requiredOption(
      "--reason <why>",
      "why results may be opened on these data: 10 to 500 characters",
      parseReason,
    )
    .option("--dossier <dir>", "where probity evaluate wrote the data report (default: out/<study>)")
    .option(...workspaceOption)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      '\nExample:\n  probity acknowledge studies/my-study --by "Ana Ruiz" --reason "gaps are within the plan"\n',
    )
    .action(async (study: string, { by, reason, dossier, workspace, json }: AcknowledgeOptions) => {
      const studyDir = findStudy(study);
      const folder = existingWorkspace(workspace, surroundings);
      // With the folder and the ledger that were named here.
      const evaluate = nextCommand("evaluate", study, { out: dossier, workspace });
      const { text: qualityText, quality } = qualityOf(dossier ?? defaultOut(studyDir), evaluate);
      unacknowledgedTrail(studyDir, { evaluate, quality });
      const { text, sha256: protocol } = readProtocolFile(studyDir);
      const name = studyName(studyDir);
      const file = await withWorkspace({ folder, clock: surroundings.clock }, async (open) => {
        // Read again: another process may have written while this one waited for the ledger.
        const trail = unacknowledgedTrail(studyDir, { evaluate, quality });
        refuseUnrecordedChange(trail, { path: study, workspace, text, sha256: protocol });
        await refuseWithoutReceipt(open, trail, { path: study, workspace, study: name, protocol });
        const run = await runThatWrote(open.ledger, name, quality);
        if (run === undefined) {
          throw new Problem("quality-not-read", "this workspace has not written that data report", {
            where: dossier ?? defaultOut(studyDir),
            hint: `write it and read it: ${evaluate}`,
          });
        }
        const { files } = run;
        const body = { study: name, quality, reason, ...(files === undefined ? {} : { files }) };
        const record = { type: "acknowledgement", actor: by, body };
        const receipt = await recordWithReceipt(open, record, trail);
        return keepReceipt({ study, studyDir, workspace }, receipt);
      });
      const findings = findingsIn(qualityText);
      surroundings.stdout(
        json
          ? `${JSON.stringify({ acknowledged: quality, by, reason, findings, receipt: file }, null, 2)}\n`
          : [
              `acknowledged ${quality}`,
              ...findingsLines(findings),
              `by           ${by}`,
              `receipt      ${file}`,
              `next         ${evaluate}`,
              "",
            ].join("\n"),
      );
      finish(exitCodes.done);
    });
}

/** Throws a Problem where the study's receipts hold an acknowledgement of this data report. */
function unacknowledgedTrail(
  studyDir: string,
  { evaluate, quality }: { readonly evaluate: string; readonly quality: string },
): StudyTrail {
  const trail = readTrail(studyDir);
  const before = trail.acknowledgements.find(({ record }) => record.body.quality === quality);
  if (before === undefined) return trail;
  throw new Problem(
    "quality-acknowledged",
    `${before.record.actor} acknowledged this data report on ${before.record.time.slice(0, 10)}`,
    { where: before.file, hint: `open the results: ${evaluate}` },
  );
}

/** The content of the data report and its hash. */
function qualityOf(dossier: string, evaluate: string): { readonly text: string; readonly quality: string } {
  const file = join(dossier, "team", "quality.json");
  if (!existsSync(file)) {
    throw new Problem("quality-not-found", `"${dossier}" holds no data report`, {
      where: file,
      hint: `write it and read it: ${evaluate}`,
    });
  }
  const text = readFileSync(file, "utf8");
  return { text, quality: createHash("sha256").update(text).digest("hex") };
}

/** Each finding by its id: the file holds no words. */
function findingsIn(text: string): FindingsSummary {
  const { findings } = JSON.parse(text) as QualityFile;
  return summarise(findings, ({ id }) => `${id}: its words stand in the data report`);
}

/** The body of the last run that wrote this data report; undefined where this workspace has none. */
async function runThatWrote(
  ledger: Ledger,
  study: string,
  quality: string,
): Promise<LedgerRecord["body"] | undefined> {
  let last: LedgerRecord["body"] | undefined;
  for await (const { record } of ledger.read({ from: 0, to: ledger.head.size })) {
    const { body, type } = record;
    if (type === "run" && body.study === study && body.quality === quality) last = body;
  }
  return last;
}
