import { assertFinite, assertSameLength, ContractError } from "./assert.ts";
import { betaUpperTail, incompleteBeta } from "./beta.ts";
import { normalCdf } from "./normal.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { sum } from "./sum.ts";

/** One entry for each period. */
export interface AttributeChart {
  readonly centre: number;
  /** NaN where nobody was seen. */
  readonly rate: Float64Array;
  /** NaN where nobody was seen. */
  readonly lower: Float64Array;
  /** NaN where nobody was seen. */
  readonly upper: Float64Array;
  readonly signals: readonly Signal[];
}

export interface Signal {
  readonly at: number;
  readonly side: "above" | "below";
}

export interface PrimeChart extends AttributeChart {
  /** Spread of the standardised proportions from period to period: 1 where they vary as the binomial does. */
  readonly sigmaZ: number;
}

export interface Counts {
  readonly count: Float64Array;
  /** Patients, alerts, clinician-hours: what the count is of. */
  readonly size: Float64Array;
}

/** In a chart with three standard deviations a period is beyond one side by chance with this probability. */
const tailOfThree = normalCdf(-3);

/**
 * p chart: the proportion of each period against the one of a baseline.
 *
 *     p̄ ± 3 √(p̄ (1 − p̄)/nᵢ), cut to [0, 1]
 *
 * `centre` p̄ is frozen beforehand; where it is not given it is Σ count / Σ size of these periods, which includes what
 * the chart looks for. A period signals where its rate is beyond a limit; with `exact`, where the binomial probability of
 * so many or more (so few or fewer) is under Φ(−3) = .00135, and the limits are drawn as above: take it where n p̄ or
 * n (1 − p̄) is under 5. A period with nobody has neither rate nor limits and does not signal. Not estimable without a
 * baseline where nobody was seen. Counts that are not whole numbers from 0 to their size are a ContractError.
 *
 * Reference: Montgomery (2019), Introduction to Statistical Quality Control, 8th ed., section 7.2,
 * ISBN 978-1-119-39930-8.
 */
export function pChart(
  counts: Counts,
  options: { readonly centre?: number; readonly exact?: boolean } = {},
): AttributeChart | NotEstimable {
  assertWithin(counts);
  const centre = centreOf(counts, options.centre);
  if (typeof centre !== "number") return centre;
  assertProportion(centre);
  const deviation = (n: number) => Math.sqrt((centre * (1 - centre)) / n);
  const chart = drawn(counts, { centre, deviation, top: 1 });
  return options.exact ? { ...chart, signals: exactSignals(counts, centre) } : chart;
}

/**
 * p′ chart (Laney): as `pChart`, with the spread between periods measured, for periods so large that the binomial's
 * spread is not the only one.
 *
 *     p̄ ± 3 σ_z sᵢ,   sᵢ = √(p̄ (1 − p̄)/nᵢ),   σ_z = mean |zᵢ − zᵢ₋₁| / 1.128,   zᵢ = (pᵢ − p̄)/sᵢ
 *
 * `centre` and `sigmaZ` are frozen beforehand; where one is not given it is that of these periods. A period with nobody is
 * passed over. Not estimable: fewer than two periods with patients or periods that do not vary, where `sigmaZ` is not given,
 * and p̄ of 0 or 1.
 *
 * Reference: Laney (2002), Quality Engineering 14, 531–537, doi:10.1081/QEN-120003555.
 */
export function pPrimeChart(
  counts: Counts,
  options: { readonly centre?: number; readonly sigmaZ?: number } = {},
): PrimeChart | NotEstimable {
  assertWithin(counts);
  const centre = centreOf(counts, options.centre);
  if (typeof centre !== "number") return centre;
  assertProportion(centre);
  if (centre === 0 || centre === 1) return { notEstimable: `a baseline of ${centre} has no spread` };
  const binomial = (n: number) => Math.sqrt((centre * (1 - centre)) / n);
  const sigmaZ = options.sigmaZ ?? spreadBetween(counts, centre, binomial);
  if (typeof sigmaZ !== "number") return sigmaZ;
  if (!(sigmaZ > 0 && sigmaZ < Infinity)) throw new ContractError(`sigmaZ is ${sigmaZ}`);
  return { ...drawn(counts, { centre, deviation: (n) => sigmaZ * binomial(n), top: 1 }), sigmaZ };
}

