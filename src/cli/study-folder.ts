import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Problem } from "../evidence/problem.ts";

export const protocolFile = "protocol.yaml";

/** The folder of a study, given it or its protocol. Throws a Problem when there is no protocol. */
export function findStudy(path: string): string {
  const isFile = existsSync(path) && statSync(path).isFile();
  if (isFile && basename(path) === protocolFile) return dirname(path);
  if (isStudy(path)) return path;
  const found = existsSync(path) ? `"${path}" holds no ${protocolFile}` : `"${path}" does not exist`;
  throw new Problem("study-not-found", `${found}; expected the folder of a study`, {
    hint: `name a folder that holds ${protocolFile}, such as studies/breast-recurrence`,
  });
}

export function isStudy(path: string): boolean {
  const file = join(path, protocolFile);
  // A pipe or a device in its place would be waited for, or read without end.
  return existsSync(file) && statSync(file).isFile();
}

/** The folder's own name: `studies/breast-recurrence/` → `breast-recurrence`. */
export function studyName(path: string): string {
  const full = resolve(path);
  return basename(basename(full) === protocolFile ? dirname(full) : full);
}
