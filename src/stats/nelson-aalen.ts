import { infinitesimalJackknife } from "./infinitesimal-jackknife.ts";
import {
  assertVariance,
  assertWhole,
  type CurveOptions,
  type CurveVariance,
  type SurvivalCurve,
} from "./kaplan-meier.ts";
import { type RiskTable, type RowOptions, riskTable } from "./risk-table.ts";

/** Right-continuous, 0 before the first time. */
export interface HazardCurve extends RiskTable {
  readonly cumulativeHazard: Float64Array;
  /** Standard error of `cumulativeHazard`. */
  readonly stdError: Float64Array;
  readonly variance: CurveVariance;
}

/**
 * Nelson–Aalen estimate of the cumulative hazard under right censoring, with delayed entry and case weights.
 *
 *     H(t)     = Σ dᵢ/nᵢ     over event times tᵢ ≤ t
 *     Var H(t) = Σ dᵢ/nᵢ²    ("robust": infinitesimal-jackknife.ts)
 *
 * Ties, entry, weights and refusals as in `kaplanMeier`. Nobody gives an empty curve.
 *
 * Reference: Aalen (1978), Annals of Statistics 6, 701–726, doi:10.1214/aos/1176344247. Checked against: R
 * survival::survfit, cumhaz and std.chaz (test/reference/kaplan-meier-rows.json).
 */
export function nelsonAalen(time: Float64Array, event: Uint8Array, options: CurveOptions = {}): HazardCurve {
  const { variance = "greenwood", weight } = options;
  assertVariance(variance);
  if (variance === "greenwood") assertWhole(weight);
  const table = riskTable(time, event, options);
  const { events, atRisk } = table;
  const hazard = accumulate(table.time.length, (k) => (events[k]! > 0 ? events[k]! / atRisk[k]! : 0));
  if (variance === "greenwood") {
    const squares = accumulate(hazard.length, (k) => (events[k]! > 0 ? events[k]! / atRisk[k]! ** 2 : 0));
    return { ...table, cumulativeHazard: hazard, stdError: squares.map(Math.sqrt), variance };
  }
  const stdError = infinitesimalJackknife(
    { time, event, ...options },
    {
      times: table.time,
      whileAtRisk: events.map((d, k) => (d > 0 ? -d / atRisk[k]! ** 2 : 0)),
      atEvent: atRisk.map((n, k) => (n > 0 ? (n - events[k]!) / (n * n) : 0)),
    },
  );
  return { ...table, cumulativeHazard: hazard, stdError, variance };
}

/**
 * Fleming–Harrington estimate of the survival function: the cumulative hazard with tied events taken one
 * after the other, then its exponential.
 *
 *     H(t) = Σᵢ Σ_{j < dᵢ} 1/(nᵢ − j),   S(t) = exp(−H(t)),   SE(S(t)) = S(t) · √(Σᵢ Σ_{j < dᵢ} 1/(nᵢ − j)²)
 *
 * The curve never reaches 0. Ties with censoring, entry and refusals as in `kaplanMeier`; weights are whole
 * numbers, and a row of weight 2 is two tied events (R takes one step of two).
 *
 * Reference: Fleming & Harrington (1984), Communications in Statistics 13, 2469–2486,
 * doi:10.1080/03610928408828837. Checked against: R survfit(stype = 2, ctype = 2)
 * (test/reference/fleming-harrington.json).
 */
export function flemingHarrington(
  time: Float64Array,
  event: Uint8Array,
  options: RowOptions = {},
): SurvivalCurve {
  assertWhole(options.weight);
  const table = riskTable(time, event, options);
  const nTimes = table.time.length;
  const hazard = accumulate(nTimes, (k) => oneAfterTheOther(table, k, 1));
  const squares = accumulate(nTimes, (k) => oneAfterTheOther(table, k, 2));
  const survival = hazard.map((height) => Math.exp(-height));
  const stdError = survival.map((height, k) => height * Math.sqrt(squares[k]!));
  return { ...table, survival, stdError, variance: "fleming-harrington" };
}

/** Σ 1 / (n − j)^power over the tied events of one time. */
function oneAfterTheOther({ atRisk, events }: RiskTable, k: number, power: number): number {
  let sum = 0;
  for (let j = 0; j < events[k]!; j++) sum += 1 / (atRisk[k]! - j) ** power;
  return sum;
}

function accumulate(n: number, term: (k: number) => number): Float64Array {
  const sums = new Float64Array(n);
  let sum = 0;
  for (let k = 0; k < n; k++) {
    sum += term(k);
    sums[k] = sum;
  }
  return sums;
}
