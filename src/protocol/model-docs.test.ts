import { expect, test } from "vitest";
import { modelDocs } from "./model-docs.ts";

test("docs/model-file.md says what the schema says", async () => {
  await expect(modelDocs()).toMatchFileSnapshot("../../docs/model-file.md");
});

test("every field, transform and output is described", () => {
  expect(modelDocs()).not.toMatch(/\| {2}\|$/m);
});
