import { assertBinary, assertLevel, assertRisk, assertSameLength, ContractError } from "./assert.ts";
import { pairedAucDifference } from "./auc-difference.ts";
import { areaUnderCurve } from "./delong.ts";
import { mcnemarTest, newcombePairedDifference, type PairedCounts } from "./mcnemar.ts";
import { assertThresholds } from "./net-benefit.ts";
import { normalCdf } from "./normal.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { placements } from "./placements.ts";
import type { Limits } from "./proportion.ts";
import { type Units, unitsOf } from "./rows-by-unit.ts";
import { scoreRuns } from "./score-runs.ts";
import { waldInterval } from "./wald-interval.ts";

/** A model and the risk from which on it flags. */
export interface FlaggingModel {
  readonly risk: Float64Array;
  readonly threshold: number;
}

/** A measure of both models, and the new one's less the old one's. */
export interface MeasureChange extends Limits {
  readonly old: number;
  readonly new: number;
  readonly difference: number;
  /** NaN, as is the p value, where an AUC is 0 or 1 and the interval is a bound. */
  readonly stdError: number;
  /** Two-sided, of no difference. */
  readonly pValue: number;
}

/** Patients by who flags them: `first` is the new model, `second` the old one. */
export interface Reclassification extends PairedCounts {
  /** Exact p value of McNemar's test, which takes rows as independent: absent with clusters. */
  readonly pValue?: number;
}

export interface ModelChange {
  readonly sensitivity: MeasureChange | NotEstimable;
  readonly specificity: MeasureChange | NotEstimable;
  readonly ppv: MeasureChange | NotEstimable;
  readonly npv: MeasureChange | NotEstimable;
  readonly alertsPer1000: MeasureChange | NotEstimable;
  readonly auc: MeasureChange | NotEstimable;
  readonly brier: MeasureChange | NotEstimable;
  readonly netBenefit: MeasureChange | NotEstimable;
  readonly events: Reclassification;
  readonly others: Reclassification;
}

export interface ModelPair {
  readonly event: Uint8Array;
  readonly old: FlaggingModel;
  readonly new: FlaggingModel;
  /** Threshold probability whose odds weigh a false alert in the net benefit; that of both models where they have the same. */
  readonly exchange?: number;
  /** Patient of a row, where patients have several. */
  readonly cluster?: Uint32Array;
  readonly level?: number;
}

/**
 * Old model against new on the same patients: what changes at the thresholds, with paired intervals.
 *
 *     share     R = Σ x/Σ d,   ψᵢ = (xᵢ − R dᵢ)/Σ d for each model;   Var = C/(C − 1) Σ_c (Σ_{i in c} (ψᵢ(new) − ψᵢ(old)))²
 *     PPV       d flagged, x flagged and event;   p: (PPV₁ − PPV₂)²/[p̄(1 − p̄)(1/n₁ + 1/n₂) − 2 Σ_both (y − p̄)²/(n₁ n₂)]
 *     mean      Brier score, net benefit 1{TP} − w 1{FP} with w = t/(1 − t): ψᵢ = (uᵢ − ū)/n
 *
 * c is a cluster, or a row. Rows flagged where risk ≥ threshold. Independent rows: sensitivity, specificity and alerts have
 * Newcombe's paired interval and McNemar's exact p; PPV and NPV the weighted generalised score p, p̄ the pooled value; the AUC
 * is `pairedAucDifference`. With clusters all intervals and p values are by ψ, PPV's and NPV's p with p̄ in place of both. Other
 * intervals are Wald's, cut to the measure's range. Not estimable: nobody in a denominator, one cluster, or no row's part
 * that differs (for the AUC as there); the net benefit where the thresholds differ and no `exchange` is given. A risk or threshold
 * outside [0, 1], columns of other lengths, and nobody are a ContractError.
 *
 * Reference: Kosinski (2013), Statistics in Medicine 32, 964–977, doi:10.1002/sim.5587; Moskowitz & Pepe (2006), Clinical
 * Trials 3, 272–279, doi:10.1191/1740774506cn147oa; Liang & Zeger (1986), Biometrika 73, 13–22, doi:10.1093/biomet/73.1.13. Checked against: R
 * survey::svycontrast and the formulas in R (test/reference/model-change.json).
 */
