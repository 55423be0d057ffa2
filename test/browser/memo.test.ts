import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Dossier, Memo } from "../../src/evidence/dossier.ts";
import { Problem } from "../../src/evidence/problem.ts";
import { checkMemoFits, renderMemo, signedMemo } from "../../src/report/index.ts";
import { dossier } from "../report-fixture/dossier.ts";
import { accessibilityFaults } from "./accessibility.ts";
import { launchBrowser, openPage, printPdf } from "./browser.ts";
import { readFonts } from "./measure-advances.ts";

const fonts = readFonts();
const papers = ["A4", "Letter"] as const;
/** What the margins leave of US Letter, the smaller page, in CSS pixels. */
const letterArea = { width: 725, height: 980 };

const sha256 = "0a1b2c3d".repeat(8);

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

function render(input: Dossier): string {
  return renderMemo(input, { fonts, dossierSha256: sha256 });
}

/** Each text of the memo as long as the check lets it be, made of these words. */
function fullest(words: readonly string[]): Dossier {
  const { memo } = dossier;
  const columns = (key: "question" | "harm" | "mind") => (text: string) => ({
    [key]: memo[key].map(({ term }) => ({ term, text: [text] })),
  });
  const parts: ((text: string) => Partial<Memo>)[] = [
    (text) => ({ decision: [text] }),
    (text) => ({ flaw: { lead: "None found.", text: [text] } }),
    columns("question"),
    columns("harm"),
    columns("mind"),
    (text) => ({ also: [text] }),
    (text) => ({ data: { have: [text], gap: [text] } }),
    (text) => ({ burden: { cost: [text], benefit: [text] } }),
    (text) => ({ papers: [text] }),
    (text) => ({ dissent: { text, by: "oncology lead" } }),
    (text) => ({ header: { ...memo.header, site: [text], author: text } }),
    (text) => ({ evidence: memo.evidence.map((row, index) => (index < 2 ? { ...row, base: [text] } : row)) }),
  ];
  let grown = dossier;
  for (const change of parts) grown = longest(grown, change, words);
  return grown;
}

function longest(start: Dossier, change: (text: string) => Partial<Memo>, words: readonly string[]): Dossier {
  let fits = start;
  for (let length = 1; length < 400; length += 1) {
    const text = Array.from({ length }, (_, index) => words[index % words.length]!).join(" ");
    const longer = { ...start, memo: { ...start.memo, ...change(text) } };
    try {
      checkMemoFits(longer);
    } catch (error) {
      if (error instanceof Problem) break;
      throw error;
    }
    fits = longer;
  }
  return fits;
}

const fullOfShortWords = fullest(["an", "ill", "fit", "to", "it", "is", "not", "a", "cure"]);
const fullOfLongWords = fullest(["WOMEN", "chemotherapy", "observed/expected", "M", "\u2212.57"]);

/** Widest digits of a key and root, a long name, and all that a seal may say. */
function signed(input: Dossier, names: readonly string[]): string {
  const meanings = ["approve", "review", "reject"] as const;
  const signatures = input.memo.signatures
    .map((role, i) => ({ role, by: names[i] ?? "", meaning: meanings[i]!, fingerprint: "d".repeat(64) }))
    .filter(({ by }) => by !== "")
    .map((mark) => ({ ...mark, time: "2026-11-21T09:54:46.000Z" }));
  const ledger = { origin: "probity.local/0123456789abcdef", size: 123_456, root: "d".repeat(64) };
  return signedMemo(render(input), {
    roles: input.memo.signatures,
    dossierSha256: sha256,
    marks: { signatures, ledger },
    word: "GO-SILENT",
  });
}

const longNames = ["Mwangi Hammarskjöld-Wickramasinghe", "Dr. M. W. Wammes-McWhorter MD", "WWWWWW MMMMMM"];

const memos = {
  "the study's memo": render(dossier),
  "a memo of short words, as full as allowed": render(fullOfShortWords),
  "a memo of long words, as full as allowed": render(fullOfLongWords),
  "the study's memo with one signature": signed(dossier, ["", "Ben Okoye"]),
  "a memo of short words with three signatures": signed(fullOfShortWords, [
    "Ana Ruiz",
    "Ben Okoye",
    "Cem Aydin",
  ]),
  "a memo whose header takes lines of other blocks": render({
    ...dossier,
    memo: {
      ...dossier.memo,
      header: {
        ...dossier.memo.header,
        site: ["University Hospital, Department of Gynaecology and Obstetric", ", 128,412 patients"],
        dataCut: ["follow-up to 5 years after surgery, as linked in spring 2026"],
        protocol: `dddd … dddd, locked 2026-11-21, after decision date 2026-06-30, outcomes known, amended 22×, inputs replaced`,
      },
    },
  }),
  "a memo of long words signed by long names": signed(fullOfLongWords, longNames),
};
describe.each(Object.entries(memos))("%s", (_name, memo) => {
  test.each(papers)("is one printed page of %s", async (paper) => {
    const { page, refused } = await openPage(browser, { html: memo });
    expect((await printPdf(page, paper)).pages).toBe(1);
    expect(refused).toEqual([]);
    await page.close();
  });

  test("nothing leaves its block or the page", async () => {
    const { page } = await openPage(browser, { html: memo }, { viewport: letterArea });
    await page.emulateMedia({ media: "print" });
    expect(await overflowing(page)).toEqual([]);
    await page.close();
  });
});

