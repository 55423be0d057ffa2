import { Database } from "../database.ts";
import { literal, type Sql, sql, whole } from "../sql.ts";

/** What the child process is asked; all paths absolute and without symbolic links. */
export interface DuplicatesRequest {
  readonly folder: string;
  readonly tables: readonly {
    /** Rows of one type, in the order of their sources. */
    readonly files: readonly string[];
    /** NDJSON of `Duplicate`, in the order of file and line; not written where there is none. */
    readonly out: string;
  }[];
  readonly lineLimitBytes: number;
  readonly tempDir: string;
  readonly memoryLimitMb: number;
  readonly threads: number;
}

/** A row with the type and id of an earlier one. */
export interface Duplicate {
  readonly file: number;
  readonly line: number;
  readonly first: { readonly file: number; readonly line: number };
  /** Whether the resource is the same, apart from white space and zeros at the end of numbers. */
  readonly same: boolean;
}

/** The number of duplicates in each of the tables. */
export async function findDuplicates(request: DuplicatesRequest): Promise<readonly number[]> {
  const { folder, tempDir, memoryLimitMb, threads } = request;
  const database = await Database.open({ directories: [folder], tempDir, memoryLimitMb, threads });
  try {
    const counts: number[] = [];
    for (const { files, out } of request.tables) {
      const [row] = await database.rows(
        sql`select count(*) - count(distinct "id") from ${rowsOf(files, request, sql`'id': 'varchar'`)}`,
      );
      const n = Number(row![0]);
      counts.push(n);
      if (n > 0) await writeDuplicates(database, files, out, request);
    }
    return counts;
  } finally {
    database.close();
  }
}

async function writeDuplicates(
  database: Database,
  files: readonly string[],
  out: string,
  request: DuplicatesRequest,
): Promise<void> {
  const columns = sql`'file': 'bigint', 'line': 'bigint', 'id': 'varchar', 'resource': 'json'`;
  await database.run(sql`
    copy (
      with
        numbered as (
          select
            {'file': "file", 'line': "line"} as "place",
            "id",
            md5(cast("resource" as varchar)) as "text"
          from ${rowsOf(files, request, columns)}
        ),
        first as (
          select
            "id",
            min("place") as "place",
            arg_min("text", "place") as "text"
          from numbered
          group by "id"
          having count(*) > 1
        )
      select
        numbered."place"."file" as "file",
        numbered."place"."line" as "line",
        first."place" as "first",
        first."text" = numbered."text" as "same"
      from numbered
      join first using ("id")
      where numbered."place" <> first."place"
      order by all
    ) to ${literal(out)} (format json, use_tmp_file false)`);
}

function rowsOf(files: readonly string[], { lineLimitBytes }: DuplicatesRequest, columns: Sql): Sql {
  const list = files.map((file) => literal(file).sql).join(", ");
  return sql`read_json([${{ sql: list, parameters: [] }}], format = 'newline_delimited',
    maximum_object_size = ${whole(rowLimitBytes(lineLimitBytes))}, columns = {${columns}})`;
}

/** A row holds its line and a few words around it. */
export const rowLimitBytes = (lineLimitBytes: number) => lineLimitBytes + 4096;
