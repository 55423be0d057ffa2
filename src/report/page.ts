import { type EmbeddedFont, fontFaces, strayCharacters } from "./fonts.ts";
import { Html, html } from "./html.ts";
import { base, tokens } from "./style-tokens.ts";

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; " +
  "base-uri 'none'; form-action 'none'";

/** Characters of a page that its fonts lack, told to whoever reads it on a screen; nothing where there are none. */
export function strayNote(body: Html): Html | null {
  const strays = strayCharacters(body.toString().replaceAll(/<[^>]*>/g, " "));
  if (strays.length === 0) return null;
  return html`<span>Not in this page's fonts, set in one of your machine's: ${strays.join(" ")}</span>`;
}

/** Around a page that stays with the team: says so at its top, and at the top of every printed page. */
export function forTeam(body: Html): Html {
  return html`<div class="team-page"><aside class="team-mark" aria-label="Who may read this"><p><span><b>For the
team.</b> Contains small counts: do not pass on.</span></p></aside><div class="team-body"><div>${body}</div></div></div>`;
}

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
