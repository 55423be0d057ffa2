import {
  assertCodes,
  assertFinite,
  assertGroups,
  assertLevel,
  assertSameLength,
  ContractError,
} from "./assert.ts";
import type { MarginVerdict } from "./fairness-audit.ts";
import { type GapScale, meanScale, shareScale, unknownScale } from "./gap-scale.ts";
import { jointNormal } from "./joint-normal.ts";
import type { NotEstimable } from "./not-estimable.ts";
import type { Limits } from "./proportion.ts";
import { observedQuantile } from "./quantile.ts";
import type { Random } from "./random.ts";
import { unitsOf } from "./rows-by-unit.ts";
import { type CountedSlice, type SliceAttribute, type SliceCondition, sliceCensus } from "./slice-census.ts";
import { type SliceGaps, sliceGaps } from "./slice-gaps.ts";
import { stepDownMaxT } from "./step-down.ts";

export interface SlicedRows {
  readonly attributes: readonly SliceAttribute[];
  /** Of each row, higher where the model does worse. */
  readonly value: Float64Array;
  /** Patient of a row, where patients have several. */
  readonly cluster?: Uint32Array;
}

/** What one slice says; its limits are those that hold for all slices together, each on its side. */
export interface ExaminedSlice extends Limits {
  readonly conditions: readonly SliceCondition[];
  readonly nRows: number;
  /** Rows inside, or clusters with a row inside where there are clusters. */
  readonly nInside: number;
  readonly mean: number;
  readonly meanElsewhere: number;
  /** `mean` less `meanElsewhere`: above 0 the slice fares worse. */
  readonly gap: number;
  /** Against a gap of at most the margin, adjusted for all slices. */
  readonly pValue: number;
  readonly answer: MarginVerdict;
}

export interface SliceSearch {
  /** All that were examined, the one that speaks most clearly first. */
  readonly slices: readonly ExaminedSlice[];
  readonly nExamined: number;
  /** Too few inside, or outside, to be examined; those within one of them are not counted again. */
  readonly nTooSmall: number;
  /** The same rows as one of their parts. */
  readonly nRepeated: number;
}

/**
 * Finds slices that fare worse than the rest by more than a margin, with one error rate for the whole search.
 *
 *     slices      all conjunctions of up to `depth` levels of the attributes with `minSize` rows (clusters) inside and outside
 *     gap_s       = mean of the value inside less that of all other rows
 *     z_s(δ)      normal score of a one-sided test of gap_s ≤ δ, from `shareGapScore` or Student's t
 *     p̃_s         step-down max-T of z_s(margin) under jointly normal Z ~ N(0, R), R the correlation of the gaps
 *     lower_s     z_s(lower) = c,   upper_s likewise from the other side,   c the 1 − errorRate quantile of max Z
 *
 * "beyond the margin": p̃ ≤ errorRate; "within": upper ≤ margin; else not enough data to tell. The chance of any false
 * "beyond" is `errorRate`, that of any false "within" too, and each side's limits hold together. Slices overlap, so R is not
 * the identity, and c is below Bonferroni's. Step-down: "beyond" can stand beside a lower limit under the margin.
 *
 * `value` of a row: 1 for an error and 0 for none, or a loss; of events alone, 1 for a missed one makes the gap one in the
 * false negative rate. 0 and 1 are judged as shares, with tails that hold where few errors are expected, by sizes n/D with
 * clusters, D = max(1, Var over that of independent rows). Anything else is judged by Student's t with the degrees of freedom of
 * the smaller side; its variance is the larger of the gap's own and D σ² (1/n_s + 1/n_rest), σ² of all rows, because losses
 * are skewed: a few small ones would else prove a slice better than the rest. Not estimable: no slice is large enough. A depth other than 1, 2, 3, a minSize under 2, more than
 * 5,000 slices, and a value that is not finite are a ContractError.
 *
 * Permuting values among rows would be exact where nothing differs anywhere, but says nothing of a margin, of limits, or of
 * clusters that lie in several slices; drawing from R does, and keeps the tails of each slice apart from their dependence.
 *
 * Reference: Westfall & Young (1993), Resampling-Based Multiple Testing, ISBN 978-0-471-55761-6; Romano & Wolf (2005), JASA
 * 100, 94–108, doi:10.1198/016214504000000539; Chernozhukov, Chetverikov & Kato (2013), Annals of Statistics 41, 2786–2819,
 * doi:10.1214/13-AOS1161 (Gaussian multipliers); Chung et al. (2019), IEEE ICDE, 1550–1553, doi:10.1109/ICDE.2019.00139
 * (slices). Checked against: R mvtnorm::qmvnorm (test/reference/slices.json); its error over simulated searches
 * (test/more/slices.test.ts).
 */
