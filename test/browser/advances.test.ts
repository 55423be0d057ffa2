import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser } from "./browser.ts";
import { advancesSource } from "./measure-advances.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

test("the table of advance widths is what the browser measures in the embedded fonts", async () => {
  const source = await advancesSource(await browser.newPage());
  await expect(source).toMatchFileSnapshot("../../src/report/advances.ts");
});
