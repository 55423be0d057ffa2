import type { Fact } from "./count-audit.ts";
import type { CohortCounts } from "./count-registry.ts";
import { linearProgram, type Program } from "./linear-program.ts";
import type { Offer } from "./offer.ts";

const rounding = 1e-4;

/**
 * The offers that stay when also combinations of facts are looked at, which bounds passed from fact to fact miss.
 *
 * For each small count the least and largest value that all facts together leave are found by linear programming.
 * While both lie from 1 to minimumCell − 1, the least important offer that takes part in the proof is withdrawn.
 */
export function withdrawn(
  offers: readonly Offer[],
  { counts, identities }: CohortCounts,
  minimumCell: number,
): readonly Offer[] {
  const isTrue = ({ terms, low, high }: Fact) => {
    const sum = terms.reduce((total, [name, times]) => total + times * (counts.get(name) ?? Number.NaN), 0);
    return Number.isNaN(sum) || (sum >= low - rounding && sum <= high + rounding);
  };
  const isExposed = ([low, high]: readonly [low: number, high: number]) =>
    Math.ceil(low - rounding) >= 1 && Math.floor(high + rounding) < minimumCell;
  const programOf = (told: readonly Offer[]) =>
    linearProgram([...identities, ...told.flatMap(({ facts }) => facts.filter(isTrue))], counts);
  let left = offers;
  let program = programOf(left);
  for (const [count, value = 0] of counts) {
    if (value < 1 || value >= minimumCell) continue;
    for (;;) {
      const proof = proofOf(count, program, isExposed);
      const last = proof && leastImportant(left, proof);
      if (!last) break;
      left = left.filter((offer) => offer !== last);
      program = programOf(left);
    }
  }
  return left;
}

/** The facts that expose a count, or undefined where they do not. */
function proofOf(
  count: string,
  program: Program,
  isExposed: (range: readonly [low: number, high: number]) => boolean,
): ReadonlySet<Fact> | undefined {
  if (!isExposed(program.seen(count))) return undefined;
  const proof = new Set<Fact>();
  for (const sign of [-1, 1] as const) {
    for (const fact of program.push(count, sign)) proof.add(fact);
    if (!isExposed(program.seen(count))) return undefined;
  }
  return proof;
}

/** The last offer that takes part in a proof; where identities alone do, the last that names one of their counts. */
function leastImportant(offers: readonly Offer[], proof: ReadonlySet<Fact>): Offer | undefined {
  const named = new Set([...proof].flatMap(({ terms }) => terms.map(([name]) => name)));
  const takesPart = ({ facts }: Offer) => facts.some((fact) => proof.has(fact));
  const isNamed = ({ facts }: Offer) => facts.some(({ terms }) => terms.some(([name]) => named.has(name)));
  return offers.findLast(takesPart) ?? offers.findLast(isNamed);
}
