import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const page = read("docs/fairness-benchmark.md");

/** Rows of the page's tables, each by its head, numbers as printed. */
function tables(): Record<string, string>[][] {
  return [...page.matchAll(/^\|.*\|\n\|[ -|]*\|\n(?:\|.*\|\n)+/gm)].map(([text]) => {
    const [head = [], , ...rows] = text
      .trim()
      .split("\n")
      .map((line) => line.slice(2, -2).split(" | "));
    return rows.map((row) =>
      Object.fromEntries(
        row.map((cell, i) => [`${head[i]}${head.indexOf(head[i]!) === i ? "" : " again"}`, cell]),
      ),
    );
  });
}

const percent = (text: string | undefined): number => {
  expect(text).toMatch(/^\d+\.\d %$/);
  return Number(text!.replace(" %", ""));
};

test("the benchmark is listed, exists, and made its page", () => {
  expect(read("docs/benchmarks.md")).toContain("(fairness-benchmark.md)");
  expect(existsSync(new URL("../bench/fairness.bench.ts", import.meta.url))).toBe(true);
  expect(page).toContain("npm run bench -- fairness");
  expect(page).toContain("All bars reached.");
  expect(Number(/([\d,]+) seeded audits/.exec(page)![1]!.replace(",", ""))).toBeGreaterThanOrEqual(4000);
});

test("errors: every setting, without a difference and at the margin, within the bars", () => {
  const [errors = []] = tables();
  const settings = errors.map((row) => [row.groups, row.prevalence, row.margin, row.difference].join(" "));
  expect(settings).toEqual(
    ["5000/1500/600/250", "20000/6000/2400/1000"].flatMap((groups) =>
      ["7.0 %", "20.0 %"].flatMap((prevalence) =>
        ["0.05", "0.10"].flatMap((margin) =>
          ["0.00", margin].map((difference) => [groups, prevalence, margin, difference].join(" ")),
        ),
      ),
    ),
  );
  for (const row of errors) {
    expect(percent(row["false beyond"])).toBeLessThanOrEqual(5);
    expect(percent(row.upper)).toBeLessThanOrEqual(6);
    expect(percent(row["false within"])).toBeLessThanOrEqual(5);
    expect(percent(row["upper again"])).toBeLessThanOrEqual(6);
    percent(row["not enough data"]);
  }
});

test("power: three measures and three groups in every setting, at most 5 points below Barnard's", () => {
  const [, powers = []] = tables();
  expect(powers).toHaveLength(2 * 2 * 2 * 3 * 3);
  for (const row of powers) expect(percent(row.audit) - percent(row.Barnard)).toBeGreaterThanOrEqual(-5.1);
});

test("patients with many encounters: error within the bars where clusters are counted", () => {
  const [, , clustered = []] = tables();
  expect(clustered).toHaveLength(4);
  for (const row of clustered) {
    expect(percent(row["false beyond"])).toBeLessThanOrEqual(5);
    expect(percent(row.upper)).toBeLessThanOrEqual(6);
  }
});
