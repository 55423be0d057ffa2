import type { Curve } from "../evidence/figures.ts";
import type { Html, HtmlValue } from "./html.ts";
import { html } from "./html.ts";
import { type Part, parts } from "./parts.ts";

/** A section with its title and at most two short sentences in the margin. */
export function section(
  part: Part,
  { aside, content }: { readonly aside: string; readonly content: HtmlValue },
): Html {
  const { id, title } = parts[part];
  return html`<section class="sec" id="${id}"><header><h2>${title}</h2><p>${aside}</p></header><div class="stack">${content}</div></section>
`;
}

/**
 * A picture with its title, one sentence that states the finding, and the same numbers as a table; null where that stands open
 * beneath the figure.
 */
export function figure(pieces: {
  readonly title: string;
  readonly drawing: Html;
  readonly caption: HtmlValue;
  readonly table: HtmlValue;
}): Html {
  const { title, drawing, caption, table } = pieces;
  return html`<figure><h3>${title}</h3>${drawing}<figcaption>${caption}</figcaption>
${table === null ? null : html`<details><summary>The same as a table</summary>${table}</details>`}</figure>
`;
}

/** What a section says where its evidence was never supplied. */
export function absent(sentence: string): Html {
  return html`<p class="absent">${sentence}</p>`;
}

/** What stands in the place of evidence that the minimum cell keeps back. */
export function withheld(what: string, minimumCell: number): Html {
  return absent(`Withheld: ${what} would give away a count below ${minimumCell}.`);
}

/** Beside a curve of which disclosure keeps points back: how many are drawn, and how they are joined. */
export function thinned({ x, withheld: points }: Curve, minimumCell: number): string {
  if (points !== "some") return "";
  return (
    ` ${x.length} points of the curve are drawn and joined by straight lines; the others are withheld, because they ` +
    `would give away counts below ${minimumCell}.`
  );
}

/** An empty cell that says to a listener why it is empty. */
export function dash(meaning: string): Html {
  return html`<span class="none"><span aria-hidden="true">–</span><span class="sr">${meaning}</span></span>`;
}
