import type { ComputedEstimate } from "../../evidence/estimate.ts";
import { saidOf } from "../../evidence/noun.ts";
import { binaryObservedExpected } from "../../stats/binary-observed-expected.ts";
import { binaryTwoByTwo } from "../../stats/binary-two-by-two.ts";
import { brierScore } from "../../stats/brier.ts";
import { groupsOfRisk } from "../../stats/calibration-groups.ts";
import { lowessCalibration } from "../../stats/calibration-lowess.ts";
import { clusteredCalibration } from "../../stats/clustered-calibration.ts";
import { clusteredBrier, clusteredLogLoss } from "../../stats/clustered-scores.ts";
import { binaryCalibrationGroups } from "../../stats/hosmer-lemeshow.ts";
import { interpolate } from "../../stats/interpolate.ts";
import { logLoss } from "../../stats/log-loss.ts";
import { type LogisticCalibration, logisticCalibration } from "../../stats/logistic-calibration.ts";
import { isNotEstimable, type NotEstimable } from "../../stats/not-estimable.ts";
import { inOrder } from "../../stats/order.ts";
import { mean } from "../../stats/sum.ts";
import { type Context, estimateOf, estimatesOf, type Naming, type Outcome } from "../estimate-of.ts";
import { joinPieces, type Piece } from "../piece.ts";
import { clustering, rateMethod, ratioOutcome } from "./binary-rates.ts";
import { nRiskGroups, type RiskGroup, riskGroupPiece, riskHistogram } from "./calibration-piece.ts";
import type { BinaryReadingTask, ReadingPieces } from "./reading-task.ts";

type Rows = BinaryReadingTask["cohort"];
type Reading = BinaryReadingTask["reading"];

/** How right the risks of a binary outcome are: on average and over their range. */
export function binaryReadingPieces(task: BinaryReadingTask): ReadingPieces {
  const { cohort, reading, context, grid } = task;
  const smooth = lowessCalibration({ event: cohort.event, risk: reading.risk });
  return {
    calibration: {
      estimates: [...onAverage(cohort, reading, context), ...overRange(cohort, reading, context)],
    },
    smooth: {
      errors: isNotEstimable(smooth) ? smooth : { ici: smooth.ici, e50: smooth.e50, e90: smooth.e90 },
      observed: isNotEstimable(smooth) ? undefined : observedAt(grid, reading, smooth.observed),
      curve: "lowess",
      draws: "percentile bootstrap of patients",
    },
    plot: plot(task),
  };
}

function naming(key: string, label: string, unit: Naming["unit"], method: string): Naming {
  return { measure: `performance.${key}`, label, unit, method };
}

function columnsOf({ event, patient }: Rows, { risk }: Reading) {
  return { event, risk, ...(patient ? { cluster: patient } : {}) };
}

function onAverage(cohort: Rows, reading: Reading, context: Context): ComputedEstimate[] {
  const columns = columnsOf(cohort, reading);
  const { prevalence } = binaryTwoByTwo({ ...columns, threshold: 0 }).whole;
  const expected: Outcome = cohort.n === 0 ? { notEstimable: "nobody" } : { value: mean(reading.risk) };
  return [
    estimateOf(context, naming("observed", "Observed risk", "proportion", rateMethod(cohort)), prevalence),
    estimateOf(context, naming("expected", "Mean predicted risk", "proportion", "mean"), expected),
    estimateOf(
      context,
      naming(
        "observed-expected",
        "Calibration, observed/expected",
        "ratio",
        `events over the sum of risks, log interval${clustering(cohort)}`,
      ),
      ratioOutcome(binaryObservedExpected(columns)),
    ),
  ];
}

