import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { inject } from "vitest";
import { environment } from "../set-up/browser.ts";

/** A real browser without network: start one per test file in `beforeAll`, close it in `afterAll`. */
export function launchBrowser(): Promise<Browser> {
  const launch = inject("browserLaunch");
  return chromium.launch({ ...launch, args: [...launch.args], env: environment(launch) });
}

export interface OpenedPage {
  readonly page: Page;
  /** Addresses that the page asked for beyond itself and `data:`; all were refused. */
  readonly refused: readonly string[];
}

/** Opens a file, an HTML text or an address of this machine. Scripts are off unless `javaScriptEnabled` is set. */
export async function openPage(
  browser: Browser,
  source: { readonly file: string } | { readonly html: string } | { readonly url: string },
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ javaScriptEnabled: false, ...options });
  const page = await context.newPage();
  const refused: string[] = [];
  const own = addressOf(source);
  await context.route("**/*", (route) => {
    const address = route.request().url();
    if (address.startsWith("data:") || address === own || isSameSite(address, own)) return route.continue();
    refused.push(address);
    return route.abort();
  });
  if ("html" in source) await page.setContent(source.html, { waitUntil: "load" });
  else await page.goto(own, { waitUntil: "load" });
  return { page, refused };
}

function addressOf(source: { file: string } | { html: string } | { url: string }): string {
  if ("file" in source) return pathToFileURL(source.file).href;
  return "url" in source ? source.url : "about:blank";
}

function isSameSite(address: string, own: string): boolean {
  return own.startsWith("http://127.0.0.1") && new URL(address).origin === new URL(own).origin;
}

export type Paper = "A4" | "Letter";

/** Prints as the page's own `@page` rules say on this paper, with backgrounds, as a person would. */
export async function printPdf(page: Page, paper: Paper): Promise<{ bytes: Uint8Array; pages: number }> {
  const bytes = await page.pdf({ format: paper, printBackground: true });
  return { bytes, pages: countPdfPages(bytes) };
}

/** Chromium writes page objects uncompressed, so they can be counted in the bytes. */
export function countPdfPages(bytes: Uint8Array): number {
  return (
    Buffer.from(bytes)
      .toString("latin1")
      .match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0
  );
}
