import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newcombePairedDifference } from "../../src/stats/mcnemar.ts";
import { type BinaryRow, type BinaryStudy, writeBinaryStudy } from "./binary-study.ts";
import { evaluated, probity, type Written, workspace } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const times = (n: number, row: BinaryRow): BinaryRow[] => Array.from({ length: n }, () => row);
/** The new model flags from .25 on, the old one from .30 on. */
const flags = (event: 0 | 1, byNew: boolean, byOld: boolean): BinaryRow => {
  return { event, risk: byNew ? 0.5 : 0.1, oldRisk: byOld ? 0.6 : 0.1 };
};

/** Of 100 events both models flag 50, the new one alone 10, the old one alone 2; of 200 others 20, 4 and 10. */
const visits: readonly BinaryRow[] = [
  ...times(50, flags(1, true, true)),
  ...times(10, flags(1, true, false)),
  ...times(2, flags(1, false, true)),
  ...times(38, flags(1, false, false)),
  ...times(20, flags(0, true, true)),
  ...times(4, flags(0, true, false)),
  ...times(10, flags(0, false, true)),
  ...times(166, flags(0, false, false)),
];

const line = 'replaces: { name: return-score, version: 0.9.0, output: old_risk, flag_when: ">= 0.30" }';
const replacing = (text: string, by = line) => replaced(text, "strata: [sex]", `${by}\nstrata: [sex]`);

interface Compared extends Written {
  readonly path: string;
  readonly out: string;
}

async function compared(name: string, study: BinaryStudy): Promise<Compared> {
  const path = writeBinaryStudy(join(folder.path, name), { protocol: replacing, ...study });
  const out = join(folder.path, `${name}-out`);
  const found = await evaluated(path, out, { draws: 100 });
  assertSound(found);
  return { ...found, path, out };
}

const id = (measure: string) => `performance.change-${measure}@30d`;
const finding = ({ team }: Pick<Written, "team">, name: string) =>
  team.findings.find((one) => one.id === `performance.${name}@30d`);
const matrix = ({ team }: Pick<Written, "team">, status: string) =>
  team.matrices.find((one) => one.id === `performance.reclassified@30d/${status}`)!;

