import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * The engine's package. Required, because an import of a CommonJS package first reads the names in each of its files
 * from their text, which more than doubles the time to load this one.
 */
export const { BOOLEAN, DOUBLE, DuckDBDataChunk, DuckDBInstance, INTEGER, VARCHAR } =
  require("@duckdb/node-api") as typeof import("@duckdb/node-api");

/** The C interface below it, which hands over a column of a chunk as bytes; the package above goes value by value. */
export const {
  copy_data_to_vector,
  data_chunk_get_vector,
  get_type_id,
  vector_get_column_type,
  vector_get_data,
} = require("@duckdb/node-bindings") as typeof import("@duckdb/node-bindings");
