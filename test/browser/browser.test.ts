import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, openPage, printPdf } from "./browser.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

test("a real browser starts and prints on both papers; three forced breaks give three pages", async () => {
  const { page } = await openPage(browser, {
    html: '<p>one</p><p style="break-before: page">two</p><p style="break-before: page">three</p>',
  });
  expect((await printPdf(page, "A4")).pages).toBe(3);
  expect((await printPdf(page, "Letter")).pages).toBe(3);
});

test("a request to the network is refused and listed", async () => {
  const { refused } = await openPage(browser, { html: '<img src="http://example.org/a.png" alt="">' });
  expect(refused).toEqual(["http://example.org/a.png"]);
});

test("scripts do not run unless asked for", async () => {
  const html = "<body><script>document.title = 'ran'</script></body>";
  const { page } = await openPage(browser, { html });
  expect(await page.title()).toBe("");
  const { page: withScripts } = await openPage(browser, { html }, { javaScriptEnabled: true });
  expect(await withScripts.title()).toBe("ran");
});
