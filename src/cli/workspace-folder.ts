import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Problem } from "../evidence/problem.ts";
import { closest } from "../evidence/suggestion.ts";
import { foundAt } from "../ledger/index.ts";
import { hasLedger } from "../store/index.ts";
import { defaultWorkspace } from "./options.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * The workspace of a command that begins none. The default one may not have been begun yet: then there is nothing in it.
 * Throws the Problem workspace-not-found where `named` is no workspace: a mistyped path is not an empty ledger.
 */
export function existingWorkspace(
  named: string | undefined,
  { workspace }: Pick<Surroundings, "workspace">,
): string {
  if (named === undefined) return workspace;
  if (isFolder(named) && hasLedger(named)) return named;
  const near = nearWorkspace(named);
  throw new Problem("workspace-not-found", whatIsThere(named), {
    where: named === "" ? "--workspace" : named,
    hint:
      near === undefined
        ? "name the folder that holds ledger/ with --workspace; probity lock and evaluate begin one"
        : `did you mean --workspace ${near}?`,
  });
}

function whatIsThere(path: string): string {
  if (!existsSync(path)) return "there is no such folder, so no workspace is read";
  if (!isFolder(path)) return "a workspace is a folder, and this is none";
  return "the folder is not a workspace: it holds no ledger/";
}

/** The workspace in the folder, the one that the folder is a part of, or the sibling that was probably meant. */
function nearWorkspace(path: string): string | undefined {
  if (path === "") return undefined;
  const inside = join(path, defaultWorkspace);
  if (hasLedger(inside)) return inside;
  const parent = dirname(path);
  if (basename(resolve(path)) === "ledger" && hasLedger(parent)) return parent;
  if (!isFolder(parent)) return undefined;
  const siblings = readdirSync(parent)
    .filter((name) => hasLedger(join(parent, name)))
    .sort();
  const name = closest(basename(path), siblings) ?? (siblings.length === 1 ? siblings[0] : undefined);
  return name === undefined ? undefined : join(parent, name);
}

function isFolder(path: string): boolean {
  return foundAt(path)?.isDirectory() ?? false;
}
