import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { Dossier } from "../evidence/dossier.ts";
import { type Estimate, measureOf } from "../evidence/estimate.ts";
import { counted, formatPart } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import { closest } from "../protocol/index.ts";
import type { Finish } from "./exit-codes.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Surroundings } from "./surroundings.ts";

/** `probity trace <id>`: what one number means and what it was made from. */
export function addTrace(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("trace")
    .description("show what a number of a dossier means and what it was made from")
    .argument("<id>", "the number's id, as the report prints it")
    .option("--dossier <folder>", "the dossier", "out/breast-recurrence")
    .option("--json", "one JSON object on standard output")
    .addHelpText("after", "\nExample:\n  probity trace performance.auc@60mo --dossier out/breast-recurrence")
    .action((id: string, options: { dossier: string; json?: true }) => {
      const traced = trace(readTeamDossier(options.dossier), id);
      surroundings.stdout(options.json ? `${JSON.stringify(traced)}\n` : asLines(traced));
      finish(exitCodes.done);
    });
}

function readTeamDossier(folder: string): Dossier {
  const file = join(folder, "team", "dossier.json");
  if (!existsSync(file)) {
    throw new Problem("dossier-not-found", `"${folder}" holds no team/dossier.json`, {
      where: folder,
      hint: "name a folder that probity evaluate has written: --dossier <folder>",
    });
  }
  return JSON.parse(readFileSync(file, "utf8")) as Dossier;
}

interface Traced {
  readonly estimate: Estimate;
  readonly printed: string;
  readonly definition: string;
  readonly equation: string;
  readonly source: string;
  readonly rows: string;
  readonly files: Dossier["files"];
  readonly protocolSha256: string;
  readonly seed: number;
}

/** Throws a Problem, with the nearest id, where the dossier has no such number. */
function trace(dossier: Dossier, id: string): Traced {
  const estimate = dossier.estimates.find((candidate) => candidate.id === id);
  if (!estimate) {
    const near = closest(
      id,
      dossier.estimates.map((candidate) => candidate.id),
    );
    throw new Problem("number-not-found", `the dossier has no number "${id}"`, {
      hint: near ? `did you mean "${near}"?` : "the report lists every id",
    });
  }
  const measure = dossier.measures.find(({ key }) => key === measureOf(id));
  if (!measure) throw new Error(`no measure defines "${measureOf(id)}"`);
  return {
    estimate,
    printed: formatPart(estimate, "both"),
    definition: measure.definition,
    equation: measure.equation,
    source: measure.source,
    rows: rowsOf(estimate),
    files: dossier.files,
    protocolSha256: dossier.protocolSha256,
    seed: dossier.seed,
  };
}

/** Which rows of the team's table a number was made from. */
function rowsOf({ id, stratum }: Estimate): string {
  if (id.startsWith("burden."))
    return "none: made from the numbers and protocol fields that the method names";
  if (id.startsWith("data.")) return "the rows of the file that the label names";
  return `team/rows/patients.parquet${stratum ? `, patients of ${stratum}` : ", all patients"}`;
}

function asLines({
  estimate,
  printed,
  definition,
  equation,
  source,
  rows,
  files,
  protocolSha256,
  seed,
}: Traced): string {
  const events =
    "events" in estimate && estimate.events !== undefined ? `, ${counted(estimate.events, "event")}` : "";
  return [
    `${estimate.id}  ${estimate.label}`,
    `value       ${printed}`,
    ...("value" in estimate ? [`exactly     ${estimate.value}`] : []),
    `base        n ${formatPart(estimate, "n")}${events}, ${estimate.evidence}`,
    `definition  ${definition}`,
    `equation    ${equation}`,
    `method      ${estimate.method}`,
    `source      ${source}`,
    `rows        ${rows}`,
    ...files.map(({ name, sha256 }) => `file        ${name}  sha256 ${sha256}`),
    `protocol    sha256 ${protocolSha256}, seed ${seed}`,
    "",
  ].join("\n");
}
