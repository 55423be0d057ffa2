import { createRequire } from "node:module";

/**
 * The engine's package. Required, because an import of a CommonJS package first reads the names in each of its files
 * from their text, which more than doubles the time to load this one.
 */
export const {
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBDoubleVector,
  DuckDBInstance,
  DuckDBIntegerVector,
  INTEGER,
  VARCHAR,
} = createRequire(import.meta.url)("@duckdb/node-api") as typeof import("@duckdb/node-api");
