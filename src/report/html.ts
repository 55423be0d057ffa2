/** Markup that is safe to place in a page. Only `html`, `markup` and `styleSheet` make it. */
export class Html {
  readonly #text: string;
  private constructor(text: string) {
    this.#text = text;
  }

  static #make = (text: string): Html => new Html(text);

  /** A template that escapes its values unless they are markup; arrays are joined, null prints nothing. */
  static template(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
    return Html.#make(strings.reduce((text, part, index) => text + render(values[index - 1]!) + part));
  }

  /** A drawn element as markup: its text was escaped by the serialiser of its document. */
  static ofElement(element: { readonly outerHTML: string }): Html {
    return Html.#make(element.outerHTML);
  }

  /** A style element. Throws where the sheet would end the element early. */
  static styleSheet(css: string): Html {
    if (css.includes("</")) throw new Error("a style sheet must not contain </");
    return Html.#make(`<style>${css}</style>`);
  }

  toString(): string {
    return this.#text;
  }
}

export type HtmlValue = string | number | Html | null | readonly HtmlValue[];

export const html = Html.template;
export const nothing: Html = html``;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function render(value: HtmlValue): string {
  if (value === null) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "object") return value.map(render).join("");
  return String(value).replace(/[&<>"']/g, (character) => entities[character]!);
}
