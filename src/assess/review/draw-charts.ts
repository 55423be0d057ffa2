import { Problem } from "../../evidence/problem.ts";
import type { DrawnSample } from "../../protocol/index.ts";
import { allocate, leastTotal } from "../../stats/allocation.ts";
import { drawWithoutReplacement } from "../../stats/draw.ts";
import { type Random, seededRandom } from "../../stats/random.ts";
import type { Cohort } from "../cohort/cohort.ts";
import { reviewStrata } from "./review-strata.ts";

/** All that the charts of a sample follow from, beside the study's files. */
export type DrawRequest = Pick<DrawnSample, "seed" | "size" | "allocation" | "floor" | "by" | "flag">;

/** The first children of the seed are for the order of the sheets, the next for the strata in their order. */
const nSheets = 2;

/**
 * Draws charts at random without replacement within strata; keys in ascending order, which tells nothing of the strata.
 *
 * The same files, seed and request give the same charts, in whatever order the rows stand.
 * Errors: more charts than there are patients of known status, or fewer than the strata need.
 */
export function drawCharts(cohort: Cohort, keys: readonly string[], request: DrawRequest): string[] {
  const { code, names } = reviewStrata(cohort, request);
  const members: string[][] = names.map(() => []);
  code.forEach((h, i) => {
    if (h >= 0) members[h]!.push(keys[i]!);
  });
  const sizes = members.map(({ length }) => length);
  refuseSize(sizes, request);
  const { size, floor, allocation, seed } = request;
  const wanted = allocate(sizes, { total: size, floor, rule: allocation });
  const random = seededRandom(seed).split(nSheets + names.length);
  return members.flatMap((stratum, h) => drawn(stratum.sort(), wanted[h]!, random[nSheets + h]!)).sort();
}

/** The order of the charts in each reader's sheet: one of its own, so that neither tells the other's place. */
export function sheetOrders({ seed, charts }: Pick<DrawnSample, "seed" | "charts">): [string[], string[]] {
  const [one, other] = seededRandom(seed).split(nSheets);
  return [drawn(charts, charts.length, one!), drawn(charts, charts.length, other!)];
}

function drawn(from: readonly string[], n: number, random: Random): string[] {
  return Array.from(drawWithoutReplacement(n, from.length, random), (place) => from[place]!);
}

function refuseSize(sizes: readonly number[], { size, floor }: DrawRequest): void {
  const most = sizes.reduce((sum, n) => sum + n, 0);
  if (size > most) {
    throw new Problem(
      "review-size",
      `${size} charts are more than the ${most} patients whose status is known`,
      { where: "--size", hint: `ask for at most ${most}` },
    );
  }
  const least = leastTotal(sizes, floor);
  if (size >= least) return;
  throw new Problem("review-size", `${size} charts are too few for ${floor} from each stratum`, {
    where: "--size",
    hint: `ask for at least ${least}, or name fewer variables with --by`,
  });
}
