import { type ComputedEstimate, measureOf } from "../../evidence/estimate.ts";
import type { Registry } from "./count-registry.ts";
import { type Offer, offerKey } from "./offer.ts";
import { exactly } from "./rate-facts.ts";

const cells = { missed: ["tp", "fn"], "false-alarms": ["fp", "tn"] } as const;

/**
 * A share of a slice, and its distance from all others, tell the counts of the slice and of all: taken as told exactly. A slice
 * whose counts nothing here adds up is not offered. How many slices were searched tells of nobody.
 */
export function sliceOffers(estimate: ComputedEstimate, { value }: Registry): Offer[] {
  const { id, stratum } = estimate;
  if (stratum === undefined) return [{ key: offerKey(id, "value"), facts: [], basis: [] }];
  const error = /missed/.test(measureOf(id)) ? "missed" : "false-alarms";
  const counts = [stratum, "all"].flatMap((group) => cells[error].map((cell) => `${group}.${cell}`));
  if (counts.some((count) => value(count) === undefined)) return [];
  const facts = counts.map((count) => exactly(count, value(count)!));
  return (["value", "fraction"] as const).map((part) => ({ key: offerKey(id, part), facts, basis: counts }));
}
