import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { characters } from "../src/report/advances.ts";
import { fontFiles, strayCharacters } from "../src/report/fonts.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Rooms whose words reach the memo or the report. */
const rooms = ["stats", "evidence", "assess", "decide", "report"];

const latin = fontFiles.filter(({ file }) => file.includes("latin"));
const greek = fontFiles.filter(({ file }) => file.includes("greek"));

describe("each embedded font has the characters that the layout measures", () => {
  test.each(latin.map(({ file }) => file))("%s", (file) => {
    const has = charactersOf(file);
    const missing = [...characters].filter((character) => !has.has(character.codePointAt(0)!));
    // A narrow space that a font lacks is made by the shaper from its ordinary space, never a box.
    expect(missing.filter((character) => character !== "\u202f")).toEqual([]);
  });
});

test("every character in the words of the code has a glyph", () => {
  const greekLetters = charactersOf(greek[0]!.file);
  const known = new Set([...characters].map((character) => character.codePointAt(0)!));
  const files = rooms.flatMap((room) =>
    readdirSync(join(root, "src", room), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => join("src", room, name)),
  );
  expect(files.length).toBeGreaterThan(100);
  const strays = files.flatMap((file) =>
    [...wordsOf(file)]
      .map((character) => character.codePointAt(0)!)
      .filter((code) => code > 0x7e && !known.has(code) && !greekLetters.has(code))
      .map((code) => `${file}: ${String.fromCodePoint(code)}`),
  );
  expect([...new Set(strays)]).toEqual([]);
});

test("what a protocol brings beyond the fonts is named", () => {
  expect(strayCharacters("Łódź, age ≥ 80 → flagged; Ł again")).toEqual(["Ł", "ź", "≥", "→"]);
  expect(strayCharacters("São Paulo, 5 µg, σ²")).toEqual([]);
});

/** The strings and templates of a source file, comments and regular expressions left out. */
function wordsOf(file: string): string {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.ESNext);
  let words = "";
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      words += node.text;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return words;
}

/**
 * The code points that a woff2 file maps to a glyph, read from its character map.
 * Source: WOFF 2.0, https://www.w3.org/TR/WOFF2/#table_dir_format; OpenType, cmap formats 4 and 12.
 */
function charactersOf(file: string): Set<number> {
  const bytes = readFileSync(join(root, "assets", "fonts", file));
  const tables: { tag: number; length: number }[] = [];
  let at = 48;
  const base128 = (): number => {
    for (let value = 0; ; ) {
      const byte = bytes[at++]!;
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
  };
  for (let i = 0; i < bytes.readUInt16BE(12); i++) {
    const flags = bytes[at++]!;
    const tag = flags & 0x3f;
    if (tag === 0x3f) at += 4;
    const length = base128();
    // glyf (10) and loca (11) are transformed unless version 3 says otherwise, others where it is not 0.
    const version = flags >> 6;
    const isTransformed = tag === 10 || tag === 11 ? version !== 3 : version !== 0;
    tables.push({ tag, length: isTransformed ? base128() : length });
  }
  const data = brotliDecompressSync(bytes.subarray(at, at + bytes.readUInt32BE(20)));
  const cmapAt = tables.findIndex(({ tag }) => tag === 0);
  const start = tables.slice(0, cmapAt).reduce((sum, { length }) => sum + length, 0);
  return mapped(data.subarray(start, start + tables[cmapAt]!.length));
}

function mapped(cmap: Buffer): Set<number> {
  const found = new Set<number>();
  for (let i = 0; i < cmap.readUInt16BE(2); i++) {
    const table = cmap.subarray(cmap.readUInt32BE(4 + 8 * i + 4));
    const format = table.readUInt16BE(0);
    if (format === 4) {
      const segments = table.readUInt16BE(6) / 2;
      for (let s = 0; s < segments; s++) {
        const end = table.readUInt16BE(14 + 2 * s);
        const begin = table.readUInt16BE(16 + 2 * (segments + s));
        for (let code = begin; code <= end && code < 0xffff; code++) found.add(code);
      }
    }
    if (format === 12) {
      for (let g = 0; g < table.readUInt32BE(12); g++) {
        const [begin, end] = [table.readUInt32BE(16 + 12 * g), table.readUInt32BE(20 + 12 * g)];
        for (let code = begin; code <= end; code++) found.add(code);
      }
    }
  }
  return found;
}
