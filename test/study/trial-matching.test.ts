import { writeFileSync } from "node:fs";
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

/** meets, named, confirmed, consented */
const steps = {
  consented: "1,1,1,1",
  confirmed: "1,1,1,0",
  named: "1,1,0,",
  missed: "1,0,,",
  named_not_eligible: "0,1,0,",
  neither: "0,0,,",
} as const;

interface Chart {
  readonly cells: string;
  readonly drawn: "named" | "other";
  readonly sex: string;
}

/** Of 100 named 50 were read, 35 eligible, 30 of them confirmed, 18 consented; of 4,000 others 100 were read, 2 eligible. */
const charts: readonly Chart[] = [
  ...times(18, steps.consented),
  ...times(12, steps.confirmed),
  ...times(5, steps.named),
  ...times(15, steps.named_not_eligible),
].map((cells, i): Chart => ({ cells, drawn: "named", sex: i % 2 === 0 ? "F" : "M" }));
const others: readonly Chart[] = [...times(2, steps.missed), ...times(98, steps.neither)].map(
  (cells, i): Chart => ({ cells, drawn: "other", sex: i % 2 === 0 ? "F" : "" }),
);
const all = [...charts, ...others];
const header = "patient,meets,named,confirmed,consented,drawn,sex";
const csvOf = (rows: readonly Chart[], extra: readonly string[] = []) =>
  `${[header, ...rows.map(({ cells, drawn, sex }, i) => `p${i + 1},${cells},${drawn},${sex}`), ...extra].join("\n")}\n`;

const sample = "  sample: { stratum: drawn, sizes: { named: 100, other: 4000 } }\n";
const declaredWith = (more: string) => `trial_matching:
  file: screening.csv
  key: patient
  steps: { eligible: meets, identified: named, confirmed: confirmed, consented: consented }
${more}acceptance:`;
const declared = declaredWith(
  `${sample}  by: { sex: [F, M] }\n  at_least: { identified: 0.85, confirmed: 0.50, consented: 0.60 }\n`,
);

interface Options {
  readonly csv?: string;
  readonly matching?: string;
  readonly minimumCell?: number;
}

function writeStudy(name: string, { csv = csvOf(all), matching = declared, minimumCell = 1 }: Options = {}) {
  const path = writeBinaryStudy(join(folder.path, name), {
    rows: visits,
    minimumCell,
    protocol: (text) => replaced(text, "acceptance:", matching),
  });
  writeFileSync(join(path, "screening.csv"), csv);
  return path;
}

interface Matched extends Written {
  readonly path: string;
  readonly out: string;
}

async function matched(name: string, options: Options = {}): Promise<Matched> {
  const path = writeStudy(name, options);
  const out = join(folder.path, `${name}-out`);
  const found = await evaluated(path, out, { draws: 0 });
  assertSound(found);
  return { ...found, path, out };
}

async function traceOf({ path, out }: Matched, id: string, rows = ["--all-rows"]) {
  const { code, stdout, stderr } = await probity([
    ...["trace", id, "--dossier", out, "--study", path],
    ...["--workspace", workspace, ...rows, "--json"],
  ]);
  expect(code, `${id} ${stderr}`).toBe(0);
  return JSON.parse(stdout);
}

const idsOf = ({ team }: Written) =>
  team.estimates.map(({ id }) => id).filter((id) => id.startsWith("matching."));
const value = ({ known }: Written, id: string) => known(`matching.${id}`).value;
const findings = ({ team }: Written) =>
  Object.fromEntries(team.findings.filter(({ stage }) => stage === "matching").map((one) => [one.id, one]));

