import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { type Assessment, assess, assessData, type DataAssessment, qualityResult } from "../assess/index.ts";
import { startEngine } from "../data/index.ts";
import type { decide as Decide } from "../decide/index.ts";
import { defaultSeed } from "../evidence/default-seed.ts";
import { rowsFile } from "../evidence/dossier-paths.ts";
import { phraseText } from "../evidence/format.ts";
import type { ActWithoutReceipt, Trail } from "../evidence/trail.ts";
import { type Protocol, parseProtocol } from "../protocol/index.ts";
import { type InputFile, inputTexts, opened, readTrail, withWorkspace } from "../store/index.ts";
import { defaultOut, prepareOut, stageFolder, writeDossierFolder } from "./dossier-folder.ts";
import type { EvaluateStudy, Evaluation } from "./evaluation.ts";
import { type FindingsSummary, summarise } from "./findings-text.ts";
import { inputFiles } from "./input-files.ts";
import { readModel } from "./model-file.ts";
import { nextCommand } from "./next-command.ts";
import { version } from "./package-version.ts";
import { readProtocolFile } from "./protocol-file.ts";
import { type ReadingThreads, readingThreads } from "./reading-threads.ts";
import { readReview } from "./review-file.ts";
import { findStudy, protocolFile, studyName } from "./study-folder.ts";
import { actsElsewhere, actText, refuseUnrecordedChange, studyPast, trailOf } from "./study-trail.ts";

type Options = Parameters<EvaluateStudy>[0];

/** What is fixed before any table is read. */
interface Begun {
  readonly options: Options;
  readonly name: string;
  readonly outDir: string;
  readonly staged: string;
  readonly protocol: Protocol;
  readonly protocolSha256: string;
  readonly asOf: string;
  readonly seed: number;
  readonly started: number;
}

/**
 * Evaluates a study folder and writes its dossier: rows and numbers for the team, memo and report for the committee.
 *
 * Results are opened only where a named person has acknowledged the data report by its hash; until then the data
 * report alone is written. Either way the run is in the ledger before anything can be read.
 */
export const evaluateStudy: EvaluateStudy = async (options) => {
  const started = performance.now();
  const studyDir = findStudy(options.study);
  const outDir = resolve(options.out ?? defaultOut(studyDir));
  prepareOut(outDir);
  const { text, sha256 } = readProtocolFile(studyDir);
  const trail = readTrail(studyDir);
  const { study: path, workspace } = options;
  refuseUnrecordedChange(trail, { path, workspace, text, sha256 });
  const identity = { study: studyName(studyDir), protocol: sha256 };
  const withoutReceipt = await actsElsewhere(options, trail, identity);
  const protocol = parseProtocol(text, protocolFile);
  const files = await readModel(studyDir, protocol, options);
  const readings = await readReview(studyDir, protocol);
  const begun: Begun = {
    options,
    name: identity.study,
    outDir,
    staged: stageFolder(outDir),
    protocol,
    protocolSha256: sha256,
    asOf: options.asOf ?? protocol.decisionDate,
    seed: options.seed ?? defaultSeed,
    started,
  };
  const engine = options.engine ?? startEngine();
  const threads = readingThreads();
  let ended: Promise<unknown> | undefined;
  const end = () => {
    ended ??= Promise.all([threads.close(), engine.close()]);
    return ended;
  };
  try {
    const store = await engine.open({ studyDir, outDir: rowsFolder(begun) });
    const nDraws = options.bootstrapDraws ?? protocol.precision.bootstrapDraws;
    const assessing = {
      seed: begun.seed,
      nDraws,
      asOf: begun.asOf,
      ...(files ? { model: files.shipped } : {}),
      ...(readings ? { review: readings.review } : {}),
      rowsFile,
      reading: threads,
      progress: (what: string, done: number, all: number) =>
        step(begun, all > 1 ? `${what}, ${done} of ${all} draws` : what, all > 1 ? 2 : 1),
    };
    // What comes after the tables loads while the engine reads them.
    const [data, { decide }, pages] = await Promise.all([
      assessData(store, begun.protocol, assessing),
      import("../decide/index.ts"),
      import("./render-dossier.ts"),
    ]);
    const quality = qualityResult(data);
    const qualitySha256 = sha256Of(quality);
    const otherFiles = [...(files?.sources ?? []), ...(readings ? [readings.source] : [])];
    const inputs = inputFiles(data.files, files?.sources ?? [], readings?.source);
    const past = await studyPast(options, trail, { ...identity, quality: qualitySha256, files: inputs });
    const acknowledged = trailOf(trail, { qualitySha256, withoutReceipt, ...past });
    if (acknowledged === undefined) {
      const files = pages.renderDataFiles(data, {
        ...begun,
        quality,
        qualitySha256,
        otherFiles,
        acknowledgeCommand: acknowledgeCommand(begun),
      });
      return await writeSealed(begun, files, {
        qualitySha256,
        findings: findingsOf(data.piece),
        inputs,
        withoutReceipt,
        nVoid: trail.acknowledgements.length,
        replay: data.replay,
      });
    }
    const assessment = await assess(store, begun.protocol, data, assessing);
    // Nobody asks it any more: it ends while the dossier is written, and what it fails of is told at the end.
    engine.close().catch(() => {});
    step(begun, "deciding", 3);
    return await writeOpened(begun, {
      assessment,
      trail: acknowledged,
      inputs,
      otherFiles,
      data,
      quality,
      decide,
      pages,
      nDraws,
      teamPages: threads.teamPages,
    });
  } finally {
    await end();
  }
};

