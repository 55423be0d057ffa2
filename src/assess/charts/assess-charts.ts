import type { Store, WrittenFile } from "../../data/index.ts";
import { extractionRowsFile, screeningRowsFile } from "../../evidence/dossier-paths.ts";
import type { Protocol } from "../../protocol/index.ts";
import { joinPieces, type Piece } from "../piece.ts";
import { extractionPiece } from "./extraction-piece.ts";
import { extractionRows } from "./extraction-rows.ts";
import { matchingPiece } from "./matching-piece.ts";
import { screeningRows } from "./screening-rows.ts";
import { writeExtractions } from "./write-extractions.ts";
import { writeScreening } from "./write-screening.ts";

interface AssessedCharts {
  readonly piece: Piece;
  readonly rows: readonly WrittenFile[];
}

const none: AssessedCharts = { piece: {}, rows: [] };

/** What charts say that stand beside the study's patients, and the rows that they say it by. */
export async function assessCharts(
  store: Store,
  protocol: Pick<Protocol, "extractions" | "trialMatching">,
): Promise<AssessedCharts> {
  const [extracted, screened] = [
    await assessExtractions(store, protocol),
    await assessMatching(store, protocol),
  ];
  return {
    piece: joinPieces([extracted.piece, screened.piece]),
    rows: [...extracted.rows, ...screened.rows],
  };
}

async function assessExtractions(
  store: Store,
  { extractions }: Pick<Protocol, "extractions">,
): Promise<AssessedCharts> {
  if (!extractions) return none;
  const { values, ...piece } = extractionPiece(await extractionRows(store, extractions));
  return { piece, rows: [await writeExtractions(store, extractions, values, extractionRowsFile)] };
}

async function assessMatching(
  store: Store,
  { trialMatching }: Pick<Protocol, "trialMatching">,
): Promise<AssessedCharts> {
  if (!trialMatching) return none;
  const rows = await screeningRows(store, trialMatching);
  return {
    piece: matchingPiece(rows, trialMatching),
    rows: [await writeScreening(store, trialMatching, rows, screeningRowsFile)],
  };
}
