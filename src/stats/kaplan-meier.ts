import { assertBinary, assertLevel, assertWord, ContractError } from "./assert.ts";
import { timeReaching } from "./curve-crossing.ts";
import { infinitesimalJackknife } from "./infinitesimal-jackknife.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { atRiskAt, firstTimeFrom, type RiskTable, type RowOptions, riskTable } from "./risk-table.ts";
import { assertScale, type IntervalScale, survivalInterval } from "./survival-interval.ts";

/**
 * How the standard error reads the weights. "greenwood": a weight of 2 is two equal patients, so weights are
 * whole numbers. "robust": a weight is a sampling or balancing weight of one patient, any number from 0 on;
 * the infinitesimal jackknife.
 */
export type CurveVariance = "greenwood" | "robust";

export interface CurveOptions extends RowOptions {
  readonly variance?: CurveVariance;
}

/** The curve is right-continuous and 1 before the first time. */
export interface SurvivalCurve extends RiskTable {
  readonly survival: Float64Array;
  /** Standard error of `survival`; NaN where the curve is 0. */
  readonly stdError: Float64Array;
  /** Which standard error; "fleming-harrington" that of `flemingHarrington`. */
  readonly variance: CurveVariance | "fleming-harrington";
}

export interface SurvivalAt {
  readonly survival: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** Patients under observation just before t. */
  readonly atRisk: number;
}

/**
 * Kaplan–Meier estimate of the survival function under right censoring, with delayed entry and case weights.
 *
 *     S(t)     = ∏ (1 − dᵢ/nᵢ)                    over event times tᵢ ≤ t
 *     Var S(t) = S(t)² · Σ dᵢ / (nᵢ (nᵢ − dᵢ))    (Greenwood; "robust" as in infinitesimal-jackknife.ts)
 *
 * Ties: at equal times, events come before censorings, so a patient censored at t is at risk at t; one who
 * enters at t is not. Times are compared exactly. Once everybody at risk has the event the curve stays 0,
 * also where others enter later. Nobody gives an empty curve. What `riskTable` refuses, and weights that are
 * not whole without `variance: "robust"`, is a ContractError.
 *
 * Reference: Kaplan & Meier (1958), JASA 53, 457–481, doi:10.1080/01621459.1958.10501452.
 * Checked against: R survival::survfit (test/reference/kaplan-meier.json, kaplan-meier-rows.json).
 */
export function kaplanMeier(
  time: Float64Array,
  event: Uint8Array,
  options: CurveOptions = {},
): SurvivalCurve {
  const { variance = "greenwood", weight } = options;
  assertVariance(variance);
  const table = riskTable(time, event, options);
  if (variance === "greenwood") {
    assertWhole(weight);
    return productLimit(table);
  }
  const curve = productLimit(table);
  const { events, atRisk, survival } = curve;
  // The derivative of log S by a row's weight: a term for each time at risk, another at the row's own event.
  const errorOfLog = infinitesimalJackknife(
    { time, event, ...options },
    {
      times: table.time,
      whileAtRisk: events.map((d, k) => (d > 0 ? d / (atRisk[k]! * (atRisk[k]! - d)) : 0)),
      // Where no row at risk has a weight, no row has an influence.
      atEvent: atRisk.map((n) => (n > 0 ? -1 / n : 0)),
    },
  );
  return {
    ...curve,
    stdError: errorOfLog.map((error, k) => (survival[k]! > 0 ? survival[k]! * error : Number.NaN)),
    variance,
  };
}

export function assertVariance(variance: CurveVariance): void {
  assertWord("variance", variance, ["greenwood", "robust"]);
}

/** Weights that stand for so many patients are whole numbers. */
export function assertWhole(weight: Float64Array | undefined): void {
  if (weight === undefined) return;
  for (let i = 0; i < weight.length; i++)
    if (!Number.isInteger(weight[i]))
      throw new ContractError(
        `weight[${i}] is ${weight[i]}: not a whole number, so it needs variance "robust"`,
      );
}

function productLimit(table: RiskTable): SurvivalCurve {
  const nTimes = table.time.length;
  const survivals = new Float64Array(nTimes);
  const stdError = new Float64Array(nTimes);
  let survival = 1;
  let greenwoodSum = 0;
  for (let k = 0; k < nTimes; k++) {
    const atRisk = table.atRisk[k]!;
    const events = table.events[k]!;
    if (events > 0) {
      survival *= (atRisk - events) / atRisk;
      greenwoodSum += events / (atRisk * (atRisk - events));
    }
    survivals[k] = survival;
    stdError[k] = survival > 0 ? survival * Math.sqrt(greenwoodSum) : Number.NaN;
  }
  return { ...table, survival: survivals, stdError, variance: "greenwood" };
}

/**
 * The curve at one time, with a pointwise interval on the log scale unless another is asked for: formulas in
 * survival-interval.ts.
 *
 * Beyond the last time the curve is carried flat and `atRisk` is 0. Before the first time survival is 1 with
 * standard error 0. Where the curve is 0, or nobody was followed, the interval does not exist: NaN.
 *
 * Reference: Kalbfleisch & Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd ed., section
 * 1.4, doi:10.1002/9781118032985. Checked against: R summary(survfit(…), times =, extend = TRUE).
 */
export function survivalAt(
  curve: SurvivalCurve,
  t: number,
  level = 0.95,
  scale: IntervalScale = "log",
): SurvivalAt {
  if (Number.isNaN(t)) throw new ContractError("survival was asked for at time NaN");
  assertLevel(level);
  assertScale(scale);
  const n = curve.time.length;
  if (n === 0) return { survival: NaN, stdError: NaN, lower: NaN, upper: NaN, atRisk: 0 };
  const next = firstTimeFrom(curve.time, t);
  const atRisk = atRiskAt(curve, t);
  const last = next < n && curve.time[next] === t ? next : next - 1;
  if (last < 0) return { survival: 1, stdError: 0, lower: 1, upper: 1, atRisk };
  const survival = curve.survival[last]!;
  const stdError = curve.stdError[last]!;
  return { survival, stdError, ...survivalInterval({ survival, stdError, level, scale }), atRisk };
}

/** Median of a survival curve: the first time at which it is ½ or less; midpoint rule in `timeReaching`. */
export function medianSurvival(curve: SurvivalCurve): { readonly value: number } | NotEstimable {
  if (curve.time.length === 0) return { notEstimable: "nobody was followed" };
  const value = timeReaching(0.5, curve.time, curve.survival);
  return Number.isNaN(value) ? { notEstimable: "the curve does not reach one half" } : { value };
}

/**
 * Median follow-up by the reverse Kaplan–Meier method: censoring is the event, an event censors it. Ties: as
 * in `kaplanMeier` with the roles exchanged, which is what R's survfit(Surv(time, 1 − event) ~ 1) does.
 *
 * Reference: Schemper & Smith (1996), Control Clin Trials 17, 343–346, doi:10.1016/0197-2456(96)00075-X.
 */
export function medianFollowUp(
  time: Float64Array,
  event: Uint8Array,
): { readonly value: number } | NotEstimable {
  assertBinary({ event });
  return medianSurvival(
    kaplanMeier(
      time,
      event.map((occurred) => 1 - occurred),
    ),
  );
}
