import { Problem } from "../../evidence/problem.ts";
import { type Cell, Database } from "../database.ts";
import { rowLimitBytes } from "../intake/find-duplicates.ts";
import { identifier, joined, literal, type Sql, sql, whole } from "../sql.ts";
import { faultOf } from "./compilation.ts";
import { type CompiledView, compileView } from "./compile-view.ts";
import { findMisfit } from "./find-misfit.ts";
import { readView, type View } from "./read-view.ts";
import { bytesLimits, type ResourceCounts, type ViewAnswer, type ViewRequest } from "./view-run.ts";
import { placeOutput, type QueryOptions, type Reading } from "./view-source.ts";

/** A repeat walks so many levels, and starts again with more where the data goes deeper. */
const levels = { usual: 8, most: 64 };

/**
 * Runs a view, inside the child process: reaches the files and the output only.
 *
 * Errors: a line that is no JSON object; a field of another kind than FHIR says, such as a text in place of a list; a
 * value that its column cannot hold; several values where the view takes one: each a Problem, and no row is written.
 */
export async function runView(request: ViewRequest): Promise<ViewAnswer> {
  const { files, out, tempDir, memoryLimitMb, threads } = request;
  const database = await Database.open({
    directories: [],
    files: [...files, out],
    tempDir,
    memoryLimitMb,
    threads,
  });
  const view = readView(request.view, request.viewName);
  const run = new ViewRun(database, view, request);
  try {
    const resources = await run.count();
    return { resources, ...(await run.write(levels.usual)) };
  } finally {
    database.close();
  }
}

class ViewRun {
  readonly #database: Database;
  readonly #view: View;
  readonly #request: ViewRequest;
  #bytesLimit: number = bytesLimits.usual;

  constructor(database: Database, view: View, request: ViewRequest) {
    this.#database = database;
    this.#view = view;
    this.#request = request;
    const { intake } = request;
    if (intake !== undefined) this.#bytesLimit = rowLimitBytes(intake.lineLimitBytes);
  }

  async count(): Promise<ResourceCounts> {
    const { files, intake } = this.#request;
    if (intake !== undefined) return { read: intake.rows, others: {} };
    const list = joined(
      files.map((file) => literal(file)),
      ", ",
    );
    const rows = await this.#told(
      () => sql`
        select "resourceType", count(*)
        from read_json([${list}], format = 'newline_delimited', maximum_object_size = ${whole(this.#bytesLimit)},
          columns = {'resourceType': 'varchar'})
        group by all
        order by all`,
    );
    const counts = new Map(rows.map(([type, n]) => [String(type ?? ""), Number(n)]));
    const read = counts.get(this.#view.resource) ?? 0;
    counts.delete(this.#view.resource);
    return { read, others: Object.fromEntries(counts) };
  }

  async write(depth: number): Promise<Omit<ViewAnswer, "resources">> {
    const compiled = compileView(this.#view, depth);
    try {
      const rows = await this.#copy(compiled, compiled.reading);
      const isPlaced = this.#request.intake?.withPlaces === true;
      return { columns: isPlaced ? [...placeOutput, ...compiled.columns] : compiled.columns, rows };
    } catch (error) {
      const fault = faultOf(causeOf(error), compiled.faults);
      if (fault?.code === "view-repeat-depth" && depth < levels.most) return this.write(levels.most);
      if (fault === undefined) throw error;
      const { code, message, where, hint } = fault;
      throw new Problem(code, message, { where, hint });
    }
  }

  #options(reading: Reading): QueryOptions {
    const { intake } = this.#request;
    const bytesLimit = this.#bytesLimit;
    if (intake === undefined) return { reading, bytesLimit };
    return { reading, bytesLimit, intake: intake.withPlaces ? { sourceNames: intake.sourceNames } : {} };
  }

  async #copy(compiled: CompiledView, reading: Reading): Promise<number> {
    const { files, out, format } = this.#request;
    const query = inFormat(compiled, compiled.query(files, this.#options(reading)), format);
    try {
      const [counted] = await this.#database.rows(
        sql`copy (${query}) to ${literal(out)} (${options[format]}, use_tmp_file false)`,
      );
      return Number(counted![0]);
    } catch (error) {
      const cause = causeOf(error);
      if (!isMisfit(cause) && faultOf(cause, compiled.faults)?.code !== "view-bad-value") throw error;
      const misfit = await findMisfit(this.#request, this.#view.resource, compiled.structure);
      if (misfit !== undefined) throw misfit;
      // A resource of another type is in the way, whose fields of the same names are of other kinds.
      if (reading === "typed" && isMisfit(cause)) return this.#copy(compiled, "filtered");
      throw error;
    }
  }

  /** The rows of the first query over the lines; the one that meets a line which cannot be read at all. */
  async #told(query: () => Sql): Promise<Cell[][]> {
    try {
      return await this.#database.rows(query());
    } catch (error) {
      const cause = causeOf(error);
      if (/maximum_object_size/.test(cause) && this.#bytesLimit < bytesLimits.most) {
        this.#bytesLimit = bytesLimits.most;
        return this.#told(query);
      }
      if (/maximum_object_size/.test(cause)) {
        throw new Problem("data-record-too-long", `a line has more than ${bytesLimits.most} bytes`, {
          where: this.#request.fileNames.join(", "),
          hint: "take the resource out, or its attachment",
        });
      }
      if (!isMisfit(cause) && !/^Invalid Input Error: Malformed JSON/.test(cause)) throw error;
      throw (await findMisfit(this.#request, this.#view.resource, {})) ?? error;
    }
  }
}

const causeOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error ? error.cause.message : "";

const isMisfit = (message: string) =>
  /^Invalid Input Error: (?:JSON transform error in file |Expected \w+, but got |Failed to cast )/.test(
    message,
  );

const options = {
  parquet: sql`format parquet, parquet_version v2, compression zstd`,
  csv: sql`format csv, header true`,
  ndjson: sql`format json`,
} as const;

/** A cell of a CSV file holds a list as JSON. */
function inFormat({ columns }: CompiledView, query: Sql, format: ViewRequest["format"]): Sql {
  if (format !== "csv" || columns.every(({ collection }) => !collection)) return query;
  const cells = columns.map(({ name, collection }) =>
    collection ? sql`cast(to_json(${identifier(name)}) as varchar) as ${identifier(name)}` : identifier(name),
  );
  return sql`select ${joined(cells, ", ")} from (${query})`;
}
