import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { buildCohort, cohortKeys, drawCharts, loadStudy, sheetOrders } from "../assess/index.ts";
import { openStore } from "../data/index.ts";
import { canonicalJson } from "../evidence/canonical-json.ts";
import { defaultSeed } from "../evidence/default-seed.ts";
import { Problem } from "../evidence/problem.ts";
import { closest } from "../evidence/suggestion.ts";
import { chartLabels, type DrawnSample, type Protocol, parseProtocol } from "../protocol/index.ts";
import { readTrail } from "../store/index.ts";
import { asWriteProblem, flushFolder, makeFolder } from "./make-folder.ts";
import { displayPath, readProtocolFile } from "./protocol-file.ts";
import { sheetText } from "./review-sheet.ts";
import { protocolFile } from "./study-folder.ts";
import { refuseUnrecordedChange } from "./study-trail.ts";

export interface SampleOptions {
  readonly size: number;
  readonly seed?: number;
  readonly allocation: string;
  readonly by?: readonly string[];
  readonly out?: string;
}

export const sampleFolder = "review";
export const sampleName = "sample.json";

/** From each stratum at least so many, or all that it holds. */
const floor = 10;

/** What was drawn, in numbers that tell nothing of the model. */
export interface Drawn {
  readonly charts: number;
  readonly rule: string;
  readonly seed: number;
  readonly question: string;
  readonly labels: readonly string[];
  /** The sample, then a sheet for each reader. */
  readonly files: readonly string[];
}

/** Draws the sample and writes it with two blinded sheets, all three or none; nothing is replaced. */
export async function drawSample(studyDir: string, options: SampleOptions): Promise<Drawn> {
  const { text, sha256 } = readProtocolFile(studyDir);
  refuseUnrecordedChange(readTrail(studyDir), { path: studyDir, workspace: undefined, text, sha256 });
  const protocol = parseProtocol(text, protocolFile);
  const folder = resolve(options.out ?? join(studyDir, sampleFolder));
  refuseExisting(folder);
  const { seed = defaultSeed, by = [], size } = options;
  refuseUnknown(protocol, by);
  const allocation = allocationOf(options.allocation);
  const { comparison, threshold } = protocol.operatingPoint;
  const request = { seed, size, allocation, floor, by: [...by], flag: { comparison, threshold } };
  const { charts, inputs } = await drawnFrom(studyDir, protocol, request);
  const sample: DrawnSample = { format: "probity-review-sample/1", ...request, inputs, charts };
  const key = protocol.data.patients.key;
  const [one, other] = sheetOrders(sample);
  const files = new Map([
    [sampleName, `${canonicalJson(sample)}\n`],
    ["reader-1.csv", sheetText(key, one)],
    ["reader-2.csv", sheetText(key, other)],
  ]);
  writeFolder(folder, files);
  const each = allocation === "equal" ? "as many from each stratum" : "in proportion to each stratum";
  return {
    charts: charts.length,
    rule: `${each} of flag and recorded label${by.map((name) => ` and ${name}`).join("")}, at least ${floor} or all it holds`,
    seed,
    question: `${protocol.endpoint.meaning} by ${protocol.endpoint.horizon.label} (version ${protocol.endpoint.version}): did it happen?`,
    labels: chartLabels,
    files: [...files.keys()].map((name) => join(folder, name)),
  };
}

async function drawnFrom(
  studyDir: string,
  protocol: Protocol,
  request: Parameters<typeof drawCharts>[2],
): Promise<Pick<DrawnSample, "charts" | "inputs">> {
  const store = await openStore({ studyDir });
  try {
    const study = await loadStudy(store, protocol);
    const built = await buildCohort(store, protocol);
    const keys = await cohortKeys(store, protocol, built);
    const charts = drawCharts(built.cohort, keys, request);
    const inputs = [study.patients, study.predictions].map(({ name, sha256 }) => ({ name, sha256 }));
    return { charts, inputs };
  } finally {
    await store.close();
  }
}

/** A sample that can be drawn until it pleases is none. */
function refuseExisting(folder: string): void {
  if (!existsSync(folder)) return;
  throw new Problem("review-exists", "the folder is there already; a sample is drawn once", {
    where: displayPath(folder),
    hint: "have its charts read, or name another folder with --out and say why in the protocol",
  });
}

function allocationOf(rule: string): DrawnSample["allocation"] {
  if (rule === "equal" || rule === "proportional") return rule;
  throw new Problem("option-value", `unknown rule "${rule}"; expected equal or proportional`, {
    where: "--allocation",
  });
}

function refuseUnknown({ strata }: Protocol, by: readonly string[]): void {
  const known = strata.map(({ variable }) => variable);
  const unknown = by.find((name, i) => !known.includes(name) || by.indexOf(name) < i);
  if (unknown === undefined) return;
  const near = closest(unknown, known);
  throw new Problem(
    "option-value",
    `"${unknown}" cannot be used; expected each of these at most once: ${known.join(", ")}`,
    {
      where: "--by",
      ...(near === undefined || near === unknown ? {} : { hint: `did you mean "${near}"?` }),
    },
  );
}

/** Written beside, then given its name. */
function writeFolder(folder: string, files: ReadonlyMap<string, string>): void {
  const staged = join(dirname(folder), `.${randomUUID()}.unfinished`);
  try {
    makeFolder(dirname(folder));
    mkdirSync(staged);
    for (const [name, text] of files) {
      const file = openSync(join(staged, name), "wx");
      try {
        writeFileSync(file, text);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    }
    flushFolder(staged);
    renameSync(staged, folder);
    flushFolder(dirname(folder));
  } catch (error) {
    rmSync(staged, { recursive: true, force: true });
    throw asWriteProblem(error, { where: displayPath(folder), hint: "name another folder with --out" });
  }
}
