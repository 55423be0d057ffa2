import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { type Dossier, dossierFormat } from "../evidence/dossier.ts";
import { Problem } from "../evidence/problem.ts";
import { recover } from "./dossier-folder.ts";
import { asText, runEvaluation } from "./evaluate.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { parseWhole, workspaceOption } from "./options.ts";
import { isStudy } from "./study-folder.ts";
import type { Surroundings } from "./surroundings.ts";
import { refuseSealed } from "./team-dossier.ts";
import { verdictLine } from "./verdict-line.ts";
import { existingWorkspace } from "./workspace-folder.ts";

const firstPort = 4173;
const portsTried = 20;

interface ServeOptions {
  readonly port?: number;
  readonly out?: string;
  readonly workspace?: string;
}

/** `probity serve [path]` */
export function addServe(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("serve")
    .description("show memo and report in a browser on this machine; a study is evaluated first")
    .argument("[path]", "a study or a dossier", ".")
    .option(
      "--port <n>",
      `exactly this one (default: ${firstPort} or the next free one)`,
      parseWhole("--port", 0, 65_535),
    )
    .option("--out <dir>", "where the dossier of a study goes (default: out/<study> in this folder)")
    .option(...workspaceOption)
    .addHelpText("after", "\nExample:\n  probity serve out/breast-recurrence --port 8080\n")
    .action(async (path: string, { port, ...evaluating }: ServeOptions) => {
      const committeeDir = await dossierToServe(path, evaluating, surroundings);
      // Loaded when first needed: other verbs start faster without.
      const { serveDossier } = await import("../server/index.ts");
      const server = await serveDossier({
        committeeDir,
        port: port ?? firstPort,
        attempts: port === undefined ? portsTried : 1,
      });
      surroundings.stdout(`serving  ${server.url}\n`);
      if (existsSync(join(committeeDir, "memo-signed.html"))) {
        surroundings.stdout(
          `signed   ${server.url}memo-signed.html\nunsigned ${server.url}memo.html, as it was signed\n`,
        );
      }
      surroundings.stderr("probity: Ctrl+C stops\n");
      await surroundings.untilInterrupted();
      await server.close();
      surroundings.stderr("probity: stopped\n");
      finish(exitCodes.done);
    });
}

/** Evaluates a study, or reads a dossier; says which verdict it holds and returns its committee folder. */
async function dossierToServe(
  path: string,
  options: Omit<ServeOptions, "port">,
  surroundings: Surroundings,
): Promise<string> {
  if (isStudy(path)) {
    const evaluation = await runEvaluation(path, options, surroundings);
    surroundings.stdout(asText(evaluation));
    if (!evaluation.sealed) return dirname(evaluation.files.memo);
    throw new Problem("results-sealed", "there is nothing for the committee yet: results are sealed", {
      where: evaluation.files.dataReport,
      hint: `read the data report, then: ${evaluation.acknowledgeCommand}`,
    });
  }
  existingWorkspace(options.workspace, surroundings);
  recover(path);
  refuseSealed(path);
  const committeeDir = basename(resolve(path)) === "committee" ? path : join(path, "committee");
  const file = join(committeeDir, "dossier.json");
  if (!existsSync(file)) {
    throw new Problem("nothing-to-serve", `"${path}" is neither a study nor a dossier`, {
      hint: "name a folder with protocol.yaml, or one that probity evaluate has written",
    });
  }
  surroundings.stdout(`${verdictLine(readDossier(file))}\n`);
  return committeeDir;
}

function readDossier(file: string): Dossier {
  try {
    const dossier = JSON.parse(readFileSync(file, "utf8")) as Dossier;
    if (dossier.format === dossierFormat) return dossier;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Problem("not-a-dossier", `the file is not a dossier of the format ${dossierFormat}`, {
    where: file,
    hint: "write it again with probity evaluate",
  });
}
