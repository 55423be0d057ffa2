import { assertCount, ContractError } from "./assert.ts";
import type { Random } from "./random.ts";

/**
 * `n` of the places 0, 1, …, `from` − 1 without replacement, in the order in which they are drawn: every ordered choice is
 * equally likely. With n = `from` it is a random order of all.
 *
 * Convention: Fisher and Yates' shuffle, stopped after n steps. More than there are is a ContractError.
 *
 * Reference: Durstenfeld (1964), Communications of the ACM 7, 420, doi:10.1145/364520.364540.
 */
export function drawWithoutReplacement(n: number, from: number, random: Random): Uint32Array {
  assertCount("n", n);
  assertCount("from", from);
  if (n > from) throw new ContractError(`${n} drawn of ${from}`);
  const places = Uint32Array.from({ length: from }, (_, i) => i);
  for (let i = 0; i < n; i++) {
    const other = i + random.integer(from - i);
    [places[i], places[other]] = [places[other]!, places[i]!];
  }
  return places.slice(0, n);
}
