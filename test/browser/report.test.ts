import { parseHTML } from "linkedom";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderReport } from "../../src/report/index.ts";
import { dossier } from "../report-fixture/dossier.ts";
import { accessibilityFaults } from "./accessibility.ts";
import { launchBrowser, openPage } from "./browser.ts";
import { readFonts } from "./measure-advances.ts";

const { document: drawing } = parseHTML("<!doctype html><html><body></body></html>");
const report = renderReport(dossier, {
  document: drawing,
  fonts: readFonts(),
  traceCommand: (id) => `probity trace ${id}`,
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
