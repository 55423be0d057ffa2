import { type ComputedEstimate, measureOf } from "../../evidence/estimate.ts";
import { type Registry, rowsCount } from "./count-registry.ts";
import { type Offer, offerKey } from "./offer.ts";
import { exactly } from "./rate-facts.ts";

const counts = ["told", "named", "eligible", "identified", "confirmed", "consented"] as const;
type Count = (typeof counts)[number];

/** What each number is made of: those counted, of these. */
const parts: Readonly<Record<string, readonly [which: Count, of: Count]>> = {
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
const pairs = [...Object.values(parts), ["named", "told"] as const];

const nameOf = (place: string, count: string) => `matching:${place}.${count}`;
const leftName = (which: Count, of: Count) => `${of} less ${which}`;
const states = ["told", "not-told", "impossible"] as const;

/** Charts at each step, in all, in each stratum of the draw and in each group: what can be subtracted from what. */
export function declareMatching(to: Registry): void {
  const places = placesIn(to);
  for (const place of places) declarePlace(to, place);
  declareStates(to);
  for (const own of partitions(places))
    for (const count of [...counts, "n"])
      to.addUp(
        nameOf("", count),
        own.map((place) => nameOf(place, count)),
      );
}

function placesIn({ dossier }: Pick<Registry, "dossier">): readonly string[] {
  return dossier.estimates.flatMap(({ id, stratum = "" }) =>
    measureOf(id) === "matching.charts-told" ? [stratum] : [],
  );
}

/** Strata of the draw, and the groups of each column. */
function partitions(places: readonly string[]): readonly (readonly string[])[] {
  const families = new Map<string, string[]>();
  for (const place of places) {
    if (place === "") continue;
    const family = place.split(/[~:]/)[0]!;
    families.set(family, [...(families.get(family) ?? []), place]);
  }
  return [...families.values()];
}

const strataIn = (places: readonly string[]) => places.filter((place) => place.startsWith("charts~"));

function declarePlace({ known, declare, addUp, nPatients }: Registry, place: string): void {
  const at = place === "" ? "" : `/${place}`;
  const values = new Map<Count, number>();
  for (const count of counts) {
    const { value } = known(`matching.charts-${count}${at}`)!;
    values.set(count, value);
    declare(nameOf(place, count), value);
  }
  const { n } = known(`matching.charts-told${at}`)!;
  const size = declare(nameOf(place, "n"), n);
  if (place === "") addUp(declare(rowsCount(n, nPatients), n), [size]);
  addUp(size, [nameOf(place, "told"), declare(nameOf(place, "untold"), n - values.get("told")!)]);
  for (const [which, of] of pairs) {
    const left = declare(nameOf(place, leftName(which, of)), values.get(of)! - values.get(which)!);
    addUp(nameOf(place, of), [nameOf(place, which), left]);
  }
}

function declareStates({ known, declare, addUp }: Registry): void {
  const found = states.map((state) => known(`matching.${state}`));
  if (found.some((one) => one === undefined)) return;
  const names = found.map((one, k) => {
    const { numerator = 0, n } = one!;
    const yes = declare(nameOf("", states[k]!), numerator);
    addUp(nameOf("", "n"), [yes, declare(nameOf("", `n less ${states[k]}`), n - numerator)]);
    return yes;
  });
  addUp(nameOf("", "n"), names);
}

/**
 * A share with its interval tells the counts of both its sides, exactly; a weighted one those of all strata. Shares of groups where
 * strata are drawn at different rates, and patients confirmed without being eligible, stay with the team: nothing here adds up
 * what they are made of.
 */
export function matchingOffers({ id, n, stratum = "" }: ComputedEstimate, to: Registry): Offer[] {
  const measure = measureOf(id).replace("matching.", "");
  const offered = (names: readonly string[]): Offer[] => {
    if (names.some((name) => to.value(name) === undefined)) return [];
    const facts = names.map((name) => exactly(name, to.value(name)!));
    return (["value", "fraction"] as const).map((part) => {
      return { key: offerKey(id, part), facts, basis: names };
    });
  };
  if (measure === "charts") return offered([to.declare(rowsCount(n, to.nPatients), n)]);
  if (states.some((state) => state === measure))
    return offered(["n", measure, `n less ${measure}`].map((count) => nameOf("", count)));
  if (measure.startsWith("charts-"))
    return offered([measure.replace("charts-", ""), "n"].map((count) => nameOf(stratum, count)));
  const part = parts[measure.replace("-unweighted", "")];
  if (!part) return [];
  const strata = strataIn(placesIn(to));
  const isWeighted = strata.length > 0 && !measure.endsWith("-unweighted");
  if (isWeighted && stratum !== "") return [];
  const [which, of] = part;
  return offered(
    (isWeighted ? strata : [stratum]).flatMap((place) =>
      [which, leftName(which, of), "n"].map((count) => nameOf(place, count)),
    ),
  );
}
