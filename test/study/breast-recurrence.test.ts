import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatPart } from "../../src/evidence/format.ts";
import { assertClose, type Tolerance } from "../reference/reference.ts";
import { evaluated, type Written } from "./evaluate.ts";
import { visibleText } from "./invariants.ts";
import { bundledStudy, readRows, temporaryFolder } from "./study-copy.ts";

/** One number that R printed. `curve`: the height of a curve at `at`; other parts are fields of the estimate. */
interface ExpectedNumber {
  readonly id: string;
  readonly part: "value" | "lower" | "upper" | "n" | "events" | "numerator" | "denominator" | "curve";
  readonly value: number;
  readonly call: string;
  readonly tolerance: string;
  readonly at?: number;
}

interface Expected {
  readonly tolerances: Readonly<Record<string, Tolerance>>;
  readonly calls: Readonly<Record<string, string>>;
  readonly numbers: readonly ExpectedNumber[];
  readonly model: { readonly coefficients: readonly number[]; readonly survivalAtZero60m: number };
  readonly published: readonly { readonly id: string; readonly value: number }[];
  readonly publishedModel: Expected["model"];
}

const expected: Expected = JSON.parse(readFileSync(join(bundledStudy, "expected.json"), "utf8"));
const model = JSON.parse(readFileSync(join(bundledStudy, "model.json"), "utf8"));
const folder = temporaryFolder();
let study: Written;

beforeAll(async () => {
  study = await evaluated(bundledStudy, join(folder.path, "out"));
});
afterAll(folder.remove);

function partOf({ id, part, at }: ExpectedNumber): number | undefined {
  if (part === "curve") {
    const curve = study.team.curves.find((candidate) => candidate.id === id);
    const index = curve?.x.findIndex((x) => Math.abs(x - at!) < 1e-12) ?? -1;
    return curve?.y[index];
  }
  const estimate = study.known(id);
  return part === "lower" || part === "upper" ? estimate.interval?.[part] : estimate[part];
}

describe("R computes the same numbers from the same tables", () => {
  const calls = [...new Set(expected.numbers.map(({ call }) => call))];
  test.each(calls)("%s", (call) => {
    expect(expected.calls[call]).toBeDefined();
    for (const number of expected.numbers.filter((candidate) => candidate.call === call)) {
      const ours = partOf(number);
      const name = `${number.id} ${number.part}`;
      if (ours === undefined) throw new Error(`${name} is missing`);
      try {
        assertClose(ours, number.value, expected.tolerances[number.tolerance]!);
      } catch (error) {
        throw new Error(name, { cause: error });
      }
    }
  });
});

describe("the published external validation, as rounded there", () => {
  test.each(expected.published)("$id is $value", ({ id, value }) => {
    expect(Number(study.known(id).value.toFixed(2))).toBe(value);
  });

  test("coefficients and baseline survival of the committed model file", () => {
    const coefficients = model.terms.map(({ coefficient }: { coefficient: number }) => coefficient);
    const survival = Math.exp(-model.outputs.risk_60m.baseline_cumulative_hazard);
    assertClose(coefficients, expected.model.coefficients, { relative: 1e-9 });
    assertClose(survival, expected.model.survivalAtZero60m, { relative: 1e-8 });
    const rounded = (value: number) => Number(value.toFixed(3));
    expect(coefficients.map(rounded)).toEqual(expected.publishedModel.coefficients);
    expect(rounded(survival)).toBe(expected.publishedModel.survivalAtZero60m);
  });
});

test("every woman of both tables is counted", () => {
  expect(readRows(join(bundledStudy, "gbsg.csv"))).toHaveLength(686);
  expect(study.known("data.records/patients").value).toBe(686);
  expect(study.known("data.records/predictions").value).toBe(686);
  expect(study.known("data.records/development").value).toBe(2982);
  expect(study.known("data.matched").value).toBe(686);
  expect(study.known("cohort.analysed").value).toBe(686);
});

