import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BinaryRow, type BinaryStudy, writeBinaryStudy } from "./binary-study.ts";
import { evaluated, probity, type Written, workspace } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { copyStudy, replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const times = (n: number, row: BinaryRow): BinaryRow[] => Array.from({ length: n }, () => row);
const group = (age: number, sex: "F" | "M", [tp, fn, fp, tn]: readonly [number, number, number, number]) => [
  ...times(tp, { event: 1, risk: 0.5, age, sex }),
  ...times(fn, { event: 1, risk: 0.1, age, sex }),
  ...times(fp, { event: 0, risk: 0.5, age, sex }),
  ...times(tn, { event: 0, risk: 0.1, age, sex }),
];
/** Older men are missed; nobody is flagged for nothing more often than others. */
const planted = [
  ...group(40, "F", [60, 20, 30, 290]),
  ...group(40, "M", [60, 20, 30, 290]),
  ...group(70, "F", [60, 20, 30, 290]),
  ...group(70, "M", [20, 60, 30, 290]),
];

const rule = "{ margin: 0.10 }";
const asked = (text: string, search = rule) =>
  replaced(text, "strata: [sex]", `strata: [age: [65], sex]\nslice_search: ${search}`);

async function searched(name: string, study: BinaryStudy, search = rule) {
  const path = writeBinaryStudy(join(folder.path, name), {
    ...study,
    protocol: (text) => asked(text, search),
  });
  const out = join(folder.path, `${name}-out`);
  const found = await evaluated(path, out, { draws: 0 });
  assertSound(found);
  return { ...found, path, out };
}

const slices = ({ team }: Written) =>
  team.tables
    .find(({ id }) => id === "performance.slice-search@30d")!
    .rows.map(([slice, error, , , answer]) => [slice, error, answer]);

describe("older men, whose events are missed", () => {
  let study: Awaited<ReturnType<typeof searched>>;
  const gap = "performance.slice-missed-gap@30d/age:65+,sex:M";
  beforeAll(async () => {
    study = await searched("planted", { rows: planted });
  }, 60_000);

  test("stand first, beyond the margin; nobody is named for false flags", () => {
    expect(slices(study)[0]).toEqual(["age 65+, sex M", "Missed", "beyond the margin"]);
    const flagged = slices(study).filter(([, error]) => error === "Flagged for nothing");
    expect(flagged).toHaveLength(8);
    for (const [, , answer] of flagged) expect(answer).not.toBe("beyond the margin");
  });

  test("60 of 80 missed less 60 of 240 elsewhere", () => {
    const share = study.known("performance.slice-missed@30d/age:65+,sex:M");
    expect([share.numerator, share.denominator]).toEqual([60, 80]);
    expect(study.known(gap).value).toBeCloseTo(60 / 80 - 60 / 240, 12);
    expect(study.known(gap).interval!.lower).toBeGreaterThan(0.1);
    // Two ages, two sexes and their four crossings.
    expect(study.known("performance.slices-missed-examined@30d").value).toBe(8);
    expect(study.known("performance.slices-missed-too-small@30d").value).toBe(0);
  });

  test("are a serious finding in plain words, and stand in the report", () => {
    const found = study.team.findings.find(({ id }) => id === "performance.slices@30d")!;
    expect(found.severity).toBe("serious");
    expect(study.text(found.sentence)).toMatch(
      /errs more often in age 65\+, sex M than in all other patients: missed of those with the event \+?\.50 \(.* more, margin 0\.1/,
    );
    expect(visibleText(study.report)).toContain("Slices of up to 2 strata with at least 30");
  });

  test("are traced to their rows", async () => {
    const at = ["--dossier", study.out, "--study", study.path, "--workspace", workspace, "--json"];
    const share = await probity(["trace", "performance.slice-missed@30d/age:65+,sex:M", ...at]);
    expect(share.code, share.stdout).toBe(0);
    expect(JSON.parse(share.stdout)).toMatchObject({ agrees: true, rows: { numerator: 60, count: 80 } });
    const distance = await probity(["trace", gap, ...at]);
    expect(distance.code, distance.stderr).toBe(0);
    expect(distance.stdout).toContain("slice_search");
  });
});

test("where no slice differs none is named", async () => {
  const rows = [40, 70].flatMap((age) =>
    (["F", "M"] as const).flatMap((sex) => group(age, sex, [60, 20, 30, 290])),
  );
  const study = await searched("level", { rows });
  expect(slices(study).filter(([, , answer]) => answer === "beyond the margin")).toEqual([]);
  expect(study.team.findings.map(({ id }) => id)).not.toContain("performance.slices@30d");
});

test("the visits of a patient count as one another's", async () => {
  const visits = planted.flatMap((row, patient) => times(2, { ...row, patient }));
  const [once, twice] = [
    await searched("once", { rows: planted }),
    await searched("twice", { rows: visits, patients: "visits" }),
  ];
  const width = ({ known }: Written) => {
    const { lower, upper } = known("performance.slice-missed-gap@30d/age:65+,sex:M").interval!;
    return upper - lower;
  };
  expect(width(twice) / width(once)).toBeGreaterThan(0.98);
  expect(width(twice) / width(once)).toBeLessThan(1.15);
});

test("slices with too few are counted, not searched", async () => {
  const study = await searched("small", { rows: planted }, "{ margin: 0.10, at_least: 100 }");
  expect(study.known("performance.slices-missed-examined@30d").value).toBe(4);
  expect(study.known("performance.slices-missed-too-small@30d").value).toBe(4);
});

test("a committee sees no slice whose counts are small", async () => {
  const few = [
    ...planted.slice(0, 800),
    ...group(70, "F", [60, 20, 30, 290]),
    ...group(70, "M", [2, 9, 1, 30]),
  ];
  const path = writeBinaryStudy(join(folder.path, "few"), {
    rows: few,
    minimumCell: 11,
    protocol: (text) => asked(text, "{ margin: 0.10, at_least: 10 }"),
  });
  const { team, committee } = await evaluated(path, join(folder.path, "few-out"), { draws: 0 });
  const id = "performance.slice-missed@30d/age:65+,sex:M";
  expect(team.estimates.find((one) => one.id === id)).toMatchObject({ numerator: 9 });
  expect(committee.estimates.find((one) => one.id === id)).not.toHaveProperty("value");
});

test.each([
  ["{ variables: [race], margin: 0.1 }", "race"],
  ["{ depth: 4, margin: 0.1 }", "depth"],
  ["{ depth: 2 }", "margin"],
])("slice_search: %s is refused", async (search, message) => {
  const path = writeBinaryStudy(join(folder.path, `bad-${message}`), {
    rows: planted,
    protocol: (text) => asked(text, search),
  });
  const found = await probity(["lint", path]);
  expect(found.code).toBe(2);
  expect(found.stderr).toContain(message);
});

test("more slices than are searched are refused before anything is computed", async () => {
  const many = Array.from({ length: 20 }, (_, i) => 5 * i + 4).join(", ");
  const path = writeBinaryStudy(join(folder.path, "many"), {
    rows: planted,
    protocol: (text) =>
      asked(text, "{ margin: 0.1, depth: 3 }")
        .replace("age: [65], sex", `age: [${many}], again: [${many}], third: [${many}], sex`)
        .replace("    sex:  {", "    again: { unit: years }\n    third: { unit: years }\n    sex:  {"),
  });
  const found = await probity(["lint", path]);
  expect(found.code).toBe(2);
  expect(found.stderr).toContain("slices; at most 5000 are searched");
});

test("an outcome that censors some is refused, with what to do", async () => {
  const path = copyStudy(join(folder.path, "timed"), {
    withoutDevelopment: true,
    protocol: (text) => replaced(text, "protected: [age]", "protected: [age]\nslice_search: { margin: 0.1 }"),
  });
  const found = await probity(["lint", path]);
  expect(found.code).toBe(2);
  expect(found.stderr).toContain("endpoint.time");
  expect(found.stderr).toContain("intersections");
});
