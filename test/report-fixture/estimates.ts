import type { Measure } from "../../src/evidence/dossier.ts";
import type { Estimate, Interval, KnownEstimate, Unit } from "../../src/evidence/estimate.ts";

/** A hand-made stand-in for an evaluated study, for the tests of the pages. Its numbers are a specimen. */
export const horizon = "60mo";
const cohort = { n: 686, events: 285, evidence: "retrospective" } as const;

function interval(lower: number, upper: number): { interval: Interval } {
  return { interval: { lower, upper, level: 0.95, kind: "pointwise" } };
}

function known(
  id: string,
  label: string,
  unit: Unit,
  value: number,
  more: Partial<KnownEstimate> = {},
): KnownEstimate {
  return { ...cohort, id, label, unit, value, method: "specimen", ...more };
}

const ipcw = "inverse probability of censoring weights, pooled; interval from 1,000 bootstrap draws";

const overall: readonly Estimate[] = [
  known("cohort.women", "Women analysed", "count", 686),
  known("cohort.events", "Recurrences or deaths", "count", 285),
  known("cohort.unknown@60mo", "Status unknown at 4.99 years", "share", 278 / 686, {
    numerator: 278,
    denominator: 686,
  }),
  known("cohort.survival@60mo", "Recurrence-free at 4.99 years", "share", 0.4916, {
    ...interval(0.4486, 0.5389),
    method: "Kaplan\u2013Meier, log interval",
  }),
  known("performance.threshold@60mo", "Operating point", "proportion", 0.4),
  known("performance.sensitivity@60mo", "Sensitivity at .40", "proportion", 0.785, {
    ...interval(0.73, 0.83),
    method: ipcw,
  }),
  known("performance.ppv@60mo", "PPV at .40", "proportion", 0.574, { ...interval(0.52, 0.62), method: ipcw }),
  known("performance.specificity@60mo", "Specificity at .40", "proportion", 0.398, {
    ...interval(0.33, 0.47),
    method: ipcw,
  }),
  known("performance.flagged@60mo", "Flagged at .40", "share", 495 / 686, {
    numerator: 495,
    denominator: 686,
  }),
  known("performance.true-positives@60mo", "Found, per 1,000", "perThousand", 399.3, interval(352, 447)),
  known(
    "performance.false-positives@60mo",
    "Flagged for nothing, per 1,000",
    "perThousand",
    295.8,
    interval(255, 338),
  ),
  known("performance.false-negatives@60mo", "Missed, per 1,000", "perThousand", 109, interval(81, 140)),
  known(
    "performance.true-negatives@60mo",
    "Left alone, rightly, per 1,000",
    "perThousand",
    195.9,
    interval(161, 232),
  ),
  known(
    "performance.observed-expected@60mo",
    "Observed over expected",
    "ratio",
    1.0174,
    interval(0.931, 1.1117),
  ),
  known("performance.calibration-slope@60mo", "Calibration slope", "ratio", 1.0562, interval(0.8159, 1.2965)),
  known("performance.ici@60mo", "Mean calibration error (ICI)", "proportion", 0.0301, interval(0.014, 0.061)),
  known("performance.uno-c", "Uno C", "proportion", 0.6354, interval(0.603, 0.6677)),
  known("performance.harrell-c", "Harrell C", "proportion", 0.6524, interval(0.6196, 0.6852)),
  known("performance.auc@60mo", "AUC at 4.99 years", "proportion", 0.6775, interval(0.6225, 0.7324)),
  known("performance.brier@60mo", "Brier score", "proportion", 0.2248, interval(0.2094, 0.2402)),
  known("performance.scaled-brier@60mo", "Scaled Brier score", "proportion", 0.1006, interval(0.04, 0.163)),
  known("performance.net-benefit@60mo", "Net benefit at .40", "proportion", 0.1886, {
    ...interval(0.142, 0.236),
    decimals: 3,
  }),
  known("performance.net-benefit-all@60mo", "Net benefit of flagging all", "proportion", 0.1806, {
    ...interval(0.108, 0.253),
    decimals: 3,
  }),
  known("performance.net-benefit-gain@60mo", "Net benefit over the best default", "difference", 0.008, {
    ...interval(-0.022, 0.041),
    decimals: 3,
  }),
  known("burden.false-positives", "False flags a month", "count", 41.4),
  known("burden.minutes", "Minutes per false flag", "minutes", 28),
  known("burden.usd", "Cost of false flags a month", "usd", 1628.72),
  known("burden.break-even", "False flags a month at the limit", "count", 127),
  {
    ...cohort,
    id: "labels.kappa",
    label: "Label validity (kappa)",
    unit: "ratio",
    n: 0,
    method: "Cohen's kappa",
    notEstimable: "no chart was abstracted twice",
  },
];

