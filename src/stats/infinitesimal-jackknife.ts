import { ascendingOrder } from "./order.ts";

/** Rows that an estimator has already asserted. */
export interface WeightedRows {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  readonly entry?: Float64Array;
  readonly weight?: Float64Array;
}

/** How an estimate at each time moves with the weight of one row, as a sum of terms over the row's own times. */
export interface InfluenceTerms {
  /** The distinct times, ascending. */
  readonly times: Float64Array;
  /** Added at each time at which the row is at risk. */
  readonly whileAtRisk: Float64Array;
  /** Added at the row's own time where it has an event. */
  readonly atEvent: Float64Array;
}

/**
 * Infinitesimal jackknife standard error of an estimate that depends on the case weights, at every time.
 *
 *     SE(t)² = Σᵢ wᵢ² Uᵢ(t)²,   Uᵢ(t) = ∂ estimate(t) / ∂wᵢ = Σ_{tⱼ ≤ t, i at risk} aⱼ + dᵢ(t) b
 *
 * with aⱼ = `whileAtRisk` and b = `atEvent` at the row's own time, dᵢ(t) = 1 from its event on. Rows are taken
 * as independent: one patient's rows must not be split. One walk over the times; rows at risk share three
 * sums, rows that have left keep their term.
 *
 * Reference: Jaeckel (1972), The infinitesimal jackknife, Bell Laboratories MM 72-1215-11; Efron (1981), JASA
 * 76, 312–319, doi:10.1080/01621459.1981.10477650. Checked against: R survfit(weights =, robust = TRUE).
 */
export function infinitesimalJackknife(rows: WeightedRows, terms: InfluenceTerms): Float64Array {
  const { time, event, entry, weight } = rows;
  const { times, whileAtRisk, atEvent } = terms;
  const leaving = ascendingOrder(time);
  const entering = ascendingOrder(entry ?? new Float64Array(time.length).fill(Number.NEGATIVE_INFINITY));
  const onEntry = new Float64Array(time.length);
  const stdError = new Float64Array(times.length);
  // Sums over the rows at risk of w², w²U and w²U², and over those that have left of w²U².
  let weights = 0;
  let linear = 0;
  let square = 0;
  let settled = 0;
  let path = 0;
  for (let k = 0, inside = 0, outside = 0; k < times.length; k++) {
    const at = times[k]!;
    // Nobody is at risk: what the sums still hold is rounding.
    if (inside === outside) weights = linear = square = 0;
    for (; inside < entering.length && (entry ? entry[entering[inside]!]! < at : true); inside++) {
      const row = entering[inside]!;
      weights += (weight ? weight[row]! : 1) ** 2;
      onEntry[row] = path;
    }
    const term = whileAtRisk[k]!;
    square += term * (2 * linear + term * weights);
    linear += term * weights;
    path += term;
    for (; outside < leaving.length && time[leaving[outside]!] === at; outside++) {
      const row = leaving[outside]!;
      const own = (weight ? weight[row]! : 1) ** 2;
      const influence = path - onEntry[row]!;
      weights -= own;
      linear -= own * influence;
      square -= own * influence * influence;
      settled += own * (event[row] ? influence + atEvent[k]! : influence) ** 2;
    }
    stdError[k] = Math.sqrt(settled + Math.max(0, square));
  }
  return stdError;
}