describe("by hand: two models on 300 visits", () => {
  let study: Compared;
  beforeAll(async () => {
    study = await compared("by-hand", { rows: visits });
  }, 60_000);

  test("differences, new less old, are those of the counts", () => {
    const expected = {
      sensitivity: [60 / 100, 52 / 100],
      specificity: [176 / 200, 170 / 200],
      ppv: [60 / 84, 52 / 82],
      npv: [176 / 216, 170 / 218],
      // Of two risks: half of sensitivity and specificity.
      auc: [(0.6 + 0.88) / 2, (0.52 + 0.85) / 2],
      brier: [
        (60 * 0.25 + 40 * 0.81 + 24 * 0.25 + 176 * 0.01) / 300,
        (52 * 0.16 + 48 * 0.81 + 30 * 0.36 + 170 * 0.01) / 300,
      ],
      // A false alert weighs .25/.75 for both.
      "net-benefit": [(60 - 24 / 3) / 300, (52 - 30 / 3) / 300],
      flagged: [84 / 300, 82 / 300],
    } as const;
    for (const [measure, [now, old]] of Object.entries(expected)) {
      expect(study.known(`performance.${measure}@30d`).value, measure).toBeCloseTo(now, 12);
      expect(study.known(`performance.old-${measure}@30d`).value, measure).toBeCloseTo(old, 12);
      const scale = measure === "flagged" ? 1000 : 1;
      expect(study.known(id(measure)).value, measure).toBeCloseTo(scale * (now - old), 10);
      const { lower, upper } = study.known(id(measure)).interval!;
      expect(lower).toBeLessThan(scale * (now - old));
      expect(upper).toBeGreaterThan(scale * (now - old));
    }
  });

  test("sensitivity has Newcombe's limits of the paired counts", () => {
    const { lower, upper } = newcombePairedDifference(
      { both: 50, firstOnly: 10, secondOnly: 2, neither: 38 },
      0.95,
    );
    expect(study.known(id("sensitivity")).interval).toMatchObject({
      lower: expect.closeTo(lower, 12),
      upper: expect.closeTo(upper, 12),
    });
    expect(study.known(id("sensitivity")).method).toContain("Newcombe");
  });

  test("who is flagged by which model, of events and others", () => {
    expect(matrix(study, "event").cells).toEqual([
      [50, 10],
      [2, 38],
    ]);
    expect(matrix(study, "event-free").cells).toEqual([
      [20, 4],
      [10, 166],
    ]);
    expect(study.team.matrices.some((one) => one.id.endsWith("/unknown"))).toBe(false);
  });

  test("the report has both models and their difference, under the title of its section", () => {
    const text = visibleText(study.report);
    expect(text).toContain("Beside the model it replaces");
    expect(text).toContain("return-score@1.0.0 flags from .25 on, return-score@0.9.0 from .30 on");
    expect(text).toMatch(/Sensitivity\s*\.52 \(.*?\)\s*\.60 \(.*?\)\s*\+\.08 \(/);
    expect(text).toContain("Patients with the event at 30 days by which model flags them, counted");
    expect(text).not.toMatch(/reclassification index|NRI/i);
  });

  test("a model that gains is not called worse", () => {
    expect(finding(study, "change-worse")).toBeUndefined();
    expect(finding(study, "change-not-better")).toBeUndefined();
  });

  test("every number of it traces, its counts counted again", async () => {
    const asked = ["--dossier", study.out, "--study", study.path, "--workspace", workspace];
    const ids = study.team.estimates
      .map((one) => one.id)
      .filter((one) => /^performance\.(old|change)-/.test(one));
    expect(ids).toHaveLength(16);
    const cells = [
      ["event", "flagged by the new model", "not flagged by the old model", 10],
      ["event", "not flagged by the new model", "flagged by the old model", 2],
      ["event-free", "flagged by the new model", "flagged by the old model", 20],
    ] as const;
    const addresses = cells.map(
      ([status, row, column]) => `performance.reclassified@30d/${status}#${row}/${column}`,
    );
    for (const one of [...ids, ...addresses]) {
      const traced = await probity(["trace", one, ...asked]);
      expect(traced.code, `${one}\n${traced.stdout}${traced.stderr}`).toBe(0);
      expect(traced.stdout, one).toContain("replaces");
      expect(traced.stdout, one).not.toMatch(/\bno\b.*agrees|agrees\s+no/);
    }
    const change = await probity(["trace", id("sensitivity"), ...asked, "--json"]);
    const { checks } = JSON.parse(change.stdout);
    expect(checks.find(({ part }: { part: string }) => part === "value").agrees).toBe(true);
  }, 120_000);
});

test("a model that finds fewer events beyond doubt is a serious finding, and no GO", async () => {
  const other = visits.map(({ risk, oldRisk, ...row }): BinaryRow => {
    return { ...row, risk: oldRisk === 0.6 ? 0.5 : 0.1, oldRisk: risk === 0.5 ? 0.6 : 0.1 };
  });
  const study = await compared("worse", { rows: other.flatMap((row) => [row, row]) });
  const found = finding(study, "change-worse")!;
  expect(found.severity).toBe("serious");
  expect(study.text(found.sentence)).toMatch(
    /^The model is worse at 30 days than return-score@0\.9\.0, which it replaces: difference in sensitivity −\.08 \(−\.1\d\sto\s−\.0\d\)/,
  );
  expect(study.team.verdict.word).not.toMatch(/^GO/);
  expect(finding(study, "change-not-better")?.severity).toBe("concern");
});

test("two models that are alike: a concern that nothing is shown to be better", async () => {
  const rows = visits.map((row): BinaryRow => ({ ...row, oldRisk: row.risk }));
  const study = await compared("alike", { rows });
  expect(finding(study, "change-worse")).toBeUndefined();
  expect(finding(study, "change-not-better")!.severity).toBe("concern");
  expect(study.known(id("sensitivity")).value).toBe(0);
  expect(study.estimate(id("brier"))).toMatchObject({
    notEstimable: "no row's part differs between the two models",
  });
  expect(study.known("performance.old-net-benefit@30d").value).toBeCloseTo(52 / 300, 12);
});

describe("two visits a patient", () => {
  const twice = visits.flatMap((row, patient) => times(2, { ...row, patient }));

  test("a second visit like the first tells nothing more; counted as patients it would", async () => {
    const single = await compared("once", { rows: visits });
    const clustered = await compared("twice", { rows: twice, patients: "visits" });
    const naive = await compared("naive", { rows: twice.map(({ patient: _, ...row }) => row) });
    const width = ({ known }: Written, measure: string) => {
      const { lower, upper } = known(id(measure)).interval!;
      return upper - lower;
    };
    for (const measure of [
      "sensitivity",
      "specificity",
      "ppv",
      "npv",
      "flagged",
      "auc",
      "brier",
      "net-benefit",
    ]) {
      expect(clustered.known(id(measure)).value).toBeCloseTo(single.known(id(measure)).value, 10);
      expect(clustered.known(id(measure)).method).toContain("visits clustered in patients");
      const ratio = width(clustered, measure) / width(single, measure);
      expect(ratio, measure).toBeGreaterThan(0.9);
      expect(ratio, measure).toBeLessThan(1.1);
      expect(width(naive, measure) / width(clustered, measure), measure).toBeLessThan(0.8);
    }
    expect(matrix(clustered, "event").label).toContain("Visits with the event");
    expect(matrix(clustered, "event").cells).toEqual([
      [100, 20],
      [4, 76],
    ]);
  }, 120_000);
});

describe("with a minimum cell of 11", () => {
  const isOfChange = ({ id: one }: { readonly id: string }) => /^performance\.(old|change)-/.test(one);

  test("one small cell hides the comparison, in the tables too", async () => {
    const { committee, team } = await compared("small", { rows: visits, minimumCell: 11 });
    expect(team.estimates.filter(isOfChange)).toHaveLength(16);
    expect(committee.estimates.filter(isOfChange).filter((one) => !("hidden" in one))).toEqual([]);
    expect(matrix({ team: committee }, "event").cells.flat()).toEqual([null, null, null, null]);
  });

  test("large counts are shown", async () => {
    const rows = visits.flatMap((row) => times(8, row));
    const { committee } = await compared("large", { rows, minimumCell: 11 });
    expect(committee.estimates.filter(isOfChange).filter((one) => "hidden" in one)).toEqual([]);
    expect(matrix({ team: committee }, "event").cells).toEqual([
      [400, 80],
      [16, 304],
    ]);
  });
});

describe("refused", () => {
  const asked = (name: string, study: BinaryStudy) => {
    const path = writeBinaryStudy(join(folder.path, `refused-${name}`), { protocol: replacing, ...study });
    return probity([
      "evaluate",
      path,
      "--out",
      join(folder.path, `refused-${name}-out`),
      "--workspace",
      workspace,
    ]);
  };
  const withOld = (oldRisk: string) => visits.map((row, i) => (i === 4 ? { ...row, oldRisk } : row));

  test.each([
    ["missing", "", /predictions\.csv:6/],
    ["text", "high", /predictions\.csv:6/],
    ["per-cent", "60", /1 prediction in "old_risk" lies outside \[0, 1\][\s\S]*predictions\.csv:6/],
  ])("an old risk that is %s, with file and line", async (name, oldRisk, message) => {
    const { code, stderr } = await asked(name, { rows: withOld(oldRisk) });
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toContain("old_risk");
  });

  test("a predictions file without the column", async () => {
    const { code, stderr } = await asked("no-column", { rows: visits.map(({ oldRisk: _, ...row }) => row) });
    expect(code).toBe(2);
    expect(stderr).toContain("old_risk");
  });

  test.each([
    ["itself", line.replace("0.9.0", "1.0.0"), "return-score@1.0.0 is the model itself"],
    ["own-output", line.replace("old_risk", "risk"), '"risk" is one of model.output, too'],
    ["key", line.replace("old_risk", "visit"), '"visit" is the key of the predictions file'],
    ["per-cent-threshold", line.replace("0.30", "30"), "30 is not a probability from 0 to 1"],
  ])("a protocol whose replaced model is wrong: %s", async (name, by, message) => {
    const { code, stderr } = await asked(`protocol-${name}`, {
      rows: visits,
      protocol: (text) => replacing(text, by),
    });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain("replaces");
  });
});

test("a study that names no replaced model compares none", async () => {
  const { team, report } = await compared("none", { rows: visits, protocol: (text) => text });
  expect(team.estimates.some((one) => /^performance\.(old|change)-/.test(one.id))).toBe(false);
  expect(visibleText(report)).not.toContain("Beside the model it replaces");
});
