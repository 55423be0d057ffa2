import { inflateSync } from "node:zlib";
import { parseHTML } from "linkedom";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderReport } from "../../src/report/index.ts";
import { dossier } from "../report-fixture/dossier.ts";
import { accessibilityFaults } from "./accessibility.ts";
import { launchBrowser, openPage, printPdf } from "./browser.ts";
import { readFonts } from "./measure-advances.ts";

const { document: drawing } = parseHTML("<!doctype html><html><body></body></html>");
const report = renderReport(dossier, {
  document: drawing,
  fonts: readFonts(),
  traceCommand: (id) => `probity trace ${id}`,
  audience: "committee",
});

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

const screens = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  telephone: { colorScheme: "light", viewport: { width: 390, height: 844 } },
} as const;

test.each(Object.entries(screens))(
  "on a %s screen axe finds no fault and the page does not scroll sideways",
  async (_name, screen) => {
    const { page, refused } = await openPage(
      browser,
      { html: report },
      { ...screen, javaScriptEnabled: true },
    );
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(refused).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  },
);

test("each figure shows one drawing for its width, and its lines have length", async () => {
  for (const [width, shown] of [
    [1280, "wide"],
    [390, "narrow"],
  ] as const) {
    const { page } = await openPage(browser, { html: report }, { viewport: { width, height: 900 } });
    const figures = await page.evaluate(() =>
      Array.from(document.querySelectorAll("figure"), (figure) => {
        const visible = Array.from(figure.querySelectorAll<HTMLElement>(".picture")).filter(
          ({ offsetWidth }) => offsetWidth > 0,
        );
        const lines = visible.flatMap((picture) =>
          Array.from(picture.querySelectorAll<SVGPathElement>('[aria-label="line"] path'), (path) =>
            path.getTotalLength(),
          ),
        );
        return { kinds: visible.map(({ className }) => className), lines };
      }),
    );
    expect(figures).toHaveLength(6);
    for (const { kinds, lines } of figures) {
      expect(kinds).toEqual([`picture ${shown}`]);
      for (const length of lines) expect(length).toBeGreaterThan(width / 8);
    }
  }
});

test("text in figures is at least 12 px and stays inside its drawing", async () => {
  for (const width of [1280, 390]) {
    const { page } = await openPage(browser, { html: report }, { viewport: { width, height: 900 } });
    const faults = await page.evaluate(() =>
      Array.from(document.querySelectorAll<HTMLElement>(".picture")).flatMap((picture) => {
        if (picture.offsetWidth === 0) return [];
        const frame = picture.getBoundingClientRect();
        return Array.from(picture.querySelectorAll("svg text")).flatMap((text) => {
          const { left, right, top, bottom } = text.getBoundingClientRect();
          const inside =
            left >= frame.left - 1 &&
            right <= frame.right + 1 &&
            top >= frame.top - 1 &&
            bottom <= frame.bottom + 1;
          const large = Number.parseFloat(getComputedStyle(text).fontSize) >= 12;
          return inside && large ? [] : [`${text.textContent} ${left - frame.left} ${right - frame.right}`];
        });
      }),
    );
    expect(faults).toEqual([]);
  }
});

test("the team's report says on every printed page that it stays with the team, and on the screen above all", async () => {
  const html = renderReport(dossier, {
    document: drawing,
    fonts: readFonts(),
    traceCommand: (id) => `probity trace ${id}`,
    audience: "team",
  });
  const { page } = await openPage(browser, { html }, { javaScriptEnabled: true });
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await page.evaluate(() => document.querySelector(".team-mark")!.getBoundingClientRect().top)).toBe(
    0,
  );
  for (const paper of ["A4", "Letter"] as const) {
    const { bytes, pages } = await printPdf(page, paper);
    expect(pages).toBeGreaterThan(3);
    // Reserved room, so that nothing lies under the mark: the committee's report, without it, is no longer.
    expect(pagesWith(bytes, teamMarkColour)).toBe(pages);
  }
  const { page: committee } = await openPage(browser, { html: report });
  const { bytes } = await printPdf(committee, "A4");
  expect(pagesWith(bytes, teamMarkColour)).toBe(0);
});

/** The border of the mark and nothing else: #b3261f as a PDF states it, red first. */
const teamMarkColour = /\.702 \.149 \.1216 (?:RG|rg)/;

/** How many streams of drawing, one for each page, use a colour. */
function pagesWith(bytes: Uint8Array, colour: RegExp): number {
  const pdf = Buffer.from(bytes);
  let count = 0;
  for (let at = pdf.indexOf("stream\n"); at >= 0; at = pdf.indexOf("stream\n", at + 1)) {
    try {
      if (colour.test(inflateSync(pdf.subarray(at + 7)).toString("latin1"))) count += 1;
    } catch {
      // A font, an image, or the end of a stream.
    }
  }
  return count;
}
