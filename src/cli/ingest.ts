import type { Command } from "commander";
import type { IngestSummary } from "../data/index.ts";
import { counted, formatCount } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { parseWhole } from "./options.ts";
import { showProgress } from "./progress.ts";
import type { Surroundings } from "./surroundings.ts";

interface IngestVerbOptions {
  readonly into?: string;
  readonly strict?: true;
  readonly lineLimit?: number;
  readonly memory?: number;
  readonly threads?: number;
  readonly json?: true;
}

/** `probity ingest` and `probity ingest line`: records in, apart from any study. */
export function addIngest(program: Command, surroundings: Surroundings, finish: Finish): void {
  const verb = program
    .command("ingest")
    .description(
      "take FHIR R4 resources from NDJSON and Bundles into one folder, with the file and line of each",
    )
    .argument("[source...]", "files ending in .ndjson, .jsonl or .json, also with .gz, or folders with them")
    .option("--into <folder>", "made by the run, whole or not at all")
    .option("--strict", "end at the first line or file that is not taken, and make nothing")
    .option(
      "--line-limit <MiB>",
      "longer lines are quarantined (default: 16)",
      parseWhole("--line-limit", 1, 128),
    )
    .option("--memory <MB>", "limit for the database (default: 2048)", parseWhole("--memory", 128, 1_048_576))
    .option(
      "--threads <n>",
      "for the database (default: the processors, at most 4)",
      parseWhole("--threads", 1, 64),
    )
    .option("--json", "print the manifest as one JSON object")
    .addHelpText(
      "after",
      `
Examples:
  probity ingest export --into records
  probity ingest Patient.ndjson.gz Condition.ndjson --into records --strict
  probity ingest bundles/ --into records --json
  probity ingest line records Patient.ndjson 17

A line that is no resource is quarantined with its file, line and reason, and counted: lines = resources + quarantined +
blank. A run that was stopped goes on where it was. docs/ingest.md lists the reasons and what is written.`,
    )
    .action(async (paths: string[], { into, ...options }: IngestVerbOptions) => {
      if (into === undefined || paths.length === 0) {
        const missing = into === undefined ? "--into <folder>" : "a file or folder";
        throw new Problem("usage", `${missing} is missing`, { hint: "run: probity ingest --help" });
      }
      const summary = await run(paths, { into, ...options }, surroundings);
      const { stdout } = surroundings;
      if (options.json) stdout(`${JSON.stringify(summary.manifest, null, 2)}\n`);
      else stdout(asText(summary, into));
      finish(exitCodes.done);
    });
  addLine(verb, surroundings, finish);
}

function addLine(verb: Command, surroundings: Surroundings, finish: Finish): void {
  verb
    .command("line")
    .description("print one line of a source by its number, without reading those before it")
    .argument("<folder>", "made by probity ingest")
    .argument("<file>", "name of the source, as ingest.json lists it")
    .argument("<line>", "from 1; of a Bundle, the number of the entry", parseWhole("<line>", 1, 1e15))
    .option("--json", "print one JSON object: file, line, text, where it comes from")
    .addHelpText("after", "\nExamples:\n  probity ingest line records Patient.ndjson 17\n")
    .action(async (folder: string, file: string, line: number, _: unknown, command: Command) => {
      const { stdout, stderr, writeBytes } = surroundings;
      const { sourceLine } = await import("../data/index.ts");
      const found = await sourceLine(folder, file, line);
      if (command.optsWithGlobals().json) stdout(`${JSON.stringify(found)}\n`);
      else {
        const text = `${found.text}\n`;
        if (writeBytes) await writeBytes(Buffer.from(text));
        else stdout(text);
        const from =
          found.offset === undefined
            ? "from its table"
            : `from byte ${found.offset} of the source, unchanged since it was taken in`;
        stderr(`probity: ${file}:${line}, ${from}\n`);
      }
      finish(exitCodes.done);
    });
}

async function run(
  paths: readonly string[],
  { into, strict, lineLimit, memory, threads }: IngestVerbOptions & { readonly into: string },
  surroundings: Surroundings,
): Promise<IngestSummary> {
  const { ingest } = await import("../data/index.ts");
  const progress = showProgress(surroundings);
  try {
    return await ingest({
      paths,
      into,
      isStrict: strict ?? false,
      ...(lineLimit === undefined ? {} : { lineLimitBytes: lineLimit * 1024 * 1024 }),
      ...(memory === undefined ? {} : { memoryLimitMb: memory }),
      ...(threads === undefined ? {} : { threads }),
      progress: ({ filesDone, files, what }) => progress.step({ done: filesDone, of: files, what }),
    });
  } finally {
    progress.end();
  }
}

function asText({ manifest, resumed }: IngestSummary, into: string): string {
  const { sources, tables, totals, notRead } = manifest;
  const { lines, resources, quarantined, blank, refused } = totals;
  const types = Object.entries(tables);
  const width = Math.max(0, ...types.map(([type]) => type.length));
  const rows = types.map(([type, table]) => `  ${type.padEnd(width)}  ${formatCount(table.rows)}\n`);
  const faults = sources.flatMap(({ name, quarantined: reasons, refused: whole }) => [
    ...(whole === undefined ? [] : [`refused      ${name}: ${whole}\n`]),
    ...Object.entries(reasons).map(([reason, n]) => `quarantined  ${name}: ${formatCount(n)} ${reason}\n`),
  ]);
  return [
    `${into}: ${counted(resources, "resource")} of ${counted(types.length, "type")} from ${counted(sources.length, "file")}\n`,
    `lines        ${formatCount(lines)} = ${formatCount(resources)} resources + ${formatCount(quarantined)} quarantined + ${formatCount(blank)} blank\n`,
    ...(resumed === 0 ? [] : [`resumed      ${counted(resumed, "file")} read before\n`]),
    ...(refused === 0 ? [] : [`refused      ${counted(refused, "file")}\n`]),
    ...(notRead.length === 0 ? [] : [`not read     ${notRead.join(", ")}\n`]),
    ...rows,
    ...faults,
  ].join("");
}
