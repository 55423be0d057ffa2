/** Groups of a beta-binomial sample by how far their counts reach. */
export interface BetaBinomialCounts {
  /** At k: groups with more than k events, with more than k without, with more than k in all. */
  readonly events: Float64Array;
  readonly eventFree: Float64Array;
  readonly sizes: Float64Array;
  /** Size of the largest group. */
  readonly largest: number;
  readonly pooled: number;
}

export function betaBinomialCounts(events: Uint32Array, sizes: Uint32Array): BetaBinomialCounts {
  return {
    events: reaching(events),
    eventFree: reaching(sizes.map((n, i) => n - events[i]!)),
    sizes: reaching(sizes),
    largest: sizes.reduce((most, n) => Math.max(most, n), 0),
    pooled: events.reduce((sum, x) => sum + x, 0) / sizes.reduce((sum, n) => sum + n, 0),
  };
}

/** At k, how many counts are above k. */
function reaching(counts: Uint32Array): Float64Array {
  const most = counts.reduce((top, count) => Math.max(top, count), 0);
  const above = new Float64Array(most);
  for (const count of counts) if (count > 0) above[count - 1]!++;
  for (let k = most - 2; k >= 0; k--) above[k]! += above[k + 1]!;
  return above;
}

export interface ProfileAt {
  /** The mean of largest likelihood for this spread. */
  readonly mean: number;
  readonly logLikelihood: number;
  /** Of the log likelihood in θ, at that mean: the slope of the profile. */
  readonly slope: number;
}

/**
 * Profile log likelihood of the beta-binomial distribution at a spread θ = 1/(α + β), with μ = α/(α + β).
 *
 *     ℓ = Σₖ [Eₖ log(μ + kθ) + Fₖ log(1 − μ + kθ) − Nₖ log(1 + kθ)]
 *
 * E, F, N the groups with more than k events, event-free, patients. At θ = 0 it is the binomial one. ℓ is concave in μ, and
 * its derivative falls from ∞ to −∞ where there are events and event-free: Newton's method inside a bracket.
 *
 * Reference: Smith (1983), AS 189, Applied Statistics 32, 196–204, doi:10.2307/2347299.
 */
export function profileAt(counts: BetaBinomialCounts, theta: number): ProfileAt {
  const mean = theta === 0 ? counts.pooled : meanFor(counts, theta);
  const { events, eventFree, sizes } = counts;
  const part = (reach: Float64Array, base: number) => {
    let [log, slope] = [0, 0];
    for (let k = 0; k < reach.length; k++) {
      log += reach[k]! * Math.log(base + k * theta);
      slope += (reach[k]! * k) / (base + k * theta);
    }
    return { log, slope };
  };
  const [e, f, n] = [part(events, mean), part(eventFree, 1 - mean), part(sizes, 1)];
  return { mean, logLikelihood: e.log + f.log - n.log, slope: e.slope + f.slope - n.slope };
}

function meanFor({ events, eventFree, pooled }: BetaBinomialCounts, theta: number): number {
  let [low, high, mean] = [0, 1, pooled];
  for (;;) {
    const [up, down] = [fall(events, mean, theta), fall(eventFree, 1 - mean, theta)];
    const score = up.sum - down.sum;
    if (score > 0) low = mean;
    else high = mean;
    const newton = mean + score / (up.squares + down.squares);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - mean) <= 2 * Number.EPSILON * mean) return next;
    mean = next;
  }
}

/** Σ reachₖ/(base + kθ), and the same with its square. */
function fall(reach: Float64Array, base: number, theta: number) {
  let [sum, squares] = [0, 0];
  for (let k = 0; k < reach.length; k++) {
    const inverse = 1 / (base + k * theta);
    sum += reach[k]! * inverse;
    squares += reach[k]! * inverse * inverse;
  }
  return { sum, squares };
}
