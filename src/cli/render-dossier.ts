import { createHash } from "node:crypto";
import { parseHTML } from "linkedom/worker";
import { type DataAssessment, labelMeasures, studyMeasures } from "../assess/index.ts";
import { disclose, rowsOf, sourceFiles } from "../decide/index.ts";
import { canonicalJson } from "../evidence/canonical-json.ts";
import type { Dossier } from "../evidence/dossier.ts";
import { worstFirst } from "../evidence/finding.ts";
import type { Protocol } from "../protocol/index.ts";
import { type DataReportState, renderDataReport, renderMemo, renderReport } from "../report/index.ts";
import { embeddedFonts } from "./fonts.ts";
import { manifest } from "./manifest.ts";

type Rows = { readonly name: string; readonly sha256: string; readonly rows: number };

const traceCommand = (id: string): string => `probity trace '${id}'`;

/** Every file of the dossier but the rows: `team/` holds all numbers, `committee/` what may leave. */
export function renderDossier(
  dossier: Dossier,
  {
    protocol,
    nDraws,
    rows,
    data,
    quality,
  }: {
    readonly protocol: Protocol;
    readonly nDraws: number;
    readonly rows: Rows;
    readonly data: DataAssessment;
    /** The quality result, whose hash was acknowledged. */
    readonly quality: string;
  },
): ReadonlyMap<string, string> {
  const committee = disclose(dossier, protocol.disclosure.minimumCell);
  const committeeJson = `${canonicalJson(committee)}\n`;
  const fonts = embeddedFonts();
  const { document } = parseHTML("<!doctype html><html><head></head><body></body></html>");
  const { acknowledgement } = dossier.trail;
  const teamPages = new Map([
    [
      "data-report.html",
      dataReport(data, {
        ...{ protocol, protocolSha256: dossier.protocolSha256, asOf: dossier.asOf, seed: dossier.seed },
        files: dossier.files,
        qualitySha256: acknowledgement.qualitySha256,
        state: { sealed: false, acknowledgement, traceCommand },
      }),
    ],
    ["report.html", renderReport(dossier, { document, fonts, traceCommand, audience: "team" })],
  ]);
  const pages = [...teamPages].map(([name, text]) => ({ name, sha256: sha256Of(text) }));
  return new Map([
    ["team/dossier.json", `${canonicalJson(dossier)}\n`],
    ["team/quality.json", quality],
    ["team/manifest.json", `${canonicalJson(manifest(dossier, { nDraws, rows, pages }))}\n`],
    ...[...teamPages].map(([name, text]) => [`team/${name}`, text] as const),
    ["committee/dossier.json", committeeJson],
    ["committee/memo.html", renderMemo(committee, { fonts, dossierSha256: sha256Of(committeeJson) })],
    [
      "committee/report.html",
      renderReport(committee, { document, fonts, traceCommand, audience: "committee" }),
    ],
  ]);
}

/** What is written while results are sealed: the data report for the team, and nothing for the committee. */
export function renderDataFiles(
  data: DataAssessment,
  {
    otherFiles,
    quality,
    acknowledgeCommand,
    ...facts
  }: Omit<DataReportFacts, "files" | "state"> & {
    readonly otherFiles: Parameters<typeof sourceFiles>[1];
    readonly quality: string;
    readonly acknowledgeCommand: string;
  },
): ReadonlyMap<string, string> {
  const files = sourceFiles(data.files, otherFiles);
  const page = dataReport(data, { ...facts, files, state: { sealed: true, acknowledgeCommand } });
  return new Map([
    ["team/data-report.html", page],
    ["team/quality.json", quality],
  ]);
}

interface DataReportFacts {
  readonly protocol: Protocol;
  readonly protocolSha256: string;
  readonly asOf: string;
  readonly seed: number;
  readonly files: Dossier["files"];
  readonly qualitySha256: string;
  readonly state: DataReportState;
}

function dataReport({ attrition, quality, piece, built }: DataAssessment, facts: DataReportFacts): string {
  const { protocol, protocolSha256, asOf, seed, files, qualitySha256, state } = facts;
  return renderDataReport(
    {
      title: protocol.title,
      model: { name: protocol.model.name, version: protocol.model.version },
      asOf,
      protocolSha256,
      seed,
      minimumCell: protocol.disclosure.minimumCell,
      files,
      quality,
      attrition,
      findings: worstFirst(piece.findings),
      measures: [...studyMeasures(protocol, piece.estimates, { results: false }), ...labelMeasures],
      ...rowsOf(protocol, built.cohort),
      estimates: piece.estimates,
      tables: piece.tables,
    },
    { fonts: embeddedFonts(), qualitySha256, state },
  );
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
