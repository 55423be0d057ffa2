import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { Triage } from "../decide/index.ts";
import type { Finding } from "../evidence/finding.ts";
import { phraseText } from "../evidence/format.ts";
import type { Phrase } from "../evidence/phrase.ts";
import { type VerdictWord, verdictWords } from "../evidence/verdict.ts";
import { lintProtocol, type Protocol } from "../protocol/index.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { countText, isConcerning } from "./lint.ts";
import { nextCommand } from "./next-command.ts";
import { parseDate, parseWord } from "./options.ts";
import { displayPath, readProtocolFile } from "./protocol-file.ts";
import { findStudy } from "./study-folder.ts";
import type { Surroundings } from "./surroundings.ts";

interface TriageOptions {
  readonly asOf?: string;
  readonly gate?: VerdictWord;
  readonly json?: true;
}

/** `probity triage <study>` */
export function addTriage(program: Command, { stdout, stderr }: Surroundings, finish: Finish): void {
  program
    .command("triage")
    .description("a verdict before there are data, from the protocol alone, and the evidence that is missing")
    .argument("<study>", "folder with protocol.yaml")
    .option(
      "--as-of <date>",
      "the day that counts as today (default: the protocol's decision date)",
      parseDate,
    )
    .option(
      "--gate <word>",
      `exit with 1 when the verdict is below it: ${verdictWords.join(" < ")}`,
      parseWord,
    )
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  probity triage studies/breast-recurrence --gate HOLD\n")
    .action(async (study: string, { asOf, gate, json }: TriageOptions) => {
      const folder = findStudy(study);
      const { text, path } = readProtocolFile(folder);
      const { protocol, findings } = lintProtocol(text, path);
      // Loaded here, so that other verbs work where the database does not.
      const { triage } = await import("../decide/index.ts");
      const day = asOf ?? protocol.decisionDate;
      const triaged = triage(protocol, { asOf: day, findings });
      const next = nextSteps(folder, protocol, triaged);
      stdout(json ? asJson(triaged, protocol, day, next) : asText(triaged, protocol, next));
      const { word } = triaged.verdict;
      const isMet = gate === undefined || verdictWords.indexOf(word) >= verdictWords.indexOf(gate);
      if (!isMet) stderr(`probity: gate: ${word} is below ${gate}\n`);
      finish(isMet ? exitCodes.done : exitCodes.answerIsNo);
    });
}

/** The commands that bring the study on, first things first. */
function nextSteps(folder: string, { data }: Protocol, { verdict, findings }: Triage): string[] {
  const study = displayPath(folder);
  if (verdict.word === "NO-GO" || verdict.word === "REDESIGN") {
    return [`change ${displayPath(join(folder, "protocol.yaml"))}, or stop`, nextCommand("triage", study)];
  }
  const files = [
    data.patients.file,
    data.predictions.file,
    ...(data.development ? [data.development.file] : []),
  ];
  const absent = files.filter((file) => !existsSync(join(folder, file)));
  return [
    ...(isConcerning(findings) ? [nextCommand("lint", study)] : []),
    nextCommand("lock", study),
    ...(absent.length > 0 ? [`put ${absent.join(" and ")} into ${study}`] : []),
    nextCommand("evaluate", study),
    `${nextCommand("acknowledge", study)}, and evaluate again to open the results`,
  ];
}

const text = (phrase: Phrase) => phraseText(phrase, new Map());

function asText(
  { verdict, requirements, missing, findings }: Triage,
  { model }: Protocol,
  next: readonly string[],
): string {
  const width = Math.max(...requirements.map(({ name }) => name.length));
  const rows = requirements.flatMap(({ neededFor, state, name, found, remedy }) => [
    `${neededFor.padEnd(6)}  ${state.padEnd(11)}  ${name.padEnd(width)}  ${text(found)}`,
    ...(state === "pass" || remedy === undefined ? [] : [`${" ".repeat(21)}${remedy}`]),
  ]);
  const serious = findings.filter(({ severity }) => severity === "serious" || severity === "fatal");
  return [
    `${verdict.word}  ${model.name}@${model.version}: ${text(verdict.reason)}`,
    // On HOLD it would repeat the reason.
    ...(verdict.word === "HOLD" ? [] : [`would change it: ${text(verdict.wouldChange)}`]),
    "",
    ...rows,
    "",
    `missing: ${missing.length} of ${requirements.length} requirements; protocol: ${countText(findings)}`,
    ...serious.map(({ sentence }: Finding) => `serious: ${text(sentence)}`),
    "next:",
    ...next.map((step, index) => `  ${index + 1}. ${step}`),
    "",
  ].join("\n");
}

function asJson(
  { verdict, requirements, missing, findings }: Triage,
  { model }: Protocol,
  asOf: string,
  next: readonly string[],
): string {
  const summary = {
    verdict: { ...verdict, reason: text(verdict.reason), wouldChange: text(verdict.wouldChange) },
    model: { name: model.name, version: model.version },
    asOf,
    missing: missing.map(({ id }) => id),
    requirements: requirements.map((requirement) => ({ ...requirement, found: text(requirement.found) })),
    findings,
    next,
  };
  return `${JSON.stringify(summary, null, 2)}\n`;
}
