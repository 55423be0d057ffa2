import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { timeUnits } from "../../src/evidence/time-unit.ts";
import { evaluated } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { copyStudy, replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

/** The bundled study with every length of time in another unit. */
const inUnit = (unit: string) => (text: string) =>
  replaced(text, /^ {2}read_at:.*\n/m, "")
    .replace("unit: days }", `unit: ${unit} }`)
    .replaceAll(/\b(12|24|60) months/g, `$1 ${unit}`);

test.each(timeUnits)("a study with horizons in %s is evaluated to its end", async (unit) => {
  const at = join(folder.path, unit);
  const study = copyStudy(join(at, "study"), {
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