export function modelChange(pair: ModelPair): ModelChange {
  assertPair(pair);
  const { event, cluster, level = 0.95 } = pair;
  const flags = flagsOf(pair);
  const units = unitsOf(event.length, cluster);
  const common = { units, level };
  const others = event.map((y) => 1 - y);
  const all = new Uint8Array(event.length).fill(1);
  const paired = (base: Uint8Array, ofThose: Flags, scale = 1) =>
    pairedShare({ base, flags: ofThose, isIndependent: cluster === undefined, scale }, common);
  const silent = both(flags, (flag) => flag.map((a) => 1 - a));
  return {
    sensitivity: paired(event, flags),
    specificity: paired(others, silent),
    ppv: predictive({ truth: event, flags, isIndependent: cluster === undefined }, common),
    npv: predictive({ truth: others, flags: silent, isIndependent: cluster === undefined }, common),
    alertsPer1000: paired(all, flags, 1000),
    auc: aucChange(pair, common),
    brier: meanChange(
      both({ old: pair.old.risk, new: pair.new.risk }, (risk) => risk.map((r, i) => (event[i]! - r) ** 2)),
      { ...common, range: [-1, 1] },
    ),
    netBenefit: benefitChange(pair, flags, common),
    events: reclassified(event, flags, cluster === undefined),
    others: reclassified(others, flags, cluster === undefined),
  };
}

interface Both<Value> {
  readonly old: Value;
  readonly new: Value;
}
type Flags = Both<Uint8Array>;

interface Common {
  readonly units: Units;
  readonly level: number;
}

function both<Value, Result>(values: Both<Value>, of: (value: Value) => Result): Both<Result> {
  return { old: of(values.old), new: of(values.new) };
}

function flagsOf(models: Both<FlaggingModel>): Flags {
  return both({ old: models.old, new: models.new }, ({ risk, threshold }) =>
    Uint8Array.from(risk, (r) => +(r >= threshold)),
  );
}

const unchanged: NotEstimable = { notEstimable: "no row's part differs between the two models" };

/** Variance of a sum over units of what each row adds. */
function varianceOf(influence: (row: number) => number, units: Units): number {
  const sums = new Float64Array(units.length);
  units.of.forEach((unit, row) => {
    sums[unit]! += influence(row);
  });
  return (sums.reduce((sum, x) => sum + x * x, 0) * units.length) / (units.length - 1);
}

function waldChange(
  values: Both<number>,
  influence: (row: number) => number,
  { units, level, range }: Common & { readonly range: readonly [number, number] },
): MeasureChange | NotEstimable {
  if (units.length < 2) return { notEstimable: "one cluster has no variance" };
  const difference = values.new - values.old;
  const stdError = Math.sqrt(varianceOf(influence, units));
  // Parts that cancel leave rounding.
  if (!(stdError > 1e-12 * (Math.abs(values.old) + Math.abs(values.new)))) return unchanged;
  const interval = waldInterval({ estimate: difference, stdError, level, range });
  return {
    ...values,
    difference,
    stdError,
    ...interval,
    pValue: 2 * normalCdf(-Math.abs(difference / stdError)),
  };
}

function meanChange(
  parts: Both<Float64Array>,
  common: Common & { readonly range: readonly [number, number] },
): MeasureChange | NotEstimable {
  const n = parts.old.length;
  const means = both(parts, (values) => values.reduce((sum, x) => sum + x, 0) / n);
  const centre = means.new - means.old;
  return waldChange(means, (row) => (parts.new[row]! - parts.old[row]! - centre) / n, common);
}

/** Share that each model marks of the same rows. */
function pairedShare(
  of: {
    readonly base: Uint8Array;
    readonly flags: Flags;
    readonly isIndependent: boolean;
    readonly scale: number;
  },
  { units, level }: Common,
): MeasureChange | NotEstimable {
  const { base, flags, isIndependent, scale } = of;
  const n = base.reduce((sum, x) => sum + x, 0);
  if (n === 0) return { notEstimable: "nobody is in its denominator" };
  const values = both(flags, (flag) => (scale * flag.reduce((sum, a, i) => sum + a * base[i]!, 0)) / n);
  const difference = values.new - values.old;
  const influence = (row: number) =>
    (base[row]! * (scale * (flags.new[row]! - flags.old[row]!) - difference)) / n;
  const range = [-scale, scale] as const;
  if (!isIndependent) return waldChange(values, influence, { units, level, range });
  const counts = countsOf(base, flags);
  const { lower, upper } = newcombePairedDifference(counts, level);
  const stdError = Math.sqrt(varianceOf(influence, units));
  return {
    ...values,
    difference,
    stdError,
    lower: scale * lower,
    upper: scale * upper,
    pValue: exactP(counts),
  };
}

