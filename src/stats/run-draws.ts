import { ContractError } from "./assert.ts";
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
  const { order, length } = runs;
  const { of, length: nUnits } = unitsOf(event.length, cluster);
  // In the order of the scores, so that a draw reads its columns from one end to the other.
  const unit = order.map((row) => of[row]!);
  const isCase = Uint8Array.from(order, (row) => event[row]!);
  const end = endOfRuns(runs);
  const [cases, controls] = [new Uint32Array(length), new Uint32Array(length)];
  const draw = (random: Random) => {
    const times = random.tally(nUnits, nUnits);
    let nRows = 0;
    let nCases = 0;
    for (let k = 0, place = 0; k < length; k++) {
      let drawn = 0;
      let withEvent = 0;
      for (const to = end[k]!; place < to; place++) {
        const taken = times[unit[place]!]!;
        drawn += taken;
        withEvent += taken * isCase[place]!;
      }
      cases[k] = withEvent;
      controls[k] = drawn - withEvent;
      nRows += drawn;
      nCases += withEvent;
    }
    return { cases, controls, length, nCases, nControls: nRows - nCases };
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

/** The place in the order of the scores behind each run. */
function endOfRuns({ cases, controls, length }: ScoreRuns): Uint32Array {
  const end = new Uint32Array(length);
  for (let k = 0, place = 0; k < length; k++) {
    place += cases[k]! + controls[k]!;
    end[k] = place;
  }
  return end;
}
