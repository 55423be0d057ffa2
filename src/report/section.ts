import type { Html, HtmlValue } from "./html.ts";
import { html } from "./html.ts";

/** A section with its title and at most two short sentences in the margin. */
export function section(parts: {
  readonly id: string;
  readonly title: string;
  readonly aside?: string;
  readonly content: HtmlValue;
}): Html {
  const { id, title, aside, content } = parts;
  return html`<section class="sec" id="${id}"><header><h2>${title}</h2>${
    aside === undefined ? null : html`<p>${aside}</p>`
  }</header><div class="stack">${content}</div></section>
`;
}

/** A picture with its title, one sentence that states the finding, and the same numbers as a table. */
export function figure(parts: {
  readonly title: string;
  readonly drawing: Html;
  readonly caption: HtmlValue;
  readonly table: HtmlValue;
}): Html {
  const { title, drawing, caption, table } = parts;
  return html`<figure><h3>${title}</h3>${drawing}<figcaption>${caption}</figcaption>
<details><summary>The same as a table</summary>${table}</details></figure>
`;
}

/** What a section says where its evidence was never supplied. */
export function absent(sentence: string): Html {
  return html`<p class="absent">${sentence}</p>`;
}
