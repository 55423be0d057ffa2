import { assertBinary, assertFinite, assertSameLength, ContractError } from "./assert.ts";
import type { Matrix } from "./cholesky.ts";
import { type LogisticColumns, logisticLikelihood } from "./logistic-likelihood.ts";
import { product } from "./matrix.ts";
import { diagonalOf, type FitOutcome, inverseInformation, maximiseLikelihood } from "./newton.ts";
import { type PenalisedAt, penalised, type Ridge, ridgeStrength, shrinkage } from "./ridge.ts";
import { spread, standardised } from "./standardise.ts";

export interface LogisticData {
  readonly event: Uint8Array;
  /** One column for each covariate; the intercept is added. */
  readonly covariates: readonly Float64Array[];
  /** How many equal patients a row stands for: whole numbers above 0. */
  readonly weight?: Float64Array;
  /** Added to the log odds as it is. */
  readonly offset?: Float64Array;
}

export interface LogisticFit {
  readonly outcome: FitOutcome;
  /** Why the outcome is not "converged": lower case, no full stop. */
  readonly reason?: string;
  /** Patients: the weights added up. */
  readonly n: number;
  readonly nEvents: number;
  /** The intercept, then the log odds ratio for one unit of each covariate. */
  readonly coefficients: Float64Array;
  /** Of the coefficients, in their order: inverse of the information, the ridge penalty included. */
  readonly variance: Matrix;
  /** With the intercept (and the offset) alone, and fitted; without the ridge penalty. */
  readonly logLikelihood: readonly [interceptAlone: number, fitted: number];
  readonly iterations: number;
  /** With a ridge penalty: what it takes from the log likelihood, and how many free coefficients are left. */
  readonly ridge?: { readonly penalty: number; readonly degreesOfFreedom: number };
}

/**
 * Logistic regression of a binary outcome by Newton's method (iteratively reweighted least squares), halving
 * any step that loses likelihood.
 *
 *     log(p / (1 − p)) = β₀ + x β + offset
 *     β maximises Σ w [d log p + (1 − d) log(1 − p)] − θ/2 Σ var(xⱼ) βⱼ²
 *
 * The ridge penalty, where there is one, spares the intercept, and the covariates that it does not name;
 * var(xⱼ) makes it the same in any units. Covariates are centred and scaled inside. Converged means that the
 * last step was under 1e-8 standard errors.
 *
 * A fit without a finite maximum is a value, not an error: "monotone likelihood" where a combination of
 * covariates separates those with the event from those without, wholly or but for ties, or where nobody or
 * everybody has it; "singular" where a covariate is constant or a combination of others, or there is nobody.
 * Coefficients and variance are NaN where there are no patients, no events, no event-free, or the fit is
 * singular; with a monotone likelihood they are the last ones and mean nothing. A number that is not finite,
 * an event other than 0 and 1, or a weight that is no whole number above 0 is a ContractError.
 *
 * Reference: Cox (1958), J R Stat Soc B 20, 215–242, doi:10.1111/j.2517-6161.1958.tb00292.x; le Cessie & van
 * Houwelingen (1992), Applied Statistics 41, 191–201, doi:10.2307/2347628 (ridge); Albert & Anderson (1984),
 * Biometrika 71, 1–10, doi:10.1093/biomet/71.1.1 (separation). Checked against: R stats::glm and rms::lrm.fit
 * with a penalty (test/reference/logistic.json, logistic-ridge.json).
 */
export function logisticRegression(data: LogisticData & { readonly ridge?: Ridge }): LogisticFit {
  const { ridge, ...plain } = data;
  assertLogisticData(plain);
  const model = standardisedModel(plain);
  const strength = ridge && ridgeStrength(model.columns, ridge, plain.weight);
  const counts = countsOf(plain);
  const missing = whyNoIntercept(counts);
  if (missing !== undefined) return withoutMaximum(missing, counts, plain.covariates.length);
  const startingIntercept = Math.log(counts.nEvents / (counts.n - counts.nEvents));
  const alone = { ...model, columns: [] };
  const interceptAlone = maximum(alone, undefined, [startingIntercept]);
  const zeros = Array.from(plain.covariates, () => 0);
  const { outcome, reason, beta, at, iterations } = maximum(model, strength, [
    ...zeros,
    interceptAlone.beta[0]!,
  ]);
  const inverse = inverseInformation(at.information);
  const isKnown = outcome !== "singular";
  const toOwnUnits = unscaling(model);
  return {
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...counts,
    coefficients: isKnown ? ownUnits(toOwnUnits, beta, model) : beta.map(() => Number.NaN),
    variance: product(product(toOwnUnits, inverse), transposed(toOwnUnits)),
    logLikelihood: [interceptAlone.at.logLikelihood, (at.unpenalised ?? at).logLikelihood],
    iterations,
    ...(at.unpenalised && { ridge: shrinkage(at, inverse) }),
  };
}

