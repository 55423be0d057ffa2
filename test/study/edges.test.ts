import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { assertClose } from "../reference/reference.ts";
import { acknowledge, evaluated, probity, type Written } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { copyStudy, type Row, replaced, type StudyEdits, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

let nStudies = 0;
const place = (): string => join(folder.path, String(++nStudies));
/** Of its own name, so that the ledger does not take one study for another. */
const copied = (at: string, edits: StudyEdits): string => copyStudy(join(at, `study-${nStudies}`), edits);

/** Evaluates a variant of the study, which must end well and keep every invariant. */
async function variant(edits: StudyEdits, more: readonly string[] = []): Promise<Written> {
  const at = place();
  const study = copied(at, { withoutDevelopment: true, ...edits });
  const found = await evaluated(study, join(at, "out"), { draws: 100, more });
  assertSound(found);
  return found;
}

const first =
  (n: number) =>
  (rows: readonly Row[]): readonly Row[] =>
    rows.slice(0, n);
/** The first women, each changed. */
const changed =
  (change: (row: Row, i: number) => Record<string, string>, n = 120) =>
  (rows: readonly Row[]): readonly Row[] =>
    rows.slice(0, n).map((row, i) => ({ ...row, ...change(row, i) }) as Row);
const scored =
  (risk: (i: number) => string) =>
  (rows: readonly Row[]): readonly Row[] =>
    rows.map((row, i) => ({ ...row, risk_12m: risk(i), risk_24m: risk(i), risk_60m: risk(i) }));
const flaggedWhen = (rule: string) => (text: string) => replaced(text, '">= 0.40"', `"${rule}"`);

const reason = ({ estimate }: Written, id: string): string => {
  const found = estimate(id);
  return "notEstimable" in found ? found.notEstimable : `it is ${found.value}`;
};
const requirement = ({ team }: Written, id: string) => team.requirements.find((one) => one.id === id)!;
const finding = ({ team }: Written, id: string) => team.findings.find((one) => one.id === id);

describe("few or no events", () => {
  test("a stratum without events has no sensitivity, and so has the worst of the strata", async () => {
    const study = await variant({
      patients: changed((row) => (row.grade === "1" ? { status: "0" } : {}), 400),
    });
    expect(reason(study, "performance.sensitivity@60mo/grade:1")).toBe("no events by the horizon");
    expect(reason(study, "performance.observed-expected@60mo/grade:1")).toBe("no events by the horizon");
    expect(study.known("performance.ppv@60mo/grade:1")).toMatchObject({
      value: 0,
      interval: { kind: "bound" },
    });
    expect(study.known("performance.true-positives@60mo/grade:1").value).toBe(0);
    expect(reason(study, "performance.sensitivity@60mo/worst-of-strata")).toBe(
      "none in tumour grade 1: no events by the horizon",
    );
    const worst = requirement(study, "acceptance.sensitivity@60mo/worst-of-strata");
    expect(worst.state).toBe("no evidence");
    expect(study.text(worst.found)).toContain(
      "not estimable: none in tumour grade 1: no events by the horizon",
    );
    expect(visibleText(study.report)).toContain("not estimable: no events by the horizon");
  });

  test("no events at all: ranks and calibration have no number, risks do", async () => {
    const study = await variant({ patients: changed(() => ({ status: "0" })) });
    for (const measure of ["auc", "calibration-slope", "ici", "observed-expected", "sensitivity"])
      expect(reason(study, `performance.${measure}@60mo`)).toBe("no events by the horizon");
    for (const c of ["harrell-c", "uno-c"]) expect(reason(study, `performance.${c}`)).toBe("no events");
    expect(study.known("performance.observed@60mo").value).toBe(0);
    expect(study.known("performance.expected@60mo").value).toBeGreaterThan(0.4);
    // By hand: nobody was found, and an interval from 0 to 0 would claim that nobody ever is.
    const found = study.known("performance.true-positives@60mo");
    expect(found).toMatchObject({ value: 0, interval: { lower: 0, kind: "bound" } });
    expect(found.interval!.upper).toBeGreaterThan(50);
    expect(study.text(finding(study, "performance.few-events@60mo")!.sentence)).toBe(
      "Events by 60 months: 0 in 120 patients; fewer than 100 events are too few to validate.",
    );
    expect(study.team.verdict.word).not.toMatch(/^GO/);
  });

  test("everybody has the event, later or earlier", async () => {
    const study = await variant({ patients: changed(() => ({ status: "1" })) });
    expect(study.known("cohort.unknown@60mo").value).toBe(0);
    // Without censoring the weighted rate is the plain one.
    const sensitivity = study.known("performance.sensitivity@60mo");
    assertClose(sensitivity.value, sensitivity.numerator! / sensitivity.denominator!, { relative: 1e-12 });
  });

  test("everybody has the event at once", async () => {
    const study = await variant({ patients: changed(() => ({ status: "1", rfstime: "500" })) });
    expect(study.known("performance.observed@60mo").value).toBe(1);
    expect(reason(study, "performance.observed-expected@60mo")).toBe(
      "everybody has the event by the horizon",
    );
    expect(reason(study, "performance.specificity@60mo")).toBe("nobody is event-free at the horizon");
    expect(reason(study, "performance.uno-c")).toBe("no comparable pairs");
  });
});

test("a population chosen by its outcome is a serious finding", async () => {
  const study = await variant({
    protocol: (text) => replaced(text, 'keep: "nodes >= 1"', 'keep: "rfstime > 30 days"'),
    patients: first(200),
  });
  const chosen = finding(study, "quality.population-by-outcome/1")!;
  expect(chosen.severity).toBe("serious");
  expect(study.text(chosen.sentence)).toBe(
    'The population is chosen by its outcome: "rfstime > 30 days" reads "rfstime", ' +
      "known only after the model was asked.",
  );
  expect(study.team.verdict.word).toMatch(/^(NO-GO|REDESIGN)$/);
});

test("strata and slices made of the outcome are serious findings", async () => {
  const study = await variant({
    protocol: (text) =>
      replaced(
        replaced(text, "strata: [age: [50, 65],", "strata: [status, age: [50, 65],"),
        'many_nodes: "nodes >= 10"',
        'late: "rfstime > 400 days"',
      ),
    patients: first(200),
  });
  const said = ["status", "late"].map((name) => finding(study, `quality.group-by-outcome/${name}`)!);
  expect(said.map(({ severity }) => severity)).toEqual(["serious", "serious"]);
  expect(said.map(({ sentence }) => study.text(sentence))).toEqual([
    'The groups of "status" are made of the outcome: "status" is known only after the model was asked.',
    'The groups of "late" are made of the outcome: "rfstime" is known only after the model was asked.',
  ]);
  expect(study.team.verdict.word).toMatch(/^(NO-GO|REDESIGN)$/);
});

test("a model that reads its outcome is a serious finding, however well it does", async () => {
  const study = await variant({
    withoutDevelopment: true,
    protocol: (text) =>
      replaced(text, "predictors: [size, nodes, grade]", "predictors: [size, nodes, status]"),
    patients: first(200),
  });
  const told = finding(study, "quality.predictor-of-outcome")!;
  expect(told.severity).toBe("serious");
  expect(study.text(told.sentence)).toBe(
    'The model reads its outcome: "status" is a predictor, and endpoint.event is read from it, too.',
  );
  expect(study.team.verdict.word).toMatch(/^(NO-GO|REDESIGN)$/);
});

describe("too little follow-up", () => {
  test("everybody is censored before the first horizon", async () => {
    const study = await variant({ patients: changed(() => ({ status: "0", rfstime: "100" })) });
    expect(study.known("cohort.unknown@12mo")).toMatchObject({ numerator: 120, denominator: 120 });
    expect(reason(study, "performance.observed@60mo")).toBe("follow-up ends before the horizon");
    expect(reason(study, "performance.brier@60mo")).toBe("nobody is followed beyond the horizon");
    expect(reason(study, "performance.true-positives@60mo")).toBe("nobody is followed beyond the horizon");
    expect(reason(study, "performance.true-positives@60mo/grade:2")).toBe(
      "nobody is followed beyond the horizon",
    );
    expect(reason(study, "burden.cost")).toBe("nobody is followed beyond the horizon");
    expect(requirement(study, "gate.2").state).toBe("no evidence");
  });

  test("events, but nobody beyond the horizon", async () => {
    const study = await variant({
      patients: changed((row) => (Number(row.rfstime) > 700 ? { rfstime: "700", status: "0" } : {})),
    });
    expect(reason(study, "performance.auc@60mo")).toBe("nobody is followed beyond the horizon");
    expect(study.known("performance.auc@12mo").value).toBeGreaterThan(0.5);
    expect(study.known("performance.uno-c").value).toBeGreaterThan(0.5);
  });

  test("nobody beyond the horizon, and the last has the event: it stands for nobody else", async () => {
    const study = await variant({
      patients: changed((row, i) => {
        if (i === 0) return { rfstime: "701", status: "1" };
        return Number(row.rfstime) > 700 ? { rfstime: "700", status: "0" } : {};
      }),
    });
    const beyond = "nobody is followed beyond the horizon";
    for (const measure of ["true-positives", "ppv", "observed", "observed-expected", "net-benefit"])
      expect(reason(study, `performance.${measure}@60mo`), measure).toBe(beyond);
    expect(reason(study, "burden.cost")).toBe(beyond);
    expect(requirement(study, "gate.2").state).toBe("no evidence");
    const groups = study.team.estimates.filter(({ id }) =>
      id.startsWith("performance.observed@60mo/risk-group:"),
    );
    for (const group of groups) expect("value" in group, group.id).toBe(false);
  });

  test("nobody is followed at all", async () => {
    const study = await variant({ patients: changed(() => ({ status: "0", rfstime: "0" })) });
    expect(reason(study, "performance.observed@12mo")).toBe("follow-up ends before the horizon");
  });
});

describe("few patients", () => {
  test("one patient", async () => {
    const study = await variant({ patients: changed(() => ({ status: "1", rfstime: "300" }), 1) });
    expect(study.known("cohort.analysed").value).toBe(1);
    expect(study.known("cohort.events@12mo").value).toBe(1);
    // She has the event and is not flagged. By hand: the exact upper bound of 0 of 1 is 1 − .025.
    assertClose(study.known("performance.accuracy@60mo").interval!.upper, 0.975, { relative: 1e-9 });
    expect(study.text(study.team.memo.also)).toMatch(
      /Accuracy \.00 \(\.00–\.97\), n\u00a01; flagging nobody \.00, everybody 1\.00\.$/,
    );
    expect(study.team.findings.filter(({ id }) => id.startsWith("performance.undivided"))).toEqual([]);
    expect(reason(study, "performance.brier@60mo")).toBe("one patient");
    expect(reason(study, "performance.calibration-slope@60mo")).toBe("all predicted risks are equal");
    // One woman drawn again and again shows nothing.
    expect(study.known("performance.net-benefit-gain@60mo").interval).toBeUndefined();
    expect(finding(study, "performance.no-gain@60mo")).toBeUndefined();
  });

  test("two patients in the right order prove no rank", async () => {
    const study = await variant({ patients: first(2) });
    expect(study.known("performance.uno-c").value).toBe(1);
    expect(study.known("performance.uno-c").interval).toBeUndefined();
    expect(requirement(study, "acceptance.uno_c@60mo").state).toBe("no evidence");
    // By hand: one case and one control of one each; the exact lower bound of 1 of 1 is .025.
    const { value, interval } = study.known("performance.auc@60mo");
    expect([value, interval!.kind]).toEqual([1, "bound"]);
    assertClose(interval!.lower, 0.025, { relative: 1e-9 });
    expect(reason(study, "performance.calibration-slope@60mo")).toContain("separate the events");
  });

  test.each([3, 5, 10])("%i patients", async (n) => {
    const study = await variant({ patients: first(n) });
    expect(study.known("cohort.analysed").value).toBe(n);
    expect(study.team.verdict.word).not.toMatch(/^GO/);
  });

  test("a stratum with one patient, and one with none", async () => {
    const study = await variant({
      patients: (rows) => {
        const grade1 = rows.filter(({ grade, status }) => grade === "1" && status === "1").slice(0, 1);
        return [...grade1, ...rows.filter(({ grade, meno }) => grade !== "1" && meno === "0").slice(0, 120)];
      },
    });
    expect(study.known("cohort.in-group@60mo/grade:1").value).toBe(1);
    expect(reason(study, "performance.specificity@60mo/grade:1")).toBe("nobody is event-free at the horizon");
    expect(study.known("performance.sensitivity@60mo/grade:1").denominator).toBe(1);
    expect(study.known("cohort.in-group@60mo/age:65+").value).toBe(0);
    expect(reason(study, "performance.flagged@60mo/age:65+")).toBe("nobody to count");
    expect(reason(study, "performance.sensitivity@60mo/age:65+")).toBe("no patients");
    expect(study.known("performance.true-positives@60mo/age:65+").value).toBe(0);
  });

  test("nobody is left after the criteria", async () => {
    const study = await variant({
      patients: first(60),
      protocol: (text) => replaced(text, 'keep: "nodes >= 1"', 'keep: "nodes >= 100"'),
    });
    expect(study.team.attrition.map(({ records, excluded }) => [records, excluded])).toEqual([
      [60, 0],
      [0, 60],
      [0, 0],
      [0, 0],
    ]);
    for (const measure of ["observed", "expected", "auc", "brier", "sensitivity", "true-positives"])
      expect(reason(study, `performance.${measure}@60mo`)).toBe("no patients");
    expect(reason(study, "cohort.unknown@60mo")).toBe("nobody to count");
    expect(study.team.curves).toEqual([]);
    expect(study.team.verdict.word).not.toMatch(/^GO/);
  });

  test("nobody has an endpoint", async () => {
    const study = await variant({ patients: changed(() => ({ rfstime: "" })) });
    expect(study.team.attrition.at(-1)).toMatchObject({ records: 0, excluded: 120 });
    expect(study.known("cohort.analysed").value).toBe(0);
  });
});

describe("risks that say little", () => {
  test("all equal", async () => {
    const study = await variant({ patients: first(120), predictions: scored(() => "0.45") });
    expect(study.known("performance.auc@60mo").value).toBe(0.5);
    expect(study.known("performance.harrell-c").value).toBe(0.5);
    expect(reason(study, "performance.calibration-slope@60mo")).toBe("all predicted risks are equal");
    expect(reason(study, "performance.ici@60mo")).toContain("too few different predicted risks");
    expect(finding(study, "performance.chance@60mo")).toBeDefined();
  });

  test("exactly 0 and 1", async () => {
    const study = await variant({ patients: first(120), predictions: scored((i) => String(i % 2)) });
    expect(study.known("performance.expected@60mo").value).toBe(0.5);
    expect(study.known("performance.flagged@60mo")).toMatchObject({ numerator: 60, denominator: 120 });
    const histogram = study.team.matrices.find(({ id }) => id === "performance.risk-histogram@60mo")!;
    const bins = histogram.cells.map((row) => row.reduce((sum: number, count) => sum + count!, 0));
    expect([bins[0], bins.at(-1)]).toEqual([60, 60]);
    expect(study.known("performance.log-loss@60mo").value).toBeGreaterThan(1);
  });

  test("all 0: the observed risk still exists", async () => {
    const study = await variant({ patients: first(120), predictions: scored(() => "0") });
    expect(study.known("performance.expected@60mo").value).toBe(0);
    expect(study.known("performance.observed@60mo").value).toBeGreaterThan(0.4);
    expect(reason(study, "performance.observed-expected@60mo")).toBe("the mean predicted risk is 0");
  });

  test("all flagged", async () => {
    const study = await variant({ patients: first(120), protocol: flaggedWhen(">= 0") });
    expect(study.known("performance.flagged@60mo").value).toBe(1);
    expect(study.known("performance.sensitivity@60mo")).toMatchObject({
      value: 1,
      interval: { kind: "bound" },
    });
    expect(study.known("performance.specificity@60mo").value).toBe(0);
    expect(reason(study, "performance.npv@60mo")).toBe("nobody of known status is unflagged");
    expect(study.known("performance.net-benefit-gain@60mo").value).toBe(0);
    expect(finding(study, "performance.no-gain@60mo")).toMatchObject({ severity: "concern" });
    expect(finding(study, "performance.undivided/grade:2")).toBeDefined();
  });

  test.each([">= 1", "> 0.99"])("nobody flagged: %s", async (rule) => {
    const study = await variant({ patients: first(120), protocol: flaggedWhen(rule) });
    expect(study.known("performance.flagged@60mo").value).toBe(0);
    expect(study.known("performance.sensitivity@60mo")).toMatchObject({
      value: 0,
      interval: { kind: "bound" },
    });
    expect(reason(study, "performance.ppv@60mo")).toBe("nobody of known status is flagged");
    expect(study.known("burden.false-flags")).toMatchObject({ value: 0 });
    const accuracy = study.known("performance.accuracy@60mo").value;
    assertClose(accuracy, study.known("performance.accuracy-flag-nobody@60mo").value, { relative: 1e-12 });
  });
});

describe("a burden that is nothing, and groups that are everybody", () => {
  test("a false flag that takes no time never reaches the limit, and the memo says so in a sentence", async () => {
    const study = await variant({
      patients: first(120),
      protocol: (text) =>
        replaced(replaced(text, /minutes: 8, /, "minutes: 0, "), /minutes: 20, /, "minutes: 0, "),
    });
    expect(reason(study, "burden.break-even")).toBe("a false flag costs nothing in the protocol");
    const said = study.text(study.team.memo.burden.cost);
    expect(said).toContain(
      "By the protocol a false flag costs nothing, so the limit of $5,000 is never reached.",
    );
    expect(said).not.toContain("not estimable");
  });

  test("a model that flags everybody leaves no group undivided that is everybody", async () => {
    const study = await variant({
      patients: changed(() => ({ meno: "1" })),
      protocol: (text) => replaced(flaggedWhen(">= 0")(text), '"nodes >= 10"', '"nodes >= 1"'),
    });
    const undivided = study.team.findings.flatMap(
      ({ id }) => /^performance.undivided\/(.*)/.exec(id)?.[1] ?? [],
    );
    expect(undivided).toContain("grade:2");
    expect(undivided).not.toContain("slice:many_nodes");
    expect(undivided).not.toContain("meno:1");
  });
});

describe("missing values", () => {
  test("of a stratifier are a group of their own, so that the cells still add up", async () => {
    const study = await variant({ patients: changed((_row, i) => (i % 5 === 0 ? { grade: "" } : {})) });
    const levels = ["1", "2", "3", "missing"];
    const at = (measure: string) => levels.map((level) => study.known(`${measure}@60mo/grade:${level}`));
    expect(at("cohort.in-group").at(-1)!.value).toBe(24);
    expect(at("cohort.in-group").reduce((sum, { value }) => sum + value, 0)).toBe(120);
    for (const cell of ["true-positives", "false-positives", "false-negatives", "true-negatives"]) {
      const sum = at(`performance.${cell}`).reduce((total, { value }) => total + value, 0);
      assertClose(sum, study.known(`performance.${cell}@60mo`).value, { relative: 1e-12 });
    }
    expect(study.known("data.missing/grade")).toMatchObject({ numerator: 24, denominator: 120 });
    expect(visibleText(study.report)).toContain("grade not recorded");
  });

  test("in a criterion exclude the patient, and are counted apart", async () => {
    const study = await variant({ patients: changed((_row, i) => (i % 5 === 0 ? { age: "" } : {})) });
    expect(study.team.attrition[2]).toMatchObject({
      records: 96,
      excluded: 24,
      reason: "outside the intended use; 24 of them because a value is missing",
    });
  });

  test("of the endpoint exclude the patient, and are counted", async () => {
    const spoiled = (i: number): Record<string, string> =>
      i % 7 === 0 ? { rfstime: "" } : i % 7 === 1 ? { status: "" } : {};
    const study = await variant({ patients: changed((_row, i) => spoiled(i)) });
    // By hand: of 0 … 119, 18 leave the remainder 0 and 17 the remainder 1.
    expect(study.team.attrition.at(-1)).toMatchObject({ records: 85, excluded: 35 });
    expect(study.known("cohort.analysed").value).toBe(85);
  });
});

describe("nobody is followed beyond the horizon", () => {
  const until = (days: number) => (row: Row) => ({ rfstime: String(Math.min(Number(row.rfstime), days)) });
  const withoutDisclosure = (text: string) => replaced(text, /^disclosure:.*\n/m, "");

  test.each([0.25, 0.6, 0.75])("it is said, whoever is flagged: >= %f", async (threshold) => {
    const study = await variant({
      protocol: (text) => flaggedWhen(`>= ${threshold}`)(withoutDisclosure(text)),
      patients: changed(until(1800), 300),
    });
    expect(study.known("cohort.event-free@60mo").value).toBe(0);
    expect(finding(study, "quality.no-event-free")).toMatchObject({ severity: "serious", stage: "quality" });
    expect(study.team.verdict.word).toBe("REDESIGN");
    expect(reason(study, "performance.auc@60mo")).toBe("nobody is followed beyond the horizon");
  });

  test("one who is followed beyond it ends the finding", async () => {
    const study = await variant({
      patients: changed((row, i) => (i === 0 ? { rfstime: "1823", status: "0" } : until(1800)(row)), 300),
    });
    expect(study.known("cohort.event-free@60mo").value).toBe(1);
    expect(finding(study, "quality.no-event-free")).toBeUndefined();
  });
});

test("missing values of what the model reads are a finding from 5 %, of other variables not", async () => {
  const missing = (n: number) => changed((_row, i) => (i < n ? { size: "", pgr: "" } : {}), 100);
  const many = await variant({ patients: missing(6) });
  expect(many.text(finding(many, "quality.missing/size")!.sentence)).toBe(
    "tumour size, which the model reads, is missing in 6.0\u202f% (6/100) of the patients.",
  );
  expect(finding(many, "quality.missing/pgr")).toBeUndefined();
  const few = await variant({ patients: missing(5) });
  expect(finding(few, "quality.missing/size")).toBeUndefined();
});

test("keys that differ in case only are named before results are opened", async () => {
  const renamed = (rows: readonly Row[]) =>
    rows.slice(0, 120).map((row, i) => ({ ...row, pid: ["a1", "A1"][i] ?? row.pid! }));
  const scoredToo = (rows: readonly Row[]) => [
    ...["a1", "A1"].map((pid) => ({ ...rows[0], pid }) as Row),
    ...rows,
  ];
  const study = await variant({ patients: renamed, predictions: scoredToo });
  expect(finding(study, "quality.keys-in-other-case/patients")).toMatchObject({
    severity: "concern",
    rows: { count: 1, lines: ["gbsg.csv:3:pid"] },
  });
});

describe("--gate", () => {
  const gate = async (word: string) => {
    const at = place();
    const study = copied(at, { withoutDevelopment: true });
    const argv = ["evaluate", study, "--out", join(at, "out"), "--bootstrap-draws", "100", "--gate", word];
    expect(await probity(argv)).toMatchObject({ code: 1, stdout: expect.stringMatching(/^SEALED/) });
    await acknowledge(study, join(at, "out"));
    return { ...(await probity(argv)), at, study };
  };

  test("GO exits 1 with the dossier written", async () => {
    const { code, stdout, stderr, at, study } = await gate("GO");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^HOLD {2}/);
    expect(stderr).toContain("probity: gate: HOLD is below GO");
    const again = await evaluated(study, join(at, "out"), { draws: 100 });
    expect(again.team.verdict.word).toBe("HOLD");
  });

  test("HOLD exits 0", async () => {
    const { code, stderr } = await gate("HOLD");
    expect(code).toBe(0);
    expect(stderr).not.toContain("gate:");
  });
});
