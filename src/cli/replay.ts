import type { Command } from "commander";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { networkOption } from "./options.ts";
import type { StudyReplay } from "./replay-study.ts";
import { knownAtText, patientText, summaryText } from "./replay-text.ts";
import { findStudy } from "./study-folder.ts";
import type { Surroundings } from "./surroundings.ts";

interface ReplayOptions {
  readonly gate?: true;
  readonly allowNetwork?: true;
  readonly json?: true;
}

type Ran = Exclude<StudyReplay, { model?: never }>;

const notReconstructible = "score not reconstructible: no evidence";

/** `probity replay <study> [patient]`: the scores recomputed from the raw rows beside those of the file. */
export function addReplay(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("replay")
    .description("recompute the scores from the raw rows with the study's model and compare")
    .argument("<study>", "folder with protocol.yaml")
    .argument("[patient]", "key of one patient, whose scores are shown term by term")
    .option("--gate", "exit with 1 where the study ships no model that can be run, too")
    .option(...networkOption)
    .option("--json", "one JSON object on standard output")
    .addHelpText(
      "after",
      `
Examples:
  probity replay studies/breast-recurrence
  probity replay studies/breast-recurrence 132

A model that is a command is run: in a copy of its folder, without network.
Where data.times.known_at names a column, inputs that are not shown to be known at the prediction are left out.
Exit code 1: a score differs by more than the model's tolerance, cannot be recomputed, or is withheld, or the criteria
leave nobody.
--json: state is met, differs (a score that was compared does, or cannot be recomputed), withheld (none of those does;
others were left out) or no evidence (no model, or nobody); largestDifference is null where no difference was computed.`,
    )
    .action(async (study: string, patient: string | undefined, options: ReplayOptions) => {
      const folder = findStudy(study);
      // The database is loaded when first needed.
      const { replayStudy } = await import("./replay-study.ts");
      const found = await replayStudy(folder, patient, options);
      surroundings.stdout(options.json ? `${JSON.stringify(asJson(found))}\n` : asText(found));
      const isMet = found.model === undefined ? options.gate !== true : isEverythingMet(found);
      finish(isMet ? exitCodes.done : exitCodes.answerIsNo);
    });
}

function isEverythingMet(found: Ran): boolean {
  return "summary" in found
    ? isSomebodyThere(found) && found.summary.nEqual === found.summary.nPatients
    : found.patient.outputs.every(({ isMet }) => isMet);
}

/** Where the criteria leave nobody, no score is met. */
function isSomebodyThere(found: Ran): boolean {
  return !("summary" in found) || found.summary.nPatients > 0;
}

/** Withheld: no score that was compared differs, and others were not compared, for want of inputs known in time. */
function stateOf(found: Ran): "met" | "differs" | "withheld" | "no evidence" {
  if (!isSomebodyThere(found)) return "no evidence";
  if (isEverythingMet(found)) return "met";
  const isDiffering =
    "summary" in found
      ? found.summary.differing.some(({ leftOut }) => leftOut === undefined)
      : (found.patient.timing?.placement ?? "in time") === "in time";
  return isDiffering ? "differs" : "withheld";
}

function asText(found: StudyReplay): string {
  if (found.model === undefined) {
    const { name, version } = found.protocol.model;
    return `${notReconstructible}\nmodel       ${name}@${version}: the protocol names no model.executable\n`;
  }
  return "summary" in found ? summaryText(found, found.summary) : patientText(found, found.patient);
}

function asJson(found: StudyReplay) {
  const { name, version } = found.protocol.model;
  const timing = found.model !== undefined && "summary" in found ? found.summary.timing : undefined;
  const base = { model: { name, version }, knownAt: knownAtText(found, timing) };
  if (found.model === undefined) return { ...base, state: "no evidence", reason: notReconstructible };
  const command = found.model.kind === "command" ? { command: found.model.command, run: found.state } : {};
  return {
    ...base,
    state: stateOf(found),
    ...command,
    ...("summary" in found ? found.summary : found.patient),
  };
}
