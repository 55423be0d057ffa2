import { assertGroups, assertSameLength, ContractError } from "./assert.ts";
import { assertCause, assertCompeting, type CompetingFollowUp } from "./cause-counts.ts";
import { timeOrder } from "./censoring.ts";
import { type RiskSets, riskSets } from "./cox-risk-sets.ts";

export interface FineGrayData extends CompetingFollowUp {
  /** The cause whose incidence is modelled; the other causes compete. */
  readonly of: number;
  /** One column for each covariate. */
  readonly covariates: readonly Float64Array[];
  /** Groups whose censoring differs, 0, 1, …; where it is not given, one censoring curve for everybody. */
  readonly censoringGroup?: Uint16Array;
}

/** The rows of a Fine–Gray model in order of time, its covariates centred and scaled. */
export interface SubdistributionSets extends RiskSets {
  /** 1 where a competing event ended the follow-up. */
  readonly competing: Uint8Array;
  readonly group: Uint16Array;
  /** For each group and distinct time: the probability of not being censored before it. */
  readonly uncensored: readonly Float64Array[];
  /** Events of the cause at each distinct time. */
  readonly events: Float64Array;
}

/**
 * The risk sets of a subdistribution. A patient with a competing event at T stays in them after T with weight
 *
 *     G(t−) / G(T−)      G the Kaplan–Meier curve of the censoring times
 *
 * Ties: a patient with an event at t is at risk of being censored at t, so that G drops by c/Y at t with Y all
 * whose time is at least t; both limits are from the left. This is cmprsk's convention; that of finegray() in
 * survival, where events leave first, gives other numbers where events and censorings share a time. In a
 * censoring group G is 0 after its last time, as in cmprsk.
 */
export function subdistributionSets(data: FineGrayData): SubdistributionSets {
  assertCompeting(data);
  assertCause(data.of, data.nCauses);
  const { of } = data;
  const rowGroup = data.censoringGroup ?? new Uint16Array(data.time.length);
  assertSameLength({ time: data.time, censoringGroup: rowGroup });
  const order = timeOrder(data.time);
  const at = (i: number) => (order ? order[i]! : i);
  const inOrder = (column: Float64Array) => (order ? column.map((_, i) => column[at(i)]!) : column);
  const time = inOrder(data.time);
  const cause = data.cause.map((_, i) => data.cause[at(i)]!);
  const group = rowGroup.map((_, i) => rowGroup[at(i)]!);
  const event = cause.map((code) => (code === of ? 1 : 0));
  const sets = riskSets({ time, event, covariates: data.covariates.map(inOrder) });
  return {
    ...sets,
    competing: cause.map((code) => (code !== 0 && code !== of ? 1 : 0)),
    group,
    uncensored: uncensoredBefore(sets, cause, group),
    events: eventsByTime(sets),
  };
}

function eventsByTime({ time, firstRow, event }: RiskSets): Float64Array {
  return time.map((_, k) => {
    let events = 0;
    for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++) events += event[i]!;
    return events;
  });
}

/** G(t−) by group at each distinct time. */
function uncensoredBefore(
  { time, firstRow }: RiskSets,
  cause: Uint8Array,
  group: Uint16Array,
): Float64Array[] {
  const nGroups = group.reduce((most, g) => Math.max(most, g + 1), 1);
  assertGroups(nGroups);
  const before = Array.from({ length: nGroups }, () => new Float64Array(time.length));
  const free = new Float64Array(nGroups).fill(1);
  const atRisk = new Float64Array(nGroups);
  for (const g of group) atRisk[g]!++;
  const empty = group.length > 0 ? atRisk.indexOf(0) : -1;
  if (empty >= 0) throw new ContractError(`censoring group ${empty} has no patients`);
  for (let k = 0; k < time.length; k++) {
    for (let g = 0; g < nGroups; g++) before[g]![k] = atRisk[g]! > 0 ? free[g]! : 0;
    const leaving = new Float64Array(nGroups);
    const censored = new Float64Array(nGroups);
    for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++) {
      leaving[group[i]!]!++;
      if (cause[i] === 0) censored[group[i]!]!++;
    }
    for (let g = 0; g < nGroups; g++) {
      if (censored[g]! > 0) free[g]! *= (atRisk[g]! - censored[g]!) / atRisk[g]!;
      atRisk[g]! -= leaving[g]!;
    }
  }
  return before;
}
