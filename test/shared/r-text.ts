export const numbersIn = (text: string) => text.split(",").map(Number);

/** `matrix(c(…),k,byrow=TRUE)` of an R text. */
export function matrixIn(r: string): number[][] {
  const [, cells, nRows] = /matrix\(c\(([^)]+)\),(\d+)/.exec(r)!;
  const values = numbersIn(cells!);
  const k = values.length / Number(nRows);
  return Array.from({ length: Number(nRows) }, (_, i) => values.slice(i * k, (i + 1) * k));
}
