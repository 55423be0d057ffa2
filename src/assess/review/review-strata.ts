import type { ChartReview } from "../../protocol/index.ts";
import { horizonStatusCode } from "../../stats/censoring.ts";
import type { LabelStrata } from "../../stats/reviewed-shares.ts";
import { type Cohort, knownIn, primaryReading } from "../cohort/cohort.ts";
import { flaggedFrom } from "../performance/operating-point.ts";

type Sample = NonNullable<ChartReview["sample"]>;

/** What divides the patients into strata: the flag, and groups of the protocol's strata beside it. */
export type Division = Pick<Sample, "by" | "flag">;

/** For each patient of the cohort the stratum, −1 where the status at the horizon is unknown. */
export interface Strata {
  readonly code: Int32Array;
  readonly names: readonly string[];
}

const noStratum = -1;

/**
 * Divides the patients of known status by flag, recorded label and the groups of each variable of `by`.
 *
 * A patient of unknown status has no label that could be wrong: others with the same follow-up stand for her, by the
 * weights for censoring, here as in every other number.
 */
export function reviewStrata(cohort: Cohort, { by, flag }: Division): Strata {
  const { risk } = primaryReading(cohort);
  const { status: statuses } = knownIn(cohort);
  const from = flaggedFrom(flag);
  const groups = by.map((variable) => cohort.groups.filter(({ family }) => family === variable));
  return coded(cohort.n, (i) => {
    const status = statuses[i]!;
    if (status === horizonStatusCode.unknown) return undefined;
    return [
      risk[i]! >= from ? "flagged" : "not flagged",
      status === horizonStatusCode.event ? "event" : "event-free",
      ...groups.map((group) => group.find(({ codes, code }) => codes[i] === code)?.id ?? "none"),
    ].join(", ");
  });
}

/** Each stratum divided further by another division of the same patients. */
export function crossed(one: Strata, other: Strata): Strata {
  return coded(one.code.length, (i) => {
    const [first, second] = [one.code[i]!, other.code[i]!];
    return first === noStratum ? undefined : `${one.names[first]}; ${other.names[second]}`;
  });
}

/** Codes in the order of the names, so that they do not depend on the order of the patients. */
function coded(n: number, nameOf: (i: number) => string | undefined): Strata {
  const found = new Map<string, number>();
  const raw = new Int32Array(n).fill(noStratum);
  for (let i = 0; i < n; i++) {
    const name = nameOf(i);
    if (name === undefined) continue;
    if (!found.has(name)) found.set(name, found.size);
    raw[i] = found.get(name)!;
  }
  const names = [...found.keys()].sort();
  const place = new Map(names.map((name, code) => [found.get(name)!, code]));
  return { names, code: raw.map((code) => place.get(code) ?? noStratum) };
}

/** What the kernel must know of the strata: patients, weights, flag and recorded label of each. */
export function sizesOf({ code, names }: Strata, cohort: Cohort, flag: Division["flag"]): LabelStrata {
  const { risk } = primaryReading(cohort);
  const known = knownIn(cohort);
  const nPatients = new Float64Array(names.length);
  const weight = new Float64Array(names.length);
  const isFlagged = new Uint8Array(names.length);
  const isRecorded = new Uint8Array(names.length);
  const from = flaggedFrom(flag);
  code.forEach((h, i) => {
    if (h === noStratum) return;
    nPatients[h]!++;
    weight[h]! += known.weight[i]!;
    isFlagged[h] = risk[i]! >= from ? 1 : 0;
    isRecorded[h] = known.status[i] === horizonStatusCode.event ? 1 : 0;
  });
  return { nPatients, weight, isFlagged, isRecorded };
}