/** Share of `truth` among those that each model marks: other rows, and another number of them, for each. */
function predictive(
  of: { readonly truth: Uint8Array; readonly flags: Flags; readonly isIndependent: boolean },
  { units, level }: Common,
): MeasureChange | NotEstimable {
  const { truth, flags, isIndependent } = of;
  const n = both(flags, (flag) => flag.reduce((sum, a) => sum + a, 0));
  if (n.old === 0 || n.new === 0) return { notEstimable: "nobody is in its denominator" };
  const right = both(flags, (flag) => flag.reduce((sum, a, i) => sum + a * truth[i]!, 0));
  const values = { old: right.old / n.old, new: right.new / n.new };
  const part = (row: number, centres: Both<number>) =>
    (flags.new[row]! * (truth[row]! - centres.new)) / n.new -
    (flags.old[row]! * (truth[row]! - centres.old)) / n.old;
  const found = waldChange(values, (row) => part(row, values), { units, level, range: [-1, 1] });
  if (isNotEstimable(found)) return found;
  const pooled = (right.old + right.new) / (n.old + n.new);
  const shared = truth.reduce((sum, y, i) => sum + flags.old[i]! * flags.new[i]! * (y - pooled) ** 2, 0);
  const variance = isIndependent
    ? pooled * (1 - pooled) * (1 / n.old + 1 / n.new) - (2 * shared) / (n.old * n.new)
    : varianceOf((row) => part(row, { old: pooled, new: pooled }), units);
  return { ...found, pValue: 2 * normalCdf(-Math.abs(found.difference) / Math.sqrt(variance)) };
}

function aucChange(
  { event, old, new: other, cluster }: ModelPair,
  { units, level }: Common,
): MeasureChange | NotEstimable {
  const runs = both({ old, new: other }, ({ risk }) => scoreRuns(risk, event));
  if (isNotEstimable(runs.old)) return runs.old;
  if (isNotEstimable(runs.new)) return runs.new;
  const values = { old: areaUnderCurve(runs.old), new: areaUnderCurve(runs.new) };
  if (cluster === undefined) {
    const found = pairedAucDifference({ event, score: other.risk, reference: old.risk, level });
    if (isNotEstimable(found)) return found;
    const { difference, stdError, lower, upper, pValue } = found;
    return { ...values, difference, stdError, lower, upper, pValue };
  }
  const { nCases, nControls } = runs.old;
  const placed = { old: placements(runs.old, event), new: placements(runs.new, event) };
  const influence = (row: number) =>
    (placed.new[row]! - values.new - (placed.old[row]! - values.old)) /
    (event[row] === 1 ? nCases : nControls);
  return waldChange(values, influence, { units, level, range: [-1, 1] });
}

function benefitChange(pair: ModelPair, flags: Flags, common: Common): MeasureChange | NotEstimable {
  const { event, old, new: other } = pair;
  if (pair.exchange === undefined && old.threshold !== other.threshold)
    return { notEstimable: "the thresholds differ, and no threshold probability weighs a false alert" };
  const threshold = pair.exchange ?? old.threshold;
  const odds = threshold / (1 - threshold);
  const parts = both(flags, (flag) => Float64Array.from(flag, (a, i) => a * (event[i] === 1 ? 1 : -odds)));
  return meanChange(parts, { ...common, range: [-1 - odds, 1 + odds] });
}

function countsOf(base: Uint8Array, flags: Flags): PairedCounts {
  const counts = { both: 0, firstOnly: 0, secondOnly: 0, neither: 0 };
  base.forEach((isIn, i) => {
    if (isIn === 0) return;
    const [one, two] = [flags.new[i], flags.old[i]];
    counts[one === 1 ? (two === 1 ? "both" : "firstOnly") : two === 1 ? "secondOnly" : "neither"]++;
  });
  return counts;
}

/** 1 where nobody is flagged by one model alone. */
function exactP(counts: PairedCounts): number {
  const test = mcnemarTest(counts);
  return isNotEstimable(test) ? 1 : test.exactPValue;
}

function reclassified(base: Uint8Array, flags: Flags, isIndependent: boolean): Reclassification {
  const counts = countsOf(base, flags);
  return isIndependent ? { ...counts, pValue: exactP(counts) } : counts;
}

function assertPair({ event, old, new: other, exchange, cluster, level = 0.95 }: ModelPair): void {
  assertSameLength({ event, "old risk": old.risk, "new risk": other.risk, ...(cluster && { cluster }) });
  assertBinary({ event });
  assertRisk({ "old risk": old.risk, "new risk": other.risk });
  assertThresholds(Float64Array.of(old.threshold, other.threshold, exchange ?? 0));
  assertLevel(level);
  if (event.length < 2) throw new ContractError(`${event.length} rows to compare two models`);
}