test("raw counts at the operating point beside the weighted ones", () => {
  const raw = study.team.matrices.find(({ id }) => id === "performance.operating-point@60mo")!;
  const sums = raw.columns.map((_, c) => raw.cells.reduce((sum, row) => sum + row[c]!, 0));
  expect(raw.rows).toEqual(["flagged", "not flagged"]);
  expect(raw.columns).toEqual(["event", "event-free", "unknown"]);
  expect(sums).toEqual([285, 123, 278]);
  expect(raw.cells[0]!.reduce((sum, count) => sum! + count!, 0)).toBe(495);
});

describe("findings that are true and appear unprompted", () => {
  const sentences: readonly (readonly [id: string, sentence: string])[] = [
    [
      "quality.outside-use/criterion-1",
      '48.2\u202f% (1,436/2,982) of the patients on whom the model was fitted do not meet "nodes >= 1" ' +
        "(the model is meant for node-positive disease).",
    ],
    [
      "quality.treatment/hormon",
      "Of the patients on whom the model was fitted 11.4\u202f% (339/2,982) were given tamoxifen, " +
        "of the study's patients 35.9\u202f% (246/686); the model does not read it.",
    ],
    [
      "quality.treatment/chemo",
      "Of the patients on whom the model was fitted 19.5\u202f% (580/2,982) were given chemotherapy, " +
        "of the study's patients 100.0\u202f% (686/686); the model does not read it.",
    ],
    [
      "quality.era",
      "These patients were recruited 1984–1989; from the end of recruitment, 1989-12-31, to the decision, " +
        "2026-11-30, are 36 full years.",
    ],
    [
      "quality.known-at",
      "No input value carries a known-at time: 0/2,058 of the values that the model reads.",
    ],
    [
      "performance.few-events@12mo",
      "Events by 12 months: 56 in 686 patients; fewer than 100 events are too few to validate.",
    ],
    [
      "performance.calibration-slope-off@12mo",
      "The calibration slope at 12 months is 1.60 (1.07–2.14); its interval excludes 1.",
    ],
    [
      "performance.unknown-status@60mo",
      "Share of patients whose status at 4.99 years is unknown: 40.5\u202f% (278/686); observed over expected is .83 " +
        "if none of them had an event, 1.64 if all had.",
    ],
  ];
  test.each(sentences)("%s", (id, sentence) => {
    const finding = study.team.findings.find((candidate) => candidate.id === id);
    expect(study.text(finding?.sentence ?? [])).toBe(sentence);
    expect(finding).toMatchObject({ severity: "concern" });
    expect(finding!.remedy).toMatch(/\.$/);
  });

  test("the fractions in them, counted here from the tables", () => {
    const development = readRows(join(bundledStudy, "rotterdam.csv"));
    const patients = readRows(join(bundledStudy, "gbsg.csv"));
    const count = (rows: typeof patients, column: string, value: string) =>
      rows.filter((row) => row[column] === value).length;
    expect(count(development, "nodes", "0")).toBe(1436);
    expect(count(development, "hormon", "1")).toBe(339);
    expect(count(development, "chemo", "1")).toBe(580);
    expect(count(patients, "hormon", "1")).toBe(246);
  });

  test("none is fatal or serious, and all stand in the report", () => {
    for (const { id, severity, sentence } of study.team.findings) {
      expect(["concern", "info"], id).toContain(severity);
      const words = sentence.filter((piece) => typeof piece === "string").join(" ");
      for (const word of words.split(/[^\w-]+/)) expect(study.report).toContain(word);
    }
  });
});

