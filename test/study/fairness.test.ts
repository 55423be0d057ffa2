import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { miettinenNurminenDifference } from "../../src/stats/two-proportions.ts";
import { evaluated, probity, type Written, workspace } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { copyStudy, type Row, replaced, type StudyEdits, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

let nStudies = 0;

interface Evaluated extends Written {
  readonly study: string;
  readonly out: string;
}

async function audited(rule: string, edits: StudyEdits, groups = "meno"): Promise<Evaluated> {
  const at = join(folder.path, String(++nStudies));
  const study = copyStudy(join(at, `fairness-${nStudies}`), {
    withoutDevelopment: true,
    ...edits,
    protocol: (text) => {
      const asked = replaced(text, "protected: [age]", `protected: [${groups}]\nfairness: ${rule}`);
      return edits.protocol ? edits.protocol(asked) : asked;
    },
  });
  const out = join(at, "out");
  const found = await evaluated(study, out, { draws: 100 });
  assertSound(found);
  return { ...found, study, out };
}

/** Everybody's status is known at the horizon: who was censored is followed to its end. */
const followed = (rows: readonly Row[]): readonly Row[] =>
  rows.map((row) => (row.status === "0" ? { ...row, rfstime: "2400" } : row));
const menoOf = new Map<string, string>();
const remembered = (rows: readonly Row[]): readonly Row[] => {
  for (const { pid, meno } of rows) menoOf.set(pid!, meno!);
  return followed(rows);
};
/** The model gives premenopausal women no risk at all. */
const blindToPremenopausal = (rows: readonly Row[]): readonly Row[] =>
  rows.map((row) => (menoOf.get(row.pid!) === "0" ? { ...row, risk_60m: "0.01" } : row));

const finding = ({ team }: Written, id: string) => team.findings.find((one) => one.id === id);
const answers = ({ team }: Written) =>
  team.tables.find(({ id }) => id === "fairness.audit@60mo")!.rows.map((row) => [row[0], row[1], row.at(-1)]);

describe("a model that does not see one group", () => {
  let study: Evaluated;
  test("I355: is found beyond the margin, and the verdict says so", async () => {
    study = await audited("{ margin: 0.10 }", { patients: remembered, predictions: blindToPremenopausal });
    expect(answers(study).slice(0, 4)).toEqual([
      ["Sensitivity", "menopausal status: premenopausal", "beyond the margin"],
      ["Specificity (1 − false positive rate)", "menopausal status: premenopausal", "beyond the margin"],
      ["PPV", "menopausal status: premenopausal", "not enough data to tell"],
      ["Flagged", "menopausal status: premenopausal", "beyond the margin"],
    ]);
    const found = finding(study, "fairness.beyond@60mo")!;
    expect(found.severity).toBe("serious");
    expect(study.text(found.sentence)).toMatch(/more than the margin of 0\.1: sensitivity of .* at most 5/);
    expect(study.team.verdict.word).not.toMatch(/^GO/);
    expect(visibleText(study.report)).toContain("beyond the margin");
  });

  test("the report's finding shows group, metric, gap and interval", () => {
    const text = visibleText(study.report);
    expect(text).toMatch(
      /sensitivity of menopausal status: premenopausal less that of menopausal status: postmenopausal\s+−\.\d\d\s*\(?−\.\d\d/,
    );
  });

  test("I261: equalised-odds gaps have intervals", () => {
    for (const measure of ["sensitivity", "specificity"]) {
      const { value, interval } = study.known(`fairness.${measure}@60mo/meno:0~meno:1`);
      expect(interval!.lower).toBeLessThan(value);
      expect(interval!.upper).toBeGreaterThan(value);
    }
  });

  test("by hand: counts of the rows and Miettinen and Nurminen's limits for five comparisons at once", () => {
    const rate = (meno: string) => study.known(`performance.sensitivity@60mo/meno:${meno}`);
    const [x1, n1, x2, n2] = [
      rate("0").numerator!,
      rate("0").denominator!,
      rate("1").numerator!,
      rate("1").denominator!,
    ];
    expect(x1).toBe(0);
    const { difference, lower, upper } = miettinenNurminenDifference({ x1, n1, x2, n2 }, 1 - 0.05 / 5);
    const estimate = study.known("fairness.sensitivity@60mo/meno:0~meno:1");
    expect(estimate.value).toBeCloseTo(difference, 12);
    expect(estimate.interval).toMatchObject({
      lower: expect.closeTo(lower, 10),
      upper: expect.closeTo(upper, 10),
      level: 0.95,
      kind: "simultaneous",
    });
    expect(estimate.n).toBe(
      study.known("cohort.in-group@60mo/meno:0").value + study.known("cohort.in-group@60mo/meno:1").value,
    );
    const risk = study.known("fairness.calibration@60mo/meno:0~meno:1");
    expect(risk.value).toBeGreaterThan(0.2);
  });

  test("a difference is traced to the numbers of both groups, and they to rows", async () => {
    const traced = await probity([
      "trace",
      "fairness.sensitivity@60mo/meno:0~meno:1",
      "--dossier",
      study.out,
      "--study",
      study.study,
      "--workspace",
      workspace,
    ]);
    expect(traced.code, traced.stderr).toBe(0);
    expect(traced.stdout).toContain("performance.sensitivity@60mo/meno:0");
    expect(traced.stdout).toContain("performance.sensitivity@60mo/meno:1");
    expect(traced.stdout).toMatch(/fairness/);
  });
});

test("groups that the data cannot tell apart are not called fair", async () => {
  const study = await audited("{ margin: 0.02, error_rate: 0.01 }", {});
  const [sensitivity] = answers(study);
  expect(sensitivity).toEqual(["Sensitivity", "menopausal status: premenopausal", "not enough data to tell"]);
  const open = finding(study, "fairness.not-enough@60mo")!;
  expect(open.severity).toBe("concern");
  expect(study.text(open.sentence)).toContain("of 5 comparisons");
  expect(study.text(open.sentence)).toContain("error rate of 1");
  // Some are censored: effective sizes.
  expect(study.known("fairness.sensitivity@60mo/meno:0~meno:1").method).toContain("IPCW effective sizes");
});

test("a wide margin that the data show to hold is said to hold", async () => {
  const study = await audited("{ margin: 0.6 }", { patients: followed }, "meno, hormon");
  expect(new Set(answers(study).map(([, , answer]) => answer))).toEqual(new Set(["within the margin"]));
  expect(study.team.findings.filter(({ stage }) => stage === "fairness")).toEqual([]);
});

test("I261: with a minimum cell the committee's half hides a comparison with each number that it would give away", async () => {
  const study = await audited(
    "{ margin: 0.10 }",
    {
      patients: (rows) => rows.filter(({ meno }, i) => meno === "1" || i % 12 === 0),
      protocol: (text) => replaced(text, "minimum_cell: 1,", "minimum_cell: 11,"),
    },
    "meno",
  );
  const hidden = study.committee.estimates.filter((one) => "hidden" in one).map(({ id }) => id);
  const shown = study.committee.estimates.filter(
    (one) => one.id.startsWith("fairness.") && !("hidden" in one),
  );
  const ofGroups = hidden.filter((id) => /\/meno:[01]$/.test(id));
  expect(ofGroups.length).toBeGreaterThan(0);
  expect(shown).toEqual([]);
});

test("with a minimum cell differences of large groups are shown", async () => {
  const study = await audited("{ margin: 0.10 }", {
    protocol: (text) => replaced(text, "minimum_cell: 1,", "minimum_cell: 11,"),
  });
  const shown = study.committee.estimates.filter(
    (one) => one.id.startsWith("fairness.") && !("hidden" in one),
  );
  expect(shown.length).toBeGreaterThan(0);
});

test("a study that asks for no audit has none; a rule without groups is refused", async () => {
  const at = join(folder.path, "none");
  const study = copyStudy(at, { withoutDevelopment: true });
  const plain = await evaluated(study, join(folder.path, "none-out"), { draws: 100 });
  expect(plain.team.estimates.some(({ id }) => id.startsWith("fairness."))).toBe(false);
  const refused = copyStudy(join(folder.path, "refused"), {
    protocol: (text) => replaced(text, "protected: [age]", "protected: []\nfairness: { margin: 0.1 }"),
  });
  const { code, stderr } = await probity(["lint", refused]);
  expect(code).toBe(2);
  expect(stderr).toContain("protected is empty");
});
