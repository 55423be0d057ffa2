import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dossier } from "../evidence/dossier.ts";
import { Problem } from "../evidence/problem.ts";
import { type LogEntry, readTeamFiles, teamFilesOf } from "../store/index.ts";
import { isDossier, objectOf } from "./dossier-shape.ts";
import { isStudy } from "./study-folder.ts";

/** The team's half of a dossier, and what its manifest says that it was made from. */
export interface TeamDossier {
  readonly folder: string;
  readonly dossier: Dossier;
  readonly manifest: {
    readonly protocol: { readonly sha256: string };
    readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
    readonly rows: readonly { readonly name: string; readonly sha256: string }[];
    readonly pages: readonly { readonly name: string; readonly sha256: string }[];
  };
}

const teamFile = (folder: string, name: string) => join(folder, "team", name);

/** Throws a Problem where the folder holds no dossier of the team. */
export function readTeamDossier(folder: string): TeamDossier {
  const read = (name: string): unknown => {
    const file = teamFile(folder, name);
    if (!existsSync(file)) {
      refuseSealed(folder);
      throw new Problem("dossier-not-found", `"${folder}" holds no team/${name}`, {
        where: folder,
        hint: "name a folder that probity evaluate has written: --dossier <folder>",
      });
    }
    try {
      return JSON.parse(readFileSync(file, "utf8"));
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw new Problem("not-a-dossier", "the file is not JSON", {
        where: file,
        hint: "evaluate the study again",
        cause,
      });
    }
  };
  const dossier = read("dossier.json");
  if (!isDossier(dossier)) throw notOurs(folder, "dossier.json");
  const manifest = read("manifest.json");
  if (!isManifest(manifest)) throw notOurs(folder, "manifest.json");
  return { folder, dossier, manifest };
}

function notOurs(folder: string, name: string): Problem {
  return new Problem("not-a-dossier", "the file is not as probity evaluate writes it", {
    where: teamFile(folder, name),
    hint: "evaluate the study again",
  });
}

function isManifest(value: unknown): value is TeamDossier["manifest"] {
  const { protocol, inputs, rows, pages } = objectOf(value);
  const isHashed = (one: unknown) => typeof objectOf(one).sha256 === "string";
  const isListed = (one: unknown) => isHashed(one) && typeof objectOf(one).name === "string";
  return (
    isHashed(protocol) && [inputs, rows, pages].every((list) => Array.isArray(list) && list.every(isListed))
  );
}

/**
 * Checks the team's half, where it is there, against the run that wrote it and the manifest of its rows.
 * Throws the Problem dossier-changed that names the file.
 */
export function refuseChangedTeam(folder: string, { record }: LogEntry): void {
  const team = readTeamFiles(folder);
  const wrong = team && teamFilesOf(team, record).find(({ fault }) => fault !== undefined);
  if (wrong === undefined) return;
  throw new Problem("dossier-changed", `the file is not what the recorded run wrote: ${wrong.fault}`, {
    where: join(folder, "team", wrong.name),
    hint: "evaluate the study again, or bring back the file as it was written",
  });
}

/** Throws a Problem where the folder holds a data report whose results nobody has opened. */
export function refuseSealed(folder: string): void {
  const report = teamFile(folder, "data-report.html");
  if (!existsSync(report) || existsSync(teamFile(folder, "dossier.json"))) return;
  throw new Problem("results-sealed", "results are sealed: nobody has acknowledged the data report", {
    where: report,
    hint: "read it, then: probity acknowledge <study> --by <name> --reason <why>, and evaluate again",
  });
}

/** The only dossier under `out/`. Throws a Problem where there is none or more than one. */
export function onlyDossier(): string {
  const found = existsSync("out")
    ? readdirSync("out")
        .sort()
        .map((name) => join("out", name))
        .filter((folder) => existsSync(teamFile(folder, "dossier.json")))
    : [];
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  const what = first === undefined ? "no dossier lies under out/" : `${found.length} dossiers lie under out/`;
  throw new Problem("dossier-not-found", what, {
    hint: "say which: --dossier <folder>",
    ...(found.length > 0 ? { others: found } : {}),
  });
}

/**
 * The study that a run evaluated, `studies/<name>` or `<name>` by the name that the ledger has, whatever the dossier's
 * folder is called. Throws a Problem where the ledger has no such run, or neither place has a study.
 */
export function studyOfRun(study: string | undefined, dossier: string): string {
  if (study === undefined) {
    throw new Problem(
      "dossier-not-recorded",
      "the ledger of this workspace has no run that wrote this dossier, so it does not say of which study it is",
      {
        where: dossier,
        hint: "name the study: --study <folder>; or the workspace that it was evaluated in: --workspace <dir>",
      },
    );
  }
  const places = [join("studies", study), study];
  const found = places.find(isStudy);
  if (found !== undefined) return found;
  throw new Problem(
    "study-not-found",
    `the dossier is of the study "${study}", which is not in this folder`,
    {
      where: dossier,
      hint: "name the study that the dossier was made from: --study <folder>",
      others: places,
    },
  );
}
