import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { dossierPaths } from "../evidence/dossier-paths.ts";

/** What file managers leave in every folder that somebody looks at. */
const leftByFileManagers = [".DS_Store", "Thumbs.db", "desktop.ini"];

/** The first entry of a folder that no dossier has, as its path with slashes; links are not followed. */
export function foreignEntry(folder: string, within = ""): string | undefined {
  for (const name of entriesOf(join(folder, within)).sort()) {
    const path = within === "" ? name : `${within}/${name}`;
    const isFolder = lstatSync(join(folder, path), { throwIfNoEntry: false })?.isDirectory() ?? false;
    const found = isFolder && holdsFiles(path) ? foreignEntry(folder, path) : path;
    const isKnown = isFolder ? found === undefined : dossierPaths.includes(path) || isLeft(name);
    if (!isKnown) return found;
  }
  return undefined;
}

const isLeft = (name: string) => leftByFileManagers.includes(name);

const holdsFiles = (path: string) => dossierPaths.some((file) => file.startsWith(`${path}/`));

/** Nothing where another run swaps its own dossier in at this moment. */
function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
