import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as stats from "../../src/stats/index.ts";
import { reference } from "../reference/reference.ts";
import { launchBrowser } from "./browser.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

/** What a page computes from the columns of a reference case; `kernels` is `probity/stats`. */
function results(kernels: typeof stats, input: Readonly<Record<string, readonly number[]>>) {
  const followUp = { time: Float64Array.from(input.time!), event: Uint8Array.from(input.event!) };
  const predictions = { ...followUp, risk: Float64Array.from(input.risk!), horizon: input.horizon![0]! };
  const covariates = [Float64Array.from(input.risk!, (risk) => Math.log(-Math.log(1 - risk)))];
  return [
    kernels.survivalAt(kernels.kaplanMeier(followUp.time, followUp.event), predictions.horizon),
    kernels.coxRegression({ ...followUp, covariates, ties: "efron" }).coefficients[0],
    kernels.aucAtHorizon(predictions),
    kernels.brierAtHorizon(predictions),
    kernels.splineCalibration(predictions),
    kernels.seededRandom(1).split(2)[1]!.next(),
  ].map((result) => JSON.parse(JSON.stringify(result)));
}

const document = (input: Readonly<Record<string, readonly number[]>>) => `<!doctype html>
<script type="module">
  import * as kernels from "/stats/index.js";
  window.results = (${results.toString()})(kernels, ${JSON.stringify(input)});
</script>`;

test("probity/stats runs in a browser, from its own files alone, and gives the numbers of Node", async () => {
  const { input } = reference("horizon")[0]!;
  const page = await browser.newPage();
  const refused: string[] = [];
  await page.route("**/*", async (route) => {
    const { hostname, pathname } = new URL(route.request().url());
    const file = fileURLToPath(new URL(`../../dist${pathname}`, import.meta.url));
    if (hostname === "stats.test" && pathname === "/")
      await route.fulfill({ contentType: "text/html", body: document(input) });
    else if (hostname === "stats.test" && /^\/stats\/[a-z0-9-]+\.js$/.test(pathname) && existsSync(file))
      await route.fulfill({ contentType: "text/javascript", body: readFileSync(file) });
    else {
      refused.push(pathname);
      await route.abort();
    }
  });
  await page.goto("http://stats.test/");
  await page.waitForFunction("window.results !== undefined");
  const inPage = await page.evaluate("window.results");
  expect(refused).toEqual([]);
  const inNode = results(stats, input);
  const numbers = (value: unknown): number[] => {
    if (typeof value === "number") return [value];
    return typeof value === "object" ? Object.values(value ?? {}).flatMap(numbers) : [];
  };
  const [theirs, ours] = [numbers(inPage), numbers(inNode)];
  expect(theirs).toHaveLength(ours.length);
  expect(ours.length).toBeGreaterThan(20);
  theirs.forEach((value, i) => {
    expect(Math.abs(value - ours[i]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(ours[i]!)));
  });
});
