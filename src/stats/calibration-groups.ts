import { assertFinite, assertGroups, assertRisk, assertSameLength, ContractError } from "./assert.ts";
import type { PredictionsAtHorizon } from "./auc-at-horizon.ts";
import { kaplanMeier, survivalAt } from "./kaplan-meier.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { whyCurveEnds } from "./observed-expected.ts";
import { quantiles } from "./quantile.ts";

export interface CalibrationGroup {
  readonly n: number;
  /** Events by the horizon. */
  readonly nEvents: number;
  /** Still followed at the horizon; 0 where the curve is carried flat to it. */
  readonly atRisk: number;
  /** Mean predicted risk. */
  readonly predicted: number;
  /** Kaplan–Meier risk at the horizon. */
  readonly observed: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** Why its curve says nothing at the horizon, where that is so: `observed` is then no estimate. */
  readonly ends?: string;
}

/**
 * Observed and predicted risk at a horizon in groups of similar predicted risk.
 *
 * Groups are cut at the quantiles (type 7) of the risk, closed above, the first closed on both sides;
 * quantiles that coincide merge their groups, so there may be fewer than asked for. Observed: 1 −
 * Kaplan–Meier in the group, interval on the log scale of survival; NaN for standard error and limits where
 * its curve reaches 0. Where a group's follow-up ends before the horizon its curve is carried flat, `atRisk`
 * is 0 and `ends` says why it is no estimate. Not estimable: nobody, or equal risks. A risk that is not between 0
 * and 1, or a number of groups that is not whole and from 1 to 1,000, is a
 * ContractError.
 *
 * Reference: Royston & Altman (2013), BMC Medical Research Methodology 13, 33, doi:10.1186/1471-2288-13-33.
 * Checked against: R survival::survfit by cut(quantile) (test/reference/horizon.json).
 */
export function calibrationGroups(
  options: PredictionsAtHorizon & { readonly nGroups: number },
): readonly CalibrationGroup[] | NotEstimable {
  const { time, event, risk, nGroups, level = 0.95 } = options;
  assertSameLength({ time, event, risk });
  assertFinite({ time });
  assertRisk({ risk });
  const groups = groupsOfRisk(risk, nGroups, options.byRisk);
  if (isNotEstimable(groups)) return groups;
  const { group, sizes } = groups;
  return sizes.flatMap((size, code) =>
    size === 0 ? [] : describeGroup(options, { group, code, size, level }),
  );
}

/** Cuts patients into groups at the quantiles of their risk: the group of each, and how many each has. */
export function groupsOfRisk(
  risk: Float64Array,
  nGroups: number,
  byRisk?: Uint32Array,
): { readonly group: Uint16Array; readonly sizes: readonly number[] } | NotEstimable {
  assertGroups(nGroups);
  if (nGroups < 1) throw new ContractError(`${nGroups} groups`);
  if (risk.length === 0) return { notEstimable: "no patients" };
  const cuts = quantiles(
    risk,
    Array.from({ length: nGroups + 1 }, (_, k) => k / nGroups),
    byRisk,
  );
  if (cuts[0] === cuts.at(-1)) return { notEstimable: "all predicted risks are equal" };
  // Quantiles that coincide leave one end.
  const upperEnds = cuts.filter((cut, k) => k > 0 && cut > cuts[k - 1]!);
  const group = new Uint16Array(risk.length);
  const sizes = upperEnds.map(() => 0);
  for (let i = 0; i < risk.length; i++) {
    let code = 0;
    while (risk[i]! > upperEnds[code]!) code++;
    group[i] = code;
    sizes[code]!++;
  }
  return { group, sizes };
}

function describeGroup(
  { time, event, risk, horizon }: PredictionsAtHorizon,
  { group, code, size, level }: { group: Uint16Array; code: number; size: number; level: number },
): CalibrationGroup {
  const own = { time: new Float64Array(size), event: new Uint8Array(size) };
  let predicted = 0;
  let nEvents = 0;
  for (let row = 0, k = 0; row < group.length; row++) {
    if (group[row] !== code) continue;
    own.time[k] = time[row]!;
    own.event[k++] = event[row]!;
    predicted += risk[row]!;
    if (event[row] && time[row]! <= horizon) nEvents++;
  }
  const curve = kaplanMeier(own.time, own.event);
  const at = survivalAt(curve, horizon, level);
  const ends = whyCurveEnds(curve, horizon);
  return {
    n: size,
    nEvents,
    atRisk: at.atRisk,
    predicted: predicted / size,
    observed: 1 - at.survival,
    stdError: at.stdError,
    lower: 1 - at.upper,
    upper: 1 - at.lower,
    ...(ends === undefined ? {} : { ends }),
  };
}