describe("the verdict follows from the rule", () => {
  const missing = [
    "provenance, calibration slope, sensitivity in the worst stratum, privacy review, harm review, ",
    "a signed owner of success and a monitoring plan",
  ].join("");

  test("HOLD, halted, and it names what is missing", () => {
    const { verdict } = study.team;
    expect(verdict).toMatchObject({
      word: "HOLD",
      halted: true,
      decidedBy: [
        "gate.1",
        "acceptance.calibration_slope@60mo",
        "acceptance.sensitivity@60mo/worst-of-strata",
        "privacy-review",
        "harm-review",
        "success-owner",
        "monitoring-plan",
      ],
    });
    expect(study.text(verdict.reason)).toBe(
      `7 of 15 requirements for a silent run are not yet shown: ${missing}.`,
    );
    expect(study.text(verdict.wouldChange)).toBe(`Valid evidence for ${missing}.`);
    expect(study.run.stdout).toMatch(/^HOLD {2}node-positive-rfs-cox@1\.0\.0: 7 of 15 requirements/);
    expect(study.memo).toContain("HALTED");
  });

  test("each requirement's state and stage", () => {
    const states = study.team.requirements.map(({ id, state, neededFor }) => [id, state, neededFor]);
    expect(states).toEqual([
      ["gate.1", "no evidence", "silent"],
      ["gate.2", "pass", "pilot"],
      ["gate.3", "no evidence", "pilot"],
      ["gate.4", "no evidence", "live"],
      ["gate.5", "no evidence", "pilot"],
      ["gate.6", "pass", "silent"],
      ["gate.7", "no evidence", "live"],
      ["acceptance.events@60mo", "pass", "silent"],
      ["acceptance.uno_c@60mo", "pass", "silent"],
      ["acceptance.calibration_slope@60mo", "no evidence", "silent"],
      ["acceptance.observed_expected@60mo", "pass", "silent"],
      ["acceptance.sensitivity@60mo/worst-of-strata", "no evidence", "silent"],
      ["approval.irb", "pass", "silent"],
      ["approval.dua", "pass", "silent"],
      ["privacy-review", "no evidence", "silent"],
      ["harm-review", "no evidence", "silent"],
      ["harm-scenarios", "pass", "silent"],
      ["worst-harm", "pass", "silent"],
      ["success-owner", "no evidence", "silent"],
      ["monitoring-plan", "no evidence", "silent"],
      ["shadowing", "no evidence", "pilot"],
    ]);
  });

  // By hand: 285 events of 100; Uno's C .6354 − 1.96 · .0165 = .603 of .60; slope .816–1.297 spans 1.25;
  // O/E .931–1.112 within .80–1.25; (8/60 · $165 + 20/60 · $52) = $39.33 a false flag.
  test.each([
    ["acceptance.events@60mo", "285, limit at least 100"],
    ["acceptance.uno_c@60mo", ".64 (.60–.67), limit at least .60"],
    ["acceptance.calibration_slope@60mo", "1.06 (.82–1.30), limit .80–1.25"],
    ["acceptance.observed_expected@60mo", "1.02 (.93–1.11), limit .80–1.25"],
    ["gate.2", "$1,629 of $5,000"],
    ["gate.6", "no fee"],
    ["approval.irb", "exempt, published data without identifiers"],
    ["approval.dua", "not required, both tables are public"],
    ["worst-harm", "90 of 180 days"],
    ["success-owner", "physician-advisor: nobody named"],
    ["monitoring-plan", "no owner"],
    ["shadowing", "0 of 20 h"],
  ])("%s says what was found", (id, found) => {
    const requirement = study.team.requirements.find((candidate) => candidate.id === id)!;
    expect(study.text(requirement.found)).toBe(found);
  });

  test("nothing passes without evidence, and what does not pass says what to do", () => {
    for (const { id, state, kind, evidence, found, remedy } of study.team.requirements) {
      if (state !== "pass") expect(remedy, id).toMatch(/\.$/);
      else if (kind === "measured") expect(evidence.length, id).toBeGreaterThan(0);
      else expect(study.text(found), id).not.toMatch(/^(none|no evidence|missing)?$/);
    }
  });

  test("a label nobody has read twice is no evidence, never a number", () => {
    expect(study.estimate("labels.kappa")).toMatchObject({ notEstimable: "no chart has been read twice" });
    const row = study.team.memo.evidence.find(({ estimate }) => estimate === "labels.kappa");
    expect(row).toMatchObject({ state: "no evidence", level: "none" });
  });

  test("the burden is the false flags times what one costs", () => {
    // By hand: 202.909/686 flagged for nothing × 140 scored a month = 41.41; × $39.33 = $1,628.80; × 28 min = 19.3 h.
    const falseFlags = (202.9094324845925 / 686) * 140;
    assertClose(study.known("burden.false-flags").value, falseFlags, { relative: 1e-10 });
    assertClose(study.known("burden.cost").value, (falseFlags * 118) / 3, { relative: 1e-10 });
    assertClose(study.known("burden.hours").value, (falseFlags * 28) / 60, { relative: 1e-10 });
    assertClose(study.known("burden.break-even").value, (5000 * 3) / 118, { relative: 1e-10 });
    expect(formatPart(study.known("burden.cost"), "value")).toBe("$1,629");
  });
});

