import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BinaryRow, writeBinaryStudy } from "./binary-study.ts";
import { evaluated, probity, type Written, workspace } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const times = <T>(n: number, one: T): T[] => Array.from({ length: n }, () => one);

const visits: readonly BinaryRow[] = [
  ...times(40, { event: 1, risk: 0.5 } as const),
  ...times(10, { event: 1, risk: 0.1 } as const),
  ...times(20, { event: 0, risk: 0.5 } as const),
  ...times(130, { event: 0, risk: 0.1, sex: "M" } as const),
];

/** Model's cell and person's cell of each value, chart by chart. */
type Chart = readonly [stage: string, weight: string, date: string];

const blank = ",";
/** Stage: 38 the same, 2 not, 5 missed, 4 invented, 11 neither. */
const stages = [
  ...times(30, "II,II"),
  ...times(8, "III,III"),
  ...times(2, "II,III"),
  ...times(5, ",II"),
  ...times(4, "III,"),
  ...times(11, blank),
];
/** Weight: 50 the same, 5 just a tenth off, 2 in pounds, 1 ten times, 2 plainly wrong. */
const weights = [
  ...times(50, "70.5,70.5"),
  ...times(5, "71.1,71.0"),
  ...times(2, "154.3,70.0"),
  "705,70.5",
  ...times(2, "92,70.5"),
];
/** Date: 52 the same, 3 within 30 days, 2 exchanged, 1 another year, 2 missed. */
const dates = [
  ...times(52, "2024-05-17,2024-05-17"),
  ...times(3, "2024-05-17,2024-06-10"),
  ...times(2, "2024-03-04,2024-04-03"),
  "2023-05-17,2024-05-17",
  ...times(2, ",2024-05-17"),
];
const charts = stages.map((stage, i): Chart => [stage, weights[i]!, dates[i]!]);

const values = `  values:
    stage:  { kind: category, model: stage_m, human: stage_h, levels: [I, II, III], label: stage at diagnosis,
              agreement_at_least: 0.80, missed_at_most: 0.05, invented_at_most: 0.20 }
    weight: { kind: number, model: weight_m, human: weight_h, unit: kg, tolerance: 0.1, agreement_at_least: 0.99 }
    seen:   { kind: date, model: seen_m, human: seen_h, within_days: 30, agreement_at_least: 0.80 }
`;
const declared = `extractions:
  file: charts.csv
  key: chart
${values}acceptance:`;
const header = "chart,stage_m,stage_h,weight_m,weight_h,seen_m,seen_h";
const table = (rows: readonly string[], head = header) => `${[head, ...rows].join("\n")}\n`;
const whole = table(charts.map((chart, i) => `c${i + 1},${chart.join(",")}`));

function writeStudy(name: string, { csv = whole, extractions = declared, minimumCell = 1 } = {}): string {
  const path = writeBinaryStudy(join(folder.path, name), {
    rows: visits,
    minimumCell,
    protocol: (text) => replaced(text, "acceptance:", extractions),
  });
  writeFileSync(join(path, "charts.csv"), csv);
  return path;
}

interface Compared extends Written {
  readonly path: string;
  readonly out: string;
}

async function compared(name: string, options: Parameters<typeof writeStudy>[1] = {}): Promise<Compared> {
  const path = writeStudy(name, options);
  const out = join(folder.path, `${name}-out`);
  const found = await evaluated(path, out, { draws: 0 });
  assertSound(found);
  return { ...found, path, out };
}

async function traceOf({ path, out }: Compared, id: string, rows = ["--all-rows"]) {
  const { code, stdout, stderr } = await probity([
    ...["trace", id, "--dossier", out, "--study", path],
    ...["--workspace", workspace, ...rows, "--json"],
  ]);
  expect(code, `${id} ${stderr}`).toBe(0);
  return JSON.parse(stdout);
}

const fraction = ({ known }: Written, id: string) => {
  const { numerator, denominator } = known(`extraction.${id}`);
  return [numerator, denominator];
};
const findings = ({ team }: Written) =>
  Object.fromEntries(team.findings.filter(({ stage }) => stage === "extraction").map((one) => [one.id, one]));
