import { assertFinite, ContractError } from "./assert.ts";

/** One entry for each observation; the alarms are the observations at which a side is beyond its limit. */
export interface CusumChart {
  readonly upper: Float64Array;
  readonly lower: Float64Array;
  readonly alarms: readonly CusumAlarm[];
}

export interface CusumAlarm {
  readonly at: number;
  readonly side: "upper" | "lower";
  /** First observation since the side was last at 0: where the change most likely began. */
  readonly since: number;
}

/**
 * Two-sided tabular CUSUM of standardised observations.
 *
 *     C⁺ ← max(0, C⁺ + z − k),   C⁻ ← max(0, C⁻ − z − k),   alarm where one is above h
 *
 * z has mean 0 and standard deviation 1 in control, by a mean and a spread frozen beforehand. Both sides start at 0; a side
 * that alarms starts at 0 again, so that alarms are counted and not their echo. `cusumRunLength` gives the observations
 * to a false alarm of one side. A z that is not finite, k below 0 or h not above 0 are a ContractError.
 *
 * Reference: Page (1954), Biometrika 41, 100–115, doi:10.1093/biomet/41.1-2.100; Montgomery (2019), Introduction to
 * Statistical Quality Control, 8th ed., section 9.1, ISBN 978-1-119-39930-8.
 */
export function cusumChart(
  z: Float64Array,
  { k, h }: { readonly k: number; readonly h: number },
): CusumChart {
  assertFinite({ z });
  if (!(k >= 0 && k < Infinity && h > 0 && h < Infinity))
    throw new ContractError(`a CUSUM with k ${k} and h ${h}`);
  const alarms: CusumAlarm[] = [];
  const [upper, lower] = [new Side("upper", h, alarms), new Side("lower", h, alarms)];
  const chart = { upper: new Float64Array(z.length), lower: new Float64Array(z.length), alarms };
  z.forEach((value, at) => {
    chart.upper[at] = upper.add(value - k, at);
    chart.lower[at] = lower.add(-value - k, at);
  });
  return chart;
}

class Side {
  #sum = 0;
  #since = 0;
  readonly #side: CusumAlarm["side"];
  readonly #limit: number;
  readonly #alarms: CusumAlarm[];

  constructor(side: CusumAlarm["side"], limit: number, alarms: CusumAlarm[]) {
    this.#side = side;
    this.#limit = limit;
    this.#alarms = alarms;
  }

  add(step: number, at: number): number {
    if (this.#sum === 0) this.#since = at;
    const sum = Math.max(0, this.#sum + step);
    this.#sum = sum;
    if (sum > this.#limit) {
      this.#alarms.push({ at, side: this.#side, since: this.#since });
      this.#sum = 0;
    }
    return sum;
  }
}
