import { tmpdir } from "node:os";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { carriedColumns } from "./carried-columns.ts";
import { Database } from "./database.ts";
import { joined, sql } from "./sql.ts";
import type { ComputedColumn } from "./store.ts";

let database: Database;

beforeAll(async () => {
  database = await Database.open({ directories: [], tempDir: tmpdir(), memoryLimitMb: 256, threads: 1 });
});
afterAll(() => database.close());

async function readBack(computed: readonly ComputedColumn[], n: number) {
  const { columns, cells } = carriedColumns(computed, n);
  await database.createFromArrays("carried", columns);
  const rows = await database.rows(sql`select ${joined(cells, ", ")} from carried`);
  await database.run(sql`drop table carried`);
  return { rows, nColumns: columns.length };
}

const levelsArbitrary = fc
  .integer({ min: 1, max: 40 })
  .map((n) => Array.from({ length: n }, (_, i) => `l'${i}`));

test("columns of codes that share one come back as their levels, -1 as missing", async () => {
  const n = 5;
  const column = levelsArbitrary.chain((levels) =>
    fc
      .array(fc.integer({ min: -1, max: levels.length - 1 }), { minLength: n, maxLength: n })
      .map((codes) => ({ name: "c", codes: Int32Array.from(codes), levels })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(column, { minLength: 1, maxLength: 12 }), async (computed) => {
      const { rows } = await readBack(computed, n);
      const wanted = Array.from({ length: n }, (_, i) =>
        computed.map(({ codes, levels }) => levels[codes[i]!] ?? null),
      );
      expect(rows).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
});

test("as many columns are carried as whole numbers of 31 bits need", async () => {
  const levels = Array.from({ length: 1023 }, (_, i) => i);
  const codes = Int32Array.of(1022, -1);
  const computed = Array.from({ length: 4 }, (_, i) => ({ name: `c${i}`, codes, levels }));
  const { rows, nColumns } = await readBack(computed, 2);
  expect(nColumns).toBe(2);
  expect(rows).toEqual([
    [1022, 1022, 1022, 1022],
    [null, null, null, null],
  ]);
});

test("a code without level is refused", () => {
  for (const code of [-2, 2]) {
    const column = { name: "c", codes: Int32Array.of(code), levels: ["a", "b"] };
    expect(() => carriedColumns([column], 1)).toThrow("has no level");
  }
});
