/** Only where pages are isolated do browsers have it. */
const Memory = globalThis.SharedArrayBuffer ?? ArrayBuffer;

/** The same numbers in memory that threads share: a column handed to another thread is not copied. */
export function sharedCopy<Column extends Float64Array | Uint32Array | Uint8Array>(column: Column): Column {
  const Kind = column.constructor as new (memory: ArrayBufferLike) => Column;
  const copy = new Kind(new Memory(column.byteLength));
  copy.set(column);
  return copy;
}
