import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BinaryRow, writeBinaryStudy } from "./binary-study.ts";
import { evaluated, probity, type Written, workspace } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const times = (n: number, row: BinaryRow): BinaryRow[] => Array.from({ length: n }, () => row);
const group = (age: number, sex: "F" | "M", [tp, fn, fp, tn]: readonly [number, number, number, number]) => [
  ...times(tp, { event: 1, risk: 0.5, age, sex }),
  ...times(fn, { event: 1, risk: 0.1, age, sex }),
  ...times(fp, { event: 0, risk: 0.5, age, sex }),
  ...times(tn, { event: 0, risk: 0.1, age, sex }),
];

/** The model misses older men, which neither the older nor the men alone show as much. */
const cells = {
  "age:<65,sex:F": [20, 5, 10, 65],
  "age:<65,sex:M": [20, 5, 10, 65],
  "age:65+,sex:F": [20, 5, 10, 65],
  "age:65+,sex:M": [2, 23, 10, 65],
} as const;
const visits = [
  ...group(40, "F", cells["age:<65,sex:F"]),
  ...group(40, "M", cells["age:<65,sex:M"]),
  ...group(70, "F", cells["age:65+,sex:F"]),
  ...group(70, "M", cells["age:65+,sex:M"]),
];

const cross = (text: string) =>
  replaced(text, "strata: [sex]", "strata: [age: [65], sex]\nintersections: [[age, sex]]");

describe("age crossed with sex", () => {
  let study: Written;
  const path = join(folder.path, "crossed");
  const out = join(folder.path, "crossed-out");
  beforeAll(async () => {
    writeBinaryStudy(path, { rows: visits, protocol: cross });
    study = await evaluated(path, out, { draws: 0 });
  }, 60_000);

  test("is a sound dossier", () => assertSound(study));

  test("each group within each has its own table, by hand", () => {
    for (const [id, [tp, fn, fp, tn]] of Object.entries(cells)) {
      expect(study.known(`cohort.in-group@30d/${id}`).value).toBe(100);
      expect(study.known(`performance.sensitivity@30d/${id}`).value).toBe(tp / (tp + fn));
      expect(study.known(`performance.specificity@30d/${id}`).value).toBe(tn / (tn + fp));
      expect(study.known(`performance.ppv@30d/${id}`).value).toBe(tp / (tp + fp));
    }
  });

  test("I117: the cells of the groups add up to those of the stratum, and of all", () => {
    for (const cell of ["true-positives", "false-positives", "false-negatives", "true-negatives"]) {
      const of = (id: string) => study.known(`performance.${cell}@30d${id}`).value;
      expect(of("/age:65+,sex:F") + of("/age:65+,sex:M")).toBeCloseTo(of("/age:65+"), 10);
      expect(of("/age:<65,sex:M") + of("/age:65+,sex:M")).toBeCloseTo(of("/sex:M"), 10);
      const all = Object.keys(cells).reduce((sum, id) => sum + of(`/${id}`), 0);
      expect(all).toBeCloseTo(of(""), 10);
    }
  });

  test("the worst of strata is of the strata alone", () => {
    const worst = study.known("performance.sensitivity@30d/worst-of-strata");
    expect(worst.value).toBe(22 / 50);
    expect(worst.method).toContain("over 4 strata");
  });

  test("the report draws them worst first", () => {
    const text = visibleText(study.report);
    expect(text).toContain(", by intersection");
    expect(text).toContain("Sensitivity: worst in age 65+, sex M, .08 (.02–.25), 25/100 (events/n)");
  });

  test("a group's number is traced to its rows", async () => {
    const asked = ["--dossier", out, "--study", path, "--workspace", workspace, "--json"];
    const traced = await probity(["trace", "performance.sensitivity@30d/age:65+,sex:M", ...asked]);
    expect(traced.code, traced.stderr).toBe(0);
    expect(JSON.parse(traced.stdout)).toMatchObject({ agrees: true, rows: { numerator: 2, count: 25 } });
    expect(traced.stdout).toContain("intersections");
  });
});

test("a committee cannot subtract its way into a small group", async () => {
  const rows = [
    ...group(40, "F", [20, 5, 10, 65]),
    ...group(40, "M", [20, 5, 10, 65]),
    ...group(70, "F", [20, 5, 10, 65]),
    ...group(70, "M", [1, 2, 1, 3]),
  ];
  const path = writeBinaryStudy(join(folder.path, "small"), { rows, minimumCell: 11, protocol: cross });
  const study = await evaluated(path, join(folder.path, "small-out"), { draws: 0 });
  assertSound(study);
  const shown = (id: string) => {
    const estimate = study.committee.estimates.find((one) => one.id === id)!;
    return "value" in estimate && !("hidden" in estimate);
  };
  expect(shown("cohort.in-group@30d/age:65+,sex:M")).toBe(false);
  // All and three of four would give the fourth.
  const sizes = Object.keys(cells).filter((id) => shown(`cohort.in-group@30d/${id}`));
  expect(sizes.length).toBeLessThan(3);
});

test.each([
  ["[[age]]", "intersections[0]"],
  ["[[age, race]]", "race"],
  ["[[age, age]]", "crossed with itself"],
  ["[[age, sex], [sex, age]]", "crossed already"],
])("intersections: %s are refused", async (crossed, message) => {
  const path = writeBinaryStudy(join(folder.path, `bad-${message.replaceAll(/\W/g, "")}`), {
    rows: visits,
    protocol: (text) => cross(text).replace("[[age, sex]]", crossed),
  });
  const found = await probity(["lint", path]);
  expect(found.code).toBe(2);
  expect(found.stderr).toContain(message);
});
