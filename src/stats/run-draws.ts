import { ContractError } from "./assert.ts";
import { resample } from "./bootstrap.ts";
import type { NotEstimable } from "./not-estimable.ts";
import type { Random } from "./random.ts";
import { unitsOf } from "./rows-by-unit.ts";
import type { ScoreRuns } from "./score-runs.ts";
import { mean, sum } from "./sum.ts";

/** Cases and controls at each distinct score of the whole sample, in one draw; runs may be empty. */
export type DrawnRuns = Pick<ScoreRuns, "cases" | "controls" | "length" | "nCases" | "nControls">;

export interface RunDraws {
  readonly draw: (random: Random) => DrawnRuns;
  /** Rows, or clusters. */
  readonly nUnits: number;
}

/**
 * What draws as many rows as there are, with replacement, or as many clusters with all their rows, and counts them into the
 * runs of scores, which stay in order: a draw costs no sorting. The counts are those of the last draw.
 */
export function runDraws(runs: ScoreRuns, event: Uint8Array, cluster: Uint32Array | undefined): RunDraws {
  const runOf = runOfRows(runs);
  const { start, rows, length: nUnits } = unitsOf(event.length, cluster);
  const { length } = runs;
  const [cases, controls] = [new Uint32Array(length), new Uint32Array(length)];
  const draw = (random: Random) => {
    cases.fill(0);
    controls.fill(0);
    let [nCases, nControls] = [0, 0];
    for (const unit of resample(nUnits, random))
      for (let i = start[unit]!; i < start[unit + 1]!; i++) {
        const row = rows[i]!;
        if (event[row] === 1) {
          cases[runOf[row]!]!++;
          nCases++;
        } else {
          controls[runOf[row]!]!++;
          nControls++;
        }
      }
    return { cases, controls, length, nCases, nControls };
  };
  return { draw, nUnits };
}

/** Standard deviation of a measure over draws, those without cases or controls left out and counted. */
export function drawnSpread(
  { draw }: RunDraws,
  {
    nDraws,
    random,
    measure,
  }: { readonly nDraws: number; readonly random: Random; readonly measure: (drawn: DrawnRuns) => number },
): { readonly stdError: number; readonly nWithout: number } | NotEstimable {
  if (nDraws < 2) throw new ContractError(`${nDraws} draws have no spread`);
  const values: number[] = [];
  for (let b = 0; b < nDraws; b++) {
    const drawn = draw(random);
    if (drawn.nCases > 0 && drawn.nControls > 0) values.push(measure(drawn));
  }
  const kept = Float64Array.from(values);
  if (kept.length < 2) return { notEstimable: "hardly a draw has both cases and controls" };
  const centre = mean(kept);
  const variance = sum(kept.map((value) => (value - centre) ** 2)) / (kept.length - 1);
  // Equal values leave the rounding of their mean.
  if (!(variance > 1e-24)) return { notEstimable: "the draws do not vary" };
  return { stdError: Math.sqrt(variance), nWithout: nDraws - kept.length };
}

function runOfRows({ order, cases, controls, length }: ScoreRuns): Uint32Array {
  const runOf = new Uint32Array(order.length);
  let position = 0;
  for (let k = 0; k < length; k++)
    for (let end = position + cases[k]! + controls[k]!; position < end; position++)
      runOf[order[position]!] = k;
  return runOf;
}