async function writeSealed(
  begun: Begun,
  files: ReadonlyMap<string, string>,
  {
    qualitySha256,
    findings,
    inputs,
    withoutReceipt,
    nVoid,
    replay,
  }: {
    readonly qualitySha256: string;
    readonly findings: FindingsSummary;
    readonly inputs: readonly InputFile[];
    readonly withoutReceipt: readonly ActWithoutReceipt[];
    readonly nVoid: number;
    readonly replay: Evaluation["replay"];
  },
): Promise<Evaluation> {
  const { outDir, staged, started } = begun;
  rmSync(rowsFolder(begun), { recursive: true });
  await recordRun(begun, { quality: qualitySha256, opened: opened.quality, files: inputTexts(inputs) });
  await writeDossierFolder({ outDir, files, staged });
  const voided =
    "the data report is not the one that was acknowledged: the files, what the protocol says of them, or probity have changed";
  return {
    sealed: true,
    replay,
    model: { name: begun.protocol.model.name, version: begun.protocol.model.version },
    outDir,
    files: {
      dataReport: join(outDir, "team", "data-report.html"),
      quality: join(outDir, "team", "quality.json"),
    },
    qualitySha256,
    findings,
    ...(nVoid > 0 ? { voided } : {}),
    withoutReceipt: withoutReceipt.map(actText),
    acknowledgeCommand: acknowledgeCommand(begun),
    seconds: (performance.now() - started) / 1000,
  };
}

async function writeOpened(
  begun: Begun,
  {
    assessment,
    trail,
    inputs,
    otherFiles,
    data,
    quality,
    decide,
    pages,
    nDraws,
    teamPages,
  }: {
    readonly assessment: Assessment;
    readonly trail: Trail;
    readonly inputs: readonly InputFile[];
    readonly otherFiles: Parameters<typeof Decide>[2]["otherFiles"];
    readonly data: Parameters<typeof pages.renderDossier>[1]["data"];
    readonly quality: string;
    readonly decide: typeof Decide;
    readonly pages: typeof import("./render-dossier.ts");
    readonly nDraws: number;
    readonly teamPages: ReadingThreads["teamPages"];
  },
): Promise<Evaluation> {
  const { outDir, staged, protocol, protocolSha256, asOf, seed, started } = begun;
  const dossier = decide(protocol, assessment, { protocolSha256, trail, asOf, seed, nDraws, otherFiles });
  step(begun, "writing memo and report", 4);
  const { rows } = assessment;
  const files = await pages.renderDossier(dossier, { protocol, nDraws, rows, data, quality, teamPages });
  const hashOf = (path: string) => sha256Of(files.get(path)!);
  await recordRun(begun, {
    quality: trail.acknowledgement.qualitySha256,
    opened: opened.results,
    draws: nDraws,
    files: inputTexts(inputs),
    team: hashOf("team/dossier.json"),
    committee: hashOf("committee/dossier.json"),
    memo: hashOf("committee/memo.html"),
    report: hashOf("committee/report.html"),
    manifest: hashOf("team/manifest.json"),
    verdict: dossier.verdict.word,
  });
  await writeDossierFolder({ outDir, files, staged });
  const committee = join(outDir, "committee");
  return {
    sealed: false,
    replay: assessment.replay,
    dossier,
    outDir,
    files: {
      memo: join(committee, "memo.html"),
      report: join(committee, "report.html"),
      dossier: join(outDir, "team", "dossier.json"),
    },
    seconds: (performance.now() - started) / 1000,
  };
}

async function recordRun(
  { options, name, protocolSha256, asOf, seed }: Begun,
  found: Readonly<Record<string, string | number | readonly string[]>>,
): Promise<void> {
  const code = `probity ${version()}`;
  await withWorkspace({ folder: options.workspace, clock: options.clock }, ({ ledger }) =>
    ledger.append({
      type: "run",
      actor: code,
      body: { study: name, protocol: protocolSha256, asOf, seed, code, ...found },
    }),
  );
}

function findingsOf({ findings, estimates }: DataAssessment["piece"]): FindingsSummary {
  const book = new Map(estimates.map((estimate) => [estimate.id, estimate]));
  return summarise(findings, ({ sentence }) => phraseText(sentence, book));
}

/** As a person would type it. */
function acknowledgeCommand({ options: { study, workspace }, outDir }: Begun): string {
  const isDefault = outDir === resolve(defaultOut(study));
  const dossier = isDefault ? undefined : relative(process.cwd(), outDir);
  return nextCommand("acknowledge", study, { dossier, workspace });
}

function step({ options }: Begun, what: string, done: number): void {
  options.progress({ done, of: 4, what });
}

function rowsFolder({ staged }: Begun): string {
  return join(staged, "team", "rows");
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
