import { type Stats, statSync } from "node:fs";
import { hasCode } from "./file-system.ts";

/** No such name, a name below a file, one longer than names can be, links in a circle. */
const nowhere = ["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP"];

/** What lies at a path that somebody named; undefined where nothing can. `stat` is `lstatSync` where links do not count. */
export function foundAt(path: string, stat: (path: string) => Stats = statSync): Stats | undefined {
  try {
    return stat(path);
  } catch (error) {
    if (nowhere.some((code) => hasCode(error, code))) return undefined;
    throw error;
  }
}
