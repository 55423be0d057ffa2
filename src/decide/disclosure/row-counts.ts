import { type KnownEstimate, measureOf } from "../../evidence/estimate.ts";
import { patients, type Registry, rowsCount } from "./count-registry.ts";
import { partitions } from "./group-counts.ts";

export const excludedCount = (step: number) => `excluded:${step}`;

/** Rows and subjects left after each step, and those taken out between. */
export function declareAttrition({ dossier, nPatients, declare, addUp }: Registry): void {
  const name = (n: number) => declare(rowsCount(n, nPatients), n);
  dossier.attrition.forEach(({ records, subjects }, i) => {
    if (records === null) return;
    const left = name(records);
    if (subjects !== null && subjects !== records)
      addUp(left, [name(subjects), declare(`doubled:${i}`, records - subjects)]);
    const before = dossier.attrition[i - 1]?.records;
    if (before == null || before === records) return;
    addUp(name(before), [left, declare(excludedCount(i), before - records)]);
  });
  const matched = dossier.estimates.find(({ id }) => id === "data.matched");
  for (const { rows } of dossier.files) {
    if (rows === undefined) continue;
    const all = name(rows);
    if (!matched || !("value" in matched) || matched.value >= rows) continue;
    addUp(all, [name(matched.value), declare(`unmatched of ${rows}`, rows - matched.value)]);
  }
}

/** The counts of a share: numerator, rest and denominator. */
export interface ShareCounts {
  readonly yes: string;
  readonly no: string;
  readonly of: string;
}

export function shareCounts({ id }: { readonly id: string }): ShareCounts {
  return { yes: `${id}.yes`, no: `${id}.no`, of: `${id}.of` };
}

const shares = new Set([
  "data.missing",
  "data.implausible",
  "data.outside-use",
  "data.treated",
  "data.known-in-time",
  "data.known-late",
  "data.known-untimed",
  "data.predicted-after-decision",
  "data.predicted-after-index",
  "data.followed-past-decision",
  "data.replayed",
]);

/** Shares of rows; where the denominator leaves rows out, those are the missing values of the variable. */
export function declareShares(to: Registry): void {
  const { dossier, nPatients, declare, addUp, known, value } = to;
  for (const estimate of dossier.estimates) {
    const share = known(estimate.id);
    if (!shares.has(measureOf(estimate.id)) || share?.numerator === undefined) continue;
    const { numerator, denominator = 0, n } = share;
    const { yes, no, of } = shareCounts(share);
    const all = declare(rowsCount(n, nPatients), n);
    declare(yes, numerator);
    declare(no, denominator - numerator);
    declare(of, denominator);
    addUp(of, [yes, no]);
    if (denominator === n) {
      addUp(all, [of]);
      continue;
    }
    const left = declare(`${of}.left`, n - denominator);
    addUp(all, [of, left]);
    const missing = `data.missing/${variableOf(share)}.yes`;
    if (value(missing) === value(left)) addUp(missing, [left]);
  }
  declareTiming(to);
  for (const [family, strata] of partitions(strataOf(to))) declareSameShares(to, family, strata);
}

/** Inputs are in time, late or neither; only scores of the first can be met. */
function declareTiming({ known, declare, addUp }: Registry): void {
  const inTime = known("data.known-in-time");
  if (!inTime) return;
  const [yes, late, untimed] = ["data.known-in-time", "data.known-late", "data.known-untimed"].map(
    (id) => shareCounts({ id }).yes,
  );
  addUp(shareCounts(inTime).of, [yes!, late!, untimed!]);
  const replayed = known("data.replayed");
  if (!replayed) return;
  const met = shareCounts(replayed).yes;
  addUp(yes!, [met, declare(`${met}.differing`, (inTime.numerator ?? 0) - (replayed.numerator ?? 0))]);
}

/** `age`, and `hormon` of `hormon:study`. */
function variableOf({ stratum = "" }: KnownEstimate): string {
  return stratum.replace(/:study$/, "");
}

function strataOf({ dossier }: Registry): string[] {
  return dossier.estimates.flatMap(({ id, stratum }) =>
    stratum !== undefined && measureOf(id) === "cohort.in-group" ? [stratum] : [],
  );
}

/** A share of a variable that is also stratified by counts the same patients as a stratum, or as those in none. */
function declareSameShares({ value, addUp }: Registry, family: string, strata: readonly string[]): void {
  const same = (share: string, group: string) => {
    if (value(`${share}.of`) === value(patients) && value(`${share}.yes`) === value(`${group}.n`))
      addUp(`${group}.n`, [`${share}.yes`]);
  };
  same(`data.missing/${family}`, `rest:${family}`);
  for (const stratum of strata) same(`data.treated/${family}:study`, stratum);
}
