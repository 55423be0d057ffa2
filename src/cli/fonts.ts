import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type EmbeddedFont, fontFiles } from "../report/index.ts";

const folder = join(import.meta.dirname, "../../assets/fonts");

/** The static weights that memo and report print with. */
export function embeddedFonts(): readonly EmbeddedFont[] {
  return fontFiles.map(({ file, ...font }) => ({
    ...font,
    base64: readFileSync(join(folder, file)).toString("base64"),
  }));
}
