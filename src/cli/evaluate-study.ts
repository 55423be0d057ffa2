import { join, resolve } from "node:path";
import { assess } from "../assess/index.ts";
import { openStore } from "../data/index.ts";
import { decide } from "../decide/index.ts";
import type { Dossier } from "../evidence/dossier.ts";
import { parseProtocol } from "../protocol/index.ts";
import { defaultOut, prepareOut, stageFolder, writeDossierFolder } from "./dossier-folder.ts";
import type { EvaluateStudy, Evaluation } from "./evaluation.ts";
import { readModel } from "./model-file.ts";
import { readProtocolFile } from "./protocol-file.ts";
import { findStudy, protocolFile } from "./study-folder.ts";

const defaultSeed = 20_260_101;

/** Evaluates a study folder and writes its dossier: rows and numbers for the team, memo and report for the committee. */
export const evaluateStudy: EvaluateStudy = async (options) => {
  const started = performance.now();
  const studyDir = findStudy(options.study);
  const outDir = resolve(options.out ?? defaultOut(studyDir));
  prepareOut(outDir);
  const { text, sha256 } = readProtocolFile(studyDir);
  const protocol = parseProtocol(text, protocolFile);
  const executable = await readModel(studyDir, protocol);
  const staged = stageFolder(outDir);
  const store = await openStore({ studyDir, outDir: join(staged, "team", "rows") });
  try {
    const nDraws = options.bootstrapDraws ?? protocol.precision.bootstrapDraws;
    const seed = options.seed ?? defaultSeed;
    const asOf = options.asOf ?? protocol.decisionDate;
    const of = 4;
    const progress = (what: string, part: number) => options.progress({ done: part, of, what });
    // Ages of the data count to the date that the dossier speaks of.
    const assessing = assess(
      store,
      { ...protocol, decisionDate: asOf },
      {
        seed,
        nDraws,
        ...(executable ? { model: executable.model } : {}),
        rowsFile: "patients.parquet",
        progress: (what, done, all) =>
          progress(all > 1 ? `${what}, ${done} of ${all} draws` : what, all > 1 ? 2 : 1),
      },
    );
    // Page and plot libraries load while the engine reads the tables.
    const [assessment, { renderDossier }] = await Promise.all([assessing, import("./render-dossier.ts")]);
    progress("deciding", 3);
    const dossier = decide(protocol, assessment, {
      protocolSha256: sha256,
      asOf,
      seed,
      otherFiles: executable ? [executable.source] : [],
    });
    progress("writing memo and report", 4);
    const files = renderDossier(dossier, { protocol, nDraws, rows: assessment.rows });
    await writeDossierFolder({ outDir, files, staged });
    return evaluation(dossier, outDir, started);
  } finally {
    await store.close();
  }
};

function evaluation(dossier: Dossier, outDir: string, started: number): Evaluation {
  const committee = join(outDir, "committee");
  return {
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