/**
 * u chart: events per unit of exposure, such as alerts per clinician-hour.
 *
 *     ū ± 3 √(ū/nᵢ), the lower limit cut to 0
 *
 * The size may be any number from 0; events may be more than it. Otherwise as `pChart`.
 *
 * Reference: Montgomery (2019), section 7.3.
 */
export function uChart(
  counts: Counts,
  options: { readonly centre?: number } = {},
): AttributeChart | NotEstimable {
  assertCounts(counts);
  const centre = centreOf(counts, options.centre);
  if (typeof centre !== "number") return centre;
  if (!(centre >= 0 && centre < Infinity)) throw new ContractError(`a baseline of ${centre}`);
  return drawn(counts, { centre, deviation: (n) => Math.sqrt(centre / n), top: Infinity });
}

function drawn(
  { count, size }: Counts,
  {
    centre,
    deviation,
    top,
  }: { readonly centre: number; readonly deviation: (n: number) => number; readonly top: number },
): AttributeChart {
  const seen = (value: (n: number, i: number) => number) =>
    size.map((n, i) => (n > 0 ? value(n, i) : Number.NaN));
  const rate = seen((n, i) => count[i]! / n);
  const lower = seen((n) => Math.max(0, centre - 3 * deviation(n)));
  const upper = seen((n) => Math.min(top, centre + 3 * deviation(n)));
  const signals: Signal[] = [];
  rate.forEach((value, at) => {
    if (value > upper[at]!) signals.push({ at, side: "above" });
    if (value < lower[at]!) signals.push({ at, side: "below" });
  });
  return { centre, rate, lower, upper, signals };
}

function exactSignals({ count, size }: Counts, p: number): Signal[] {
  const signals: Signal[] = [];
  size.forEach((n, at) => {
    const x = count[at]!;
    // P(X ≥ x) = I(p; x, n − x + 1), P(X ≤ x) = 1 − I(p; x + 1, n − x)
    if (x > 0 && incompleteBeta(p, x, n - x + 1) < tailOfThree) signals.push({ at, side: "above" });
    else if (x < n && betaUpperTail(p, x + 1, n - x) < tailOfThree) signals.push({ at, side: "below" });
  });
  return signals;
}

function centreOf({ count, size }: Counts, given: number | undefined): number | NotEstimable {
  if (given !== undefined) return given;
  const total = sum(size);
  return total > 0 ? sum(count) / total : { notEstimable: "nobody was seen" };
}

/** Moving range of the standardised proportions over its expectation 2/√π for standard normal ones. */
function spreadBetween(
  { count, size }: Counts,
  centre: number,
  deviation: (n: number) => number,
): number | NotEstimable {
  const z: number[] = [];
  size.forEach((n, i) => {
    if (n > 0) z.push((count[i]! / n - centre) / deviation(n));
  });
  if (z.length < 2) return { notEstimable: "fewer than two periods" };
  const ranges = Float64Array.from({ length: z.length - 1 }, (_, i) => Math.abs(z[i + 1]! - z[i]!));
  const spread = sum(ranges) / ranges.length / (2 / Math.sqrt(Math.PI));
  return spread > 0 ? spread : { notEstimable: "the periods do not vary" };
}

function assertProportion(centre: number): void {
  if (!(centre >= 0 && centre <= 1)) throw new ContractError(`a baseline of ${centre}`);
}

function assertCounts({ count, size }: Counts): void {
  assertSameLength({ count, size });
  assertFinite({ count, size });
  for (let i = 0; i < count.length; i++) {
    if (!(Number.isInteger(count[i]) && count[i]! >= 0))
      throw new ContractError(`count[${i}] is ${count[i]}`);
    if (size[i]! < 0) throw new ContractError(`size[${i}] is ${size[i]}`);
    if (size[i] === 0 && count[i]! > 0) throw new ContractError(`count[${i}] is ${count[i]} of a size of 0`);
  }
}

function assertWithin(counts: Counts): void {
  assertCounts(counts);
  counts.count.forEach((count, i) => {
    const size = counts.size[i]!;
    if (!Number.isInteger(size) || count > size)
      throw new ContractError(`count[${i}] is ${count} of ${size}`);
  });
}
