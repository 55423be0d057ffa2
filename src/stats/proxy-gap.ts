import { assertBinary, assertLevel, assertRisk, assertSameLength } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import type { Limits } from "./proportion.ts";
import { unitsOf } from "./rows-by-unit.ts";
import { waldInterval } from "./wald-interval.ts";

/** With the interval of Wald. */
export interface GapEstimate extends Limits {
  readonly value: number;
  readonly stdError: number;
}

/** What an audit by a proxy shows of a gap between true groups. */
export interface ProxyGap {
  /** Error rate in the group less that in the rest. */
  readonly trueGap: GapEstimate;
  /** The same with the proxy in place of the group. */
  readonly proxyGap: GapEstimate;
  /** Share of the group among the assigned less that among the others: 1 for a perfect proxy, 0 for a useless one. */
  readonly attenuation: GapEstimate;
  /** What of the proxy's gap the true one does not explain: errors that go with the proxy within groups. */
  readonly remainder: GapEstimate;
  /** Error rates of both groups, by truth and by proxy: group first. */
  readonly trueRates: readonly [number, number];
  readonly proxyRates: readonly [number, number];
}

/**
 * The error-rate gap that groups assigned by a proxy show, beside that of the true groups.
 *
 *     true        Δ = Σ a x/Σ a − Σ (1 − a) x/Σ (1 − a)
 *     proxy       Δ_p = Σ p x/Σ p − Σ (1 − p) x/Σ (1 − p)
 *     attenuation f = Σ p a/Σ p − Σ (1 − p) a/Σ (1 − p),   remainder = Δ_p − f Δ
 *
 * x the error of a row, a its true group, p the chance of the group by the proxy, 0 or 1 where it assigns. Where errors do not
 * go with the proxy within a group, Δ_p is f Δ: nearer to 0 than the true gap, so an audit by the proxy finds too little.
 * The remainder says how far that is from so; it can hide a gap, or make one. Standard errors by influence functions, by
 * cluster where there are any, C/(C − 1). Rows are those of the rate's base: of the false negative rate the events. Not
 * estimable: nobody in a true group, or assigned to either side, or one cluster. A proxy outside [0, 1] is a ContractError.
 *
 * Reference: Chen, Kallus, Mao, Svacha & Udell (2019), FAT*, 339–348, doi:10.1145/3287560.3287594; Kallus, Mao & Zhou (2022),
 * Management Science 68, 1959–1981, doi:10.1287/mnsc.2020.3850. Checked against: R survey::svycontrast
 * (test/reference/proxies.json).
 */
export function proxyGap({
  error,
  member,
  proxy,
  cluster,
  level = 0.95,
}: {
  readonly error: Uint8Array;
  readonly member: Uint8Array;
  readonly proxy: Float64Array;
  readonly cluster?: Uint32Array;
  readonly level?: number;
}): ProxyGap | NotEstimable {
  assertSameLength({ error, member, proxy, ...(cluster && { cluster }) });
  assertBinary({ error, member });
  assertRisk({ proxy });
  assertLevel(level);
  const truth = Float64Array.from(member);
  const [ofTruth, ofProxy, ofShare] = [
    contrast(truth, error),
    contrast(proxy, error),
    contrast(proxy, member),
  ];
  if (!ofTruth) return { notEstimable: "nobody is in the group, or in the rest" };
  if (!ofProxy || !ofShare) return { notEstimable: "the proxy assigns nobody to the group, or to the rest" };
  const units = unitsOf(error.length, cluster);
  if (units.length < 2) return { notEstimable: "one cluster has no variance" };
  const estimate = (value: number, influence: (row: number) => number, range: readonly [number, number]) => {
    const sums = new Float64Array(units.length);
    units.of.forEach((unit, row) => {
      sums[unit]! += influence(row);
    });
    const squares = sums.reduce((sum, x) => sum + x * x, 0);
    const stdError = Math.sqrt((squares * units.length) / (units.length - 1));
    return { value, stdError, ...waldInterval({ estimate: value, stdError, level, range }) };
  };
  const whole = [-1, 1] as const;
  const [gap, shown, factor] = [ofTruth.gap, ofProxy.gap, ofShare.gap];
  const left = (row: number) =>
    ofProxy.influence[row]! - factor * ofTruth.influence[row]! - gap * ofShare.influence[row]!;
  return {
    trueGap: estimate(gap, (row) => ofTruth.influence[row]!, whole),
    proxyGap: estimate(shown, (row) => ofProxy.influence[row]!, whole),
    attenuation: estimate(factor, (row) => ofShare.influence[row]!, whole),
    remainder: estimate(shown - factor * gap, left, [-2, 2]),
    trueRates: ofTruth.rates,
    proxyRates: ofProxy.rates,
  };
}

/** Weighted share of `of` inside less that outside, and what each row adds to its error. */
function contrast(weight: Float64Array, of: Uint8Array) {
  let [inside, outside, above, below] = [0, 0, 0, 0];
  weight.forEach((w, i) => {
    inside += w;
    outside += 1 - w;
    above += w * of[i]!;
    below += (1 - w) * of[i]!;
  });
  if (inside === 0 || outside === 0) return undefined;
  const rates = [above / inside, below / outside] as const;
  const influence = weight.map(
    (w, i) => (w * (of[i]! - rates[0])) / inside - ((1 - w) * (of[i]! - rates[1])) / outside,
  );
  return { gap: rates[0] - rates[1], rates, influence };
}
