import type { Command } from "commander";
import { requireNumber, trace } from "../decide/index.ts";
import { formatPart } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import { refuseUnused } from "./evaluate.ts";
import type { Finish } from "./exit-codes.ts";
import { exitCodes } from "./exit-codes.ts";
import type { RunOptions } from "./model-file.ts";
import { networkOption, parseWhole, workspaceOption } from "./options.ts";
import { recordedRun } from "./run-entry.ts";
import type { Surroundings } from "./surroundings.ts";
import { onlyDossier, readTeamDossier, studyOfRun } from "./team-dossier.ts";
import { type FieldTrace, fieldAgrees, fieldJson, fieldText, isFieldId, traceField } from "./trace-field.ts";
import type { RowChoice, TraceReport } from "./trace-report.ts";
import { notRecorded, traceText } from "./trace-text.ts";
import { existingWorkspace } from "./workspace-folder.ts";

interface TraceOptions {
  readonly dossier?: string;
  readonly study?: string;
  readonly row?: number;
  readonly allRows?: true;
  readonly runModel?: true;
  readonly allowNetwork?: true;
  readonly workspace?: string;
  readonly json?: true;
}

/** `probity trace <id>`: what one number means, down to the lines of the files it was made from. */
export function addTrace(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("trace")
    .description("open a number of a dossier down to its rows, source lines, and lines of the protocol")
    .argument(
      "<id>",
      "the number's id, as the report prints it; <table>#<row>/<column> for a cell of a table; protocol.<field>",
    )
    .option("--dossier <folder>", "the dossier (default: the only one under out/)")
    .option(
      "--study <folder>",
      "the study it was made from (default: the one that the ledger names, under studies/ or here)",
    )
    .option("--row <n>", "one of its rows, from 1", parseWhole("--row", 1, 2_147_483_647))
    .option("--all-rows", "every row, not the first five")
    .option("--run-model", "run the model's command, for the number that compares its scores")
    .option(...networkOption)
    .option(...workspaceOption)
    .option("--json", "one JSON object on standard output")
    .addHelpText(
      "after",
      `
Examples:
  probity trace performance.auc@60mo --dossier out/breast-recurrence
  probity trace performance.sensitivity@60mo/age:65+ --all-rows
  probity trace performance.operating-point@60mo#flagged/event
  probity trace 'protocol.harms[0].delay_days'
  probity trace 'protocol.amendments[0]'

The rows are counted again from the source. Exit code 1: they do not give the number, or the ledger has runs of this
protocol and none of them wrote this dossier. Where the ledger has no run of this protocol, or there is no ledger, a
warning says so ("recorded": false) and the exit code is that of the rows.`,
    )
    .action(async (id: string, options: TraceOptions) => {
      if (isFieldId(id)) {
        const report = await tracedField(id, options, surroundings);
        warn(report, surroundings);
        surroundings.stdout(options.json ? `${JSON.stringify(fieldJson(report))}\n` : fieldText(report));
        finish(fieldAgrees(report) ? exitCodes.done : exitCodes.answerIsNo);
        return;
      }
      const report = await traced(id, options, surroundings);
      warn(report, surroundings);
      surroundings.stdout(options.json ? `${JSON.stringify(asJson(report))}\n` : traceText(report));
      finish(agrees(report) ? exitCodes.done : exitCodes.answerIsNo);
    });
}

/** What the ledger says against the dossier, or that it says nothing. */
function warn({ entry, other }: Pick<TraceReport, "entry" | "other">, { stderr }: Surroundings): void {
  if (other !== undefined) {
    stderr(
      `probity: error: the dossier was changed: no run of its protocol wrote it; the last is record ${other.index}, ${other.time}\n`,
    );
  } else if (entry === undefined) stderr(`probity: warning: ${notRecorded}\n`);
}

