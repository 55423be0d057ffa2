import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ingest } from "../../src/data/index.ts";
import { temporaryFolder } from "../study/study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const fhir = join(process.env.PROBITY_SHARED ?? join(import.meta.dirname, "../../../shared"), "data", "fhir");

test.each(["synthea100", "synthea-oncology"])(
  "%s: as many resources of each type as were converted",
  async (set) => {
    const { counts } = JSON.parse(readFileSync(join(fhir, `${set}.counts.json`), "utf8"));
    const { manifest } = await ingest({ paths: [join(fhir, set)], into: join(folder.path, set) });
    const taken = Object.entries(manifest.tables).map(([type, { rows }]) => [type, rows]);
    expect(Object.fromEntries(taken)).toEqual(counts);
    const n = Object.values(counts as Record<string, number>).reduce((sum, one) => sum + one, 0);
    expect(manifest.totals).toEqual({ lines: n, resources: n, quarantined: 0, blank: 0, refused: 0 });
  },
);
