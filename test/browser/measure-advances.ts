import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { type EmbeddedFont, fontFaces, fontFiles } from "../../src/report/fonts.ts";

/** The fonts that the memo and the report embed, read from assets/fonts. */
export function readFonts(): EmbeddedFont[] {
  return fontFiles.map(({ file, ...face }) => ({
    ...face,
    base64: readFileSync(new URL(`../../assets/fonts/${file}`, import.meta.url)).toString("base64"),
  }));
}

const latin = Array.from({ length: 0xff - 0x20 + 1 }, (_, index) => String.fromCodePoint(0x20 + index));
/** Dashes, quotes, ellipsis, bullet, narrow space, euro, arrows, minus. */
const beyond = [..."\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2022\u202f\u20ac\u2191\u2193\u2212"];
export const measuredCharacters = [...latin, ...beyond].filter(
  (character) => !/[\x7f-\x9f\xad]/.test(character),
);

const faces = {
  sans400: 'normal 400 1000px "Source Sans 3"',
  sans600: 'normal 600 1000px "Source Sans 3"',
  sans700: 'normal 700 1000px "Source Sans 3"',
  serif600: 'normal 600 1000px "Source Serif 4"',
  serifItalic400: 'italic 400 1000px "Source Serif 4"',
  mono400: 'normal 400 1000px "Source Code Pro"',
};

/** The source of src/report/advances.ts, measured in a browser with the figures that the memo prints. */
export async function advancesSource(page: Page): Promise<string> {
  await page.setContent(`<style>${fontFaces(readFonts())}
    span { font-variant-numeric: tabular-nums lining-nums; white-space: pre; position: absolute }</style>`);
  const widths: Record<string, number[]> = {};
  for (const [face, font] of Object.entries(faces)) {
    widths[face] = await page.evaluate(
      async ({ font, characters }) => {
        await document.fonts.load(font);
        const span = document.body.appendChild(document.createElement("span"));
        span.style.font = font;
        span.style.fontVariantNumeric = "tabular-nums lining-nums";
        return characters.map((character) => {
          span.textContent = character;
          return Math.ceil(span.getBoundingClientRect().width);
        });
      },
      { font, characters: measuredCharacters },
    );
  }
  return toSource(widths);
}

function toSource(widths: Record<string, number[]>): string {
  const rows = (values: number[]): string =>
    chunks(values, 20)
      .map((chunk) => `    ${chunk.join(", ")},`)
      .join("\n");
  const tables = Object.entries(widths).map(([face, values]) => `  ${face}: [\n${rows(values)}\n  ],`);
  const text = chunks(measuredCharacters, 48).map((chunk) => `  ${escaped(chunk.join(""))}`);
  return `// Measured by test/browser/advances.test.ts; written anew under \`npx vitest run --update\`.

/** The characters that the tables below measure, in their order. */
export const characters: string =
${text.join(" +\n")};

/** Advance widths in thousandths of the font size, with tabular lining figures. */
// biome-ignore format: a table
export const advances = {
${tables.join("\n")}
} as const;
`;
}

function escaped(text: string): string {
  const hidden = /[\xa0\u202f]/g;
  return JSON.stringify(text).replace(hidden, (c) => `\\u${c.codePointAt(0)!.toString(16).padStart(4, "0")}`);
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
