import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { compileView } from "../src/data/views/compile-view.ts";
import { readView } from "../src/data/views/read-view.ts";
import { bytesLimits } from "../src/data/views/view-run.ts";
import { median } from "./measure.ts";

// A compiled view as a ratio to a read_json written by hand with the same columns, in turns in one process, as speed:
// above 1 the view is the faster one. To reach: 0.8. The rows of both are compared first.
// By hand: the fastest form known, which is unnest in a subquery; a lateral join is several times slower.
// The data: the Observations of the shared FHIR sets, repeated with other ids up to PROBITY_BENCH_MB (default 200).
const megabytes = Number(process.env.PROBITY_BENCH_MB ?? 200);
const rounds = 5;
const shared = process.env.PROBITY_SHARED ?? join(process.cwd(), "../shared");
const folder = mkdtempSync(join(tmpdir(), "probity-bench-"));
const data = join(folder, "Observation.ndjson");

const column = (name: string, path: string) => ({ name, path });
const quantity = "value.ofType(Quantity)";
const views = [
  {
    name: "12 columns",
    view: [
      {
        column: [
          column("id", "getResourceKey()"),
          column("status", "status"),
          column("patient", "subject.getReferenceKey(Patient)"),
          column("encounter", "encounter.getReferenceKey(Encounter)"),
          column("category", "category.first().coding.first().code"),
          column("system", "code.coding.first().system"),
          column("code", "code.coding.first().code"),
          column("text", "code.text"),
          column("effective", "effective.ofType(dateTime)"),
          column("issued", "issued"),
          column("value", `${quantity}.value`),
          column("unit", `${quantity}.unit`),
        ],
      },
    ],
    hand: `select id, status, regexp_extract(subject.reference, 'Patient/(.*)', 1) as patient,
      regexp_extract(encounter.reference, 'Encounter/(.*)', 1) as encounter, category[1].coding[1].code as category,
      code.coding[1].system as system, code.coding[1].code as code, code.text as text, effectiveDateTime as effective,
      issued, valueQuantity.value as value, valueQuantity.unit as unit`,
    columns: {
      id: "varchar",
      status: "varchar",
      subject: "struct(reference varchar)",
      encounter: "struct(reference varchar)",
      category: "struct(coding struct(code varchar)[])[]",
      code: "struct(coding struct(system varchar, code varchar)[], text varchar)",
      effectiveDateTime: "varchar",
      issued: "varchar",
      valueQuantity: "struct(value double, unit varchar)",
    },
    unnest: "",
  },
  {
    name: "forEach code.coding",
    view: [
      { column: [column("id", "id")] },
      { forEach: "code.coding", column: [column("code", "code"), column("display", "display")] },
    ],
    hand: "select id, coding.code as code, coding.display as display",
    columns: { id: "varchar", code: "struct(coding struct(code varchar, display varchar)[])" },
    unnest: "select id, unnest(code.coding) as coding",
  },
  {
    name: "forEachOrNull component",
    view: [
      { column: [column("id", "id")] },
      {
        forEachOrNull: "component",
        column: [column("code", "code.coding.first().code"), column("value", `${quantity}.value`)],
      },
    ],
    hand: "select id, part.code.coding[1].code as code, part.valueQuantity.value as value",
    columns: {
      id: "varchar",
      component: "struct(code struct(coding struct(code varchar)[]), valueQuantity struct(value double))[]",
    },
    unnest: "select id, unnest(if(coalesce(len(component), 0) = 0, [null], component)) as part",
  },
] as const;

/** Each line of the sources again and again, with another id each time. */
function writeData(): number {
  const sources = ["synthea100", "synthea-oncology"].map((set) =>
    join(shared, "data", "fhir", set, "Observation.ndjson"),
  );
  if (!sources.every((source) => existsSync(source)))
    throw new Error(`no Observations in ${shared}; set PROBITY_SHARED`);
  const text = sources.map((source) => readFileSync(source, "utf8")).join("");
  const file = openSync(data, "w");
  let bytes = 0;
  for (let copy = 0; bytes < megabytes * 1e6; copy += 1) {
    bytes += writeSync(file, text.replace(/"id":"/g, `"id":"${copy}-`));
  }
  closeSync(file);
  return bytes;
}

try {
  const bytes = writeData();
  const threads = "2";
  const connection = await (
    await DuckDBInstance.create(":memory:", { threads, memory_limit: "2GB" })
  ).connect();
  const run = async (query: string) => {
    const started = performance.now();
    await connection.run(`copy (${query}) to '${join(folder, "out.parquet")}' (format parquet)`);
    return performance.now() - started;
  };
  const differences = async (one: string, other: string) => {
    const query = `select count(*) from ((from (${one}) except all from (${other})) union all
      (from (${other}) except all from (${one})))`;
    return Number((await connection.runAndReadAll(query)).getRows()[0]![0]);
  };
  console.log(
    `${(bytes / 1e6).toFixed(0)} MB of Observations, DuckDB with ${threads} threads, median of ${rounds} rounds`,
  );
  for (const { name, view, hand, columns, unnest } of views) {
    const text = JSON.stringify({ resource: "Observation", select: view });
    const { query, reading } = compileView(readView(text, name));
    const compiled = query([data], { reading, bytesLimit: bytesLimits.usual }).sql;
    const types = Object.entries(columns).map(([field, type]) => `${field}: '${type}'`);
    const source = `read_json('${data}', format = 'newline_delimited', columns = {${types.join(", ")}})`;
    const written = `${hand} from ${unnest === "" ? source : `(${unnest} from ${source})`}`;
    const n = await differences(compiled, written);
    if (n > 0) throw new Error(`${name}: ${n} rows differ`);
    const ratios: number[] = [];
    const speeds: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // Each goes first in turn.
      const first = round % 2 === 0 ? [written, compiled] : [compiled, written];
      const ms = [await run(first[0]!), await run(first[1]!)];
      const [byHand, byView] = round % 2 === 0 ? ms : [ms[1], ms[0]];
      ratios.push(byHand! / byView!);
      speeds.push(bytes / 1e3 / byView!);
    }
    const ratio = median(ratios);
    console.log(
      `${name.padEnd(24)} ${median(speeds).toFixed(0).padStart(5)} MB/s  view / by hand ${ratio.toFixed(2)}` +
        `  to reach 0.80: ${ratio >= 0.8 ? "reached" : "not reached"}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
