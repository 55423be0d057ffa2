import { createHash } from "node:crypto";
import { parseHTML } from "linkedom";
import { cohortMeasures, type DataAssessment } from "../assess/index.ts";
import { disclose, sourceFiles } from "../decide/index.ts";
import { canonicalJson } from "../evidence/canonical-json.ts";
import type { Dossier } from "../evidence/dossier.ts";
import { worstFirst } from "../evidence/finding.ts";
import type { Protocol } from "../protocol/index.ts";
import { renderDataReport, renderMemo, renderReport } from "../report/index.ts";
import { embeddedFonts } from "./fonts.ts";
import { manifest } from "./manifest.ts";

/** Every file of the dossier but the rows: `team/` holds all numbers, `committee/` what may leave. */
export function renderDossier(
  dossier: Dossier,
  {
    protocol,
    nDraws,
    rows,
    quality,
  }: {
    protocol: Protocol;
    nDraws: number;
    rows: { name: string; sha256: string; rows: number };
    /** The quality result, whose hash was acknowledged. */
    quality: string;
  },
): ReadonlyMap<string, string> {
  const committee = disclose(dossier, protocol.disclosure.minimumCell);
  const committeeJson = `${canonicalJson(committee)}\n`;
  const fonts = embeddedFonts();
  const { document } = parseHTML("<!doctype html><html><head></head><body></body></html>");
  const dossierSha256 = createHash("sha256").update(committeeJson).digest("hex");
  return new Map([
    ["team/dossier.json", `${canonicalJson(dossier)}\n`],
    ["team/quality.json", quality],
    ["team/manifest.json", `${canonicalJson(manifest(dossier, { nDraws, rows }))}\n`],
    ["committee/dossier.json", committeeJson],
    ["committee/memo.html", renderMemo(committee, { fonts, dossierSha256 })],
    [
      "committee/report.html",
      renderReport(committee, { document, fonts, traceCommand: (id) => `probity trace '${id}'` }),
    ],
  ]);
}

/** What is written while results are sealed: the data report for the team, and nothing for the committee. */
export function renderDataFiles(
  { files, attrition, quality, piece }: DataAssessment,
  sealed: {
    readonly protocol: Protocol;
    readonly protocolSha256: string;
    readonly asOf: string;
    readonly seed: number;
    readonly otherFiles: Parameters<typeof sourceFiles>[1];
    readonly quality: string;
    readonly qualitySha256: string;
    readonly acknowledgeCommand: string;
  },
): ReadonlyMap<string, string> {
  const { protocol, protocolSha256, asOf, seed, qualitySha256, acknowledgeCommand } = sealed;
  const page = renderDataReport(
    {
      title: protocol.title,
      model: { name: protocol.model.name, version: protocol.model.version },
      asOf,
      protocolSha256,
      seed,
      minimumCell: protocol.disclosure.minimumCell,
      files: sourceFiles(files, sealed.otherFiles),
      quality,
      attrition,
      findings: worstFirst(piece.findings),
      measures: cohortMeasures,
      estimates: piece.estimates,
      tables: piece.tables,
    },
    { fonts: embeddedFonts(), qualitySha256, acknowledgeCommand },
  );
  return new Map([
    ["team/data-report.html", page],
    ["team/quality.json", sealed.quality],
  ]);
}
