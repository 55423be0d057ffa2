import { Problem } from "../evidence/problem.ts";

/** Throws a Problem where a file's SHA-256 is not the one that a dossier was made from. */
export function refuseOther(name: string, sha256: string, expected: string | undefined): void {
  if (sha256 === expected) return;
  throw new Problem("trace-source-changed", "the file is not the one that the dossier was made from", {
    where: name,
    others: [`now      sha256 ${sha256}`, `dossier  sha256 ${expected ?? "none: not among its inputs"}`],
    hint: "bring back that file, name the right study with --study, or evaluate again",
  });
}
