import { aucDraws, type ScoredRows, seededRandom } from "../src/stats/index.ts";

export interface AucDrawTask extends ScoredRows {
  readonly seed: number;
  readonly part: number;
  readonly nParts: number;
  readonly nDraws: number;
}

/** Some of the draws of a bootstrap, in a thread: those of one child of the seed. */
export function someAucDraws({ seed, part, nParts, nDraws, ...rows }: AucDrawTask): Float64Array {
  const draws = aucDraws(rows);
  if ("notEstimable" in draws) throw new Error(draws.notEstimable);
  const own = seededRandom(seed).split(nParts)[part]!;
  return Float64Array.from({ length: nDraws }, () => draws.draw(own));
}
