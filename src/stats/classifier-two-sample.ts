import { assertBinary, assertFinite, assertSameLength, ContractError } from "./assert.ts";
import { placesOf } from "./clusters.ts";
import { areaUnderCurve } from "./delong.ts";
import { logisticRegression } from "./logistic.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { isNotEstimable } from "./not-estimable.ts";
import type { Random, Splittable } from "./random.ts";
import { scoreRuns } from "./score-runs.ts";

export interface TwoSamples {
  /** One column for each input, of both samples together. */
  readonly columns: readonly Float64Array[];
  /** 1 for a row of the current sample, 0 for one of the reference. */
  readonly current: Uint8Array;
  /** Patient of a row, where patients have several; all rows of one are in the same sample. */
  readonly cluster?: Uint32Array;
}

export interface ClassifierTest {
  /** Of pairs of rows that no model was fitted to, the share in which the one of the current sample scores higher. */
  readonly auc: number;
  /** Of as many permutations, the share with at least this AUC, the data's own order counted among them. */
  readonly pValue: number;
  readonly nPermutations: number;
  /** What is permuted: patients where there are clusters, else rows. */
  readonly nCurrent: number;
  readonly nReference: number;
}

/** A normal prior of standard deviation 1 for each standardised coefficient: rows that a column separates stay finite. */
const ridge = { theta: 1 };

/**
 * Classifier two-sample test: can a logistic regression on the inputs tell the current sample from the reference?
 *
 *     AUC = Σₖ #{pairs of fold k with s₋ₖ(xᵢ) > s₋ₖ(yⱼ)} / Σₖ #{pairs of fold k},   ties one half
 *     p   = (1 + #{b: AUC_b ≥ AUC}) / (1 + B)
 *
 * s₋ₖ is fitted to the other folds; pairs within a fold only are compared, because scores of different models are not on one
 * scale. Null hypothesis: both samples come from one distribution, so that who is in which can be permuted, whole patients
 * where there are clusters. Each permutation deals its own folds, stratified by sample, and fits its own models: the level
 * holds exactly for any number of rows. An AUC is under ½ by chance alone, so the test is one-sided.
 *
 * The model is linear: it sees means that move, together or apart, and not a spread or a correlation that changes; for those
 * give squares or products as columns. Not estimable: no columns, none that varies, a sample with fewer rows (patients)
 * than folds. A patient in both samples, a value that is not finite, fewer than two folds or no permutation is a
 * ContractError.
 *
 * Reference: Lopez-Paz & Oquab (2017), ICLR, arXiv:1610.06545; Kim, Ramdas, Singh & Wasserman (2021), Annals of Statistics
 * 49, 411–434, doi:10.1214/20-AOS1962; p value: Phipson & Smyth (2010), Statistical Applications in Genetics and Molecular
 * Biology 9, 39, doi:10.2202/1544-6115.1585. Checked against: its size over simulated samples
 * (test/more/classifier-two-sample.test.ts).
 */
export function classifierTwoSampleTest({
  columns,
  current,
  cluster,
  nFolds = 5,
  nPermutations,
  random,
}: TwoSamples & {
  readonly nFolds?: number;
  readonly nPermutations: number;
  readonly random: Splittable<Random>;
}): ClassifierTest | NotEstimable {
  assertSamples({ columns, current, ...(cluster && { cluster }) });
  if (!(Number.isSafeInteger(nFolds) && nFolds >= 2)) throw new ContractError(`${nFolds} folds`);
  if (!(Number.isSafeInteger(nPermutations) && nPermutations >= 1))
    throw new ContractError(`${nPermutations} permutations`);
  const varying = columns.filter((column) => column.some((value) => value !== column[0]));
  if (varying.length === 0) return { notEstimable: columns.length === 0 ? "no columns" : "no column varies" };
  const units = unitsOf(current, cluster);
  const nCurrent = units.sample.reduce((sum, s) => sum + s, 0);
  const nReference = units.sample.length - nCurrent;
  if (Math.min(nCurrent, nReference) < nFolds)
    return { notEstimable: `a sample has fewer ${cluster ? "patients" : "rows"} than there are folds` };
  const [first, ...others] = random.split(nPermutations + 1);
  const auc = crossFittedAuc(varying, units, units.sample, nFolds, first!);
  let nAtLeast = 0;
  for (const child of others) {
    const permuted = shuffled(units.sample, child);
    // Shares of as many pairs: what differs by rounding alone is equal.
    if (crossFittedAuc(varying, units, permuted, nFolds, child) >= auc - 1e-12) nAtLeast++;
  }
  return { auc, pValue: (1 + nAtLeast) / (1 + nPermutations), nPermutations, nCurrent, nReference };
}

