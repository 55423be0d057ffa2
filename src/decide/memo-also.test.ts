import { expect, test } from "vitest";
import type { ComputedEstimate } from "../evidence/estimate.ts";
import { phraseText } from "../evidence/format.ts";
import type { AcceptanceCriterion, Limit } from "../protocol/index.ts";
import { acceptanceRequirements } from "./acceptance.ts";
import { bookOf } from "./estimate-book.ts";
import { also } from "./memo-also.ts";
import { evidenceRows } from "./memo-evidence.ts";
import type { MemoInputs } from "./memo-inputs.ts";

const h = "60mo";
type Measure = AcceptanceCriterion["measure"];

function estimate(id: string, value: number, half?: number): ComputedEstimate {
  const interval =
    half === undefined
      ? {}
      : { interval: { lower: value - half, upper: value + half, level: 0.95, kind: "pointwise" as const } };
  return {
    ...{ id: `performance.${id}@${h}`, label: id, n: 686, method: "", evidence: "retrospective" },
    ...{ unit: "proportion", value },
    ...interval,
  };
}

const events: ComputedEstimate = {
  ...estimate("events", 285),
  ...{ id: `cohort.events@${h}`, unit: "count", method: "counted" },
};
const shared = [
  estimate("auc", 0.68, 0.05),
  estimate("scaled-brier", 0.1, 0.06),
  estimate("accuracy", 0.6, 0.05),
  estimate("accuracy-flag-nobody", 0.49),
  estimate("accuracy-flag-everybody", 0.51),
  estimate("observed-expected", 1.02, 0.09),
  events,
];

function inputs(
  criteria: readonly (readonly [Measure, Limit])[],
  estimates: readonly ComputedEstimate[],
  unknown = 0,
): MemoInputs {
  const acceptance = criteria.map(
    ([measure, limit]) => ({ measure, limit, at: { short: h }, judgedBy: "bound" }) as AcceptanceCriterion,
  );
  const share: ComputedEstimate = { ...estimate("", unknown), id: `cohort.unknown@${h}`, unit: "share" };
  const book = bookOf([...shared, ...estimates, share]);
  return {
    protocol: { acceptance, endpoint: { labelReview: null } },
    ...{ horizon: h, book, findings: [], trail: { lock: null, amendments: [] } },
    requirements: acceptanceRequirements(acceptance, book, {
      unit: { one: "patient", many: "patients" },
      areFollowed: true,
    }),
  } as unknown as MemoInputs;
}

const text = (given: MemoInputs): string => phraseText(also(given), given.book);
const atLeast = (value: number): Limit => ({ kind: "atLeast", value });
const slope = estimate("calibration-slope", 1.06, 0.24);
const slopeLimit: Limit = { kind: "between", low: 0.8, high: 1.25 };

test("what is not passed comes first, with state and reason, and no passed ratio carries a slope that is not", () => {
  const given = inputs(
    [
      ["events", atLeast(100)],
      ["observed_expected", { kind: "between", low: 0.8, high: 1.25 }],
      ["calibration_slope", slopeLimit],
      ["ppv", atLeast(0.9)],
      ["scaled_brier", atLeast(0.3)],
    ],
    [slope, estimate("ppv", 0.57, 0.05)],
  );
  expect(text(given)).toContain(
    "Other limits: scaled Brier score at least .30: .10 (.04–.16), fail (beyond the limit); " +
      "calibration slope .80–1.25: 1.06 (.82–1.30), no evidence (interval spans the limit); " +
      "events at least 100: 285, pass. AUC",
  );
  const rows = evidenceRows(given).map(({ estimate: id, state, base }) => [id, state, base]);
  expect(rows).toContainEqual([`performance.observed-expected@${h}`, "pass", []]);
  expect(rows).toContainEqual([`performance.ppv@${h}`, "fail", []]);
});

test("with many criteria the passed are counted, the others all told", () => {
  const many: readonly (readonly [Measure, string])[] = [
    ["calibration_slope", "calibration-slope"],
    ["ici", "ici"],
    ["brier", "brier"],
    ["specificity", "specificity"],
    ["npv", "npv"],
    ["net_benefit", "net-benefit"],
  ];
  const open = many.map(([, id]) => estimate(id, 0.5, 0.2));
  const given = inputs(
    [
      ["events", atLeast(100)],
      ["auc", atLeast(0.6)],
      ...many.map(([measure]) => [measure, atLeast(0.45)] as const),
    ],
    open,
  );
  const told = text(given);
  expect(told.match(/no evidence/g)).toHaveLength(many.length);
  expect(told).toContain("2 pass, in the report");
  expect(told).not.toContain("not passed, in the report");
});

test("without criteria the note is AUC and accuracy; weighted cells are named where status is unknown", () => {
  const told = "AUC .68 (.63–.73), scaled Brier .10 (.04–.16). Accuracy .60 (.55–.65), n\u00a0686; ";
  expect(text(inputs([], []))).toBe(`${told}flagging nobody .49, everybody .51.`);
  expect(text(inputs([], [], 0.4))).toContain("Cells per 1,000 are weighted for unknown status");
});
