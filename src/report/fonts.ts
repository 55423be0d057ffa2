import { characters } from "./advances.ts";

/** A font file embedded in a page. Static weights only: a PDF stores variable fonts as nameless outlines. */
export interface EmbeddedFont {
  readonly family: string;
  readonly weight: number;
  readonly style: "normal" | "italic";
  readonly unicodeRange: string;
  /** The woff2 file. */
  readonly base64: string;
}

export interface FontFile extends Omit<EmbeddedFont, "base64"> {
  readonly file: string;
}

const latin =
  "U+0-FF,U+131,U+152-153,U+2BB-2BC,U+2C6,U+2DA,U+2DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215";
const greek = "U+370-3FF";

/** The files of assets/fonts that the memo and the report embed. */
export const fontFiles: readonly FontFile[] = [
  fontFile("Source Sans 3", "source-sans-3-latin", 400),
  fontFile("Source Sans 3", "source-sans-3-latin", 600),
  fontFile("Source Sans 3", "source-sans-3-latin", 700),
  { ...fontFile("Source Sans 3", "source-sans-3-greek", 400), unicodeRange: greek },
  fontFile("Source Serif 4", "source-serif-4-latin", 600),
  fontFile("Source Serif 4", "source-serif-4-latin", 400, "italic"),
  fontFile("Source Code Pro", "source-code-pro-latin", 400),
];

const covered = new Set(characters);

/**
 * Characters of a text that the embedded fonts lack, each once, as a protocol may bring them in a name or a label.
 * A reader's machine sets them in a font of its own, or prints a box where it has none; the layout counts one em.
 */
export function strayCharacters(text: string): string[] {
  const isGreek = (character: string) => /[\u0370-\u03ff]/.test(character);
  const isSpace = (character: string) => /\s/.test(character);
  return [...new Set(text)].filter(
    (character) => !covered.has(character) && !isGreek(character) && !isSpace(character),
  );
}

/** The `@font-face` rules of embedded fonts. */
export function fontFaces(fonts: readonly EmbeddedFont[]): string {
  return fonts
    .map(
      ({ family, weight, style, unicodeRange, base64 }) =>
        `@font-face{font-family:"${family}";font-weight:${weight};font-style:${style};` +
        `unicode-range:${unicodeRange};src:url(data:font/woff2;base64,${base64}) format("woff2")}`,
    )
    .join("\n");
}

function fontFile(
  family: string,
  stem: string,
  weight: number,
  style: "normal" | "italic" = "normal",
): FontFile {
  return { file: `${stem}-${weight}-${style}.woff2`, family, weight, style, unicodeRange: latin };
}
