import { identifier, joined, literal, type Sql, sql, whole } from "./sql.ts";
import type { ComputedColumn } from "./store.ts";

/** Columns that the engine is given, and what each computed column reads from them. */
export interface CarriedColumns {
  readonly columns: readonly { readonly name: string; readonly values: Float64Array | Int32Array }[];
  readonly cells: readonly Sql[];
}

type CodedColumn = Extract<ComputedColumn, { readonly codes: Int8Array | Int32Array }>;

/** Several columns of codes in one whole number. */
interface Packed {
  readonly name: string;
  readonly values: Int32Array;
  /** Numbers below it are taken. */
  size: number;
}

const sizeLimit = 2 ** 31;

/**
 * Computed columns as the engine takes them in: columns of codes share one, since it takes in few columns faster.
 *
 *     packed = Σ (codeᵢ + 1) · sizeᵢ,  sizeᵢ = Π_{j<i} (levelsⱼ + 1)
 */
export function carriedColumns(computed: readonly ComputedColumn[], n: number): CarriedColumns {
  const columns: { name: string; values: Float64Array | Int32Array }[] = [];
  let packed: Packed | undefined;
  const cells = computed.map((column) => {
    const name = `x${columns.length}`;
    if (!("codes" in column)) {
      columns.push({ name, values: column.values });
      return valueSql(column.values, identifier(name));
    }
    const base = column.levels.length + 1;
    if (packed === undefined || packed.size * base > sizeLimit) {
      packed = { name, values: new Int32Array(n), size: 1 };
      columns.push(packed);
    }
    return packInto(packed, column);
  });
  return { columns, cells };
}

function packInto(packed: Packed, { codes, levels }: CodedColumn): Sql {
  const { name, values, size } = packed;
  for (let i = 0; i < values.length; i++) {
    const code = codes[i]!;
    if (code < -1 || code >= levels.length) throw new Error(`code ${code} has no level`);
    values[i]! += (code + 1) * size;
  }
  packed.size *= levels.length + 1;
  const digit = sql`${identifier(name)} // ${whole(size)} % ${whole(levels.length + 1)}`;
  // Literals, because the engine takes no parameter inside a copy.
  const cases = levels.map(
    (level, code) =>
      sql`when ${whole(code + 1)} then ${typeof level === "number" ? whole(level) : literal(level)}`,
  );
  return cases.length === 0 ? sql`cast(null as varchar)` : sql`case ${digit} ${joined(cases, " ")} end`;
}

function valueSql(values: Float64Array | Int32Array, name: Sql): Sql {
  return values instanceof Int32Array ? name : sql`case when isnan(${name}) then null else ${name} end`;
}
