import { type Knowledge, printed, type Range } from "./knowledge.ts";

/** Weighted, as the observed risk is. */
const ofEvents = ["all.tp*", "all.fn*"];

/**
 * What a claim says of this cohort is made of the cohort's numbers, and printed to digits of its own: read backwards.
 * `claims`: the claimed values, in the protocol's order.
 */
export function readClaims(known: Knowledge, claims: readonly number[]): void {
  const { n } = known;
  if (n === undefined) return;
  for (const { id } of known.dossier.estimates) {
    const [, place, reading] = /^claims\.\w+@[^/]+\/claim:(\d+)-(.+)$/.exec(id) ?? [];
    const found = known.estimate(id);
    if (!found || reading === undefined) continue;
    const claimed = claims[Number(place) - 1]!;
    const range = printed(found);
    const scaled = (by: (value: number) => number): Range => {
      const ends = range.map(by);
      return [n * Math.min(...ends), n * Math.max(...ends)];
    };
    if (reading === "of-events")
      known.sum(
        ofEvents,
        scaled((v) => v / 1000 / claimed),
      );
    if (reading === "of-unflagged")
      known.sum(
        known.of("all", ["fn", "tn", "un"]),
        scaled((v) => v / 1000 / claimed),
      );
    if (reading === "relative")
      known.sum(
        ["all.fn*", "all.fp*"],
        scaled((v) => v / 1000 / (1 + claimed)),
      );
    if (reading === "points")
      known.sum(
        ["all.fn*", "all.fp*"],
        scaled((v) => v / 1000 - claimed),
      );
    if (reading === "skill") {
      const low = range.map((skill) => rateWithEntropy(claimed / (1 - skill)));
      // A rate and its complement have the same log loss: the observed risk says which it is.
      const observed = known.estimate(id.replace(/^.*@([^/]+)\/.*$/, "performance.observed@$1"));
      const isCommon = observed !== undefined && printed(observed)[0] > 0.5;
      const isRare = observed !== undefined && printed(observed)[1] < 0.5;
      const rates = [...(isCommon ? [] : low), ...(isRare ? [] : low.map((rate) => 1 - rate))];
      known.sum(ofEvents, [n * Math.min(...rates), n * Math.max(...rates)]);
    }
    if (reading === "ppv") readPpv(known, claimed, range);
  }
}

/** v = t / (2t + 1 − a − p), in shares: v at least low and at most high. */
function readPpv(known: Knowledge, accuracy: number, [low, high]: Range): void {
  const n = known.n!;
  const terms = (v: number) =>
    [
      ["all.tp*", 1 - 2 * v],
      ["all.tp*", v],
      ["all.fn*", v],
    ] as const;
  known.between(terms(low), [n * low * (1 - accuracy), Number.POSITIVE_INFINITY]);
  known.between(terms(high), [Number.NEGATIVE_INFINITY, n * high * (1 - accuracy)]);
}

/** The event rate up to one half with this log loss of one risk for all. */
function rateWithEntropy(entropy: number): number {
  let [low, high] = [1e-12, 0.5];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    const value = -middle * Math.log(middle) - (1 - middle) * Math.log(1 - middle);
    if (value < entropy) low = middle;
    else high = middle;
  }
  return high;
}
