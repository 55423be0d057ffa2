import { type ComputedEstimate, measureOf } from "../../evidence/estimate.ts";
import { type Registry, rowsCount } from "./count-registry.ts";
import { type Offer, offerKey } from "./offer.ts";
import { exactly } from "./rate-facts.ts";

const cells = ["agree", "differ", "missed", "invented", "neither"] as const;
const countOf = (place: string, cell: string) => `extraction:${place}.${cell}`;

/** Whether charts may be of fewer patients than there are charts: then nothing about them is offered. */
const areClustered = ({ known }: Pick<Registry, "known">) => known("extraction.patients") !== undefined;

/** Each chart says one of five things of a value; so do those of each stratum of the draw, which add up. */
export function declareExtractions(to: Registry): void {
  if (areClustered(to)) return;
  for (const [name, strata] of valuesIn(to)) {
    for (const place of [name, ...strata]) declareValue(to, place);
    if (strata.length === 0) continue;
    for (const cell of [...cells, "both", "rest", "others", "n"])
      to.addUp(
        countOf(name, cell),
        strata.map((stratum) => countOf(stratum, cell)),
      );
  }
}

/** Names of the values, each with the places of its strata: `stage~named`. */
function valuesIn({ dossier }: Pick<Registry, "dossier">): ReadonlyMap<string, readonly string[]> {
  const places = dossier.estimates.flatMap(({ id, stratum }) =>
    stratum !== undefined && measureOf(id) === "extraction.agreement" ? [stratum] : [],
  );
  const names = places.filter((place) => !place.includes("~"));
  return new Map(names.map((name) => [name, places.filter((place) => place.startsWith(`${name}~`))]));
}

function declareValue({ known, counted, declare, addUp, nPatients }: Registry, place: string): void {
  const parts = (measure: string) => {
    const { numerator = 0, denominator = 0 } = known(`extraction.${measure}/${place}`) ?? {};
    return [numerator, denominator - numerator] as const;
  };
  const [agree, differ] = parts("agreement");
  const [missed] = parts("missed");
  const [invented, neither] = parts("invented");
  const size = counted(`extraction.agreement/${place}`)!.n;
  const name = (cell: string, value: number) => declare(countOf(place, cell), value);
  const own = { agree, differ, missed, invented, neither };
  const names = cells.map((cell) => name(cell, own[cell]));
  const n = name("n", size);
  addUp(n, names);
  addUp(name("both", agree + differ), names.slice(0, 2));
  addUp(name("rest", missed + invented + neither), names.slice(2));
  addUp(name("others", size - neither), names.slice(0, 4));
  if (!place.includes("~")) addUp(declare(rowsCount(size, nPatients), size), [n]);
}

/** What a share and its interval tell: the counts of both sides, exactly. */
const told: Readonly<Record<string, readonly string[]>> = {
  agreement: ["agree", "differ"],
  missed: ["missed", "both"],
  invented: ["invented", "neither"],
  "invented-of-given": ["invented", "both"],
  both: ["both", "rest"],
  neither: ["neither", "others"],
};

/**
 * The shares of each value, in all charts, in each stratum, and weighted, which tells those of all strata. What else is known of a
 * value (kappa, levels, differences) follows from counts that nothing here adds up, and stays with the team.
 */
export function extractionOffers({ id, n, stratum = "" }: ComputedEstimate, to: Registry): Offer[] {
  if (areClustered(to)) return [];
  const measure = measureOf(id).replace("extraction.", "");
  const offered = (counts: readonly string[]): Offer[] => {
    if (counts.length === 0 || counts.some((count) => to.value(count) === undefined)) return [];
    const facts = counts.map((count) => exactly(count, to.value(count)!));
    return (["value", "fraction"] as const).map((part) => {
      return { key: offerKey(id, part), facts, basis: counts };
    });
  };
  if (measure === "charts") return offered([to.declare(rowsCount(n, to.nPatients), n)]);
  const parts = told[measure.replace("-weighted", "")];
  if (!parts) return [];
  if (!measure.endsWith("-weighted")) return offered([...parts, "n"].map((cell) => countOf(stratum, cell)));
  const strata = valuesIn(to).get(stratum) ?? [];
  return offered(strata.flatMap((place) => [...parts, "n"].map((cell) => countOf(place, cell))));
}
