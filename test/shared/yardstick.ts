import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = process.env.PROBITY_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url));
if (!existsSync(folder))
  throw new Error(`the shared sets are not at ${folder}; set PROBITY_SHARED to their folder`);

/** One R call with what it printed, as kept in <shared>/reference/<name>.json. */
export interface YardstickCase {
  readonly id: string;
  readonly data?: string;
  readonly r: string;
  readonly input?: Readonly<Record<string, readonly number[]>>;
  readonly warnings?: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: the shape differs from case to case
  readonly expected: any;
}

export function yardstick(name: string): readonly YardstickCase[] {
  return JSON.parse(readFileSync(join(folder, "reference", `${name}.json`), "utf8")).cases;
}

/** A table of <shared>/data/survival: text cells by column; an empty cell is missing. */
export class SurvivalTable {
  readonly #columns: ReadonlyMap<string, readonly string[]>;

  constructor(columns: ReadonlyMap<string, readonly string[]>) {
    this.#columns = columns;
  }

  static read(name: string): SurvivalTable {
    const text = readFileSync(join(folder, "data", "survival", `${name}.csv`), "utf8");
    const [header, ...rows] = text
      .trimEnd()
      .split(/\r?\n/)
      .map((line) => line.split(",").map((cell) => cell.replace(/^"(.*)"$/, "$1")));
    return new SurvivalTable(new Map(header!.map((name, j) => [name, rows.map((row) => row[j]!)])));
  }

  text(name: string): readonly string[] {
    const column = this.#columns.get(name);
    if (column === undefined) throw new Error(`no column "${name}"`);
    return column;
  }

  /** Numbers; a missing cell is NaN. */
  number(name: string): Float64Array {
    return Float64Array.from(this.text(name), (cell) =>
      cell === "" || cell === "NA" ? Number.NaN : Number(cell),
    );
  }

  /** 1 where the cell reads `level`, else 0. */
  is(name: string, level: string): Float64Array {
    return Float64Array.from(this.text(name), (cell) => (cell === level ? 1 : 0));
  }

  /** The rows that have every one of these columns. */
  complete(names: readonly string[]): SurvivalTable {
    const columns = names.map((name) => this.text(name));
    return this.where((row) => columns.every((column) => column[row] !== "" && column[row] !== "NA"));
  }

  where(keep: (row: number) => boolean): SurvivalTable {
    const kept = [...this.#columns].map(
      ([name, cells]) => [name, cells.filter((_, row) => keep(row))] as const,
    );
    return new SurvivalTable(new Map(kept));
  }
}

/** The rows of docs/methods/differences.md for one file of cases: id and reason, in its order. */
export function listedDifferences(file: string): readonly (readonly [id: string, reason: string])[] {
  const page = readFileSync(new URL("../../docs/methods/differences.md", import.meta.url), "utf8");
  return page.split("\n").flatMap((line) => {
    const row = /^\| (\w+) \| `(.+)` \| (.+) \|$/.exec(line);
    return row?.[1] === file ? [[row[2]!, row[3]!] as const] : [];
  });
}
