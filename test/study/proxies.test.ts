import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../../src/stats/random.ts";
import { type BinaryRow, type BinaryStudy, writeBinaryStudy } from "./binary-study.ts";
import { evaluated, probity, type Written, workspace } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { copyStudy, replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

interface Asked extends Written {
  readonly path: string;
  readonly out: string;
}

const variables = `    back: { levels: { 0: not back, 1: back } }
    race: { levels: [AA, white] }
    zip: { type: text }
    noise: { type: text, label: clinic }
    income: { unit: USD }`;

const withRace =
  (proxies: string, more = "") =>
  (text: string) => {
    const declared = replaced(text, "    back: { levels: { 0: not back, 1: back } }", variables);
    return replaced(
      declared,
      "strata: [sex]\nprotected: [sex]",
      `strata: [race]
protected: [race]
proxies: ${proxies}${more}`,
    );
  };

/**
 * Three in ten are in the group. 83 in 100 live in a ZIP code of their own group's half, income is lower in the group, the
 * clinic says nothing; 21 in 100 of the group and 10 of the others are flagged for nothing.
 */
function visits(n: number, seed = 1): BinaryRow[] {
  const random = seededRandom(seed);
  return Array.from({ length: n }, (): BinaryRow => {
    const isMember = random.next() < 0.3;
    const half = random.next() < 0.83 ? isMember : !isMember;
    const zip = `${half ? "6" : "0"}${String(1000 + random.integer(25))}`;
    const event = random.next() < 0.2 ? 1 : 0;
    const rate = event === 1 ? 0.7 : isMember ? 0.21 : 0.1;
    const risk = random.next() < rate ? 0.5 : 0.1;
    const income = random.next() < 0.05 ? "" : 20_000 + random.integer(60_000) + (isMember ? 0 : 10_000);
    const more = { race: isMember ? "AA" : "white", zip, noise: `c${random.integer(30)}`, income };
    return { event, risk, more };
  });
}

async function asked(name: string, study: BinaryStudy): Promise<Asked> {
  const path = writeBinaryStudy(join(folder.path, name), study);
  const out = join(folder.path, `${name}-out`);
  const found = await evaluated(path, out, { draws: 0 });
  assertSound(found);
  return { ...found, path, out };
}

const finding = ({ team }: Written) => team.findings.find(({ id }) => id === "fairness.stand-ins");
const answers = ({ team }: Written) =>
  Object.fromEntries(
    team.tables.find(({ id }) => id === "fairness.proxies")!.rows.map((row) => [row[0], row.at(-1)]),
  );

describe("I083: a ZIP code that tells the group with an AUC of .83, and a gap in false positive rates", () => {
  let study: Asked;
  beforeAll(async () => {
    study = await asked("zip", {
      rows: visits(3000),
      protocol: withRace("{ inputs: [zip, income, noise] }", "\nfairness: { margin: 0.02 }"),
    });
  }, 120_000);

  test("I028: is called a stand-in, the clinic and the income are not", () => {
    const auc = study.known("fairness.proxy-auc/zip~race:AA");
    expect(auc.value).toBeGreaterThan(0.8);
    expect(auc.value).toBeLessThan(0.86);
    expect(auc.interval!.lower).toBeGreaterThan(0.7);
    expect(auc.n).toBe(3000);
    expect(answers(study)).toEqual({
      zip: "stands in",
      income: "does not",
      clinic: "does not",
      "all together": "stands in",
    });
    expect(study.known("fairness.proxy-joint-auc/race:AA").value).toBeGreaterThan(0.8);
  });

  test("the finding says what follows and what to do", () => {
    const found = finding(study)!;
    expect(found.severity).toBe("concern");
    expect(study.text(found.sentence)).toMatch(
      /AUC of \.70 or more: .*zip for race AA \.8\d \(.*\(n\s3,000\)/,
    );
    const audit = study.team.findings.find(({ id }) => id === "fairness.audit-by-stand-in")!;
    expect(study.text(audit.sentence)).toMatch(
      /^The false positive rate of race AA less that of the others is \+\.1\d .*; an audit by zip in place of the group would show \+\.0\d/,
    );
    expect(audit.remedy).toContain("recorded group");
    expect(study.team.findings.map(({ id }) => id)).toContain("fairness.beyond@30d");
  });

  test("true gap, by hand from the rates of both groups", () => {
    const rate = (group: string) => 1 - study.known(`performance.specificity@30d/race:${group}`).value;
    const gap = study.known("fairness.fpr-gap@30d/race:AA");
    expect(gap.value).toBeCloseTo(rate("AA") - rate("white"), 12);
    expect(rate("AA") / rate("white")).toBeGreaterThan(1.7);
    expect(gap.interval!.lower).toBeGreaterThan(0);
    const shown = study.known("fairness.proxy-fpr-gap@30d/zip~race:AA");
    expect(shown.value).toBeLessThan(gap.value);
  });

  test("the report has both tables", () => {
    const text = visibleText(study.report);
    expect(text).toContain("Inputs that may stand in for a protected group, from an AUC of .70 on");
    expect(text).toContain("By the input");
  });

  test("each number is traced to its rows", async () => {
    const ids = study.team.estimates
      .map(({ id }) => id)
      .filter((id) => /^fairness\.(proxy-|f.r-gap)/.test(id));
    expect(ids).toHaveLength(4 + 2 * 4);
    for (const id of [...ids, "fairness.proxies#1/n"]) {
      const traced = await probity([
        ...["trace", id, "--dossier", study.out, "--study", study.path],
        ...["--workspace", workspace, "--json"],
      ]);
      expect(traced.code, `${id} ${traced.stderr}`).toBe(0);
      expect(JSON.parse(traced.stdout), id).toMatchObject({ agrees: true });
    }
  }, 120_000);

  test("the same seed gives the same numbers", async () => {
    const again = await asked("zip-again", {
      rows: visits(3000),
      protocol: withRace("{ inputs: [zip, income, noise] }", "\nfairness: { margin: 0.02 }"),
    });
    expect(again.team.estimates).toEqual(study.team.estimates);
  }, 120_000);
});

test("a ZIP code that is noise is no stand-in, and no gap is shown by it", async () => {
  const rows = visits(1000).map((row, i) => ({ ...row, more: { ...row.more, zip: `z${i % 25}` } }));
  const study = await asked("noise", { rows, protocol: withRace("{ inputs: [zip, noise] }") });
  expect(finding(study)).toBeUndefined();
  expect(answers(study)).toEqual({ zip: "does not", clinic: "does not", "all together": "does not" });
  expect(study.team.tables.some(({ id }) => id.startsWith("fairness.proxy-gaps"))).toBe(false);
}, 60_000);

test("copies of a visit tell nothing more, where the protocol says whose they are", async () => {
  const rows = visits(600);
  const protocol = withRace("{ inputs: [zip] }");
  const once = await asked("once", { rows, protocol });
  const twice = await asked("twice", {
    rows: rows.flatMap((row, patient) => [
      { ...row, patient },
      { ...row, patient },
    ]),
    patients: "visits",
    protocol,
  });
  const widthOf = ({ known }: Written, id: string) => {
    const { lower, upper } = known(id).interval!;
    return upper - lower;
  };
  for (const id of ["fairness.proxy-auc/zip~race:AA", "fairness.fpr-gap@30d/race:AA"]) {
    const ratio = widthOf(twice, id) / widthOf(once, id);
    expect(ratio, id).toBeGreaterThan(0.85);
    expect(ratio, id).toBeLessThan(1.15);
    expect(twice.known(id).method).toContain("visits clustered in patients");
  }
}, 120_000);

test("rows whose group is not recorded are left out; missing inputs tell too", async () => {
  const rows = visits(1000).map((row, i) => ({
    ...row,
    more: { ...row.more!, race: i % 10 === 0 ? "" : row.more!.race! },
  }));
  const study = await asked("unrecorded", { rows, protocol: withRace("{ inputs: [zip, income] }") });
  expect(study.known("fairness.proxy-auc/zip~race:AA").n).toBe(900);
  expect(study.known("fairness.proxy-auc/income~race:AA").n).toBe(900);
  const traced = await probity([
    ...["trace", "fairness.proxy-auc/zip~race:AA", "--dossier", study.out, "--study", study.path],
    ...["--workspace", workspace, "--json"],
  ]);
  expect(JSON.parse(traced.stdout)).toMatchObject({ agrees: true });
}, 60_000);

test("with a minimum cell the committee reads which inputs stand in, and no number of them", async () => {
  const study = await asked("hidden", {
    rows: visits(1000),
    minimumCell: 11,
    protocol: withRace("{ inputs: [zip] }"),
  });
  const told = study.committee.estimates.filter(({ id }) => /^fairness\./.test(id));
  expect(told.length).toBeGreaterThan(8);
  for (const estimate of told) expect(estimate).toHaveProperty("hidden", true);
  const [row] = study.committee.tables.find(({ id }) => id === "fairness.proxies")!.rows;
  expect(row!.slice(0, 3)).toEqual(["zip", "race AA", null]);
  expect(row!.at(-1)).toBe("stands in");
}, 60_000);

describe("the bundled study, with a time to the event", () => {
  test("age tells menopause; error rates are not counted where some status is unknown", async () => {
    const path = copyStudy(join(folder.path, "timed"), {
      withoutDevelopment: true,
      protocol: (text) =>
        replaced(text, "protected: [age]", "protected: [meno]\nproxies: { inputs: [age, nodes] }"),
    });
    const study = await evaluated(path, join(folder.path, "timed-out"), { draws: 0 });
    assertSound(study);
    expect(answers(study)).toMatchObject({ age: "stands in", "all together": "stands in" });
    expect(study.known("fairness.proxy-auc/age~meno:0").value).toBeGreaterThan(0.9);
    expect(study.estimate("fairness.fnr-gap@60mo/meno:0")).toMatchObject({
      notEstimable: expect.stringMatching(/^status at .* is unknown of some$/),
    });
    expect(study.team.findings.map(({ id }) => id)).not.toContain("fairness.audit-by-stand-in");
    for (const id of ["fairness.proxy-auc/age~meno:0", "fairness.proxy-fnr-gap@60mo/age~meno:0"]) {
      const traced = await probity([
        ...["trace", id, "--dossier", join(folder.path, "timed-out"), "--study", path],
        ...["--workspace", workspace, "--json"],
      ]);
      expect(traced.code, traced.stderr).toBe(0);
    }
  }, 60_000);

  test("where everybody is followed to the horizon they are", async () => {
    const path = copyStudy(join(folder.path, "followed"), {
      withoutDevelopment: true,
      protocol: (text) =>
        replaced(text, "protected: [age]", "protected: [meno]\nproxies: { inputs: [age], auc: 0.75 }"),
      patients: (rows) => rows.map((row) => (row.status === "0" ? { ...row, rfstime: "2400" } : row)),
    });
    const study = await evaluated(path, join(folder.path, "followed-out"), { draws: 0 });
    assertSound(study);
    const sensitivity = (meno: string) => study.known(`performance.sensitivity@60mo/meno:${meno}`).value;
    expect(study.known("fairness.fnr-gap@60mo/meno:0").value).toBeCloseTo(
      sensitivity("1") - sensitivity("0"),
      10,
    );
  }, 60_000);
});

test.each([
  ["unknown", withRace("{ inputs: [zap] }"), 'unknown variable "zap"'],
  ["itself", withRace("{ inputs: [race] }"), '"race" is protected itself'],
  ["twice", withRace("{ inputs: [zip, zip] }"), '"zip" is one of the inputs already'],
  ["limit", withRace("{ auc: 0.5 }"), "proxies.auc"],
  [
    "nobody",
    (text: string) => replaced(withRace("{ inputs: [zip] }")(text), "protected: [race]", "protected: []"),
    "protected is empty",
  ],
  [
    "nothing",
    (text: string) => replaced(withRace("{ auc: 0.8 }")(text), "predictors: [age]", "predictors: [race]"),
    "every predictor is protected",
  ],
])("refused: %s", async (name, protocol, message) => {
  const path = writeBinaryStudy(join(folder.path, `refused-${name}`), { rows: visits(20), protocol });
  const { code, stderr } = await probity(["lint", path]);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
