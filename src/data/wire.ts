export type TypedArray = Float64Array | Int32Array | Int8Array;
type ArrayType = "Float64Array" | "Int32Array" | "Int8Array";

/** One message between the processes. A body comes after the pieces of its long arrays. */
export type Frame =
  | {
      readonly id: number;
      readonly array: number;
      readonly type: ArrayType;
      /** Of the whole array. */
      readonly length: number;
      readonly offset: number;
      /** The same values, in a narrower type where they fit. */
      readonly piece: TypedArray | Int16Array;
    }
  | { readonly id: number; readonly body: unknown };

/** In elements. One message of 64 MB takes several times as long as its pieces. */
const pieceLength = 131_072;
/** Marks where a long array stood. Our own shapes have no such key, and cells are never keys. */
const placeholder = "$array";

/** A message in frames of moderate size: long typed arrays go ahead in pieces. */
export function framesOf(id: number, body: unknown): Generator<Frame> {
  return new Outgoing(id).whole(body);
}

/** The frames of one message; of its long arrays some may go ahead while the rest is made. */
export class Outgoing {
  readonly #id: number;
  readonly #arrays = new Map<TypedArray, { readonly index: number; sent: number }>();

  constructor(id: number) {
    this.#id = id;
  }

  /** Whole pieces of what is made of an array: its first `made` values, which must not change any more. */
  *ahead(array: TypedArray, made: number): Generator<Frame> {
    if (array.length <= pieceLength) return;
    const own = this.#placeOf(array);
    for (; own.sent + pieceLength <= made; own.sent += pieceLength) yield this.#piece(array, own);
  }

  /** All that has not gone ahead; the body last. */
  *whole(body: unknown): Generator<Frame> {
    const wanted: TypedArray[] = [];
    const shortened = mapValues(body, (value) => {
      if (!isTypedArray(value) || value.length <= pieceLength) return value;
      wanted.push(value);
      return { [placeholder]: this.#placeOf(value).index };
    });
    for (const array of wanted) {
      const own = this.#placeOf(array);
      for (; own.sent < array.length; own.sent += pieceLength) yield this.#piece(array, own);
    }
    yield { id: this.#id, body: shortened };
  }

  #placeOf(array: TypedArray): { readonly index: number; sent: number } {
    const known = this.#arrays.get(array) ?? { index: this.#arrays.size, sent: 0 };
    this.#arrays.set(array, known);
    return known;
  }

  #piece(array: TypedArray, { index, sent }: { readonly index: number; readonly sent: number }): Frame {
    const piece = narrowed(array.subarray(sent, sent + pieceLength));
    return { id: this.#id, array: index, type: typeOf(array), length: array.length, offset: sent, piece };
  }
}

/** Puts frames together again; messages may interleave. */
export class Assembler {
  readonly #arrays = new Map<number, TypedArray[]>();

  /** The whole body with the message's last frame, until then undefined. */
  accept(frame: Frame): { id: number; body: unknown } | undefined {
    const arrays = this.#arrays.get(frame.id) ?? [];
    if ("piece" in frame) {
      const { array, type, length, offset, piece } = frame;
      arrays[array] ??= longArray(type, length);
      arrays[array].set(piece, offset);
      this.#arrays.set(frame.id, arrays);
      return undefined;
    }
    this.#arrays.delete(frame.id);
    const body = mapValues(frame.body, (value) => {
      const isPlaceholder = typeof value === "object" && value !== null && placeholder in value;
      return isPlaceholder ? arrays[Number(value[placeholder])] : value;
    });
    return { id: frame.id, body };
  }
}

function typeOf(array: TypedArray): ArrayType {
  if (array instanceof Float64Array) return "Float64Array";
  return array instanceof Int32Array ? "Int32Array" : "Int8Array";
}

function longArray(type: ArrayType, length: number): TypedArray {
  if (type === "Float64Array") return new Float64Array(length);
  return type === "Int32Array" ? new Int32Array(length) : new Int8Array(length);
}

/** Whole numbers such as ages, days and codes as 1 or 2 bytes each: what passes between the processes takes time. */
function narrowed(piece: TypedArray): TypedArray | Int16Array {
  if (piece instanceof Int8Array) return piece;
  const bits = piece instanceof Float64Array ? bitsOfDoubles(piece) : bitsOfIntegers(piece);
  if (bits > 16) return piece;
  return bits > 8 ? new Int16Array(piece) : new Int8Array(piece);
}

// Two loops of one shape: with one type each they run several times as fast as a common one.
function bitsOfDoubles(values: Float64Array): number {
  let bits = 8;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const short = (value << 16) >> 16;
    // −0 and NaN are no such number.
    if (short !== value || (value === 0 && 1 / value < 0)) return 64;
    if ((value << 24) >> 24 !== value) bits = 16;
  }
  return bits;
}

function bitsOfIntegers(values: Int32Array): number {
  let bits = 8;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if ((value << 16) >> 16 !== value) return 32;
    if ((value << 24) >> 24 !== value) bits = 16;
  }
  return bits;
}

function isTypedArray(value: unknown): value is TypedArray {
  return value instanceof Float64Array || value instanceof Int32Array || value instanceof Int8Array;
}

/**
 * A copy with every value replaced, containers from the outside in; lists of plain values stay as they
 * are.
 */
function mapValues(value: unknown, change: (value: unknown) => unknown): unknown {
  const changed = change(value);
  if (changed !== value || typeof value !== "object" || value === null || ArrayBuffer.isView(value))
    return changed;
  const again = (item: unknown) => mapValues(item, change);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, again(item)]));
  if (Array.isArray(value)) return typeof value[0] === "object" ? value.map(again) : value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, again(item)]));
}
