import { type EmbeddedFont, fontFaces } from "./fonts.ts";
import { Html, html } from "./html.ts";
import { base, tokens } from "./style-tokens.ts";

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; " +
  "base-uri 'none'; form-action 'none'";

/** A page that stands alone: its fonts and styles inside, no script, nothing fetched. */
export function standAlonePage(parts: {
  readonly title: string;
  readonly fonts: readonly EmbeddedFont[];
  readonly style: string;
  readonly body: Html;
}): string {
  const { title, fonts, style, body } = parts;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${Html.styleSheet(fontFaces(fonts) + tokens + base + style)}
</head>
<body>
${body}
</body>
</html>
`.toString();
}
