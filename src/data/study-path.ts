import { realpath, stat } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { Problem } from "../evidence/problem.ts";

/**
 * The real path of a file that a study names. `studyDir` is absolute and without symbolic links.
 * Throws a Problem where the file is missing, no file, or outside the study, also by way of a link.
 */
export async function fileInStudy(studyDir: string, file: string): Promise<string> {
  if (file.includes("\0") || isAbsolute(file) || !isInside(studyDir, resolve(studyDir, file))) outside(file);
  const real = await realpath(resolve(studyDir, file)).catch((cause: unknown) => {
    throw new Problem("data-file-missing", "no such file in the study", {
      where: file,
      hint: "put the file into the study, or correct its name in the protocol",
      cause,
    });
  });
  if (!isInside(studyDir, real)) outside(file);
  if (!(await stat(real)).isFile()) {
    throw new Problem("data-not-a-file", "expected a file", { where: file, hint: "name a CSV file" });
  }
  return real;
}

export function isInside(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function outside(file: string): never {
  throw new Problem("data-outside-study", "the file lies outside the study", {
    where: JSON.stringify(file),
    hint: "copy the file into the study; links may not lead out of it",
  });
}
