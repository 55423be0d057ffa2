import { type ComputedEstimate, isKnown, type KnownEstimate } from "../evidence/estimate.ts";
import type { Finding } from "../evidence/finding.ts";
import type { Phrase } from "../evidence/phrase.ts";
import { normalQuantile } from "../stats/normal.ts";
import type { Group, Reading } from "./cohort.ts";
import { namesWithin, shortened } from "./names-within.ts";

/** More strata than this are counted instead of named. */
const nNamed = 3;
/** Characters for the strata that are named, and for the name of one. */
const [namedRoom, nameRoom] = [150, 40];

interface Off {
  readonly group: Pick<Group, "name">;
  readonly ratio: KnownEstimate;
}

/**
 * Strata whose observed over expected risk excludes 1 when all strata are held to one error of 5 % (Bonferroni).
 *
 *     O/E · (bound / O/E)^w,   w = z(1 − .025/strata) / z(.975)
 *
 * The interval is symmetric on the log scale, so w widens it there. Slices are named in hindsight and stay out, and so do intersections; a
 * stratum without the ratio counts among the strata and is never found.
 */
export function strataCalibration(
  book: ReadonlyMap<string, ComputedEstimate>,
  { groups }: { readonly groups: readonly Pick<Group, "id" | "name" | "kind">[] },
  { short, label }: Pick<Reading, "short" | "label">,
): Finding[] {
  const strata = groups.filter(({ kind }) => kind === "stratum");
  if (strata.length === 0) return [];
  const widening = normalQuantile(1 - 0.025 / strata.length) / normalQuantile(0.975);
  const off = strata
    .flatMap((group): Off[] => {
      const ratio = book.get(`performance.observed-expected@${short}/${group.id}`);
      return ratio && isKnown(ratio) && excludesOne(ratio, widening) ? [{ group, ratio }] : [];
    })
    .toSorted((a, b) => distance(b) - distance(a));
  if (off.length === 0) return [];
  const phrases = off.slice(0, nNamed).map(told);
  const named = phrases.slice(0, namesWithin(phrases, namedRoom));
  const more = off.length - named.length;
  return [
    {
      id: `performance.strata-calibration@${short}`,
      stage: "performance",
      severity: "concern",
      sentence: [
        `Observed over expected at ${label} is `,
        ...named.flat(),
        ...(more > 0 ? [` and off in ${more} more`] : []),
        `: excludes 1 also where the interval holds for all ${strata.length} strata at once.`,
      ],
      estimates: off.map(({ ratio }) => ratio.id),
      remedy: "Recalibrate in these strata, or do not print the risk there as a probability.",
    },
  ];
}

function told({ group, ratio }: Off, place: number): Phrase {
  const phrase: Phrase = [
    place === 0 ? "" : ", ",
    { id: ratio.id, part: "both" },
    ` in ${shortened(group.name, nameRoom)} (n\u00a0`,
    { id: ratio.id, part: "n" },
    ")",
  ];
  return phrase.filter((piece) => piece !== "");
}

function excludesOne({ value, interval }: KnownEstimate, widening: number): boolean {
  if (!interval) return false;
  const widened = (bound: number) => value * (bound / value) ** widening;
  return widened(interval.lower) > 1 || widened(interval.upper) < 1;
}

function distance({ ratio }: Off): number {
  return Math.abs(Math.log(ratio.value));
}