/** Stratum, n, events, then sensitivity and observed over expected with their bounds. */
type StratumRow = readonly [string, string, number, number, Bounded, Bounded];
type Bounded = readonly [value: number, lower: number, upper: number];

export const strata: readonly StratumRow[] = [
  ["grade:1", "grade 1", 81, 16, [0.7253, 0.48, 0.93], [0.6, 0.36, 0.98]],
  ["grade:2", "grade 2", 444, 192, [0.7252, 0.66, 0.79], [1.13, 1.0, 1.27]],
  ["grade:3", "grade 3", 161, 77, [0.964, 0.92, 1], [0.9, 0.77, 1.06]],
  ["age:<50", "age under 50", 268, 101, [0.8667, 0.79, 0.93], [0.9, 0.76, 1.06]],
  ["age:50-64", "age 50\u201364", 326, 151, [0.7456, 0.67, 0.82], [1.14, 1.0, 1.3]],
  ["age:65+", "age 65 or more", 92, 33, [0.7368, 0.58, 0.88], [0.93, 0.7, 1.24]],
  ["meno:0", "premenopausal", 290, 113, [0.8124, 0.73, 0.88], [0.92, 0.79, 1.08]],
  ["meno:1", "postmenopausal", 396, 172, [0.7691, 0.7, 0.83], [1.09, 0.97, 1.22]],
  ["hormon:0", "no tamoxifen", 440, 199, [0.7664, 0.7, 0.82], [1.16, 1.04, 1.3]],
  ["hormon:1", "tamoxifen", 246, 86, [0.829, 0.74, 0.9], [0.79, 0.66, 0.95]],
];

const perStratum: readonly Estimate[] = strata.flatMap(([stratum, label, n, events, sensitivity, oe]) => {
  const bounded = (measure: string, name: string, unit: Unit, [value, lower, upper]: Bounded): Estimate =>
    known(`performance.${measure}@60mo/${stratum}`, `${name}, ${label}`, unit, value, {
      ...interval(lower, upper),
      n,
      events,
      stratum,
    });
  return [
    bounded("sensitivity", "Sensitivity at .40", "proportion", sensitivity),
    bounded("observed-expected", "Observed over expected", "ratio", oe),
  ];
});

/** A slice in which nobody had an event: every number of it has a reason instead of a value. */
const empty: readonly Estimate[] = ["sensitivity", "observed-expected"].map((measure) => ({
  ...cohort,
  id: `performance.${measure}@60mo/slice:many_nodes`,
  label: `${measure}, 40 nodes or more`,
  n: 12,
  events: 0,
  stratum: "slice:many_nodes",
  unit: "proportion",
  method: ipcw,
  notEstimable: "no events",
}));

/** A slice too small to show. */
const withheld: readonly Estimate[] = ["sensitivity", "observed-expected"].map((measure) => ({
  id: `performance.${measure}@60mo/slice:few`,
  label: `${measure}, 50 nodes or more`,
  stratum: "slice:few",
  unit: "proportion",
  method: ipcw,
  evidence: "retrospective",
  hidden: true,
  n: null,
}));

/** Predicted and observed risk in five groups, with n. */
export const groups = [
  [164, 0.303, 0.377, 0.282, 0.46],
  [112, 0.396, 0.43, 0.3, 0.536],
  [143, 0.479, 0.422, 0.319, 0.51],
  [136, 0.594, 0.584, 0.455, 0.683],
  [131, 0.759, 0.769, 0.666, 0.84],
] as const;

const perGroup: readonly Estimate[] = groups.flatMap(([n, predicted, observed, lower, upper], index) => [
  known(
    `performance.group-predicted@60mo/group:${index + 1}`,
    `Mean predicted risk, group ${index + 1}`,
    "proportion",
    predicted,
    { n },
  ),
  known(
    `performance.group-observed@60mo/group:${index + 1}`,
    `Observed risk, group ${index + 1}`,
    "proportion",
    observed,
    {
      ...interval(lower, upper),
      n,
    },
  ),
]);

export const estimates: readonly Estimate[] = [...overall, ...perStratum, ...empty, ...withheld, ...perGroup];

/** One measure for each family of ids. */
export const measures: readonly Measure[] = [
  ...new Set(estimates.map(({ id }) => id.split("@")[0]!.split("/")[0]!)),
].map((key) => ({
  key,
  name: estimates.find(({ id }) => id.startsWith(key))!.label.split(",")[0]!,
  definition:
    "Of the women with an event within the horizon, the share flagged at or above the operating point.",
  equation: "\u03a3 w 1(p at least t, event) / \u03a3 w 1(event)",
  source: "Uno et al. 2007, JASA 102, 527\u2013537, doi:10.1198/016214507000000149",
}));
