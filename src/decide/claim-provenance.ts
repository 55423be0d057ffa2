import type { NumberPlace, Provenance, ProvenanceTable } from "../assess/index.ts";
import type { Protocol } from "../protocol/index.ts";

/** Which claim of the protocol, and which reading of it: "claim:2-of-all". */
function claimAt({ stratum = "" }: NumberPlace): { readonly index: number; readonly reading: string } {
  const [, place = "0", reading = ""] = /^claim:(\d+)-(.+)$/.exec(stratum) ?? [];
  return { index: Number(place) - 1, reading };
}

/** A number that follows from a claim; written out again here, so that a trace does not ask the code that made it. */
function following(
  sources: (reading: string) => readonly string[],
  value: (claimed: number, inputs: readonly number[], reading: string) => number,
): Provenance {
  return {
    inputs: (place) => sources(claimAt(place).reading).map((key) => `performance.${key}@${place.horizon}`),
    calculate: (inputs, { claims }: Protocol, place) => {
      const { index, reading } = claimAt(place);
      return value(claims[index]!.value, inputs, reading);
    },
    fields: (_, place) => [["claims", claimAt(place).index]],
  };
}

const errors = ["false-negatives", "false-positives"];

export const claimProvenance: ProvenanceTable = {
  "claims.missed": following(
    (reading) => (reading === "of-events" ? ["observed"] : reading === "of-unflagged" ? ["flagged"] : []),
    (rate, [share = 0], reading) => {
      const base =
        reading === "of-events" ? share * 1000 : reading === "of-unflagged" ? 1000 - share * 1000 : 1000;
      return base * rate;
    },
  ),
  "claims.wrong": following(
    () => [],
    (accuracy) => 1000 - 1000 * accuracy,
  ),
  "claims.ppv": following(
    () => ["observed", "sensitivity"],
    (accuracy, [p = 0, se = 0]) => {
      const found = p * se;
      const wrong = 1 - accuracy;
      const forNothing = wrong - (p - found);
      return found / (found + forNothing);
    },
  ),
  "claims.skill": following(
    () => ["log-loss-null"],
    (loss, [none = 0]) => (none - loss) / none,
  ),
  "claims.errors": following(
    () => errors,
    (change, [fn = 0, fp = 0], reading) => {
      const now = fn + fp;
      return reading === "relative" ? now + now * change : now + change * 1000;
    },
  ),
};
