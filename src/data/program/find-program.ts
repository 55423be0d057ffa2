import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { Problem } from "../../evidence/problem.ts";

/**
 * Where a program that a study names by its bare name lies, as a shell would find it. `searched` is the value of PATH.
 *
 * Errors: no program by that name.
 */
export async function findProgram(name: string, searched: string): Promise<string> {
  for (const folder of searched.split(delimiter).filter((each) => each !== "")) {
    const path = resolve(folder, name);
    if (await isProgram(path)) return path;
  }
  throw new Problem("model-program-missing", `no program "${name}" is on the PATH of this machine`, {
    where: name,
    hint: "install what the model runs on, or put it on the PATH",
  });
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    // Not there or not ours to run: the next folder of the PATH is asked.
    return false;
  }
}

/**
 * Folders that an interpreter needs beside those of the system: the tree that holds its bin/, by name and by where its
 * links lead, or the folder of the program alone where that tree would show what `hidden` holds.
 */
export async function foldersOf(program: string, hidden: readonly string[]): Promise<readonly string[]> {
  const shows = (folder: string) =>
    hidden.some((path) => path === folder || path.startsWith(join(folder, "/")));
  const ways = [program, await realpath(program)].map((path) => {
    const tree = dirname(dirname(path));
    return shows(tree) ? dirname(path) : tree;
  });
  const shown = ways.find(shows);
  if (shown !== undefined) {
    throw new Problem("model-program-place", "the program's folder would show the study's data to it", {
      where: shown,
      hint: "install the program elsewhere, or in a folder of its own",
    });
  }
  return [...new Set(ways)];
}
