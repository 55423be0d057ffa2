import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { canonicalJson } from "../evidence/canonical-json.ts";
import { counted } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import { createFile, hasCode, passedOnFileSystem } from "../ledger/index.ts";
import {
  type ChartReview,
  type DrawnSample,
  isOpen,
  isUndecided,
  parseProtocol,
  parseSampleFile,
  type ReadChart,
} from "../protocol/index.ts";
import { asWriteProblem, makeFolder } from "./make-folder.ts";
import { displayPath, readProtocolFile } from "./protocol-file.ts";
import { sampleFolder, sampleName } from "./review-sample.ts";
import { readSheet, refuseRows, type Sheet, sheetText } from "./review-sheet.ts";
import { protocolFile } from "./study-folder.ts";

export interface ImportOptions {
  readonly adjudicated?: string;
  readonly sample?: string;
  readonly chosen?: string;
  readonly out?: string;
}

export interface Imported {
  readonly charts: number;
  /** Charts on which the readers differ and nobody has decided; then no review is written. */
  readonly undecided: number;
  /** The review, or the sheet of what is to be decided. */
  readonly file: string;
  /** The same, from the study's folder. */
  readonly name: string;
}

/** Joins readings into one file of the study, or writes the sheet of those that a third person must decide. */
export async function importReview(
  studyDir: string,
  readings: readonly [string, string],
  options: ImportOptions,
): Promise<Imported> {
  const { key } = parseProtocol(readProtocolFile(studyDir).text, protocolFile).data.patients;
  const chosen = chosenText(options);
  const sample = chosen === null ? readSample(studyDir, options.sample) : null;
  const one = await readSheet(readings[0], key);
  const other = await readSheet(readings[1], key);
  refuseTwins(one, other);
  const expected = sample === null ? new Set(one.labels.keys()) : new Set(sample.charts);
  for (const sheet of [one, other]) refuseOtherCharts(sheet, expected, sample === null);
  const read = pairs(one, other);
  const adjudication = options.adjudicated === undefined ? null : await readSheet(options.adjudicated, key);
  const charts = adjudication === null ? read : decided(read, adjudication);
  const open = charts.filter(isUndecided);
  const place = (file: string) => ({ file, name: relative(resolve(studyDir), resolve(file)) });
  if (open.length > 0) {
    const file = join(studyDir, sampleFolder, "disagreements.csv");
    const text = sheetText(
      key,
      open.map((chart) => chart.key),
    );
    await written(file, text);
    return { charts: charts.length, undecided: open.length, ...place(file) };
  }
  const review: ChartReview = {
    format: "probity-review/1",
    sample,
    chosen,
    readings: [fileOf(one), fileOf(other)],
    adjudication: adjudication && fileOf(adjudication),
    charts,
  };
  const file = options.out ?? join(studyDir, sampleFolder, "review.json");
  await written(file, `${canonicalJson(review)}\n`);
  return { charts: charts.length, undecided: 0, ...place(file) };
}

function chosenText({ chosen, sample }: ImportOptions): string | null {
  if (chosen === undefined) return null;
  if (sample !== undefined) throw new Problem("usage", "charts were drawn, or chosen", { where: "--chosen" });
  const how = chosen.trim().replace(/\s+/g, " ");
  if (/^\P{C}{10,200}$/u.test(how)) return how;
  throw new Problem("option-value", "expected 10 to 200 characters on how charts were chosen", {
    where: "--chosen",
  });
}

const maxSampleBytes = 64 * 1024 * 1024;

function readSample(studyDir: string, named: string | undefined): DrawnSample {
  const path = named ?? join(studyDir, sampleFolder, sampleName);
  const where = displayPath(path);
  if (!(statSync(path, { throwIfNoEntry: false })?.isFile() ?? false)) {
    throw new Problem("review-no-sample", "no sample was drawn here", {
      where,
      hint: "draw one with probity review sample, name it with --sample, or say with --chosen how charts were chosen",
    });
  }
  if (statSync(path).size > maxSampleBytes)
    throw new Problem("review-invalid", "the file is larger than a sample can be", { where });
  return parseSampleFile(readFileSync(path, "utf8"), where);
}

/** Two readings of one person, or one sheet twice, would agree for certain. */
function refuseTwins(one: Sheet, other: Sheet): void {
  if (one.sha256 !== other.sha256) return;
  throw new Problem("review-same-sheet", "the two readings are the same file", {
    where: displayPath(other.path),
    hint: "each reader has a sheet of their own",
  });
}

function refuseOtherCharts({ labels, path }: Sheet, expected: ReadonlySet<string>, isChosen: boolean): void {
  const of = isChosen ? "the other sheet" : "the sample";
  refuseRows(
    [...labels].flatMap(([key, { where }]) => (expected.has(key) ? [] : [{ where }])),
    {
      path,
      code: "review-other-charts",
      what: `that ${of} does not have`,
      hint: "import the sheets that were written with this sample; a spreadsheet may have changed the keys",
    },
  );
  const missing = [...expected].filter((key) => !labels.has(key)).length;
  if (missing === 0) return;
  throw new Problem("review-other-charts", `${counted(missing, "chart")} of ${of} not in this sheet`, {
    where: displayPath(path),
    hint: "every chart has a line; write unclear where it does not tell",
  });
}

function pairs(one: Sheet, other: Sheet): ReadChart[] {
  return [...one.labels.keys()]
    .sort()
    .map((key) => ({ key, readings: [one.labels.get(key)!.label, other.labels.get(key)!.label] }));
}

function decided(charts: readonly ReadChart[], { labels, path }: Sheet): ReadChart[] {
  const open = new Map(charts.filter(isOpen).map((chart) => [chart.key, chart]));
  refuseRows(
    [...labels].flatMap(([key, { where }]) => (open.has(key) ? [] : [{ where }])),
    {
      path,
      code: "review-nothing-to-decide",
      what: "on which the readers do not differ",
      hint: "take them out: what two readers agree on stands",
    },
  );
  const left = charts.filter((chart) => isUndecided(chart) && !labels.has(chart.key)).length;
  if (left > 0) {
    throw new Problem(
      "review-undecided",
      `${counted(left, "chart")} on which the readers differ not decided`,
      {
        where: displayPath(path),
        hint: "fill in every line of disagreements.csv",
      },
    );
  }
  return charts.map((chart) => {
    const adjudicated = labels.get(chart.key)?.label;
    return adjudicated === undefined ? chart : { ...chart, adjudicated };
  });
}

function fileOf({ path, sha256 }: Sheet) {
  return { name: basename(path), sha256 };
}

/** The same text again is no news; anything else that is there is not replaced. */
async function written(file: string, text: string): Promise<void> {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  try {
    makeFolder(dirname(file));
    await createFile(passedOnFileSystem, file, Buffer.from(text));
  } catch (error) {
    if (hasCode(error, "EEXIST")) {
      throw new Problem("review-exists", "the file is there already, and is not replaced", {
        where: displayPath(file),
        hint: "move it away, or fill it in where it is a sheet of disagreements and give it with --adjudicated",
        cause: error,
      });
    }
    throw asWriteProblem(error, { where: displayPath(file), hint: "name another file with --out" });
  }
}