test("a coded variable has patients at each level and no median; the model file has no rows", () => {
  const share = (level: number) => study.known(`data.level/meno:level-${level}`);
  const patients = readRows(join(bundledStudy, "gbsg.csv"));
  const column = patients.filter(({ meno }) => meno === "1").length;
  expect(share(2)).toMatchObject({ numerator: column, denominator: 686 });
  expect(share(1)).toMatchObject({ numerator: 686 - column, denominator: 686 });
  const rows = study.team.tables.find(({ id }) => id === "data.completeness")!.rows.map(([name]) => name);
  expect(rows).toEqual([
    "age",
    "positive lymph nodes",
    "tumour size",
    "progesterone receptor",
    "oestrogen receptor",
  ]);
  expect(study.team.files.map(({ name, rows: of }) => [name, of])).toEqual([
    ["gbsg.csv", 686],
    ["predictions.csv", 686],
    ["rotterdam.csv", 2982],
    ["model.json", undefined],
  ]);
});

test("the worst stratum's row says whose bound it shows, of three ages, two, three and two levels", () => {
  const row = study.team.memo.evidence.find(({ estimate }) => estimate.endsWith("/worst-of-strata"))!;
  // R's Wilson interval of grade 1's 81 women reaches lower than that of grade 2's 444, whose sensitivity is lower.
  expect(study.text(row.measure)).toBe("Worst stratum: sensitivity at .40, tumour grade 2");
  expect(study.text(row.base)).toBe("n\u00a0444; lower bound: tumour grade 1, n\u00a081, of 10 strata");
  const { attainedIn, interval } = study.known(row.estimate);
  expect([attainedIn, interval?.lowerIn]).toEqual(["grade:2", "grade:1"]);
  expect(row).toMatchObject({
    limit: ["at least ", { field: "acceptance[4].at_least", text: ".60" }],
    state: "no evidence",
  });
});

test("a lock after outcomes were public sets no limit in advance", () => {
  expect(study.team.memo.limitHeading).toBe("Limit");
  expect(visibleText(study.memo)).not.toMatch(/set in advance/i);
  expect(study.text(study.team.memo.also)).toMatch(/^Other limits: calibration slope .* no evidence/);
});

test("the horizon that decides is the first column", () => {
  const table = study.team.tables.find(({ id }) => id === "performance.discrimination")!;
  expect(table.columns.map(({ key }) => key)).toEqual(["measure", "60mo", "12mo", "24mo"]);
});

test("no reader meets the name of a column that the protocol labels", () => {
  for (const page of [study.memo, study.report]) {
    const text = visibleText(page).replaceAll(/probity trace \S+/g, "");
    expect(text).not.toMatch(/\b(hormon|meno|pgr|er|chemo)\b/);
  }
});
