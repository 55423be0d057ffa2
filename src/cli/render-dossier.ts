import { createHash } from "node:crypto";
import { parseHTML } from "linkedom";
import { disclose } from "../decide/index.ts";
import { canonicalJson } from "../evidence/canonical-json.ts";
import type { Dossier } from "../evidence/dossier.ts";
import type { Protocol } from "../protocol/index.ts";
import { renderMemo, renderReport } from "../report/index.ts";
import { embeddedFonts } from "./fonts.ts";
import { manifest } from "./manifest.ts";

/** Every file of the dossier but the rows: `team/` holds all numbers, `committee/` what may leave. */
export function renderDossier(
  dossier: Dossier,
  {
    protocol,
    nDraws,
    rows,
  }: { protocol: Protocol; nDraws: number; rows: { name: string; sha256: string; rows: number } },
): ReadonlyMap<string, string> {
  const committee = disclose(dossier, protocol.disclosure.minimumCell);
  const committeeJson = `${canonicalJson(committee)}\n`;
  const fonts = embeddedFonts();
  const { document } = parseHTML("<!doctype html><html><head></head><body></body></html>");
  const dossierSha256 = createHash("sha256").update(committeeJson).digest("hex");
  return new Map([
    ["team/dossier.json", `${canonicalJson(dossier)}\n`],
    ["team/manifest.json", `${canonicalJson(manifest(dossier, { nDraws, rows }))}\n`],
    ["committee/dossier.json", committeeJson],
    ["committee/memo.html", renderMemo(committee, { fonts, dossierSha256 })],
    [
      "committee/report.html",
      renderReport(committee, { document, fonts, traceCommand: (id) => `probity trace '${id}'` }),
    ],
  ]);
}