/** Slope and both intercepts, which are different numbers and named apart. */
function overRange(cohort: Rows, reading: Reading, context: Context): ComputedEstimate[] {
  const { cluster, ...columns } = columnsOf(cohort, reading);
  const found: LogisticCalibration | NotEstimable = cluster
    ? clusteredCalibration({ ...columns, cluster })
    : logisticCalibration(columns);
  const interval = cohort.patient ? `robust interval${clustering(cohort)}` : "Wald interval";
  const both = isNotEstimable(found) ? { inTheLarge: found, joint: found } : found;
  const fit = "logistic regression on the log odds of the risk";
  return [
    ...estimatesOf(context, both.joint, [
      {
        naming: naming("calibration-slope", "Calibration slope", "ratio", `${fit}, ${interval}`),
        outcome: ({ slope }) => slope,
      },
      {
        naming: naming(
          "calibration-intercept",
          "Calibration intercept, beside the slope",
          "number",
          `${fit}, ${interval}`,
        ),
        outcome: ({ intercept }) => ({ ...intercept, decimals: 2 }),
      },
    ]),
    ...estimatesOf(context, both.inTheLarge, [
      {
        naming: naming(
          "calibration-in-the-large",
          "Calibration in the large, slope held at 1",
          "number",
          `logistic regression with the log odds of the risk as offset, ${interval}`,
        ),
        outcome: (intercept) => ({ ...intercept, decimals: 2 }),
      },
    ]),
  ];
}

/** How right the risks are over all, risk by risk. */
export function binaryScores(cohort: Rows, reading: Reading, context: Context): ComputedEstimate[] {
  const { cluster, ...columns } = columnsOf(cohort, reading);
  const method = `mean over ${cohort.unit.many}, Wald interval${clustering(cohort)}`;
  const brier = cluster ? clusteredBrier({ ...columns, cluster }) : brierScore(columns);
  const loss = cluster ? clusteredLogLoss({ ...columns, cluster }) : logLoss(columns);
  return [
    ...estimatesOf(context, brier, [
      {
        naming: naming("brier", "Brier score", "proportion", method),
        outcome: ({ brier: value, lower, upper }) => ({ value, lower, upper }),
      },
      {
        naming: naming("brier-null", "Brier score, one risk for all", "proportion", "mean"),
        outcome: ({ nullBrier }) => ({ value: nullBrier }),
      },
      {
        naming: naming("scaled-brier", "Scaled Brier score", "proportion", `${method}, delta method`),
        outcome: ({ scaled }) => scaled,
      },
    ]),
    ...estimatesOf(context, loss, [
      {
        naming: naming("log-loss", "Log loss", "proportion", method),
        outcome: ({ logLoss: value, lower, upper }) => ({ value, lower, upper }),
      },
      {
        naming: naming("log-loss-null", "Log loss, one risk for all", "proportion", "mean"),
        outcome: ({ nullLogLoss }) => ({ value: nullLogLoss }),
      },
      {
        naming: naming("log-loss-skill", "Log loss skill", "proportion", `${method}, delta method`),
        outcome: ({ skill }) => skill,
      },
    ]),
  ];
}

/** The curve, given at each row, at each of `grid`. */
function observedAt(
  grid: Float64Array,
  { byRisk, ascending }: Reading,
  observed: Float64Array,
): Float64Array {
  return interpolate({ x: ascending, y: inOrder(observed, byRisk), at: grid });
}

function plot({ cohort, reading }: BinaryReadingTask): Piece {
  const { risk, short } = reading;
  const groups = riskGroups(cohort, reading);
  const histogram = riskHistogram(
    risk,
    cohort.event.map((code) => 1 - code),
    {
      short,
      label: saidOf(cohort.unit, "Patients by predicted risk and status"),
      columns: ["event", "event-free"],
    },
  );
  return joinPieces([
    { matrices: [histogram] },
    isNotEstimable(groups) ? {} : riskGroupPiece(groups, { short, method: rateMethod(cohort) }),
  ]);
}

/** Groups of `binaryCalibrationGroups`, their shares with the interval of all other shares. */
function riskGroups(cohort: Rows, { risk, byRisk }: Reading): readonly RiskGroup[] | NotEstimable {
  const { event, patient } = cohort;
  const described = binaryCalibrationGroups({ event, risk, nGroups: nRiskGroups });
  const groups = groupsOfRisk(risk, nRiskGroups, byRisk);
  if (isNotEstimable(described)) return described;
  if (isNotEstimable(groups)) return groups;
  const { strata } = binaryTwoByTwo({
    ...{ event, risk, threshold: 0, ...(patient ? { cluster: patient } : {}) },
    stratum: Int32Array.from(groups.group),
    nStrata: groups.sizes.length,
  });
  return strata
    .filter(({ n }) => n > 0)
    .map(({ prevalence }, k) => {
      const { n, nEvents, predicted } = described[k]!;
      return { n, nEvents, predicted, observed: prevalence };
    });
}
