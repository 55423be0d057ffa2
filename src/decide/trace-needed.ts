import type { Dossier } from "../evidence/dossier.ts";
import { type Estimate, isKnown, type KnownEstimate } from "../evidence/estimate.ts";
import type { AcceptanceCriterion, Protocol } from "../protocol/index.ts";
import { normalQuantile } from "../stats/normal.ts";
import { criterionEstimateId, criterionId } from "./acceptance.ts";
import { rangeOf } from "./limit-range.ts";

/** The "about n = … are needed" of a criterion that a number leaves open, and how it is made. */
export interface NeededSize {
  /** Id of the criterion's requirement. */
  readonly requirement: string;
  /** As memo and report print it. */
  readonly given: number;
  /** Calculated again from the interval; undefined where no interval gives one. */
  readonly found: number | undefined;
  /** The number whose interval it comes from: the stratum that needs most, where the worst one is judged. */
  readonly from: string | undefined;
  readonly equation: string;
}

/**
 * Sizes that remedies name for a number, calculated again by code that shares nothing with what made them.
 *
 *     n′ = n · (c · (value − bound) / (value − limit))², rounded up
 *
 * c is 1, or, for the worst of k strata, z(1 − .025/k) / z(.975): the interval widened to hold for all of them at once.
 */
export function neededSizes(
  { requirements }: Dossier,
  { acceptance }: Protocol,
  { estimate, strata }: { readonly estimate: Estimate; readonly strata: readonly Estimate[] | undefined },
): NeededSize[] {
  return acceptance.flatMap((criterion) => {
    if (criterionEstimateId(criterion) !== estimate.id) return [];
    const requirement = criterionId(criterion);
    const remedy = requirements.find(({ id }) => id === requirement)?.remedy ?? "";
    const [, printed] = /about n = ([\d,]+)/.exec(remedy) ?? [];
    if (printed === undefined) return [];
    const judged = (strata ?? [estimate]).filter(isKnown);
    const widening = strata ? normalQuantile(1 - 0.025 / judged.length) / normalQuantile(0.975) : 1;
    const sizes = judged
      .map((one) => ({ id: one.id, size: sizeAt(one, criterion, widening) }))
      .toSorted((a, b) => b.size - a.size);
    const equation = `n \u00b7 (${strata ? "c \u00b7 " : ""}(value \u2212 bound) / (value \u2212 limit))\u00b2, rounded up`;
    return [
      {
        requirement,
        given: Number(printed.replaceAll(",", "")),
        found: sizes[0]?.size,
        from: sizes[0]?.id,
        equation: strata ? `${equation}, c = z(1 \u2212 .025/${judged.length}) / z(.975)` : equation,
      },
    ];
  });
}

/** 0 where the interval crosses no limit. */
function sizeAt({ n, value, interval }: KnownEstimate, { limit }: AcceptanceCriterion, c: number): number {
  if (!interval) return 0;
  const [low, high] = rangeOf(limit);
  const ends = [
    { reach: c * (value - interval.lower), room: value - low },
    { reach: c * (interval.upper - value), room: high - value },
  ];
  const crossed = ends.filter(({ reach, room }) => reach > room);
  return Math.max(0, ...crossed.map(({ reach, room }) => Math.ceil(n * (reach / room) ** 2)));
}
