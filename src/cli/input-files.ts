import type { StudyFile } from "../assess/index.ts";
import { studyFileSha256 } from "../data/index.ts";
import type { SourceFile } from "../evidence/dossier.ts";
import { Problem } from "../evidence/problem.ts";
import type { Protocol } from "../protocol/index.ts";
import type { InputFile } from "../store/index.ts";

/** The files of an evaluation with what they are for: tables in the order in which they are read, the model, the review. */
export function inputFiles(
  tables: readonly StudyFile[],
  model: readonly Pick<SourceFile, "name" | "sha256">[],
  review?: Pick<SourceFile, "name" | "sha256">,
): readonly InputFile[] {
  return [
    ...tables.map(({ role, name, sha256 }): InputFile => ({ role, name, sha256 })),
    ...model.map(({ name, sha256 }): InputFile => ({ role: "model", name, sha256 })),
    ...(review ? [{ role: "review" as const, name: review.name, sha256: review.sha256 }] : []),
  ];
}

/** The patients' file of a study, where it is there yet: a protocol is locked before its data are at hand. */
export async function patientsFile(studyDir: string, { data }: Protocol): Promise<readonly InputFile[]> {
  const { file: name } = data.patients;
  try {
    return [{ role: "patients", name, sha256: await studyFileSha256(studyDir, name) }];
  } catch (error) {
    if (error instanceof Problem && error.code === "data-file-missing") return [];
    throw error;
  }
}
