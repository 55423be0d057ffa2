import type { Curve } from "../../evidence/figures.ts";
import type { OperatingPoint } from "../../protocol/index.ts";
import { binaryDecisionCurve } from "../../stats/binary-net-benefit.ts";
import { decisionCurve } from "../../stats/net-benefit.ts";
import { isNotEstimable, type NotEstimable } from "../../stats/not-estimable.ts";
import { type Cohort, columnsAt, primaryReading, type Reading } from "../cohort/cohort.ts";
import { type Context, estimateOf, type Outcome } from "../estimate-of.ts";
import type { Piece } from "../piece.ts";
import type { BootstrapIntervals, Bounds } from "./bootstrap-intervals.ts";
import { flaggedFrom, thresholdText } from "./operating-point.ts";

const stepsPerUnit = 50;

/** Thresholds from .02 up to the largest risk in steps of .02, with the operating point among them. */
export function decisionThresholds({ ascending }: Reading, point: OperatingPoint): Float64Array {
  const largest = ascending.at(-1) ?? 0;
  const grid = Array.from({ length: stepsPerUnit - 1 }, (_, i) => (i + 1) / stepsPerUnit).filter(
    (p) => p <= largest,
  );
  const chosen = flaggedFrom(point);
  return Float64Array.from(new Set([...grid, ...(chosen < 1 ? [chosen] : [])])).sort();
}

/** Net benefit at the operating point and over a range of thresholds, beside flagging all and flagging nobody. */
export function netBenefitPiece(
  cohort: Cohort,
  context: Context,
  options: {
    readonly point: OperatingPoint;
    readonly thresholds: Float64Array;
    readonly intervals: BootstrapIntervals | undefined;
  },
): Piece {
  const { point, thresholds, intervals } = options;
  const reading = primaryReading(cohort);
  const curve = curveOf(cohort, thresholds);
  const [estimator, draws] =
    cohort.kind === "binary"
      ? ["counted", "percentile bootstrap of patients"]
      : ["Kaplan–Meier among the flagged", "percentile bootstrap"];
  const method = intervals
    ? `${estimator}; ${draws}, ${intervals.nDraws} draws, seed ${intervals.seed}`
    : `${estimator}; no interval without bootstrap`;
  const index = thresholds.indexOf(flaggedFrom(point));
  const at = thresholdText(point.threshold);
  const row = (
    key: string,
    label: string,
    value: (c: { model: number; all: number }) => number,
    bounds?: Bounds,
  ) => {
    const outcome: Outcome =
      "notEstimable" in curve
        ? curve
        : index < 0
          ? { notEstimable: "a threshold of 1 has no net benefit" }
          : { value: value({ model: curve.model[index]!, all: curve.all[index]! }), ...bounds, decimals: 3 };
    return estimateOf(context, { measure: `performance.${key}`, label, unit: "difference", method }, outcome);
  };
  return {
    estimates: [
      row("net-benefit", `Net benefit at ${at}`, ({ model }) => model, intervals?.netBenefit[index]),
      row("net-benefit-all", `Net benefit of flagging all at ${at}`, ({ all }) => all),
      row(
        "net-benefit-gain",
        `Net benefit at ${at} over the better default`,
        ({ model, all }) => model - Math.max(all, 0),
        intervals?.netBenefitGain[index],
      ),
    ],
    curves: "notEstimable" in curve ? [] : decisionCurves(reading, thresholds, curve, intervals),
  };
}

interface NetBenefits {
  readonly model: Float64Array;
  readonly all: Float64Array;
}

function curveOf(cohort: Cohort, thresholds: Float64Array): NetBenefits | NotEstimable {
  if (cohort.kind === "time to event")
    return decisionCurve({ ...columnsAt(cohort, primaryReading(cohort)), thresholds });
  const points = binaryDecisionCurve({
    ...{ event: cohort.event, risk: primaryReading(cohort).risk },
    thresholds,
  });
  if (isNotEstimable(points)) return points;
  return {
    model: Float64Array.from(points, ({ model }) => model.value),
    all: Float64Array.from(points, ({ all }) => all.value),
  };
}

function decisionCurves(
  { short }: Reading,
  thresholds: Float64Array,
  curve: NetBenefits,
  intervals: BootstrapIntervals | undefined,
): Curve[] {
  const x = [...thresholds];
  const line = (key: string, label: string, y: readonly number[]): Curve => ({
    id: `performance.net-benefit@${short}/${key}`,
    label,
    shape: "line",
    x,
    y,
  });
  const band = intervals?.netBenefit.every(({ lower }) => Number.isFinite(lower))
    ? {
        lower: intervals.netBenefit.map(({ lower }) => lower),
        upper: intervals.netBenefit.map(({ upper }) => upper),
      }
    : {};
  return [
    { ...line("model", "model", [...curve.model]), ...band },
    line("all", "flag all", [...curve.all]),
    line(
      "none",
      "flag none",
      x.map(() => 0),
    ),
  ];
}
