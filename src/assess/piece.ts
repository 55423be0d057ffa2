import type { ComputedEstimate } from "../evidence/estimate.ts";
import type { Curve, Matrix, Table } from "../evidence/figures.ts";
import type { Finding } from "../evidence/finding.ts";

/** What one step of the assessment contributes. */
export interface Piece {
  readonly estimates?: readonly ComputedEstimate[];
  readonly curves?: readonly Curve[];
  readonly tables?: readonly Table[];
  readonly matrices?: readonly Matrix[];
  readonly findings?: readonly Finding[];
}

export function joinPieces(pieces: readonly Piece[]): Required<Piece> {
  return {
    estimates: pieces.flatMap(({ estimates = [] }) => estimates),
    curves: pieces.flatMap(({ curves = [] }) => curves),
    tables: pieces.flatMap(({ tables = [] }) => tables),
    matrices: pieces.flatMap(({ matrices = [] }) => matrices),
    findings: pieces.flatMap(({ findings = [] }) => findings),
  };
}
