import { createReadStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import type { Command } from "commander";
import type { ViewFormat, ViewSummary } from "../data/index.ts";
import { counted, formatCount } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { parseWhole } from "./options.ts";
import type { Surroundings } from "./surroundings.ts";

interface CheckOptions {
  readonly sql?: true;
  readonly json?: true;
}

interface RunOptions {
  readonly to: string;
  readonly withPlaces?: true;
  readonly memory?: number;
  readonly threads?: number;
  readonly json?: true;
}

const largestViewBytes = 1024 * 1024;

/** `probity views check` and `probity views run`: SQL on FHIR, apart from any study. */
export function addViews(program: Command, surroundings: Surroundings, finish: Finish): void {
  const views = program
    .command("views")
    .description("make flat tables of FHIR R4 by ViewDefinitions of SQL on FHIR 2");
  addCheck(views, surroundings, finish);
  addRun(views, surroundings, finish);
}

function addCheck(views: Command, { stdout }: Surroundings, finish: Finish): void {
  views
    .command("check")
    .description("read a view without data: its columns with their types, or what is wrong and where")
    .argument("<view>", "JSON file with a ViewDefinition")
    .option("--sql", "print the statement that it compiles to")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  probity views check conditions.view.json\n  probity views check conditions.view.json --sql\n",
    )
    .action(async (file: string, { sql, json }: CheckOptions) => {
      const { checkView } = await import("../data/index.ts");
      const checked = checkView(readView(file), file);
      const { sql: statement, ...summary } = checked;
      if (json) stdout(`${JSON.stringify(sql ? checked : summary, null, 2)}\n`);
      else if (sql) stdout(`${statement};\n`);
      else
        stdout(
          `${counted(summary.columns.length, "column")} of ${summary.resource}\n${columnsText(summary)}`,
        );
      finish(exitCodes.done);
    });
}

function addRun(views: Command, surroundings: Surroundings, finish: Finish): void {
  views
    .command("run")
    .description("write the rows of a view over NDJSON files as Parquet, CSV or NDJSON")
    .argument("<view>", "JSON file with a ViewDefinition")
    .argument(
      "<data...>",
      "NDJSON files, plain or ending in .gz, of which lines of other types are left out and counted; or a folder of probity ingest",
    )
    .requiredOption(
      "--to <file>",
      "ending in .parquet, .csv or .ndjson; replaced when the run has succeeded; - for CSV on standard output",
    )
    .option("--with-places", "begin each row with source_file and source_line; of a folder of probity ingest")
    .option("--memory <MB>", "limit for the database (default: 2048)", parseWhole("--memory", 128, 1_048_576))
    .option(
      "--threads <n>",
      "for the database (default: the processors, at most 4)",
      parseWhole("--threads", 1, 64),
    )
    .option("--json", "print one JSON object: rows, columns, resources, sha256 of inputs and output")
    .addHelpText(
      "after",
      `
Examples:
  probity views run conditions.view.json Condition.ndjson --to conditions.parquet
  probity views run labs.view.json part-1.ndjson.gz part-2.ndjson.gz --to labs.csv --json
  probity views run patients.view.json Patient.ndjson --to - | head
  probity views run patients.view.json records --to patients.csv --with-places

A line that is no JSON, a value that is none of its type, or several values where the view takes one ends the run with
file and line or the place in the view, and no table is written.`,
    )
    .action(async (view: string, files: string[], options: RunOptions) => {
      if (options.to === "-") await runToStdout(view, files, options, surroundings);
      else {
        const summary = await run(view, files, { ...options, format: formatOf(options.to) });
        surroundings.stdout(options.json ? `${JSON.stringify(summary, null, 2)}\n` : asText(summary));
      }
      finish(exitCodes.done);
    });
}

async function run(
  view: string,
  files: readonly string[],
  { to, format, withPlaces, memory, threads }: RunOptions & { readonly format: ViewFormat },
): Promise<ViewSummary> {
  const { runView } = await import("../data/index.ts");
  return runView({
    view: readView(view),
    viewName: view,
    files,
    out: to,
    format,
    withPlaces: withPlaces ?? false,
    ...(memory === undefined ? {} : { memoryLimitMb: memory }),
    ...(threads === undefined ? {} : { threads }),
  });
}

async function runToStdout(
  view: string,
  files: readonly string[],
  options: RunOptions,
  { stdout, stderr, writeBytes }: Surroundings,
): Promise<void> {
  if (options.json) {
    throw new Problem("usage", "--json and --to - both write to standard output", {
      hint: "name a file with --to",
    });
  }
  // Whole before its first line is printed: half a table looks like a whole one to the program that reads it.
  const folder = mkdtempSync(join(tmpdir(), "probity-"));
  try {
    const file = join(folder, "rows.csv");
    const summary = await run(view, files, { ...options, to: file, format: "csv" });
    const decoder = new TextDecoder();
    for await (const block of createReadStream(file) as AsyncIterable<Buffer>) {
      if (writeBytes) await writeBytes(block);
      else stdout(decoder.decode(block, { stream: true }));
    }
    stderr(
      resourcesText(summary)
        .replace(/^/gm, "probity: ")
        .replace(/probity: $/, ""),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readView(file: string): string {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (cause) {
    throw new Problem("data-file-missing", "the view cannot be read", {
      where: file,
      hint: "name a JSON file with a ViewDefinition",
      cause,
    });
  }
  if (content.length > largestViewBytes) {
    throw new Problem(
      "data-file-too-large",
      `${content.length} bytes, at most ${largestViewBytes} are read`,
      {
        where: file,
        hint: "name the view first, then the data",
      },
    );
  }
  return content.toString("utf8");
}

function formatOf(file: string): ViewFormat {
  const ending = extname(file).slice(1).toLowerCase();
  if (ending === "parquet" || ending === "csv" || ending === "ndjson") return ending;
  throw new Problem("option-value", `"${file}" ends in none of .parquet, .csv and .ndjson`, {
    where: "--to",
    hint: "name a file with one of these endings, or - for CSV on standard output",
  });
}

function asText(summary: ViewSummary): string {
  const { rows, columns, output, inputs } = summary;
  return [
    `${output.file}: ${counted(rows, "row")} of ${counted(columns.length, "column")}, ${formatCount(output.bytes)} bytes\n`,
    resourcesText(summary),
    columnsText(summary),
    ...[...inputs, output].map(({ file, sha256 }) => `sha256  ${sha256}  ${file}\n`),
  ].join("");
}

function resourcesText({ rows, resources: { read, others } }: ViewSummary): string {
  const left = Object.entries(others).map(
    ([type, n]) => `${formatCount(n)} ${type === "" ? "without resourceType" : type}`,
  );
  const leftOut = left.length === 0 ? "" : `left out  ${left.join(", ")}\n`;
  return `read      ${counted(read, "resource")} of the view's type, ${counted(rows, "row")}\n${leftOut}`;
}

function columnsText({ columns }: Pick<ViewSummary, "columns">): string {
  const width = Math.max(...columns.map(({ name }) => name.length));
  return columns
    .map(({ name, type, collection }) => `  ${name.padEnd(width)}  ${collection ? "list of " : ""}${type}\n`)
    .join("");
}
