import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { miettinenNurminenDifference } from "../../src/stats/two-proportions.ts";
import { type BinaryRow, type BinaryStudy, writeBinaryStudy } from "./binary-study.ts";
import { evaluated, probity, type Written, workspace } from "./evaluate.ts";
import { assertSound } from "./invariants.ts";
import { replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const times = (n: number, row: BinaryRow): BinaryRow[] => Array.from({ length: n }, () => row);

/** Of 80 events among women 60 are flagged, of 60 among men 15; 20 of 320 and 30 of 240 are flagged for nothing. */
const visits: readonly BinaryRow[] = [
  ...times(60, { event: 1, risk: 0.5, sex: "F" }),
  ...times(20, { event: 1, risk: 0.1, sex: "F" }),
  ...times(20, { event: 0, risk: 0.5, sex: "F" }),
  ...times(300, { event: 0, risk: 0.1, sex: "F" }),
  ...times(15, { event: 1, risk: 0.5, sex: "M" }),
  ...times(45, { event: 1, risk: 0.1, sex: "M" }),
  ...times(30, { event: 0, risk: 0.5, sex: "M" }),
  ...times(210, { event: 0, risk: 0.1, sex: "M" }),
];

interface Audited extends Written {
  readonly path: string;
  readonly out: string;
}

async function audited(name: string, study: BinaryStudy): Promise<Audited> {
  const path = writeBinaryStudy(join(folder.path, name), {
    ...study,
    protocol: (text) =>
      replaced(text, "protected: [sex]", "protected: [sex]\nfairness: { margin: 0.10, error_rate: 0.05 }"),
  });
  const out = join(folder.path, `${name}-out`);
  const found = await evaluated(path, out, { draws: 100 });
  assertSound(found);
  return { ...found, path, out };
}

const id = (measure: string) => `fairness.${measure}@30d/sex:M~sex:F`;
const widthOf = ({ known }: Written, measure: string) => {
  const { lower, upper } = known(id(measure)).interval!;
  return upper - lower;
};

describe("a binary outcome, one visit a patient", () => {
  let study: Audited;
  beforeAll(async () => {
    study = await audited("single", { rows: visits });
  }, 60_000);

  test("differences are those of the counts, with Miettinen and Nurminen's limits for five comparisons", () => {
    const counts = {
      sensitivity: [15, 60, 60, 80],
      specificity: [210, 240, 300, 320],
      ppv: [15, 45, 60, 80],
      flagged: [45, 300, 80, 400],
    } as const;
    for (const [measure, [x1, n1, x2, n2]] of Object.entries(counts)) {
      const { difference, lower, upper } = miettinenNurminenDifference({ x1, n1, x2, n2 }, 1 - 0.05 / 5);
      const estimate = study.known(id(measure));
      expect(estimate.value).toBeCloseTo(difference, 12);
      expect(estimate.interval).toMatchObject({
        lower: expect.closeTo(lower, 10),
        upper: expect.closeTo(upper, 10),
        kind: "simultaneous",
      });
      expect(estimate.method).toContain("exact unconditional");
    }
  });

  test("observed less expected: 60/300 − 51/300 of the men less 80/400 − 72/400 of the women", () => {
    expect(study.known(id("calibration")).value).toBeCloseTo(
      60 / 300 - (45 * 0.5 + 255 * 0.1) / 300 - (80 / 400 - (80 * 0.5 + 320 * 0.1) / 400),
      12,
    );
  });

  test("what is beyond the margin is told, in words without a time", () => {
    const found = study.team.findings.find((one) => one.id === "fairness.beyond@30d")!;
    expect(found.severity).toBe("serious");
    expect(study.text(found.sentence)).toContain("sensitivity of sex M less that of sex F");
    const measures = study.team.measures.filter(({ key }) => key.startsWith("fairness."));
    expect(measures.map(({ key }) => key).sort()).toEqual([
      "fairness.calibration",
      "fairness.flagged",
      "fairness.ppv",
      "fairness.sensitivity",
      "fairness.specificity",
    ]);
    expect(JSON.stringify(measures)).not.toMatch(/Kaplan|S\(h\)|follow/);
  });

  test("a difference is traced to the rates of both groups", async () => {
    const asked = ["--dossier", study.out, "--study", study.path, "--workspace", workspace];
    const traced = await probity(["trace", id("sensitivity"), ...asked]);
    expect(traced.code, traced.stderr).toBe(0);
    expect(traced.stdout).toContain("performance.sensitivity@30d/sex:M");
    expect(traced.stdout).toContain("performance.sensitivity@30d/sex:F");
  });
});

describe("a binary outcome, two visits a patient", () => {
  const twice = visits.flatMap((row, patient) => times(2, { ...row, patient }));
  let single: Audited;
  let clustered: Audited;
  beforeAll(async () => {
    single = await audited("once", { rows: visits });
    clustered = await audited("twice", { rows: twice, patients: "visits" });
  }, 120_000);

  test("a second visit that is like the first tells nothing more", () => {
    for (const measure of ["sensitivity", "specificity", "ppv", "flagged", "calibration"]) {
      expect(clustered.known(id(measure)).value).toBeCloseTo(single.known(id(measure)).value, 12);
      // Student's t instead of the normal, and C/(C − 1), widen it by a few in a hundred.
      const ratio = widthOf(clustered, measure) / widthOf(single, measure);
      expect(ratio).toBeGreaterThan(0.99);
      expect(ratio).toBeLessThan(1.1);
      expect(clustered.known(id(measure)).method).toContain("visits clustered in patients");
    }
  });

  test("counted as patients, the same visits would look surer than they are", async () => {
    const naive = await audited("naive", { rows: twice.map(({ patient: _, ...row }) => row) });
    expect(widthOf(naive, "sensitivity")).toBeLessThan(0.8 * widthOf(clustered, "sensitivity"));
  });
});
