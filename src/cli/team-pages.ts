import { parseHTML } from "linkedom/worker";
import type { DataAssessment } from "../assess/index.ts";
import type { Dossier } from "../evidence/dossier.ts";
import { worstFirst } from "../evidence/finding.ts";
import { type DataReportState, renderDataReport, renderReport } from "../report/index.ts";
import { embeddedFonts } from "./fonts.ts";

export const traceCommand = (id: string): string => `probity trace '${id.replaceAll("'", "'\\''")}'`;

/** A page's DOM, which the figures are drawn with. */
export function emptyDocument(): Document {
  return parseHTML("<!doctype html><html><head></head><body></body></html>").document;
}

/** What the data report is made from: plain data, so that another thread can be given it. */
export interface DataReportParts
  extends Pick<
    Parameters<typeof renderDataReport>[0],
    "title" | "model" | "measures" | "binary" | "asOf" | "protocolSha256" | "seed" | "minimumCell" | "files"
  > {
  readonly data: Pick<DataAssessment, "attrition" | "quality" | "piece">;
  readonly qualitySha256: string;
}

/** The pages of the team's half, whose results are opened. */
export interface TeamPagesTask {
  readonly dossier: Dossier;
  readonly dataReport: DataReportParts;
}

export type Page = readonly [name: string, text: string];

export function teamPages({ dossier, dataReport }: TeamPagesTask): readonly Page[] {
  const { acknowledgement } = dossier.trail;
  const [document, fonts] = [emptyDocument(), embeddedFonts()];
  return [
    ["data-report.html", dataPage(dataReport, { sealed: false, acknowledgement, traceCommand })],
    ["report.html", renderReport(dossier, { document, fonts, traceCommand, audience: "team" })],
  ];
}

export function dataPage({ data, qualitySha256, ...facts }: DataReportParts, state: DataReportState): string {
  const { attrition, quality, piece } = data;
  return renderDataReport(
    {
      ...facts,
      quality,
      attrition,
      findings: worstFirst(piece.findings),
      estimates: piece.estimates,
      tables: piece.tables,
    },
    { fonts: embeddedFonts(), qualitySha256, state },
  );
}
