import type { FileRole } from "../evidence/trail.ts";
import type { LedgerRecord } from "../ledger/index.ts";

/** A file that a study was evaluated on. */
export interface InputFile {
  readonly role: FileRole;
  readonly name: string;
  readonly sha256: string;
}

const roles: readonly FileRole[] = [
  "patients",
  "predictions",
  "development",
  "extractions",
  "screening",
  "model",
  "review",
];

/** How a record holds input files: "predictions 90ab… predictions.csv". */
export function inputTexts(files: readonly InputFile[]): readonly string[] {
  return files.map(({ role, name, sha256 }) => `${role} ${sha256} ${name}`);
}

/** The input files that a record holds; none where it holds none. */
export function filesOf({ body: { files } }: Pick<LedgerRecord, "body">): readonly InputFile[] {
  if (!Array.isArray(files)) return [];
  return files.flatMap((text) => {
    const [, role, sha256, name] = /^(\S+) ([0-9a-f]{64}) (.+)$/s.exec(String(text)) ?? [];
    const known = roles.find((one) => one === role);
    return known && sha256 && name ? [{ role: known, name, sha256 }] : [];
  });
}

/** Whether both have files of this role, and the same ones, whatever their names. */
export function isSameRole(a: readonly InputFile[], b: readonly InputFile[], role: FileRole): boolean {
  const [ofA, ofB] = [a, b].map((files) =>
    files.flatMap((file) => (file.role === role ? [file.sha256] : [])).sort(),
  );
  return ofA!.length > 0 && ofA!.join() === ofB!.join();
}
