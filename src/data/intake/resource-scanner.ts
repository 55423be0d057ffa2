import { longestId } from "./read-resource.ts";

const quote = 34;
const backslash = 92;
const comma = 44;
const colon = 58;
const openBrace = 123;
const closeBrace = 125;
const openBracket = 91;
const closeBracket = 93;

/** Bytes that stand for themselves within a text of JSON. */
const isPlain = new Uint8Array(256).fill(1, 32);
isPlain[quote] = 0;
isPlain[backslash] = 0;
/** What may follow a backslash, except u: such a text is left to the reading that decodes it. */
const isEscaped = new Uint8Array(256);
for (const letter of '"\\/bfnrt') isEscaped[letter.charCodeAt(0)] = 1;
const words = ["true", "false", "null"].map((word) => Buffer.from(word));

const deepest = 64;
const mostKeys = 64;
const resourceType = Buffer.from("resourceType");

/**
 * Says of a line in one pass over its bytes that it is a resource, and where its type and id stand. It says so of no
 * line that `readResource` would quarantine; of what it does not say it, `readResource` decides.
 *
 * It accepts one JSON object (RFC 8259) of valid UTF-8, which the caller has checked, without \u escapes, with a type and
 * an id of plain ASCII, not nested deeper than 64, and no two keys of one object with the same hash.
 */
export class ResourceScanner {
  typeStart = 0;
  typeEnd = 0;
  idStart = 0;
  idEnd = 0;
  /** 1 for an object. */
  readonly #kinds = new Uint8Array(deepest + 1);
  /** How many hashes lie below those of the object that is open at this depth. */
  readonly #firstKeys = new Int32Array(deepest + 1);
  readonly #hashes = new Int32Array(deepest * mostKeys + 1);
  #nHashes = 0;
  #hash = 0;

  /** The byte at `end` must be a line feed, and none may stand before it: every loop stops there. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    this.typeEnd = 0;
    this.idEnd = 0;
    this.#nHashes = 0;
    let depth = 0;
    let at = afterSpace(bytes, start);
    if (bytes[at] !== openBrace) return false;
    for (;;) {
      const byte = bytes[at]!;
      if (byte === openBrace || byte === openBracket) {
        if (depth === deepest) return false;
        depth += 1;
        this.#kinds[depth] = byte === openBrace ? 1 : 0;
        this.#firstKeys[depth] = this.#nHashes;
        at = afterSpace(bytes, at + 1);
        if (bytes[at] !== byte + 2) {
          if (byte === openBrace) at = this.#member(bytes, at, depth);
          if (at < 0) return false;
          continue;
        }
      } else {
        at = valueEnd(bytes, at) - 1;
        if (at < 0) return false;
      }
      // At the last byte of a value; of an empty object or list it is the bracket.
      for (;;) {
        if (bytes[at] === closeBrace || bytes[at] === closeBracket) {
          if (bytes[at] !== (this.#kinds[depth] === 1 ? closeBrace : closeBracket)) return false;
          this.#nHashes = this.#firstKeys[depth]!;
          depth -= 1;
        }
        at = afterSpace(bytes, at + 1);
        if (depth === 0) return at === end && this.typeEnd > 0 && this.idEnd > 0;
        if (bytes[at] !== closeBrace && bytes[at] !== closeBracket) break;
      }
      if (bytes[at] !== comma) return false;
      at = afterSpace(bytes, at + 1);
      if (this.#kinds[depth] === 1) at = this.#member(bytes, at, depth);
      if (at < 0) return false;
    }
  }

  /** Reads a key and its colon; returns where the value begins, or -1. */
  #member(bytes: Uint8Array, start: number, depth: number): number {
    if (bytes[start] !== quote) return -1;
    let at = start + 1;
    let hash = 0;
    for (; isPlain[bytes[at]!] === 1; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
    if (bytes[at] !== quote) return -1;
    this.#hash = hash;
    if (!this.#isNew(depth)) return -1;
    const keyEnd = at;
    at = afterSpace(bytes, at + 1);
    if (bytes[at] !== colon) return -1;
    at = afterSpace(bytes, at + 1);
    if (depth > 1) return at;
    const length = keyEnd - start - 1;
    if (length === 2 && bytes[start + 1] === 105 && bytes[start + 2] === 100) {
      this.idStart = at + 1;
      this.idEnd = simpleTextEnd(bytes, at);
      return this.idEnd < 0 || this.idEnd - this.idStart > longestId ? -1 : at;
    }
    if (length === resourceType.length && resourceType.every((one, i) => one === bytes[start + 1 + i])) {
      this.typeStart = at + 1;
      this.typeEnd = simpleTextEnd(bytes, at);
      return this.typeEnd < 0 ? -1 : at;
    }
    return at;
  }

  #isNew(depth: number): boolean {
    const first = this.#firstKeys[depth]!;
    for (let i = first; i < this.#nHashes; i++) if (this.#hashes[i] === this.#hash) return false;
    if (this.#nHashes - first === mostKeys) return false;
    this.#hashes[this.#nHashes] = this.#hash;
    this.#nHashes += 1;
    return true;
  }
}

function afterSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] === 32 || bytes[at] === 9 || bytes[at] === 13) at++;
  return at;
}

/** The end of a text of ASCII without escapes and with at least one character, or -1. */
function simpleTextEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== quote) return -1;
  let at = start + 1;
  while (isPlain[bytes[at]!] === 1 && bytes[at]! < 128) at++;
  return bytes[at] === quote && at > start + 1 ? at : -1;
}

/** After a text, a number or a word, or -1. */
function valueEnd(bytes: Uint8Array, start: number): number {
  const byte = bytes[start]!;
  if (byte === quote) return textEnd(bytes, start);
  if (byte === 45 || isDigit(byte)) return numberEnd(bytes, start);
  const word = words.find((one) => one[0] === byte);
  return word?.every((one, i) => one === bytes[start + i]) ? start + word.length : -1;
}

function textEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  for (;;) {
    while (isPlain[bytes[at]!] === 1) at++;
    if (bytes[at] === quote) return at + 1;
    if (bytes[at] !== backslash || isEscaped[bytes[at + 1]!] === 0) return -1;
    at += 2;
  }
}

function numberEnd(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === 45 ? start + 1 : start;
  if (bytes[at] === 48) at++;
  else at = digitsEnd(bytes, at);
  if (at > 0 && bytes[at] === 46) at = digitsEnd(bytes, at + 1);
  if (at > 0 && (bytes[at] === 101 || bytes[at] === 69)) {
    at++;
    if (bytes[at] === 43 || bytes[at] === 45) at++;
    at = digitsEnd(bytes, at);
  }
  return at;
}

/** -1 where there is no digit. */
function digitsEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at]!)) at++;
  return at > start ? at : -1;
}

const isDigit = (byte: number) => byte >= 48 && byte <= 57;
