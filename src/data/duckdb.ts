// Whole, because an import by name of a CommonJS package first reads the names in each of its files from their text.
import api from "@duckdb/node-api";
import bindings from "@duckdb/node-bindings";

/** The engine's package. */
export const { BOOLEAN, DOUBLE, DuckDBDataChunk, DuckDBInstance, INTEGER, TINYINT, VARCHAR } = api;

/** The C interface below it, which hands over a column of a chunk as bytes; the package above goes value by value. */
export const {
  copy_data_to_vector,
  data_chunk_get_vector,
  get_type_id,
  vector_get_column_type,
  vector_get_data,
} = bindings;