const answers = ({ team }: Written) =>
  team.tables.find(({ id }) => id === "extraction.shares")!.rows.map((row) => row.at(-1));

describe("sixty charts, each fault with its own base", () => {
  let study: Compared;
  beforeAll(async () => {
    study = await compared("whole");
  }, 60_000);

  test("a category by hand: no empty cell is dropped", () => {
    expect(fraction(study, "agreement/stage")).toEqual([38, 40]);
    expect(fraction(study, "missed/stage")).toEqual([5, 45]);
    expect(fraction(study, "invented/stage")).toEqual([4, 15]);
    expect(fraction(study, "neither/stage")).toEqual([11, 60]);
    expect(fraction(study, "both/stage")).toEqual([40, 60]);
    expect(fraction(study, "invented-of-given/stage")).toEqual([4, 44]);
    // Wilson: (x + z²/2 ∓ z √(x (n − x)/n + z²/4)) / (n + z²).
    const z = 1.959963984540054;
    const half = z * Math.sqrt((38 * 2) / 40 + (z * z) / 4);
    const { lower, upper } = study.known("extraction.agreement/stage").interval!;
    expect(lower).toBeCloseTo((38 + (z * z) / 2 - half) / (40 + z * z), 10);
    expect(upper).toBeCloseTo((38 + (z * z) / 2 + half) / (40 + z * z), 10);
    expect(fraction(study, "level-sensitivity/stage:level-3")).toEqual([8, 10]);
    expect(fraction(study, "level-ppv/stage:level-2")).toEqual([30, 32]);
    expect(study.estimate("extraction.level-ppv/stage:level-1")).toHaveProperty("notEstimable");
    expect(study.known("extraction.charts").value).toBe(60);
  });

  test("a number by hand: a tenth apart is within a tenth, slips of unit are told from plain errors", () => {
    expect(fraction(study, "agreement/weight")).toEqual([55, 60]);
    expect(fraction(study, "exact/weight")).toEqual([50, 60]);
    expect(fraction(study, "unit-slips/weight")).toEqual([3, 60]);
    const total = 5 * 0.1 + 2 * 84.3 + 634.5 + 2 * 21.5;
    expect(study.known("extraction.bias/weight").value).toBeCloseTo(total / 60, 10);
    expect(study.known("extraction.bias/weight").label).toContain("kg");
  });

  test("a date by hand", () => {
    expect(fraction(study, "agreement/seen")).toEqual([52 + 3 + 2, 58]);
    expect(fraction(study, "missed/seen")).toEqual([2, 60]);
    expect(fraction(study, "same-month/seen")).toEqual([52, 58]);
    expect(fraction(study, "earlier/seen")).toEqual([6, 58]);
    expect(fraction(study, "later/seen")).toEqual([0, 58]);
    expect(fraction(study, "swapped/seen")).toEqual([2, 58]);
    expect(fraction(study, "other-year/seen")).toEqual([1, 58]);
    expect(study.known("extraction.days-off/seen").value).toBe(0);
  });

  test("three answers: met, not met, and too few charts to tell", () => {
    expect(answers(study)).toEqual([
      ...["met", "cannot tell", "cannot tell"],
      ...["not met", "not asked", "not asked"],
      ...["met", "not asked", "not asked"],
    ]);
    const found = findings(study);
    expect(Object.keys(found).sort()).toEqual([
      "extraction.agreement-not-met/weight",
      "extraction.invented-open/stage",
      "extraction.missed-open/stage",
    ]);
    const wrong = found["extraction.agreement-not-met/weight"]!;
    expect(wrong.severity).toBe("serious");
    expect(study.text(wrong.sentence)).toMatch(
      /^weight: of charts with both values, model and chart agree in \.92 \(.*\); asked for is at least \.99\./,
    );
    expect(wrong.rows).toEqual({ count: 5, lines: [57, 58, 59, 60, 61].map((line) => `charts.csv:${line}`) });
    const open = found["extraction.missed-open/stage"]!;
    expect([open.severity, open.rows?.count, open.rows?.lines?.[0]]).toEqual(["concern", 5, "charts.csv:42"]);
    expect(study.team.verdict.word).not.toMatch(/^GO/);
  });

  test("a limit in a finding links to the protocol's field, which gives it again", async () => {
    const fields = ["stage.missed_at_most", "stage.invented_at_most", "weight.agreement_at_least"];
    for (const field of fields.map((one) => `protocol.extractions.values.${one}`)) {
      expect(study.report).toContain(`href="#${field}"`);
      expect(await traceOf(study, field, []), field).toMatchObject({ agrees: true });
    }
  });

  test("the report has the section, its figure and its tables", () => {
    const text = visibleText(study.report);
    expect(text).toContain("Values read out of text");
    expect(text).toContain("stage at diagnosis");
    expect(text).toContain("no value");
    expect(study.report).toContain('href="#extractions"');
  });

  test("I317: each number opens down to the lines of the charts, and is counted again", async () => {
    const ids = study.team.estimates.map(({ id }) => id).filter((id) => id.startsWith("extraction."));
    expect(ids.length).toBeGreaterThan(30);
    for (const id of [...ids, "extraction.confusion/stage#III/II", "extraction.confusion/stage#no value/III"])
      expect(await traceOf(study, id), id).toMatchObject({ agrees: true });
    const traced = await traceOf(study, "extraction.agreement/stage");
    expect(traced.rows).toMatchObject({ file: "charts.csv", numerator: 38, denominator: 40 });
    const wrong = traced.rows.shown.filter((row: { counted: boolean }) => !row.counted);
    expect(wrong.map((row: { records: { line: number }[] }) => row.records[0]!.line)).toEqual([40, 41]);
    expect(traced.protocol.lines.map(({ path }: { path: string }) => path)).toContain(
      "extractions.values.stage",
    );
  }, 120_000);

  test("the rows of every chart stay with the team, under the manifest and the run", () => {
    const manifest = JSON.parse(readFileSync(join(study.out, "team/manifest.json"), "utf8"));
    expect(manifest.rows).toMatchObject([
      { name: "rows/patients.parquet" },
      { name: "rows/extractions.parquet", rows: 60 },
    ]);
    expect(manifest.inputs.map(({ name }: { name: string }) => name)).toEqual([
      ...["visits.csv", "predictions.csv", "charts.csv"],
    ]);
  });

  test("the same study gives the same bytes, its values in any order of rows the same numbers", async () => {
    const turned = table(charts.map((chart, i) => `c${i + 1},${chart.join(",")}`).toReversed());
    const again = await compared("turned", { csv: turned });
    expect(again.team.estimates).toEqual(study.team.estimates);
  }, 60_000);
});