/** A number that the protocol gives has no row, so that no table is read. */
async function tracedField(
  id: string,
  options: TraceOptions,
  surroundings: Surroundings,
): Promise<FieldTrace> {
  if (options.row !== undefined || options.allRows)
    throw new Problem("option-value", "a number that the protocol gives has no rows", {
      where: options.allRows ? "--all-rows" : "--row",
      hint: "leave it out",
    });
  refuseUnused(options);
  const team = readTeamDossier(options.dossier ?? onlyDossier());
  const workspace = { folder: existingWorkspace(options.workspace, surroundings), clock: surroundings.clock };
  const { run, other, otherStudy } = await recordedRun(team.folder, team.manifest.protocol.sha256, workspace);
  const study = options.study ?? studyOfRun(run?.study ?? otherStudy, team.folder);
  return { ...traceField(id, study, team), entry: run?.entry, other };
}

/** Whether the rows give the number, and no run of the ledger contradicts the file that it stands in. */
export function agrees({ checks, other }: Pick<TraceReport, "checks" | "other">): boolean {
  return other === undefined && checks.every((check) => check.agrees);
}

async function traced(id: string, options: TraceOptions, surroundings: Surroundings): Promise<TraceReport> {
  const choice = choiceOf(options);
  refuseUnused(options);
  const team = readTeamDossier(options.dossier ?? onlyDossier());
  // Before the study is read, so that a misspelt id is answered at once.
  requireNumber(team.dossier, id);
  // The database is loaded when first needed.
  const [{ openTracedStudy }, { traceReport }] = await Promise.all([
    import("./traced-study.ts"),
    import("./trace-report.ts"),
  ]);
  const workspace = { folder: existingWorkspace(options.workspace, surroundings), clock: surroundings.clock };
  const { run, other, otherStudy } = await recordedRun(team.folder, team.manifest.protocol.sha256, workspace);
  const study = await openTracedStudy(
    options.study ?? studyOfRun(run?.study ?? otherStudy, team.folder),
    team,
    runFor(id, options),
  );
  try {
    if (id === replayedId && study.model === "command not run") throw needsRun(id);
    const made = trace(team.dossier, study.protocol, study.rows, id);
    return { ...(await traceReport(made, study, team, choice)), entry: run?.entry, other };
  } finally {
    await study.close();
  }
}

const replayedId = "data.replayed";

/** Nothing but the share of scores that were met is made by running the model. */
function runFor(id: string, { runModel, allowNetwork }: TraceOptions): RunOptions {
  if (id !== replayedId || !runModel) return {};
  return { runModel, ...(allowNetwork ? { allowNetwork } : {}) };
}

function needsRun(id: string): Problem {
  return new Problem(
    "model-not-run",
    "the number is counted again by running the model, which is a command",
    {
      where: id,
      hint: "read its files, then trace with --run-model",
    },
  );
}

function choiceOf({ row, allRows }: TraceOptions): RowChoice {
  if (row === undefined) return allRows ? "all" : "first";
  if (allRows) {
    throw new Problem("option-value", "all rows and one row cannot both be asked for", {
      where: "--row",
      hint: "leave out --row or --all-rows",
    });
  }
  return row;
}

function asJson(report: TraceReport) {
  const { estimate, measure, inputs, calculated, checks, rows, shown, protocolLines: lines } = report;
  return {
    estimate,
    printed: formatPart(estimate, "both"),
    definition: measure.definition,
    equation: measure.equation,
    source: measure.source,
    inputs: inputs.map((input) => ({ id: input.id, printed: formatPart(input, "both") })),
    ...(calculated === undefined ? {} : { calculated }),
    ...(report.needed.length === 0 ? {} : { needed: report.needed }),
    rows: rows
      ? {
          file: rows.file,
          population: rows.population,
          of: rows.of,
          counted: rows.counted,
          count: rows.rows.length,
          numerator: rows.numerator,
          denominator: rows.denominator,
          shown,
        }
      : null,
    checks,
    agrees: agrees(report),
    files: report.files,
    protocol: { sha256: report.protocolSha256, lines, ...report.decisions },
    seed: report.seed,
    ledger: report.entry ?? null,
    recorded: report.entry !== undefined,
    ...(report.other === undefined ? {} : { notWrittenBy: report.other }),
  };
}
