import { comparedGroups } from "../../assess/index.ts";
import type { ComputedEstimate } from "../../evidence/estimate.ts";
import { measureOf } from "../../evidence/estimate.ts";
import type { Registry } from "./count-registry.ts";
import { type Offer, offerKey } from "./offer.ts";
import { exactly } from "./rate-facts.ts";

const comparedCells: Readonly<Record<string, readonly string[]>> = {
  sensitivity: ["tp", "fn"],
  specificity: ["tn", "fp"],
  ppv: ["tp", "fp"],
  flagged: ["flagged", "unflagged"],
  calibration: ["events", "others"],
};

/**
 * A difference and its interval tell the counts of both groups: taken as told exactly. Where one of them is not known here,
 * the difference is not offered. Nor is what an input tells of a group: it follows from the counts of each level of the input
 * in each group, which nothing here knows.
 */
export function comparisonOffers({ id, stratum }: ComputedEstimate, { value }: Registry): Offer[] {
  const [, measure = ""] = measureOf(id).split(".");
  const cells = comparedCells[measure];
  if (cells === undefined) return [];
  const groups = comparedGroups(stratum);
  const basis = groups.flatMap((group) => cells.map((cell) => `${group}.${cell}`));
  const counts = [...groups.map((group) => `${group}.n`), ...basis];
  if (counts.some((count) => value(count) === undefined)) return [];
  const facts = counts.map((count) => exactly(count, value(count)!));
  return [{ key: offerKey(id, "value"), facts, basis }];
}
