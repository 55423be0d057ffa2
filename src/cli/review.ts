import type { Command } from "commander";
import { counted } from "../evidence/format.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { nextCommand } from "./next-command.ts";
import { parseWhole } from "./options.ts";
import { displayPath } from "./protocol-file.ts";
import type { ImportOptions } from "./review-import.ts";
import type { SampleOptions } from "./review-sample.ts";
import { findStudy } from "./study-folder.ts";
import type { Surroundings } from "./surroundings.ts";

/** `probity review sample <study>`, `probity review import <study> <reading> <reading>` */
export function addReview(program: Command, surroundings: Surroundings, finish: Finish): void {
  const review = program
    .command("review")
    .description("have charts read a second time, and judge the model on what they say");
  addSample(review, surroundings, finish);
  addImport(review, surroundings, finish);
}

function addSample(review: Command, { stdout }: Surroundings, finish: Finish): void {
  review
    .command("sample")
    .description(
      "draw charts at random within flag and recorded label, and write a blinded sheet for each reader",
    )
    .argument("<study>", "folder with protocol.yaml")
    .requiredOption("--size <n>", "charts to draw", parseWhole("--size", 1, 1_000_000))
    .option("--seed <n>", "of the draw", parseWhole("--seed", 0, 4_294_967_295))
    .option(
      "--allocation <rule>",
      "equal: the same number from each stratum; proportional: to its size",
      "equal",
    )
    .option("--by <variable...>", "divide further by variables of the protocol's strata")
    .option("--out <dir>", "a new folder for sample and sheets (default: review in the study)")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Example:
  probity review sample studies/my-study --size 240

Which charts were flagged, and how many, is printed nowhere: results stay sealed, and readers blinded. Weights are
calculated when the readings are evaluated.`,
    )
    .action(async (study: string, options: SampleOptions & { readonly json?: true }) => {
      const { drawSample } = await import("./review-sample.ts");
      const drawn = await drawSample(findStudy(study), options);
      stdout(
        options.json
          ? `${JSON.stringify(drawn, null, 2)}\n`
          : [
              `drawn    ${counted(drawn.charts, "chart")}, ${drawn.rule}; seed ${drawn.seed}`,
              ...drawn.files.map((file) => `written  ${displayPath(file)}`),
              `question ${drawn.question}`,
              `next     two people fill in a sheet each, with ${drawn.labels.join(", ")}; then:`,
              `         ${nextCommand("review import", [study, ...drawn.files.slice(1).map(displayPath)])}`,
              "",
            ].join("\n"),
      );
      finish(exitCodes.done);
    });
}

function addImport(review: Command, { stdout }: Surroundings, finish: Finish): void {
  review
    .command("import")
    .description("join two readings of the charts, and a third of those on which they differ, into one file")
    .argument("<study>", "folder with protocol.yaml")
    .argument("<reading>", "the first reader's sheet")
    .argument("<other>", "the second reader's sheet")
    .option("--adjudicated <file>", "the sheet of disagreements, decided")
    .option("--sample <file>", "what was drawn (default: review/sample.json in the study)")
    .option("--chosen <how>", "charts were not drawn by probity: how they were chosen, 10 to 200 characters")
    .option("--out <file>", "a new file for the review (default: review/review.json in the study)")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Example:
  probity review import studies/my-study studies/my-study/review/reader-1.csv studies/my-study/review/reader-2.csv

Where the readers differ, a sheet of those charts is written and the exit code is 1; a third person decides them, and
the command is run again with --adjudicated.`,
    )
    .action(
      async (
        study: string,
        one: string,
        other: string,
        options: ImportOptions & { readonly json?: true },
      ) => {
        const { importReview } = await import("./review-import.ts");
        const found = await importReview(findStudy(study), [one, other], options);
        stdout(options.json ? `${JSON.stringify(found, null, 2)}\n` : importText(study, found));
        finish(found.undecided > 0 ? exitCodes.answerIsNo : exitCodes.done);
      },
    );
}

function importText(
  study: string,
  found: {
    readonly charts: number;
    readonly undecided: number;
    readonly file: string;
    readonly name: string;
  },
): string {
  const { charts, undecided, file, name } = found;
  if (undecided > 0) {
    return [
      `read     ${counted(charts, "chart")} twice; the readers differ on ${undecided}`,
      `sheet    ${displayPath(file)}`,
      "next     a third person fills it in; then run this again with --adjudicated and that sheet",
      "",
    ].join("\n");
  }
  return [
    `read     ${counted(charts, "chart")} twice, nothing undecided`,
    `written  ${displayPath(file)}`,
    `next     name it in the protocol, under endpoint.label_review: charts: ${charts}, reviewers: 2, file: ${name}`,
    `         then: ${nextCommand("amend", study)}, where the protocol is locked`,
    "",
  ].join("\n");
}