function assertSamples({ columns, current, cluster }: TwoSamples): void {
  const named = Object.fromEntries(columns.map((column, j) => [`column ${j + 1}`, column]));
  assertSameLength({ current, ...named, ...(cluster && { cluster }) });
  assertFinite(named);
  assertBinary({ current });
}

interface Units {
  /** The unit of each row. */
  readonly of: Uint32Array;
  /** The sample of each unit. */
  readonly sample: Uint8Array;
}

function unitsOf(current: Uint8Array, cluster: Uint32Array | undefined): Units {
  if (!cluster) return { of: Uint32Array.from(current.keys()), sample: current };
  const place = placesOf(cluster);
  const numbers = new Map<number, number>();
  const of = place.map((code) => {
    const number = numbers.get(code) ?? numbers.size;
    numbers.set(code, number);
    return number;
  });
  const sample = new Uint8Array(numbers.size).fill(2);
  for (let i = 0; i < of.length; i++) {
    const unit = of[i]!;
    if (sample[unit] !== 2 && sample[unit] !== current[i])
      throw new ContractError(`cluster ${cluster[i]} is in both samples`);
    sample[unit] = current[i]!;
  }
  return { of, sample };
}

function crossFittedAuc(
  columns: readonly Float64Array[],
  { of }: Units,
  sample: Uint8Array,
  nFolds: number,
  random: Random,
): number {
  const fold = dealtFolds(sample, nFolds, random);
  const label = Uint8Array.from(of, (unit) => sample[unit]!);
  const rows = [...of.keys()];
  let [wins, pairs] = [0, 0];
  for (let k = 0; k < nFolds; k++) {
    const inside = rows.filter((row) => fold[of[row]!] === k);
    const score = scoreOf(columns, label, {
      fit: rows.filter((row) => fold[of[row]!] !== k),
      apply: inside,
    });
    const runs = scoreRuns(
      score,
      Uint8Array.from(inside, (row) => label[row]!),
    );
    if (isNotEstimable(runs)) throw new ContractError(`fold ${k}: ${runs.notEstimable}`);
    const own = runs.nCases * runs.nControls;
    wins += areaUnderCurve(runs) * own;
    pairs += own;
  }
  return wins / pairs;
}

/** Units dealt out in random order, each sample by itself. */
function dealtFolds(sample: Uint8Array, nFolds: number, random: Random): Uint32Array {
  const fold = new Uint32Array(sample.length);
  const order = shuffled(Uint32Array.from(sample.keys()), random);
  const dealt = [0, 0];
  for (const unit of order) fold[unit] = dealt[sample[unit]!]!++ % nFolds;
  return fold;
}

/** Linear predictor of a fit to some rows, for others; columns that do not vary among the former say nothing. */
function scoreOf(
  columns: readonly Float64Array[],
  label: Uint8Array,
  { fit, apply }: { readonly fit: readonly number[]; readonly apply: readonly number[] },
): Float64Array {
  const pick = (column: Float64Array, rows: readonly number[]) =>
    Float64Array.from(rows, (row) => column[row]!);
  const used = columns.filter((column) => fit.some((row) => column[row] !== column[fit[0]!]));
  const { coefficients } = logisticRegression({
    event: Uint8Array.from(fit, (row) => label[row]!),
    covariates: used.map((column) => pick(column, fit)),
    ridge,
  });
  const score = new Float64Array(apply.length);
  for (const [j, column] of used.entries())
    for (let i = 0; i < apply.length; i++) score[i]! += coefficients[j + 1]! * column[apply[i]!]!;
  return score;
}

/** Fisher and Yates's shuffle of a copy. */
function shuffled<Column extends Uint8Array | Uint32Array>(values: Column, random: Random): Column {
  const copy = values.slice() as Column;
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}
