import type { Store, WrittenFile } from "../../data/index.ts";
import { extractionRowsFile } from "../../evidence/dossier-paths.ts";
import type { Protocol } from "../../protocol/index.ts";
import type { Piece } from "../piece.ts";
import { extractionPiece } from "./extraction-piece.ts";
import { extractionRows } from "./extraction-rows.ts";
import { writeExtractions } from "./write-extractions.ts";

/** What charts say that stand beside the study's patients, and the rows that they say it by. */
export async function assessCharts(
  store: Store,
  { extractions }: Pick<Protocol, "extractions">,
): Promise<{ readonly piece: Piece; readonly rows: readonly WrittenFile[] }> {
  if (!extractions) return { piece: {}, rows: [] };
  const { values, ...piece } = extractionPiece(await extractionRows(store, extractions));
  return { piece, rows: [await writeExtractions(store, extractions, values, extractionRowsFile)] };
}
