import { Problem } from "../../evidence/problem.ts";
import {
  type ChartLabel,
  type ChartReview,
  finalLabel,
  type Protocol,
  type ReadChart,
} from "../../protocol/index.ts";
import type { Cohort } from "../cohort/cohort.ts";
import { listed } from "../cohort/offending-rows.ts";
import { drawCharts } from "./draw-charts.ts";
import { crossed, reviewStrata, type Strata } from "./review-strata.ts";

/** Readings beside the patients they are of. */
export interface JoinedReview {
  readonly charts: readonly JoinedChart[];
  /** How the charts were chosen, in words, where Probity did not draw them. */
  readonly chosen: string | null;
  /** The strata of the draw; those of flag and recorded label where there was none. */
  readonly strata: Strata;
}

export interface JoinedChart extends ReadChart {
  /** Its patient's place in the cohort. */
  readonly patient: number;
  readonly label: ChartLabel;
}

interface StudyFiles {
  readonly patients: { readonly name: string; readonly sha256: string };
  readonly predictions: { readonly name: string; readonly sha256: string };
}

const listedCharts = 20;

/**
 * Finds the patient of each chart and proves that the charts are those that were drawn.
 *
 * The sample is drawn again from the study's files, its seed and its rule: no weight is kept in a file, so none can be lost
 * or edited. Errors: other files than those drawn from, other charts than those drawn, a chart of nobody analysed, or
 * another number of charts than the protocol declares.
 */
export function joinReview(
  { sample, chosen, charts }: ChartReview,
  {
    cohort,
    keys,
    files,
    protocol,
  }: {
    readonly cohort: Cohort;
    readonly keys: readonly string[];
    readonly files: StudyFiles;
    readonly protocol: Protocol;
  },
): JoinedReview {
  const review = protocol.endpoint.labelReview!;
  const where = review.file!;
  if (review.charts !== charts.length) {
    throw new Problem(
      "review-not-as-declared",
      `the protocol declares ${review.charts} charts, the file holds ${charts.length}`,
      { where, hint: "correct endpoint.label_review.charts, or name the right file" },
    );
  }
  if (sample !== null) {
    refuseOtherFiles(sample.inputs, files, where);
    const drawn = drawCharts(cohort, keys, sample);
    if (drawn.length !== sample.charts.length || drawn.some((key, i) => key !== sample.charts[i])) {
      throw new Problem("review-other-sample", "drawn again, the sample has other charts", {
        where,
        hint: "population, endpoint or horizon have changed since, or the file was edited; draw and read a new sample",
      });
    }
  }
  const flag = protocol.operatingPoint;
  const now = reviewStrata(cohort, { by: [], flag });
  return {
    charts: placed(charts, { keys, where, file: files.patients.name }),
    chosen,
    strata: sample === null ? now : crossed(reviewStrata(cohort, sample), now),
  };
}

function placed(
  charts: readonly ReadChart[],
  { keys, where, file }: { readonly keys: readonly string[]; readonly where: string; readonly file: string },
): JoinedChart[] {
  const places = new Map(keys.map((key, i) => [key, i]));
  // Places, not keys: a key is a person's.
  const unknown = charts.flatMap(({ key }, i) => (places.has(key) ? [] : [`${where} charts[${i}]`]));
  if (unknown.length > 0) {
    throw new Problem("review-unknown-chart", `${unknown.length} charts are of nobody who is analysed`, {
      where,
      hint: `the keys must be those of ${file}, of patients who meet the criteria and have an endpoint`,
      others: listed({ count: unknown.length, first: unknown.slice(0, listedCharts) }),
    });
  }
  return charts.map((chart) => ({
    ...chart,
    patient: places.get(chart.key)!,
    label: finalLabel(chart),
  }));
}

/** Throws a Problem where a sample was drawn from other files. */
function refuseOtherFiles(
  inputs: readonly { readonly name: string; readonly sha256: string }[],
  { patients, predictions }: StudyFiles,
  where: string,
): void {
  const changed = [patients, predictions].filter(
    ({ name, sha256 }) => !inputs.some((input) => input.name === name && input.sha256 === sha256),
  );
  if (changed.length === 0) return;
  throw new Problem(
    "review-other-files",
    `the sample was drawn from another ${changed.map(({ name }) => name).join(" and another ")}`,
    { where, hint: "bring back the files that it was drawn from, or draw and read a new sample" },
  );
}
