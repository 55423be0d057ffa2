import { type ComputedEstimate, isKnown, type KnownEstimate } from "../evidence/estimate.ts";

/** Estimates by id. */
export type EstimateBook = ReadonlyMap<string, ComputedEstimate>;

export function bookOf(estimates: readonly ComputedEstimate[]): EstimateBook {
  const book = new Map<string, ComputedEstimate>();
  for (const estimate of estimates) {
    if (book.has(estimate.id)) throw new Error(`two estimates have the id "${estimate.id}"`);
    book.set(estimate.id, estimate);
  }
  return book;
}

/** The estimate, where it exists and has a value. */
export function knownIn(book: EstimateBook, id: string): KnownEstimate | undefined {
  const estimate = book.get(id);
  return estimate && isKnown(estimate) ? estimate : undefined;
}
