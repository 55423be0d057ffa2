import { Problem } from "../../evidence/problem.ts";

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
export type JsonPath = readonly (string | number)[];

/** A JSON text as plain values, with the place of each of them in the file. */
export interface JsonSource {
  readonly value: JsonValue;
  /**
   * `file:line:column` of the value or, where it is absent, of its nearest ancestor; with
   * `character`, of that character of a text.
   */
  place(path: JsonPath, character?: number): string;
}

const nestingLimit = 64;
const space = /[ \t\r\n]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in a text.
const string = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const word = /true|false|null/y;

/**
 * Reads one JSON text.
 *
 * Errors: text that is no JSON, a key that stands twice in an object, nesting deeper than 64: each a Problem with its
 * place.
 */
export function readJson(text: string, fileName: string): JsonSource {
  const offsets = new Map<string, number>();
  const reader = new Reader(text, fileName, offsets);
  const value = reader.document();
  return {
    value,
    place: (path, character) => {
      for (let length = path.length; length >= 0; length--) {
        const offset = offsets.get(pathKey(path.slice(0, length)));
        if (offset === undefined) continue;
        const isText = length === path.length && text[offset] === '"' && character !== undefined;
        return placeOf(text, fileName, isText ? offsetInText(text, offset, character) : offset);
      }
      return fileName;
    },
  };
}

const pathKey = (path: JsonPath) => JSON.stringify(path);

function placeOf(text: string, fileName: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `${fileName}:${before.length}:${before.at(-1)!.length + 1}`;
}

/** Where a character of a text stands in the file: an escape takes more than one place. */
function offsetInText(text: string, start: number, character: number): number {
  let offset = start + 1;
  for (let i = 0; i < character && text[offset] !== '"'; i++) {
    offset += text[offset] !== "\\" ? 1 : text[offset + 1] === "u" ? 6 : 2;
  }
  return offset;
}

class Reader {
  readonly #text: string;
  readonly #fileName: string;
  readonly #offsets: Map<string, number>;
  #at = 0;

  constructor(text: string, fileName: string, offsets: Map<string, number>) {
    this.#text = text;
    this.#fileName = fileName;
    this.#offsets = offsets;
  }

  document(): JsonValue {
    if (this.#text.startsWith("\uFEFF")) this.#at = 1;
    const value = this.#value([]);
    this.#take(space);
    if (this.#at < this.#text.length) this.#fail("expected the end of the file");
    return value;
  }

  #value(path: JsonPath): JsonValue {
    this.#take(space);
    this.#offsets.set(pathKey(path), this.#at);
    if (path.length > nestingLimit) this.#fail(`nested deeper than ${nestingLimit}`);
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object(path);
      case "[":
        return this.#array(path);
      case '"':
        return this.#string();
    }
    const found = this.#take(word) || this.#take(number);
    if (found === "") this.#fail("expected a value");
    return JSON.parse(found) as JsonValue;
  }

  #object(path: JsonPath): JsonValue {
    const object: Record<string, JsonValue> = Object.create(null);
    this.#at += 1;
    for (let isFirst = true; !this.#closes("}"); isFirst = false) {
      if (!isFirst) this.#expect(",");
      this.#take(space);
      const start = this.#at;
      const key = this.#string();
      if (Object.hasOwn(object, key)) this.#fail(`"${key}" stands twice in one object`, start);
      this.#expect(":");
      object[key] = this.#value([...path, key]);
    }
    return object;
  }

  #array(path: JsonPath): JsonValue {
    const list: JsonValue[] = [];
    this.#at += 1;
    while (!this.#closes("]")) {
      if (list.length > 0) this.#expect(",");
      list.push(this.#value([...path, list.length]));
    }
    return list;
  }

  #string(): string {
    const found = this.#take(string);
    if (found === "") this.#fail("expected a text in double quotes");
    return JSON.parse(found) as string;
  }

  #closes(bracket: "}" | "]"): boolean {
    this.#take(space);
    if (this.#text[this.#at] !== bracket) return false;
    this.#at += 1;
    return true;
  }

  #expect(symbol: "," | ":"): void {
    this.#take(space);
    if (this.#text[this.#at] !== symbol) this.#fail(`expected "${symbol}"`);
    this.#at += 1;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #fail(message: string, offset = this.#at): never {
    throw new Problem("view-not-json", `not valid JSON: ${message}`, {
      where: placeOf(this.#text, this.#fileName, offset),
      hint: "correct the text there, or just before it",
    });
  }
}
