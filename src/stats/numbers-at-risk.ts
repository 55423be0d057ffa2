import { ContractError } from "./assert.ts";
import { atRiskAt, firstTimeFrom, type RiskTable } from "./risk-table.ts";

/** One entry for each time asked for. */
export interface NumbersAtRisk {
  /** Under observation just before this time. */
  readonly atRisk: Float64Array;
  /** After the time before it in the list, up to and including this one; the first counts from the start. */
  readonly events: Float64Array;
  readonly censored: Float64Array;
}

/**
 * Patients at risk, events and censorings at given times, as under a survival curve; sums of weights where
 * there are weights.
 *
 * Beyond the last time nobody is at risk. Times that are NaN or do not ascend are a ContractError.
 *
 * Checked against: R summary(survfit(…), times =, extend = TRUE) (test/reference/numbers-at-risk.json).
 */
export function numbersAtRisk(table: RiskTable, times: Float64Array): NumbersAtRisk {
  const n = times.length;
  const numbers = {
    atRisk: new Float64Array(n),
    events: new Float64Array(n),
    censored: new Float64Array(n),
  };
  for (let i = 0, from = 0; i < n; i++) {
    const t = times[i]!;
    if (Number.isNaN(t) || (i > 0 && t <= times[i - 1]!))
      throw new ContractError(`times[${i}] is ${t}: the times of a risk table ascend`);
    numbers.atRisk[i] = atRiskAt(table, t);
    let to = firstTimeFrom(table.time, t);
    if (table.time[to] === t) to++;
    for (; from < to; from++) {
      numbers.events[i]! += table.events[from]!;
      numbers.censored[i]! += table.censored[from]!;
    }
  }
  return numbers;
}
