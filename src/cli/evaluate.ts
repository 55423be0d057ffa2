import { isAbsolute, relative, resolve } from "node:path";
import type { Command } from "commander";
import type { ReplayState } from "../assess/index.ts";
import { startEngine } from "../data/index.ts";
import { Problem } from "../evidence/problem.ts";
import { type VerdictWord, verdictWords } from "../evidence/verdict.ts";
import { defaultOut, discardStaged, prepareOut } from "./dossier-folder.ts";
import type { Evaluation, OpenedEvaluation, SealedEvaluation } from "./evaluation.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { findingsLines } from "./findings-text.ts";
import { clearUpWhenInterrupted } from "./interruption.ts";
import { networkOption, parseDate, parseWhole, parseWord, workspaceOption } from "./options.ts";
import { showProgress } from "./progress.ts";
import { findStudy } from "./study-folder.ts";
import type { Surroundings } from "./surroundings.ts";
import { reasonText, verdictLine } from "./verdict-line.ts";

interface EvaluateOptions {
  readonly out?: string;
  readonly asOf?: string;
  readonly seed?: number;
  readonly bootstrapDraws?: number;
  readonly gate?: VerdictWord;
  readonly runModel?: true;
  readonly allowNetwork?: true;
  readonly workspace?: string;
  readonly json?: true;
}

/** `probity evaluate <study>` */
export function addEvaluate(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("evaluate")
    .description("evaluate a study and write its dossier: memo, report and the evidence behind them")
    .argument("<study>", "folder with protocol.yaml")
    .option("--out <dir>", "where the dossier goes (default: out/<study> in this folder)")
    .option(
      "--as-of <date>",
      "the day that counts as today (default: the protocol's decision date)",
      parseDate,
    )
    .option("--seed <n>", "of every random draw", parseWhole("--seed", 0, 4_294_967_295))
    .option(
      "--bootstrap-draws <n>",
      "0 for none, else 100 or more",
      parseWhole("--bootstrap-draws", 100, 100_000, "orNone"),
    )
    .option(
      "--gate <word>",
      `exit with 1 when the verdict is below it: ${verdictWords.join(" < ")}`,
      parseWord,
    )
    .option("--run-model", "run a model that is a command, without network, and compare its scores")
    .option(...networkOption)
    .option(...workspaceOption)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  probity evaluate studies/breast-recurrence --as-of 2026-11-30 --gate HOLD\n",
    )
    .action(async (study: string, options: EvaluateOptions) => {
      refuseUnused(options);
      const evaluation = await runEvaluation(study, options, surroundings);
      const reached = evaluation.sealed ? "SEALED" : evaluation.dossier.verdict.word;
      const { gate } = options;
      const isMet = gate === undefined || isAtLeast(reached, gate);
      surroundings.stdout(options.json ? asJson(evaluation, gate, isMet) : asText(evaluation));
      if (!isMet) surroundings.stderr(`probity: gate: ${reached} is below ${gate}\n`);
      finish(isMet ? exitCodes.done : exitCodes.answerIsNo);
    });
}

/** A network that nothing would use was not meant. */
export function refuseUnused({
  runModel,
  allowNetwork,
}: Pick<EvaluateOptions, "runModel" | "allowNetwork">): void {
  if (!allowNetwork || runModel) return;
  throw new Problem("option-value", "the model's command is not run, so it has no use for a network", {
    where: "--allow-network",
    hint: "give --run-model too, or leave it out",
  });
}

/** Sealed results reach no word. */
function isAtLeast(reached: VerdictWord | "SEALED", gate: VerdictWord): boolean {
  return reached !== "SEALED" && verdictWords.indexOf(reached) >= verdictWords.indexOf(gate);
}

