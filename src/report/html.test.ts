import fc from "fast-check";
import { expect, test } from "vitest";
import { anchorOf } from "./anchor.ts";
import { Html, html } from "./html.ts";

test("values are escaped, markup is not escaped twice", () => {
  const name = `<b title="x">O'Hara & sons</b>`;
  const inner = html`<i>${name}</i>`;
  expect(html`<p>${inner}${["<", 3]}${null}</p>`.toString()).toBe(
    "<p><i>&lt;b title=&quot;x&quot;&gt;O&#39;Hara &amp; sons&lt;/b&gt;</i>&lt;3</p>",
  );
});

test("no text can open a tag or leave an attribute", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(html`${text}`.toString()).not.toMatch(/[<>"']/);
    }),
  );
});

test("a style sheet cannot end its element", () => {
  expect(() => Html.styleSheet("a{}</style><script>")).toThrow("must not contain");
});

test("an anchor keeps ordinary ids, has no white space, and is never shared", () => {
  expect(anchorOf("performance.auc@60mo/age:80+")).toBe("performance.auc@60mo/age:80+");
  expect(anchorOf("a b~c\u2013\u{1F600}")).toBe("a~20~b~7e~c~2013~~1f600~");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      expect(anchorOf(a)).toMatch(/^[\w.~@/:+-]*$/);
      expect(anchorOf(a) === anchorOf(b)).toBe(a === b);
    }),
  );
});
