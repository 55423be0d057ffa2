import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { agreementRows } from "./agreement.ts";

const root = new URL("../../", import.meta.url);

test("every row of docs/methods/agreement.md is measured, and every measurement has its row", () => {
  const measured = readdirSync(new URL("src/", root), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => readFileSync(new URL(`src/${file}`, root), "utf8"))
    .flatMap((text) =>
      [...text.matchAll(/recordAgreement\(\{\s*estimator: "([^"]+)"/g)].map((match) => match[1]!),
    );
  expect(agreementRows().map(({ estimator }) => estimator)).toEqual(measured.toSorted());
  expect(measured.length).toBeGreaterThan(0);
});