export function findSlices({
  attributes,
  value,
  cluster,
  depth = 2,
  minSize,
  margin = 0,
  errorRate = 0.05,
  nDraws = 1000,
  random,
}: SlicedRows & {
  readonly depth?: number;
  readonly minSize: number;
  readonly margin?: number;
  readonly errorRate?: number;
  readonly nDraws?: number;
  readonly random: Random;
}): SliceSearch | NotEstimable {
  assertRows({ attributes, value, ...(cluster && { cluster }) });
  assertSearch({ depth, minSize, margin, errorRate });
  const units = unitsOf(value.length, cluster);
  const census = sliceCensus(attributes, { units, depth, minSize });
  const { slices, nTooSmall, nRepeated } = census;
  if (slices.length === 0) return { notEstimable: "no slice is large enough" };
  const gaps = sliceGaps(value, census, units);
  const isShare = value.every((x) => x === 0 || x === 1);
  const scales = slices.map((slice, s) => {
    const nRest = value.length - slice.nRows;
    const found = { slice, nRest, gaps, s };
    return isShare ? scaleOfShares(found, cluster !== undefined) : scaleOfMeans(found);
  });
  const statistic = Float64Array.from(scales, (scale) => scale.scoreAbove(margin));
  const { adjusted, maxima } = stepDownMaxT(statistic, {
    nDraws,
    draw: jointNormal(gaps.correlation, random),
  });
  const critical = observedQuantile(maxima, 1 - errorRate);
  const examined = slices.map((slice, s): ExaminedSlice => {
    const limits = scales[s]!.limitsAt(critical);
    const [mean, meanElsewhere, pValue] = [gaps.mean[s]!, gaps.meanElsewhere[s]!, adjusted[s]!];
    const answer = answerOf({ pValue, errorRate, upper: limits.upper, margin });
    const { conditions, nRows, nInside } = slice;
    const gap = mean - meanElsewhere;
    return { conditions, nRows, nInside, mean, meanElsewhere, gap, ...limits, pValue, answer };
  });
  return {
    slices: Array.from(statistic.keys())
      .sort((a, b) => statistic[b]! - statistic[a]! || a - b)
      .map((s) => examined[s]!),
    nExamined: examined.length,
    nTooSmall,
    nRepeated,
  };
}

function answerOf(found: {
  readonly pValue: number;
  readonly errorRate: number;
  readonly upper: number;
  readonly margin: number;
}): MarginVerdict {
  if (found.pValue <= found.errorRate) return "beyond the margin";
  return found.upper <= found.margin ? "within the margin" : "not enough data to tell";
}

interface FoundGap {
  readonly slice: CountedSlice;
  readonly nRest: number;
  readonly gaps: SliceGaps;
  readonly s: number;
}

/** Of the smaller side, rows or clusters. */
function unitsOfSmaller({ slice }: FoundGap): number {
  return Math.min(slice.nInside, slice.nOutside);
}

/** Variance of a gap over what it were for independent rows, at least 1. */
function effectOf(found: FoundGap): number {
  const { slice, nRest, gaps, s } = found;
  const units = unitsOfSmaller(found);
  const [own, independent] = [gaps.variance[s]!, gaps.rowVariance[s]!];
  // Where the rows of each side are all alike, the most rows that a cluster has on average on one of them.
  if (!(independent > 1e-24 * gaps.valueVariance))
    return Math.max(slice.nRows / slice.nInside, nRest / slice.nOutside);
  return Math.max(1, (own / independent) * (units / (units - 1)));
}

function scaleOfShares(found: FoundGap, hasClusters: boolean): GapScale {
  const { slice, nRest, gaps, s } = found;
  const [n1, n2] = [slice.nRows, nRest];
  const [x1, x2] = [Math.round(gaps.mean[s]! * n1), Math.round(gaps.meanElsewhere[s]! * n2)];
  if (!hasClusters) return shareScale({ x1, n1, x2, n2 }, Infinity);
  const effect = effectOf(found);
  const counts = { x1: x1 / effect, n1: n1 / effect, x2: x2 / effect, n2: n2 / effect };
  return shareScale(counts, unitsOfSmaller(found) - 1);
}

function scaleOfMeans(found: FoundGap): GapScale {
  const { slice, nRest, gaps, s } = found;
  const units = unitsOfSmaller(found);
  const own = (gaps.variance[s]! * units) / (units - 1);
  const pooled = gaps.valueVariance * (1 / slice.nRows + 1 / nRest) * effectOf(found);
  if (gaps.valueVariance === 0) return unknownScale;
  const gap = gaps.mean[s]! - gaps.meanElsewhere[s]!;
  return meanScale({ gap, stdError: Math.sqrt(Math.max(own, pooled)) }, units - 1);
}

function assertRows({ attributes, value, cluster }: SlicedRows): void {
  assertFinite({ value });
  attributes.forEach(({ code, nLevels }, a) => {
    const name = `attribute ${a}`;
    assertSameLength({ value, [name]: code, ...(cluster && { cluster }) });
    assertGroups(nLevels);
    assertCodes(name, code, { n: nLevels, what: "levels" });
  });
}

function assertSearch(search: {
  readonly depth: number;
  readonly minSize: number;
  readonly margin: number;
  readonly errorRate: number;
}): void {
  const { depth, minSize, margin, errorRate } = search;
  if (![1, 2, 3].includes(depth)) throw new ContractError(`a depth of ${depth}`);
  if (!(Number.isSafeInteger(minSize) && minSize >= 2))
    throw new ContractError(`slices of at least ${minSize}`);
  if (!(margin >= 0 && margin < Infinity)) throw new ContractError(`a margin of ${margin}`);
  // Limits of either side, which would cross beyond one half.
  assertLevel(1 - 2 * errorRate);
}