describe("I174: a sample of named patients and of others", () => {
  let study: Matched;
  beforeAll(async () => {
    study = await matched("whole");
  }, 60_000);

  test("each step by hand: a named chart stands for 2 patients, another for 40", () => {
    expect(value(study, "identified")).toBeCloseTo((35 * 2) / (35 * 2 + 2 * 40), 12);
    expect(value(study, "confirmed")).toBeCloseTo(30 / 35, 12);
    expect(value(study, "consented")).toBeCloseTo(18 / 30, 12);
    expect(value(study, "eligible")).toBeCloseTo(150 / 4100, 12);
    expect(value(study, "confirmed-of-eligible")).toBeCloseTo(60 / 150, 12);
    expect(value(study, "consented-of-eligible")).toBeCloseTo(36 / 150, 12);
    expect(value(study, "eligible-of-identified")).toBeCloseTo(35 / 50, 12);
    expect(value(study, "identified-per-consented")).toBeCloseTo(100 / 36, 12);
    expect(value(study, "patients-per-consented")).toBeCloseTo(4100 / 36, 12);
    expect(value(study, "patients-eligible")).toBeCloseTo(150, 9);
    expect(value(study, "patients-consented")).toBeCloseTo(36, 9);
    expect(value(study, "charts-eligible")).toBe(37);
    expect(value(study, "charts-eligible/charts~other")).toBe(2);
  });

  test("I175: the unweighted share stands beside it, and its interval is far from the other's", () => {
    const [weighted, raw] = ["identified", "identified-unweighted"].map((id) =>
      study.known(`matching.${id}`),
    );
    expect(raw!.value).toBeCloseTo(35 / 37, 12);
    expect(weighted!.interval!.upper).toBeLessThan(raw!.value);
    expect([weighted!.numerator, weighted!.denominator]).toEqual([35, 37]);
    const text = visibleText(study.report);
    expect(text).toContain("Trial matching");
    expect(text).toContain("Among the charts, unweighted");
  });

  test("a step that loses more than is allowed is a finding with the charts that are lost", () => {
    const rows = study.team.tables.find(({ id }) => id === "matching.funnel")!.rows;
    expect(rows.slice(0, 4).map((row) => row.at(-1))).toEqual(["not asked", "not met", "met", "cannot tell"]);
    const found = findings(study);
    expect(Object.keys(found).sort()).toEqual(["matching.consented-open", "matching.identified-not-met"]);
    const lost = found["matching.identified-not-met"]!;
    expect(lost.severity).toBe("serious");
    expect(lost.rows).toEqual({ count: 2, lines: ["screening.csv:52", "screening.csv:53"] });
    expect(study.text(lost.sentence)).toMatch(
      /^Named by the model, of the eligible: \.47 \(.*asked for is at least \.85\./,
    );
    expect(found["matching.consented-open"]).toMatchObject({ severity: "concern", rows: { count: 12 } });
  });

  test("a limit in a finding links to the protocol's field, which gives it again", async () => {
    for (const step of ["identified", "consented"]) {
      const field = `protocol.trial_matching.at_least.${step}`;
      expect(study.report).toContain(`href="#${field}"`);
      expect(await traceOf(study, field, []), field).toMatchObject({ agrees: true });
    }
  });

  test("by group: empty cells are a group, too; the group that is missed most stands first", () => {
    expect(value(study, "charts-told/sex:F")).toBe(75);
    expect(value(study, "charts-told/sex:M")).toBe(25);
    expect(value(study, "charts-told/sex:missing")).toBe(50);
    expect(value(study, "identified/sex:F")).toBeCloseTo((18 * 2) / (18 * 2 + 40), 12);
    expect(value(study, "identified/sex:M")).toBe(1);
    expect(study.known("matching.identified/sex:M").interval!.kind).toBe("bound");
    const groups = study.team.tables.find(({ id }) => id === "matching.groups")!.rows.map(([name]) => name);
    expect(groups).toEqual(["sex not recorded", "sex F", "sex M"]);
  });

  test("each number opens down to the lines of its charts", async () => {
    const ids = idsOf(study);
    expect(ids.length).toBeGreaterThan(60);
    for (const id of ids) expect(await traceOf(study, id), id).toMatchObject({ agrees: true });
    const traced = await traceOf(study, "matching.identified/sex:F");
    expect(traced.rows).toMatchObject({ file: "screening.csv", numerator: 18, denominator: 19 });
    expect(traced.protocol.lines.map(({ path }: { path: string }) => path)).toContain(
      "trial_matching.by.sex",
    );
  }, 120_000);
});

test("charts that do not tell, and steps that cannot be, are counted and left out of every share", async () => {
  const extra = [
    "x1,,1,1,1,named,F",
    "x2,1,1,1,,named,F",
    "x3,1,1,,,named,F",
    "x4,1,0,1,,other,F",
    "x5,1,1,0,1,named,F",
    "x6,1,0,,1,other,F",
    "x7,0,1,1,1,named,F",
    "x8,0,1,1,0,named,F",
  ];
  const study = await matched("faulty", { csv: csvOf(all, extra), matching: declaredWith("") });
  expect(study.known("matching.told")).toMatchObject({ numerator: 152, denominator: 158 });
  expect(study.known("matching.not-told")).toMatchObject({ numerator: 3, denominator: 158 });
  expect(study.known("matching.impossible")).toMatchObject({ numerator: 3, denominator: 158 });
  expect(study.known("matching.identified")).toMatchObject({ numerator: 35, denominator: 37 });
  const found = findings(study);
  expect(found["matching.impossible-order"]).toMatchObject({
    severity: "serious",
    rows: { count: 3, lines: [155, 156, 157].map((line) => `screening.csv:${line}`) },
  });
  expect(found["matching.not-told"]).toMatchObject({ severity: "info", rows: { count: 3 } });
  expect(found["matching.not-eligible-consented"]).toMatchObject({ severity: "serious", rows: { count: 1 } });
  expect(found["matching.not-eligible-confirmed"]).toMatchObject({ severity: "concern", rows: { count: 2 } });
  expect(study.known("matching.not-eligible-confirmed")).toMatchObject({ numerator: 2, denominator: 32 });
  for (const id of idsOf(study)) expect(await traceOf(study, id), id).toMatchObject({ agrees: true });
}, 120_000);

test("only named patients were read: sensitivity has no number, and the finding says why", async () => {
  const study = await matched("named", {
    csv: csvOf(charts),
    matching: declaredWith("  at_least: { identified: 0.80 }\n"),
  });
  for (const id of ["eligible", "identified", "consented-of-eligible", "patients-per-consented"])
    expect(study.estimate(`matching.${id}`)).toMatchObject({
      notEstimable: "no chart of a patient whom the model does not name was read",
    });
  expect(value(study, "confirmed")).toBeCloseTo(30 / 35, 12);
  expect(Object.keys(findings(study)).sort()).toEqual(["matching.identified-open", "matching.named-alone"]);
}, 60_000);

test("dates: an empty one is a step that did not happen, and a step before its own is impossible", async () => {
  const rows = [
    "a,1,2026-01-05,2026-01-09,2026-01-20",
    "b,1,2026-01-05,2026-01-05,",
    "c,1,2026-01-05,,",
    "d,1,,,",
    "e,0,,,",
    "f,1,2026-01-05,2026-01-04,",
    "g,1,,2026-01-04,",
  ];
  const study = await matched("dates", {
    csv: `${["patient,meets,named,confirmed,consented", ...rows].join("\n")}\n`,
    matching: declaredWith("  kind: dates\n"),
  });
  expect(study.known("matching.identified")).toMatchObject({ numerator: 3, denominator: 4 });
  expect(study.known("matching.consented")).toMatchObject({ numerator: 1, denominator: 2 });
  expect(findings(study)["matching.impossible-order"]!.rows).toEqual({
    count: 2,
    lines: ["screening.csv:7", "screening.csv:8"],
  });
  for (const id of idsOf(study)) expect(await traceOf(study, id), id).toMatchObject({ agrees: true });
}, 60_000);

describe("with a minimum cell of 11", () => {
  const shown = ({ committee }: Written) =>
    committee.estimates.flatMap((one) =>
      one.id.startsWith("matching.") && !("hidden" in one) ? [one.id.replace("matching.", "")] : [],
    );

  test("two eligible patients who were missed are told by no number that leaves", async () => {
    const study = await matched("small", { minimumCell: 11 });
    const told = shown(study);
    for (const id of [
      "identified",
      "identified-unweighted",
      "charts-eligible/charts~other",
      "patients-eligible",
    ])
      expect(told).not.toContain(id);
    expect(told.includes("charts-eligible") && told.includes("charts-identified")).toBe(false);
    expect(study.report).not.toContain("screening.csv:");
  }, 60_000);

  test("shares of many are shown", async () => {
    const many = all.flatMap((chart) => times(12, chart));
    const study = await matched("many", {
      csv: csvOf(many),
      minimumCell: 11,
      matching: declaredWith("  at_least: { identified: 0.80 }\n"),
    });
    const told = shown(study);
    for (const id of ["charts", "eligible", "identified", "confirmed", "consented", "consented-of-eligible"])
      expect(told).toContain(id);
    expect(told).not.toContain("not-eligible-confirmed");
  }, 60_000);
});

describe("refused, with the place", () => {
  test.each([
    ["no mark", { csv: csvOf(all).replace("p1,1,", "p1,yes,") }, "screening.csv:2:meets"],
    ["named is empty", { csv: csvOf(all).replace("p1,1,1,", "p1,1,,") }, "screening.csv:2:named"],
    ["a group that is not declared", { csv: csvOf(all).replace("named,F", "named,X") }, "screening.csv:2"],
    [
      "a stratum too small",
      { matching: declared.replace("named: 100", "named: 40") },
      "50 charts of stratum named",
    ],
  ])("in the file: %s", async (name, options, place) => {
    const path = writeStudy(`file-${name.replaceAll(" ", "-")}`, options);
    const { code, stderr } = await probity(["evaluate", path, "--out", join(folder.path, "refused-out")]);
    expect(code).toBe(2);
    expect(stderr).toContain(place);
  });

  test.each([
    ["a column twice", "confirmed: confirmed", "confirmed: named", 'the column "named" has another meaning'],
    [
      "the patients' file",
      "screening.csv",
      "visits.csv",
      '"visits.csv" is one of the study\'s tables already',
    ],
    ["a share above 1", "identified: 0.85", "identified: 85", "at_least.identified"],
    ["a group called missing", "[F, M]", "[F, missing]", 'the group of empty cells is called "missing"'],
    ["a step left out", ", consented: consented", "", "consented"],
  ])("in the protocol: %s", async (name, from, to, message) => {
    const path = writeStudy(`protocol-${name.replaceAll(/[ ']/g, "-")}`, {
      matching: replaced(declared, from, to),
    });
    const { code, stderr } = await probity(["lint", path]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/protocol\.yaml:\d+/);
    expect(stderr).toContain(message);
  });
});
