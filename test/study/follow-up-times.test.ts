import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { timeUnits } from "../../src/evidence/time-unit.ts";
import { evaluated } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { copyStudy, replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

/** The bundled study with every length of time in another unit. */
const inUnit = (unit: string) => (text: string) =>
  replaced(replaced(text, /^ {2}read_at:.*\n/m, ""), /^ {2}censor_at:.*\n/m, "")
    .replace("unit: days }", `unit: ${unit} }`)
    .replaceAll(/\b(12|24|60) months/g, `$1 ${unit}`);

test.each(timeUnits)("a study with horizons in %s is evaluated to its end", async (unit) => {
  const at = join(folder.path, unit);
  const study = copyStudy(join(at, basename(at)), {
    withoutDevelopment: true,
    protocol: inUnit(unit),
    patients: (rows) => rows.slice(0, 120).map((row, i) => ({ ...row, rfstime: String(1 + (i % 90)) })),
  });
  const found = await evaluated(study, join(at, "out"), { draws: 0 });
  assertSound(found);
  expect(found.text([{ id: "cohort.follow-up", part: "value" }])).not.toBe("");
  expect(readFileSync(join(study, "protocol.yaml"), "utf8")).toContain(`horizon: 60 ${unit}`);
  expect(visibleText(found.report)).toContain(`60 ${unit}`);
  const table = found.team.tables.find(({ id }) => id === "cohort.risk-table")!;
  expect(table.columns[0]!.label).toBe(unit);
  expect(table.rows.length).toBeLessThanOrEqual(9);
});

test("a follow-up of decades under a horizon in minutes keeps its risk table short", async () => {
  const at = join(folder.path, "long");
  const study = copyStudy(join(at, basename(at)), {
    withoutDevelopment: true,
    protocol: inUnit("minutes"),
    // By hand: 60,000,000 minutes are 114 years.
    patients: (rows) =>
      rows.slice(0, 120).map((row, i) => ({ ...row, rfstime: String(i === 0 ? 60_000_000 : 1 + i) })),
  });
  const found = await evaluated(study, join(at, "out"), { draws: 0 });
  assertSound(found);
  const table = found.team.tables.find(({ id }) => id === "cohort.risk-table")!;
  expect(table.rows.map(([time]) => time)).toEqual(
    [0, 1, 2, 3, 4, 5, 6].map((step) => String(step * 10_000_000)),
  );
});

test("times of nines in several rows are named before results are opened; in one row they are a time", async () => {
  const withNines = async (name: string, n: number) => {
    const at = join(folder.path, name);
    const study = copyStudy(join(at, basename(at)), {
      withoutDevelopment: true,
      patients: (rows) =>
        rows.slice(0, 120).map((row, i) => (i < n ? { ...row, rfstime: "9999", status: "0" } : row)),
    });
    const found = await evaluated(study, join(at, "out"), { draws: 0 });
    assertSound(found);
    return found.team.findings.find(({ id }) => id === "quality.time-code");
  };
  expect(await withNines("nines", 3)).toMatchObject({
    severity: "concern",
    sentence: [
      "The longest follow-up time is 9999 days, in more than one row: it may be a code for an unknown time, or true.",
    ],
    rows: { count: 3, lines: ["gbsg.csv:2:rfstime", "gbsg.csv:3:rfstime", "gbsg.csv:4:rfstime"] },
  });
  expect(await withNines("nine", 1)).toBeUndefined();
});
