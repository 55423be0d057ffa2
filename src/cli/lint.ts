import type { Command } from "commander";
import type { Severity } from "../evidence/finding.ts";
import { phraseText } from "../evidence/format.ts";
import { type Lint, type LintFinding, lintProtocol, pageColumns } from "../protocol/index.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { readProtocolFile } from "./protocol-file.ts";
import { findStudy } from "./study-folder.ts";
import type { Surroundings } from "./surroundings.ts";

interface LintOptions {
  readonly strict?: true;
  readonly json?: true;
}

const severities: readonly Severity[] = ["fatal", "serious", "concern", "info"];

/** `probity lint <study>` */
export function addLint(program: Command, { stdout }: Surroundings, finish: Finish): void {
  program
    .command("lint")
    .description("read a protocol as a committee would: findings with their place, and its length")
    .argument("<study>", "folder with protocol.yaml")
    .option("--strict", "exit with 1 when there is a concern or worse")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  probity lint studies/breast-recurrence --strict\n")
    .action((study: string, { strict, json }: LintOptions) => {
      const { text, path } = readProtocolFile(findStudy(study));
      const lint = lintProtocol(text, path);
      stdout(json ? asJson(lint) : asText(lint, path));
      finish(strict && isConcerning(lint.findings) ? exitCodes.answerIsNo : exitCodes.done);
    });
}

export function isConcerning(findings: readonly Pick<LintFinding, "severity">[]): boolean {
  return findings.some(({ severity }) => severity !== "info");
}

/** "1 serious, 2 concern" */
export function countText(findings: readonly Pick<LintFinding, "severity">[]): string {
  const counts = severities.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count > 0 ? [`${count} ${severity}`] : [];
  });
  return counts.length > 0 ? counts.join(", ") : "no finding";
}

const sentenceOf = ({ sentence }: LintFinding) => phraseText(sentence, new Map());

function asText({ findings, page, memoTexts }: Lint, path: string): string {
  const width = Math.max(0, ...findings.map(({ severity }) => severity.length));
  const indent = " ".repeat(width + 2);
  const fullest = memoTexts.toSorted((a, b) => b.characters / b.limit - a.characters / a.limit).slice(0, 3);
  return [
    `${path}: ${page.lines} of ${page.limit} lines of ${pageColumns} characters, ${page.words} words`,
    `memo: ${memoTexts.length} texts within their limits; fullest: ${fullest
      .map(({ field, characters, limit }) => `${field} ${characters} of ${limit}`)
      .join(", ")}`,
    ...findings.flatMap((finding) => [
      `${finding.severity.padEnd(width)}  ${finding.place}`,
      `${indent}${finding.rule}: ${sentenceOf(finding)}`,
      `${indent}${finding.remedy}`,
    ]),
    countText(findings),
    "",
  ].join("\n");
}

function asJson({ findings, page, memoTexts }: Lint): string {
  return `${JSON.stringify({ page, memoTexts, findings }, null, 2)}\n`;
}
