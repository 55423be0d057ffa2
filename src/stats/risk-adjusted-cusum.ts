import { assertBinary, assertCount, assertRisk, assertSameLength, ContractError } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { type Random, seededRandom } from "./random.ts";

/** One entry for each patient, in the order of their outcomes. */
export interface RiskAdjustedChart {
  readonly sum: Float64Array;
  /** Patients at whom the sum is above the limit; it starts at 0 again after each. */
  readonly alarms: readonly number[];
}

/**
 * Risk-adjusted CUSUM of outcomes against the risks that a model predicted.
 *
 *     C ← max(0, C + W),   W = y log R − log(1 − r + R r),   alarm where C > h
 *
 * the log likelihood ratio of odds R · r/(1 − r) against the predicted ones: R = 2 looks for twice the odds, ½ for half.
 * R is `oddsRatio`. `riskAdjustedLimit` finds h. A risk that is not between 0 and 1, an outcome that is not 0 or 1, an
 * odds ratio of 1 or not above 0, a limit not above 0, and an event where the risk is 0 or none where it is 1 are a
 * ContractError.
 *
 * Reference: Steiner, Cook, Farewell & Treasure (2000), Biostatistics 1, 441–452, doi:10.1093/biostatistics/1.4.441.
 */
export function riskAdjustedCusum({
  event,
  risk,
  oddsRatio,
  limit,
}: {
  readonly event: Uint8Array;
  readonly risk: Float64Array;
  readonly oddsRatio: number;
  readonly limit: number;
}): RiskAdjustedChart {
  assertSameLength({ event, risk });
  assertBinary({ event });
  assertRisk({ risk });
  assertOddsRatio(oddsRatio);
  if (!(limit > 0 && limit < Infinity)) throw new ContractError(`a limit of ${limit}`);
  const alarms: number[] = [];
  let total = 0;
  const sum = risk.map((r, i) => {
    if (r === 1 - event[i]!) throw new ContractError(`event[${i}] is ${event[i]} at a risk of ${r}`);
    const reached = Math.max(0, total + stepOf(r, event[i]!, oddsRatio));
    total = reached > limit ? 0 : reached;
    if (reached > limit) alarms.push(i);
    return reached;
  });
  return { sum, alarms };
}

export interface RiskAdjustedLimit {
  readonly limit: number;
  /** Simulated patients to a false alarm at this limit, and its standard error. */
  readonly runLength: number;
  readonly stdError: number;
  readonly nRuns: number;
}

/**
 * The limit of a risk-adjusted CUSUM whose average run length to a false alarm is the one asked for, by simulation.
 *
 * Patients are drawn with replacement from `risk`, the risks of the launch period, their outcomes from those risks. Each
 * run draws from a stream of its own and remembers when its sum first passed each height, so that one set of runs shows
 * the run length of every limit; the limit, a multiple of 1e-9, is the lowest whose mean is at least `runLength`. The run length depends on
 * the mix of patients: simulate again when the mix changes. The same seed gives the same limit. Not estimable where no
 * patient's outcome is open (every risk 0 or 1), or where 30,000,000 patients are not enough. Nobody is a ContractError, as are fewer than 100 runs and a run length
 * below 2; risks and odds ratio as in `riskAdjustedCusum`.
 *
 * Reference: Steiner, Cook, Farewell & Treasure (2000), section 3; for the mix of patients Tian, Sun, Zhang & Woodall
 * (2015), International Journal for Quality in Health Care 27, 31–36.
 */
