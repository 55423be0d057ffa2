import { createHash } from "node:crypto";
import { type DataAssessment, labelMeasures, studyMeasures } from "../assess/index.ts";
import { disclose, rowsOf, sourceFiles } from "../decide/index.ts";
import { canonicalJson } from "../evidence/canonical-json.ts";
import type { Dossier } from "../evidence/dossier.ts";
import type { Protocol } from "../protocol/index.ts";
import { renderMemo, renderReport } from "../report/index.ts";
import { embeddedFonts } from "./fonts.ts";
import { manifest } from "./manifest.ts";
import {
  type DataReportParts,
  dataPage,
  emptyDocument,
  type Page,
  type TeamPagesTask,
  traceCommand,
} from "./team-pages.ts";

type Rows = readonly { readonly name: string; readonly sha256: string; readonly rows: number }[];

/** Every file of the dossier but the rows: `team/` holds all numbers, `committee/` what may leave. */
export async function renderDossier(
  dossier: Dossier,
  {
    protocol,
    nDraws,
    rows,
    data,
    quality,
    teamPages,
  }: {
    readonly protocol: Protocol;
    readonly nDraws: number;
    readonly rows: Rows;
    readonly data: DataAssessment;
    /** The quality result, whose hash was acknowledged. */
    readonly quality: string;
    /** In this thread, or in another while the committee's half is made here. */
    readonly teamPages: (task: TeamPagesTask) => Promise<readonly Page[]>;
  },
): Promise<ReadonlyMap<string, string>> {
  const { protocolSha256, asOf, seed, files } = dossier;
  const { qualitySha256 } = dossier.trail.acknowledgement;
  const facts = { protocol, protocolSha256, asOf, seed, files, qualitySha256 };
  const rendering = teamPages({ dossier, dataReport: reportParts(data, facts) });
  // Waited for below; an error here leaves its own behind.
  rendering.catch(() => {});
  const committee = committeePages(dossier, protocol);
  const team = await rendering;
  const pages = team.map(([name, text]) => ({ name, sha256: sha256Of(text) }));
  return new Map([
    ["team/dossier.json", `${canonicalJson(dossier)}\n`],
    ["team/quality.json", quality],
    ["team/manifest.json", `${canonicalJson(manifest(dossier, { nDraws, rows, pages }))}\n`],
    ...team.map(([name, text]) => [`team/${name}`, text] as const),
    ...committee,
  ]);
}

/** Without what the protocol's smallest cell suppresses. */
function committeePages(dossier: Dossier, { disclosure }: Protocol): readonly Page[] {
  const committee = disclose(dossier, disclosure.minimumCell);
  const json = `${canonicalJson(committee)}\n`;
  const [document, fonts] = [emptyDocument(), embeddedFonts()];
  return [
    ["committee/dossier.json", json],
    ["committee/memo.html", renderMemo(committee, { fonts, dossierSha256: sha256Of(json) })],
    [
      "committee/report.html",
      renderReport(committee, { document, fonts, traceCommand, audience: "committee" }),
    ],
  ];
}

/** What is written while results are sealed: the data report for the team, and nothing for the committee. */
export function renderDataFiles(
  data: DataAssessment,
  {
    otherFiles,
    quality,
    acknowledgeCommand,
    ...facts
  }: Omit<DataReportFacts, "files"> & {
    readonly otherFiles: Parameters<typeof sourceFiles>[1];
    readonly quality: string;
    readonly acknowledgeCommand: string;
  },
): ReadonlyMap<string, string> {
  const files = sourceFiles(data.files, otherFiles);
  const page = dataPage(reportParts(data, { ...facts, files }), { sealed: true, acknowledgeCommand });
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
}

function reportParts(
  { attrition, quality, piece, built }: DataAssessment,
  { protocol, protocolSha256, asOf, seed, files, qualitySha256 }: DataReportFacts,
): DataReportParts {
  const { title, model, disclosure } = protocol;
  return {
    title,
    model: { name: model.name, version: model.version },
    minimumCell: disclosure.minimumCell,
    ...{ protocolSha256, asOf, seed, files, qualitySha256 },
    measures: [...studyMeasures(protocol, piece.estimates, { results: false }), ...labelMeasures],
    ...rowsOf(protocol, built.cohort),
    data: { attrition, quality, piece },
  };
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
