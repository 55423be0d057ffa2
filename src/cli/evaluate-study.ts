import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { assess } from "../assess/index.ts";
import { openStore } from "../data/index.ts";
import { decide } from "../decide/index.ts";
import type { Dossier } from "../evidence/dossier.ts";
import { Problem } from "../evidence/problem.ts";
import { type Protocol, parseProtocol } from "../protocol/index.ts";
import { defaultOut, prepareOut, stageFolder, writeDossierFolder } from "./dossier-folder.ts";
import type { EvaluateStudy, Evaluation } from "./evaluation.ts";
import { findStudy } from "./study-folder.ts";

const maxProtocolBytes = 256 * 1024;
const defaultSeed = 20_260_101;

/** Evaluates a study folder and writes its dossier: rows and numbers for the team, memo and report for the committee. */
export const evaluateStudy: EvaluateStudy = async (options) => {
  const started = performance.now();
  const studyDir = findStudy(options.study);
  const outDir = resolve(options.out ?? defaultOut(studyDir));
  prepareOut(outDir);
  const { protocol, sha256 } = readProtocol(studyDir);
  const staged = stageFolder(outDir);
  const store = await openStore({ studyDir, outDir: join(staged, "team", "rows") });
  try {
    const nDraws = options.bootstrapDraws ?? protocol.precision.bootstrapDraws;
    const seed = options.seed ?? defaultSeed;
    const asOf = options.asOf ?? protocol.decisionDate;
    const of = 4;
    const progress = (what: string, part: number) => options.progress({ done: part, of, what });
    const assessing = assess(store, protocol, {
      seed,
      nDraws,
      rowsFile: "patients.parquet",
      progress: (what, done, all) =>
        progress(all > 1 ? `${what}, ${done} of ${all} draws` : what, all > 1 ? 2 : 1),
    });
    // Page and plot libraries load while the engine reads the tables.
    const [assessment, { renderDossier }] = await Promise.all([assessing, import("./render-dossier.ts")]);
    progress("deciding", 3);
    const dossier = decide(protocol, assessment, { protocolSha256: sha256, asOf, seed });
    progress("writing memo and report", 4);
    const files = renderDossier(dossier, { protocol, nDraws, rows: assessment.rows });
    await writeDossierFolder({ outDir, files, staged });
    return evaluation(dossier, outDir, started);
  } finally {
    await store.close();
  }
};

function readProtocol(studyDir: string): { protocol: Protocol; sha256: string } {
  const path = join(studyDir, "protocol.yaml");
  if (statSync(path).size > maxProtocolBytes) {
    throw new Problem("protocol-too-large", `the protocol has more than ${maxProtocolBytes / 1024} KiB`, {
      where: "protocol.yaml",
      hint: "a protocol is one page; move tables into data files",
    });
  }
  const bytes = readFileSync(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { protocol: parseProtocol(decodeUtf8(bytes), "protocol.yaml"), sha256 };
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem("protocol-not-utf8", "the protocol is not UTF-8 text", {
      where: "protocol.yaml",
      hint: "save it as UTF-8",
      cause,
    });
  }
}

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