/** Blocks whose content is wider or higher than they are, and any that end below the page. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    Array.from(
      document.querySelectorAll<HTMLElement>(
        ".sheet, .head, .blk, .blk > *, .columns > *, dd, td, th, .seven li, .signs, .signs > *, .foot, .foot span",
      ),
    ).flatMap((element) => {
      const { bottom, right } = element.getBoundingClientRect();
      const faults = [
        element.scrollWidth > element.clientWidth + 1 &&
          getComputedStyle(element).display !== "inline" &&
          "wider",
        element.scrollHeight > element.clientHeight + 1 &&
          getComputedStyle(element).display !== "inline" &&
          "higher",
        bottom > innerHeight && "below the page",
        right > innerWidth && "beside the page",
      ].filter((fault) => fault !== false);
      return faults.map(
        (fault) => `${element.className || element.tagName}: ${fault}: ${element.textContent}`,
      );
    }),
  );
}

test("text is 9 pt or more on paper, captions never under 7.4 pt", async () => {
  const { page } = await openPage(browser, { html: render(dossier) }, { viewport: letterArea });
  await page.emulateMedia({ media: "print" });
  const sizes = await page.evaluate(() => {
    const captions = "dt, .caption, .base, thead th, .found, cite, .seal, .foot";
    const walker = document.createTreeWalker(document.querySelector("main")!, NodeFilter.SHOW_TEXT);
    const found: { points: number; caption: boolean; text: string }[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent!.trim();
      const parent = node.parentElement!;
      if (text === "" || parent.closest("svg")) continue;
      const points = Number.parseFloat(getComputedStyle(parent).fontSize) * 0.75;
      found.push({ points, caption: parent.closest(captions) !== null, text });
    }
    return found;
  });
  expect(sizes.length).toBeGreaterThan(100);
  const rounding = 0.01;
  expect(sizes.filter(({ points, caption }) => points < (caption ? 7.4 : 9) - rounding)).toEqual([]);
});

test("the embedded fonts are used, and no other", async () => {
  const { page } = await openPage(browser, { html: render(dossier) });
  const loaded = await page.evaluate(() =>
    Array.from(document.fonts as unknown as Iterable<FontFace>)
      .filter(({ status }) => status === "loaded")
      .map(({ family, weight, style }) => `${family.replaceAll('"', "")} ${weight} ${style}`),
  );
  expect(loaded).toEqual(
    expect.arrayContaining([
      "Source Sans 3 400 normal",
      "Source Sans 3 600 normal",
      "Source Serif 4 600 normal",
    ]),
  );
});

const screens = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  telephone: { colorScheme: "light", viewport: { width: 390, height: 844 } },
} as const;

test.each(Object.entries(screens))(
  "on a %s screen axe finds no fault and nothing scrolls sideways",
  async (_name, screen) => {
    const { page } = await openPage(
      browser,
      { html: render(dossier) },
      { ...screen, javaScriptEnabled: true },
    );
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  },
);

test("on a telephone a signed memo does not scroll sideways, and limits are shown", async () => {
  const { page } = await openPage(
    browser,
    { html: memos["a memo of long words signed by long names"] },
    screens.telephone,
  );
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  expect(await page.locator("td.limit:visible").count()).toBe(fullOfLongWords.memo.evidence.length);
  await page.close();
});

test("the lines of all signatures stand at one height", async () => {
  const { page } = await openPage(browser, { html: memos["the study's memo with one signature"] });
  const tops = await page.evaluate(() =>
    Array.from(document.querySelectorAll(".who"), (line) => Math.round(line.getBoundingClientRect().top)),
  );
  expect(tops).toHaveLength(dossier.memo.signatures.length);
  expect(new Set(tops).size).toBe(1);
  await page.close();
});

test("print is light where the screen is dark", async () => {
  const { page } = await openPage(browser, { html: render(dossier) }, { colorScheme: "dark" });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const ink = await page.evaluate(() => getComputedStyle(document.querySelector("h1")!).color);
  expect(ink).toBe("rgb(21, 25, 29)");
});
