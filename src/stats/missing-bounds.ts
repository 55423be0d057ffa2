import { assertCount, assertLevel } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { type Limits, wilson } from "./proportion.ts";
import { newcombeDifference } from "./two-proportions.ts";

/** Patients by outcome, and those whose outcome is not known. */
export interface PartlyKnown {
  readonly events: number;
  readonly eventFree: number;
  readonly missing: number;
}

export interface MissingBounds extends Limits {
  /** Where nobody whose outcome is missing has the event; for a difference nobody in the first group, everybody in the second. */
  readonly lowest: number;
  /** The other way about. */
  readonly highest: number;
  /** Of those whose outcome is known. */
  readonly completeCase: number | NotEstimable;
}

/**
 * What a proportion can be, whatever the outcomes that are missing: the best and the worst case, with limits that hold in
 * either.
 *
 *     lowest = x/n,   highest = (x + m)/n;   limits: Wilson's lower one of the former, upper one of the latter
 *
 * n counts the m patients whose outcome is missing. No assumption on why they are missing is made; the width says what one
 * would have to carry. Not estimable: nobody. What is no count is a ContractError.
 *
 * Reference: Horowitz & Manski (2000), JASA 95, 77–84, doi:10.1080/01621459.2000.10473902; Manski (1990), American Economic
 * Review 80, 319–323. Checked against: every way to fill in the missing outcomes of small cohorts.
 */
export function proportionBounds(group: PartlyKnown, level = 0.95): MissingBounds | NotEstimable {
  assertGroup(group);
  assertLevel(level);
  const { events, eventFree, missing } = group;
  const n = events + eventFree + missing;
  if (n === 0) return { notEstimable: "nobody" };
  return {
    lowest: events / n,
    highest: (events + missing) / n,
    lower: wilson(events, n, level).lower,
    upper: wilson(events + missing, n, level).upper,
    completeCase: shareOfKnown(group),
  };
}

/**
 * What the difference of two proportions, first less second, can be, whatever the outcomes that are missing.
 *
 *     lowest = x₁/n₁ − (x₂ + m₂)/n₂,   highest = (x₁ + m₁)/n₁ − x₂/n₂
 *     limits: Newcombe's lower one of the former, upper one of the latter
 *
 * Not estimable where either group is nobody. Otherwise as `proportionBounds`.
 *
 * Reference: as for `proportionBounds`; Newcombe (1998), Statistics in Medicine 17, 873–890,
 * doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
 */
export function differenceBounds(
  first: PartlyKnown,
  second: PartlyKnown,
  level = 0.95,
): MissingBounds | NotEstimable {
  assertGroup(first);
  assertGroup(second);
  assertLevel(level);
  const [n1, n2] = [first, second].map(({ events, eventFree, missing }) => events + eventFree + missing) as [
    number,
    number,
  ];
  if (n1 === 0 || n2 === 0) return { notEstimable: `${n1 === 0 ? "first" : "second"} group: nobody` };
  const least = { x1: first.events, n1, x2: second.events + second.missing, n2 };
  const most = { x1: first.events + first.missing, n1, x2: second.events, n2 };
  const [one, other] = [shareOfKnown(first), shareOfKnown(second)];
  const low = newcombeDifference(least, level);
  const high = newcombeDifference(most, level);
  return {
    lowest: low.difference,
    highest: high.difference,
    lower: low.lower,
    upper: high.upper,
    completeCase: typeof one !== "number" ? one : typeof other !== "number" ? other : one - other,
  };
}

function shareOfKnown({ events, eventFree }: PartlyKnown): number | NotEstimable {
  const known = events + eventFree;
  return known > 0 ? events / known : { notEstimable: "no outcome is known" };
}

function assertGroup({ events, eventFree, missing }: PartlyKnown): void {
  assertCount("events", events);
  assertCount("event-free", eventFree);
  assertCount("missing", missing);
}