function assertLogisticData({ event, covariates, weight, offset }: LogisticData): void {
  const names = Object.fromEntries(covariates.map((column, j) => [`covariate ${j + 1}`, column]));
  assertSameLength({ event, ...names, ...(weight && { weight }), ...(offset && { offset }) });
  assertFinite({ ...names, ...(offset && { offset }) });
  assertBinary({ event });
  for (let i = 0; weight && i < weight.length; i++)
    if (!(Number.isSafeInteger(weight[i]) && weight[i]! > 0))
      throw new ContractError(`weight[${i}] is ${weight[i]}, not a whole number above 0`);
}

interface StandardisedModel extends LogisticColumns {
  readonly centre: Float64Array;
  readonly scale: Float64Array;
  readonly range: Float64Array;
  readonly offsetCentre: number;
}

function standardisedModel({ event, covariates, weight, offset }: LogisticData): StandardisedModel {
  const spreads = covariates.map(spread);
  const offsetCentre = offset === undefined ? 0 : spread(offset).centre;
  return {
    event,
    columns: covariates.map((column, j) => standardised(column, spreads[j]!)),
    ...(weight && { weight }),
    ...(offset && { offset: standardised(offset, { centre: offsetCentre, scale: 1 }) }),
    offsetCentre,
    centre: Float64Array.from(spreads, ({ centre }) => centre),
    scale: Float64Array.from(spreads, ({ scale }) => scale),
    range: Float64Array.from(spreads, ({ range }) => range),
  };
}

interface Counts {
  readonly n: number;
  readonly nEvents: number;
}

function countsOf({ event, weight }: LogisticData): Counts {
  let n = 0;
  let nEvents = 0;
  for (let i = 0; i < event.length; i++) {
    const count = weight ? weight[i]! : 1;
    n += count;
    nEvents += count * event[i]!;
  }
  return { n, nEvents };
}

function whyNoIntercept({ n, nEvents }: Counts): string | undefined {
  if (n === 0) return "no patients";
  if (nEvents === 0) return "no events";
  return nEvents === n ? "everybody has the event" : undefined;
}

function withoutMaximum(reason: string, counts: Counts, nCovariates: number): LogisticFit {
  const unknown = () => new Float64Array(nCovariates + 1).fill(Number.NaN);
  return {
    outcome: counts.n === 0 ? "singular" : "monotone likelihood",
    reason,
    ...counts,
    coefficients: unknown(),
    variance: Array.from({ length: nCovariates + 1 }, unknown),
    logLikelihood: [0, 0],
    iterations: 0,
  };
}

/** From `start`; the intercept is the last coefficient, so that a dependent covariate is found before it. */
function maximum(model: StandardisedModel, strength: Float64Array | undefined, start: readonly number[]) {
  const plain = (beta: Float64Array) => logisticLikelihood(model, beta);
  const spared = strength && Float64Array.from([...strength, 0]);
  const likelihood = (beta: Float64Array): PenalisedAt =>
    spared ? penalised(plain(beta), beta, spared) : plain(beta);
  const beta = Float64Array.from(start);
  const at = likelihood(beta);
  const intercept = model.columns.length;
  return maximiseLikelihood({
    likelihood,
    start: { beta, at },
    range: Float64Array.from(start, (_, j) => (j === intercept ? 1 : model.range[j]!)),
    diagonal: diagonalOf(at, at.information[intercept]![intercept]!),
    logLikelihoodAtZero: at.logLikelihood,
    nameOf: (row) => (row === intercept ? "the intercept" : `covariate ${row + 1}`),
  });
}

/** The matrix that turns scaled coefficients, intercept last, into those in own units, intercept first. */
function unscaling({ centre, scale }: StandardisedModel): Float64Array[] {
  const p = scale.length;
  const rows = Array.from({ length: p + 1 }, () => new Float64Array(p + 1));
  for (let j = 0; j < p; j++) {
    rows[0]![j] = -centre[j]! / scale[j]!;
    rows[j + 1]![j] = 1 / scale[j]!;
  }
  rows[0]![p] = 1;
  return rows;
}

function ownUnits(toOwnUnits: Matrix, beta: Float64Array, { offsetCentre }: StandardisedModel): Float64Array {
  const own = Float64Array.from(toOwnUnits, (row) => row.reduce((sum, t, j) => sum + t * beta[j]!, 0));
  own[0]! -= offsetCentre;
  return own;
}

function transposed(a: Matrix): Float64Array[] {
  return a.map((_, i) => Float64Array.from(a, (row) => row[i]!));
}
