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
  /** Added at each time at which the row is at risk and has no event. */
  readonly whileAtRisk: Float64Array;
  /** Added at the row's own time where it has an event. */
  readonly atEvent: Float64Array;
}

/** Running sums keep some 16 digits: below this share of what they held, fewer than 12 are left. */
const leastShare = 1e-4;

/**
 * Infinitesimal jackknife standard error of an estimate that depends on the case weights, at every time.
 *
 *     SE(t)² = Σᵢ wᵢ² Uᵢ(t)²,   Uᵢ(t) = ∂ estimate(t) / ∂wᵢ = Σ_{tⱼ ≤ t, i at risk} aⱼ
 *
 * with aⱼ = `whileAtRisk`, and `atEvent` in its place at the time of the row's own event. Rows are taken as
 * independent: one patient's rows must not be split. One walk over the times; rows at risk share three sums, rows
 * that have left keep their term. Where rows have left that weigh 10,000 times what stays, the sums are made anew.
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
  const squareOf = (row: number) => (weight ? weight[row]! : 1) ** 2;
  const atRisk = new SumsAtRisk();
  const stdError = new Float64Array(times.length);
  let settled = 0;
  let path = 0;
  for (let k = 0, inside = 0, outside = 0; k < times.length; k++) {
    const at = times[k]!;
    for (; inside < entering.length && (entry ? entry[entering[inside]!]! < at : true); inside++) {
      const row = entering[inside]!;
      atRisk.add(squareOf(row), 0);
      onEntry[row] = path;
    }
    const before = outside;
    for (; outside < leaving.length && time[leaving[outside]!] === at; outside++) {
      const row = leaving[outside]!;
      const influence = path - onEntry[row]!;
      atRisk.add(-squareOf(row), influence);
      settled += squareOf(row) * (influence + (event[row] ? atEvent[k]! : whileAtRisk[k]!)) ** 2;
    }
    if (outside > before && atRisk.isWorn()) {
      atRisk.clear();
      for (let i = outside, left = inside - outside; left > 0; i++) {
        const row = leaving[i]!;
        if (entry && !(entry[row]! < at)) continue;
        atRisk.add(squareOf(row), path - onEntry[row]!);
        left--;
      }
    }
    atRisk.move(whileAtRisk[k]!);
    path += whileAtRisk[k]!;
    stdError[k] = Math.sqrt(settled + Math.max(0, atRisk.square));
  }
  return stdError;
}

/** Sums of w², w²U and w²U² over the rows at risk, and the most that the first and the last have been. */
class SumsAtRisk {
  square = 0;
  #weights = 0;
  #linear = 0;
  #mostWeights = 0;
  #mostSquare = 0;

  add(weight: number, influence: number): void {
    this.#weights += weight;
    this.#linear += weight * influence;
    this.square += weight * influence * influence;
    this.#mostWeights = Math.max(this.#mostWeights, this.#weights);
    this.#mostSquare = Math.max(this.#mostSquare, this.square);
  }

  /** The influence of every row grows by this. */
  move(term: number): void {
    this.square += term * (2 * this.#linear + term * this.#weights);
    this.#linear += term * this.#weights;
    this.#mostSquare = Math.max(this.#mostSquare, this.square);
  }

  /** Too much has left for the digits of what stays. */
  isWorn(): boolean {
    return this.#weights < leastShare * this.#mostWeights || this.square < leastShare * this.#mostSquare;
  }

  clear(): void {
    this.square = this.#weights = this.#linear = this.#mostWeights = this.#mostSquare = 0;
  }
}
