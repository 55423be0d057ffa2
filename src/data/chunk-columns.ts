import type { DuckDBDataChunk } from "@duckdb/node-api";
import {
  copy_data_to_vector,
  DOUBLE,
  data_chunk_get_vector,
  get_type_id,
  INTEGER,
  TINYINT,
  vector_get_column_type,
  vector_get_data,
} from "./duckdb.ts";

/** A column of a chunk, or of many chunks in turn: double, integer or tinyint, without nulls. */
export type Values = Float64Array | Int32Array | Int8Array;

/** The engine's type of the values. */
export function typeOf(values: Values): typeof DOUBLE | typeof INTEGER | typeof TINYINT {
  if (values instanceof Float64Array) return DOUBLE;
  return values instanceof Int32Array ? INTEGER : TINYINT;
}

/** Copies a column of the chunk into the values from `offset` on. */
export function readColumn(chunk: DuckDBDataChunk, column: number, values: Values, offset: number): void {
  const vector = data_chunk_get_vector(chunk.chunk, column);
  const type = get_type_id(vector_get_column_type(vector));
  if (Number(type) !== Number(typeOf(values).typeId)) throw new Error(`column ${column} is of type ${type}`);
  const size = values.BYTES_PER_ELEMENT;
  bytesOf(values).set(vector_get_data(vector, chunk.rowCount * size), offset * size);
}

/** Fills a column of the chunk, of type `typeOf(values)`, with the values from `offset` on. */
export function writeColumn(chunk: DuckDBDataChunk, column: number, values: Values, offset: number): void {
  const size = values.BYTES_PER_ELEMENT;
  copy_data_to_vector(
    data_chunk_get_vector(chunk.chunk, column),
    0,
    values.buffer as ArrayBuffer,
    values.byteOffset + offset * size,
    chunk.rowCount * size,
  );
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Values) =>
  new Uint8Array(buffer, byteOffset, byteLength);
