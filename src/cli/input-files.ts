import type { LoadedFile } from "../data/index.ts";
import type { SourceFile } from "../evidence/dossier.ts";
import type { ReplacedFile } from "../evidence/trail.ts";
import {
  hasLedger,
  type InputFile,
  readLog,
  replacedFiles,
  type StudyTrail,
  type Workspace,
  withWorkspace,
} from "../store/index.ts";

const tableRoles = ["patients", "predictions", "development"] as const;

/** The files of an evaluation with what they are for: tables in the order in which they are read, the model, the review. */
export function inputFiles(
  tables: readonly LoadedFile[],
  model: readonly Pick<SourceFile, "name" | "sha256">[],
  review?: Pick<SourceFile, "name" | "sha256">,
): readonly InputFile[] {
  return [
    ...tables.map(({ name, sha256 }, i): InputFile => ({ role: tableRoles[i]!, name, sha256 })),
    ...model.map(({ name, sha256 }): InputFile => ({ role: "model", name, sha256 })),
    ...(review ? [{ role: "review" as const, name: review.name, sha256: review.sha256 }] : []),
  ];
}

/** What the workspace's ledger and the study's receipts tell of other input files. */
export async function replacedSince(
  { workspace: folder, clock }: { readonly workspace: string; readonly clock: Workspace["clock"] },
  trail: StudyTrail,
  inputs: { readonly study: string; readonly files: readonly InputFile[] },
): Promise<readonly ReplacedFile[]> {
  if (!hasLedger(folder)) return replacedFiles({ runs: { log: [], origin: "" }, trail }, inputs);
  return withWorkspace({ folder, clock }, async ({ ledger }) => {
    const runs = { log: await readLog(ledger), origin: ledger.origin };
    return replacedFiles({ runs, trail }, inputs);
  });
}