export function riskAdjustedLimit({
  risk,
  oddsRatio,
  runLength,
  seed,
  nRuns = 1_000,
}: {
  readonly risk: Float64Array;
  readonly oddsRatio: number;
  readonly runLength: number;
  readonly seed: number;
  readonly nRuns?: number;
}): RiskAdjustedLimit | NotEstimable {
  assertRisk({ risk });
  assertOddsRatio(oddsRatio);
  assertCount("runs", nRuns);
  if (risk.length === 0) throw new ContractError("nobody to draw from");
  if (nRuns < 100) throw new ContractError(`${nRuns} runs; 100 at least`);
  if (!(runLength >= 2 && runLength < Infinity)) throw new ContractError(`a run length of ${runLength}`);
  if (!risk.some((r) => r > 0 && r < 1)) return { notEstimable: "every risk is 0 or 1" };
  const steps = {
    risk,
    event: risk.map((r) => stepOf(r, 1, oddsRatio)),
    none: risk.map((r) => stepOf(r, 0, oddsRatio)),
  };
  const budget = { left: mostPatients };
  const runs = seededRandom(seed)
    .split(nRuns)
    .map((random) => new Run(random, steps, budget));
  let height = finest;
  while (meanOf(runs, height) < runLength && budget.left > 0)
    height = Math.max(1.25 * height, Math.abs(Math.log(oddsRatio)) / 4);
  if (budget.left <= 0)
    return { notEstimable: `more than ${mostPatients.toExponential()} patients would have to be drawn` };
  // Between the heights that runs have reached the run lengths do not change.
  const heights = Float64Array.from(
    new Set([finest, ...runs.flatMap((run) => run.heightsTo(height).map(roundedUp))]),
  ).sort();
  let [low, high] = [-1, heights.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (meanOf(runs, heights[middle]!) >= runLength) high = middle;
    else low = middle;
  }
  const limit = heights[high]!;
  const lengths = runs.map((run) => run.lengthTo(limit));
  const mean = lengths.reduce((total, length) => total + length, 0) / nRuns;
  const squares = lengths.reduce((total, length) => total + (length - mean) ** 2, 0);
  return { limit, runLength: mean, stdError: Math.sqrt(squares / (nRuns - 1) / nRuns), nRuns };
}

/** Limits are multiples of it. */
const finest = 1e-9;

/** To draw so many patients takes two seconds. */
const mostPatients = 3e7;

interface Steps {
  readonly risk: Float64Array;
  /** log likelihood ratio of an event and of none, by patient. */
  readonly event: Float64Array;
  readonly none: Float64Array;
}

/** One simulated stream of patients, continued as far as it is asked about. */
class Run {
  /** Each new greatest height, and the patients until then. */
  readonly #heights: number[] = [];
  readonly #lengths: number[] = [];
  readonly #random: Random;
  readonly #steps: Steps;
  readonly #budget: { left: number };
  #sum = 0;
  #nPatients = 0;

  constructor(random: Random, steps: Steps, budget: { left: number }) {
    this.#random = random;
    this.#steps = steps;
    this.#budget = budget;
  }

  /** Patients until the sum is above the limit. */
  lengthTo(limit: number): number {
    this.#continueAbove(limit);
    let [low, high] = [-1, this.#heights.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#heights[middle]! > limit) high = middle;
      else low = middle;
    }
    // A run that the budget cut short has not come this far: its length so far, which the caller then drops.
    return this.#lengths[high] ?? this.#nPatients;
  }

  /** The greatest heights up to and including the first above the limit. */
  heightsTo(limit: number): number[] {
    this.#continueAbove(limit);
    return this.#heights.filter((height, i) => height <= limit || !(this.#heights[i - 1]! > limit));
  }

  #continueAbove(limit: number): void {
    const { risk, event, none } = this.#steps;
    let greatest = this.#heights.at(-1) ?? 0;
    while (!(greatest > limit) && this.#budget.left-- > 0) {
      const patient = this.#random.integer(risk.length);
      const isEvent = this.#random.next() < risk[patient]!;
      this.#sum = Math.max(0, this.#sum + (isEvent ? event : none)[patient]!);
      this.#nPatients++;
      // A finer record would not move a limit.
      if (this.#sum > greatest + finest || (this.#sum > limit && this.#sum > greatest)) {
        greatest = this.#sum;
        this.#heights.push(greatest);
        this.#lengths.push(this.#nPatients);
      }
    }
  }
}

/** Sums that differ by rounding are on the same side of a limit. */
function roundedUp(height: number): number {
  return Math.ceil(height * 1e9 + 0.5) / 1e9;
}

function meanOf(runs: readonly Run[], limit: number): number {
  return runs.reduce((total, run) => total + run.lengthTo(limit), 0) / runs.length;
}

function stepOf(risk: number, event: number, oddsRatio: number): number {
  return event * Math.log(oddsRatio) - Math.log(1 - risk + oddsRatio * risk);
}

function assertOddsRatio(oddsRatio: number): void {
  if (!(oddsRatio > 0 && oddsRatio < Infinity && oddsRatio !== 1))
    throw new ContractError(`an odds ratio of ${oddsRatio}`);
}