/** Evaluates with progress on stderr; shared with `serve`. */
export async function runEvaluation(
  study: string,
  options: Omit<EvaluateOptions, "gate" | "json">,
  surroundings: Surroundings,
): Promise<Evaluation> {
  const folder = findStudy(study);
  const out = options.out ?? defaultOut(folder);
  // Before the work, so that nobody waits for a dossier that cannot be written.
  const made = prepareOut(out);
  // The engine starts while the rest of the program loads.
  const engine = startEngine();
  const progress = showProgress(surroundings);
  const stopListening = clearUpWhenInterrupted(() => discardStaged(out, made));
  try {
    const evaluateStudy = await surroundings.loadEvaluate();
    return await evaluateStudy({
      ...options,
      study: folder,
      out,
      workspace: options.workspace ?? surroundings.workspace,
      clock: surroundings.clock,
      engine,
      progress: progress.step,
    });
  } finally {
    stopListening();
    progress.end();
    await engine.close();
    // There only when the evaluation failed halfway.
    discardStaged(out, made);
  }
}

export function asText(evaluation: Evaluation): string {
  if (evaluation.sealed) return sealedText(evaluation);
  const { dossier, files, replay } = evaluation;
  return [
    verdictLine(dossier),
    ...runLines(replay),
    `memo     ${shortPath(files.memo)}`,
    `report   ${shortPath(files.report)}`,
    `dossier  ${shortPath(files.dossier)}`,
    "",
  ].join("\n");
}

/** How a model that is a command was treated; nothing for any other. */
function runLines(replay: ReplayState): readonly string[] {
  switch (replay) {
    case "command not run":
      return ["scores   not recomputed: the model is a command; run it with --run-model"];
    case "command without network":
      return ["scores   recomputed by the model's command, run without network"];
    case "command with network":
      return ["scores   recomputed by the model's command, RUN WITH NETWORK"];
    case "no model":
    case "formula":
      return [];
  }
}

function sealedText({
  replay,
  model,
  files,
  findings,
  voided,
  withoutReceipt,
  acknowledgeCommand,
}: SealedEvaluation): string {
  const why = voided ?? "nobody has acknowledged the data report";
  return [
    `SEALED  ${model.name}@${model.version}: results are not opened, ${why}`,
    ...runLines(replay),
    ...withoutReceipt.map((act) => `no receipt   ${act}; the ledger has it: probity receipts <study>`),
    `data report  ${shortPath(files.dataReport)}`,
    ...findingsLines(findings),
    `next         read it, then: ${acknowledgeCommand}`,
    "",
  ].join("\n");
}

function asJson(evaluation: Evaluation, gate: VerdictWord | undefined, isMet: boolean): string {
  const gated = gate === undefined ? {} : { gate: { word: gate, met: isMet } };
  return `${JSON.stringify({ ...(evaluation.sealed ? sealedJson(evaluation) : openedJson(evaluation)), ...gated }, null, 2)}\n`;
}

function sealedJson({ sealed, replay, model, outDir, files, voided, ...facts }: SealedEvaluation) {
  return {
    sealed,
    replay,
    model,
    ...(voided === undefined ? {} : { voided }),
    outDir: resolve(outDir),
    files: { dataReport: resolve(files.dataReport), quality: resolve(files.quality) },
    ...facts,
  };
}

function openedJson({ sealed, replay, dossier, outDir, files, seconds }: OpenedEvaluation) {
  const { verdict, model, asOf, seed, protocolSha256 } = dossier;
  return {
    sealed,
    replay,
    verdict: {
      word: verdict.word,
      halted: verdict.halted,
      reason: reasonText(dossier),
      decidedBy: verdict.decidedBy,
    },
    model,
    asOf,
    seed,
    protocolSha256,
    outDir: resolve(outDir),
    files: { memo: resolve(files.memo), report: resolve(files.report), dossier: resolve(files.dossier) },
    seconds,
  };
}

/** Relative to where the person stands, unless that climbs out of it. */
function shortPath(path: string): string {
  const short = relative(process.cwd(), resolve(path));
  return short.startsWith("..") || isAbsolute(short) ? resolve(path) : short;
}
