import { measureOf } from "../../src/evidence/estimate.ts";
import type { Knowledge } from "./knowledge.ts";

export const chartAnswers = ["agree", "differ", "missed", "invented", "neither"] as const;

const sides: Readonly<Record<string, readonly [which: readonly string[], others: readonly string[]]>> = {
  agreement: [["agree"], ["differ"]],
  missed: [["missed"], ["agree", "differ"]],
  invented: [["invented"], ["neither"]],
  "invented-of-given": [["invented"], ["agree", "differ"]],
  both: [
    ["agree", "differ"],
    ["missed", "invented", "neither"],
  ],
  neither: [["neither"], ["agree", "differ", "missed", "invented"]],
};

/** Shares of charts: numerator and base where they are printed, pinned by the interval where not. */
export function readExtractions(known: Knowledge): void {
  const places = known.dossier.estimates.flatMap(({ id, stratum = "" }) =>
    measureOf(id) === "extraction.agreement" ? [stratum] : [],
  );
  for (const place of places) {
    const strata = places.filter((one) => one.startsWith(`${place}~`));
    if (strata.length === 0) continue;
    for (const answer of chartAnswers)
      known.same(
        [`extraction:${place}.${answer}`],
        strata.map((stratum) => `extraction:${stratum}.${answer}`),
      );
  }
  for (const { id, stratum = "" } of known.dossier.estimates) {
    const found = known.estimate(id);
    if (!found || !id.startsWith("extraction.")) continue;
    const measure = measureOf(id).replace("extraction.", "");
    if (measure === "charts") continue;
    const of = (at: string, answers: readonly string[]) => answers.map((one) => `extraction:${at}.${one}`);
    const isWeighted = measure.endsWith("-weighted");
    const parts = sides[measure.replace("-weighted", "")];
    if (!parts) {
      // Kappa, levels, differences: each with its interval tells all answers.
      known.pinned(of(stratum.split(":")[0]!, chartAnswers));
      continue;
    }
    known.sum(of(stratum, chartAnswers), found.n);
    const strata = isWeighted ? places.filter((one) => one.startsWith(`${stratum}~`)) : [stratum];
    for (const at of strata)
      for (const side of parts) {
        const name = `extraction:${at}.${side.join("+")}`;
        if (side.length > 1) known.same([name], of(at, side));
        known.pinned([name]);
      }
  }
}

export const screenedCounts = ["told", "named", "eligible", "identified", "confirmed", "consented"] as const;

const shares: Readonly<Record<string, readonly [which: string, of: string]>> = {
  eligible: ["eligible", "told"],
  identified: ["identified", "eligible"],
  confirmed: ["confirmed", "identified"],
  consented: ["consented", "confirmed"],
  "confirmed-of-eligible": ["confirmed", "eligible"],
  "consented-of-eligible": ["consented", "eligible"],
  "eligible-of-identified": ["identified", "named"],
  "patients-eligible": ["eligible", "told"],
  "patients-identified": ["identified", "told"],
  "patients-confirmed": ["confirmed", "told"],
  "patients-consented": ["consented", "told"],
  "identified-per-consented": ["consented", "named"],
  "patients-per-consented": ["consented", "told"],
};

export const screenedPairs: readonly (readonly [which: string, of: string])[] = [
  ...new Map(
    [...Object.values(shares), ["named", "told"] as const].map((pair) => [pair.join(), pair]),
  ).values(),
];

/** Charts at each step, in all, in each stratum and group; each step is a part of the one before. */
export function readMatching(known: Knowledge): void {
  const places = known.dossier.estimates.flatMap(({ id, stratum = "" }) =>
    measureOf(id) === "matching.charts-told" ? [stratum] : [],
  );
  const at = (place: string, count: string) => `matching:${place}.${count}`;
  for (const place of places) {
    for (const [which, of] of screenedPairs)
      known.same([at(place, of)], [at(place, which), at(place, `${of} less ${which}`)]);
    known.same([at(place, "n")], [at(place, "told"), at(place, "untold")]);
  }
  const families = new Set(places.filter((place) => place !== "").map((place) => place.split(/[~:]/)[0]!));
  for (const family of families) {
    const members = places.filter((place) => place.split(/[~:]/)[0] === family && place !== "");
    for (const count of [...screenedCounts, "n"])
      known.same(
        [at("", count)],
        members.map((place) => at(place, count)),
      );
  }
  const strata = places.filter((place) => place.startsWith("charts~"));
  for (const { id, stratum = "" } of known.dossier.estimates) {
    const found = known.estimate(id);
    if (!found || !id.startsWith("matching.")) continue;
    const measure = measureOf(id).replace("matching.", "");
    const isWhole = stratum === "";
    if (isWhole || places.includes(stratum)) known.sum([at(stratum, "n")], found.n);
    if (measure.startsWith("charts-")) known.sum([at(stratum, measure.replace("charts-", ""))], found.value);
    if (measure === "told" && found.numerator !== undefined) known.sum([at("", "told")], found.numerator);
    const part = shares[measure.replace("-unweighted", "")];
    if (!part) continue;
    const [which, of] = part;
    const isWeighted = strata.length > 0 && !measure.endsWith("-unweighted");
    // Weights of a group's strata are in no other number: the counts of the group are all that it may pin.
    for (const place of isWeighted && isWhole ? strata : [stratum])
      known.pinned([at(place, which), at(place, `${of} less ${which}`)]);
  }
}