describe("charts drawn at different rates", () => {
  /** 30 of 60 flagged charts and 20 of 940 others were read. */
  const drawn = (name: "flagged" | "other", from: number) =>
    charts.slice(from, from + (name === "flagged" ? 30 : 20)).map((chart, i) => {
      const [stage] = chart;
      return `c${from + i},${name},${stage}`;
    });
  const csv = table([...drawn("flagged", 5), ...drawn("other", 35)], "chart,drawn,stage_m,stage_h");
  const asked = (sample: string, more = "") => `extractions:
  file: charts.csv
  key: chart
${sample}  values:
    stage: { kind: category, model: stage_m, human: stage_h, levels: [I, II, III]${more} }
acceptance:`;
  const sizes = "  sample: { stratum: drawn, sizes: { flagged: 60, other: 940 } }\n";
  let study: Compared;
  beforeAll(async () => {
    study = await compared("drawn", { csv, extractions: asked(sizes, ", agreement_at_least: 0.90") });
  }, 60_000);

  test("I175: weighted and unweighted are shown, both as by hand", () => {
    // Flagged: charts 6 to 35, 30 agree. Others: charts 36 to 55, 3 agree, 2 differ, 5 missed, 4 invented, 6 neither.
    expect(fraction(study, "agreement/stage")).toEqual([33, 35]);
    expect(fraction(study, "agreement/stage~flagged")).toEqual([30, 30]);
    expect(fraction(study, "agreement/stage~other")).toEqual([3, 5]);
    const [w, v] = [60 / 30, 940 / 20];
    const weighted = study.known("extraction.agreement-weighted/stage");
    expect(weighted.value).toBeCloseTo((30 * w + 3 * v) / (30 * w + 5 * v), 12);
    expect(study.known("extraction.missed-weighted/stage").value).toBeCloseTo(
      (5 * v) / (30 * w + 10 * v),
      12,
    );
    expect(study.known("extraction.agreement/stage").value).toBeCloseTo(33 / 35, 12);
    expect(weighted.interval!.upper - weighted.interval!.lower).toBeGreaterThan(0.2);
    const text = visibleText(study.report);
    expect(text).toContain("Among the charts, unweighted");
    expect(text).toContain("Weighted");
  });

  test("the weighted number is judged, and says what the charts alone would not", () => {
    expect(answers(study)[0]).toBe("cannot tell");
    expect(findings(study)).toHaveProperty(["extraction.agreement-open/stage"]);
  });

  test("each number is traced, those of a stratum to its charts", async () => {
    const ids = study.team.estimates.map(({ id }) => id).filter((id) => id.startsWith("extraction."));
    for (const id of ids) expect(await traceOf(study, id), id).toMatchObject({ agrees: true });
    expect((await traceOf(study, "extraction.agreement/stage~other")).rows.denominator).toBe(5);
  }, 60_000);

  test("a stratum of which no chart was read leaves the weighted share without a number", async () => {
    const found = await compared("unread", {
      csv,
      extractions: asked("  sample: { stratum: drawn, sizes: { flagged: 60, other: 940, new: 10 } }\n"),
    });
    expect(found.estimate("extraction.agreement-weighted/stage")).toMatchObject({
      notEstimable: "no chart of stratum new was reviewed",
    });
  }, 60_000);

  test.each([
    [
      "more charts than the stratum holds",
      "{ flagged: 20, other: 940 }",
      /30 charts of stratum flagged, which is said to hold 20/,
    ],
    ["a stratum without a size", "{ flagged: 60, others: 940 }", /charts\.csv:32/],
  ])("refused: %s", async (name, strata, message) => {
    const path = writeStudy(`refused-${name.replaceAll(" ", "-")}`, {
      csv,
      extractions: asked(`  sample: { stratum: drawn, sizes: ${strata} }\n`),
    });
    const { code, stderr } = await probity(["evaluate", path, "--out", join(folder.path, "refused-out")]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

test("several charts of a patient: intervals take whole patients, and nothing of them leaves", async () => {
  const csv = table(
    charts.map(([stage], i) => `c${i},p${i >> 1},${stage}`),
    "chart,patient_id,stage_m,stage_h",
  );
  const extractions = `extractions:
  file: charts.csv
  key: chart
  patient: patient_id
  values:
    stage: { kind: category, model: stage_m, human: stage_h, levels: [I, II, III] }
acceptance:`;
  const study = await compared("clustered", { csv, extractions, minimumCell: 11 });
  expect(study.known("extraction.patients").value).toBe(30);
  expect(study.known("extraction.agreement/stage").method).toContain("clustered in patients");
  expect(study.estimate("extraction.kappa/stage")).toHaveProperty("notEstimable");
  const told = study.committee.estimates.filter(({ id }) => id.startsWith("extraction."));
  expect(told.length).toBeGreaterThan(8);
  for (const estimate of told) expect(estimate).toHaveProperty("hidden", true);
}, 60_000);

describe("with a minimum cell of 11", () => {
  const isHidden = ({ committee }: Written, id: string) =>
    "hidden" in committee.estimates.find((one) => one.id === `extraction.${id}`)!;

  test("a share whose counts are small is hidden, and so is what gives it away", async () => {
    const study = await compared("small", { minimumCell: 11 });
    for (const id of [
      "agreement/stage",
      "missed/stage",
      "invented/stage",
      "kappa/stage",
      "unit-slips/weight",
    ])
      expect([id, isHidden(study, id)]).toEqual([id, true]);
    const { cells } = study.committee.matrices.find(({ id }) => id === "extraction.confusion/stage")!;
    expect(cells.flat().every((cell) => cell === null)).toBe(true);
    for (const { rows } of study.committee.findings.filter(({ stage }) => stage === "extraction"))
      expect(rows).toBeUndefined();
    expect(study.report).not.toContain("charts.csv:");
  }, 60_000);

  test("shares of many are shown", async () => {
    const many = [
      ...times(300, "II,II"),
      ...times(40, "III,II"),
      ...times(50, ",II"),
      ...times(60, "II,"),
      ...times(150, blank),
    ];
    const csv = table(
      many.map((stage, i) => `c${i},${stage}`),
      "chart,stage_m,stage_h",
    );
    const extractions = `extractions:
  file: charts.csv
  key: chart
  values:
    stage: { kind: category, model: stage_m, human: stage_h, levels: [II, III], agreement_at_least: 0.95 }
acceptance:`;
    const study = await compared("many", { csv, extractions, minimumCell: 11 });
    for (const id of ["agreement/stage", "missed/stage", "invented/stage", "neither/stage"])
      expect([id, isHidden(study, id)]).toEqual([id, false]);
    expect(isHidden(study, "kappa/stage")).toBe(true);
    expect(visibleText(study.report)).toContain("asked for is at least .95");
  }, 60_000);
});

describe("refused, with the place", () => {
  test.each([
    ["a level that is not declared", { csv: whole.replace("II,II", "IV,II") }, "charts.csv:2"],
    ["no number", { csv: whole.replace("154.3", "heavy") }, "charts.csv:57:weight_m"],
    ["no date", { csv: whole.replace("2023-05-17", "17.05.2023") }, "charts.csv:59:seen_m"],
    ["a key twice", { csv: whole.replace("c2,", "c1,") }, "charts.csv:3:chart"],
    ["a column that is not there", { csv: whole.replace("stage_h", "stage_x") }, "stage_h"],
  ])("in the file: %s", async (name, options, place) => {
    const path = writeStudy(name.replaceAll(" ", "-"), options);
    const { code, stderr } = await probity(["evaluate", path, "--out", join(folder.path, "refused-out")]);
    expect(code).toBe(2);
    expect(stderr).toContain(place);
  });

  const edited = (from: string, to: string) => replaced(declared, from, to);
  test.each([
    ["no levels", edited(", levels: [I, II, III]", ""), '"stage" is a category without levels'],
    ["no unit", edited("unit: kg, ", ""), '"weight" is a number without a unit'],
    ["a unit of a date", edited("within_days: 30", "unit: days"), "a date has no unit"],
    [
      "a column twice",
      edited("human: stage_h", "human: stage_m"),
      'the column "stage_m" has another meaning',
    ],
    [
      "the patients' file",
      edited("charts.csv", "visits.csv"),
      '"visits.csv" is one of the study\'s tables already',
    ],
    ["a share above 1", edited("agreement_at_least: 0.80", "agreement_at_least: 80"), "agreement_at_least"],
    ["a kept name", edited("key: chart", "key: source_line"), '"source_line" is kept'],
    [
      "patient and sample",
      edited("key: chart\n", "key: chart\n  patient: p\n  sample: { stratum: s, sizes: { a: 3 } }\n"),
      "several charts of a patient, drawn at different rates",
    ],
  ])("in the protocol: %s", async (name, extractions, message) => {
    const path = writeStudy(`protocol-${name.replaceAll(/[ ']/g, "-")}`, { extractions });
    const { code, stderr } = await probity(["lint", path]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/protocol\.yaml:\d+:\d+/);
    expect(stderr).toContain(message);
  });
});
