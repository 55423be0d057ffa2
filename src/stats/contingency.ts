import { ContractError } from "./assert.ts";
import { type ChiSquareTest, chiSquareTest } from "./chi-square.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { sum } from "./sum.ts";

export interface ContingencyTest extends ChiSquareTest {
  /** Of the uncorrected statistic: 0 where the rows have the same shares, 1 at most. */
  readonly cramersV: number;
  /** Smallest count expected under independence; the chi-square distribution is an approximation where it is under 5. */
  readonly leastExpected: number;
}

/**
 * Pearson's chi-square test that the rows of a table of counts have the same shares, with Cramér's V.
 *
 *     χ² = Σ (|nᵢⱼ − eᵢⱼ| − c)² / eᵢⱼ,   eᵢⱼ = nᵢ₊ n₊ⱼ / n,   V = √(χ²(c = 0) / (n (min(rows, columns) − 1)))
 *
 * c is 0, or with `continuity` (Yates; two by two only) the smaller of ½ and every |n − e|. Not estimable where a row or
 * a column has no counts, or where there is one row or one column. Counts that are not between 0 and 2⁵³, and rows of
 * different lengths, are a ContractError.
 *
 * Reference: Pearson (1900), Philosophical Magazine 50, 157–175, doi:10.1080/14786440009463897; Yates (1934),
 * Supplement to the J R Stat Soc 1, 217–235, doi:10.2307/2983604. Checked against: R chisq.test
 * (test/reference/contingency.json).
 */
export function contingencyTest(
  table: readonly (readonly number[])[],
  { continuity = false }: { readonly continuity?: boolean } = {},
): ContingencyTest | NotEstimable {
  const nColumns = assertTable(table);
  if (continuity && (table.length !== 2 || nColumns !== 2))
    throw new ContractError(`Yates's correction of a table of ${table.length} by ${nColumns}`);
  if (table.length < 2 || nColumns < 2)
    return { notEstimable: "one row or one column has nothing to compare" };
  const rowSums = table.map((row) => sum(Float64Array.from(row)));
  const columnSums = table[0]!.map((_, j) => sum(Float64Array.from(table, (row) => row[j]!)));
  if (rowSums.includes(0)) return { notEstimable: "a row without counts" };
  if (columnSums.includes(0)) return { notEstimable: "a column without counts" };
  const n = sum(Float64Array.from(rowSums));
  const expected = rowSums.flatMap((row) => columnSums.map((column) => row * (column / n)));
  const away = table.flat().map((count, cell) => Math.abs(count - expected[cell]!));
  const statistic = (correction: number) =>
    sum(
      Float64Array.from(
        away,
        (distance, cell) => (distance - correction) * ((distance - correction) / expected[cell]!),
      ),
    );
  const correction = continuity ? away.reduce((least, distance) => Math.min(least, distance), 0.5) : 0;
  const freedom = (table.length - 1) * (nColumns - 1);
  return {
    ...chiSquareTest(statistic(correction), freedom),
    cramersV: Math.sqrt(statistic(0) / (n * (Math.min(table.length, nColumns) - 1))),
    leastExpected: expected.reduce((least, count) => Math.min(least, count)),
  };
}

/** Throws unless rows are equally long and hold counts. */
function assertTable(table: readonly (readonly number[])[]): number {
  const nColumns = table[0]?.length ?? 0;
  if (nColumns === 0) throw new ContractError("a table without cells");
  table.forEach((row, i) => {
    if (row.length !== nColumns)
      throw new ContractError(`row ${i} has ${row.length} cells, the first ${nColumns}`);
    row.forEach((count, j) => {
      if (!(count >= 0 && count <= Number.MAX_SAFE_INTEGER))
        throw new ContractError(`row ${i}, column ${j} is ${count}`);
    });
  });
  return nColumns;
}
