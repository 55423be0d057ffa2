import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { protocolDocs } from "./protocol-docs.ts";

test("docs/protocol.md says what the schema says", async () => {
  await expect(protocolDocs()).toMatchFileSnapshot("../../docs/protocol.md");
});

test("every field is described", () => {
  expect(protocolDocs()).not.toMatch(/\| {2}\|$/m);
});

test("docs/problems.md lists every problem code of this room", () => {
  const listed = readFileSync(new URL("../../docs/problems.md", import.meta.url), "utf8");
  const here = new URL("./", import.meta.url);
  const sources = readdirSync(here).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const codes = new Set(
    sources.flatMap(
      (name) => readFileSync(new URL(name, here), "utf8").match(/"(?:protocol|expression)-[a-z-]+"/g) ?? [],
    ),
  );
  expect(codes.size).toBeGreaterThan(10);
  for (const code of codes) expect(listed).toContain(`| \`${code.slice(1, -1)}\` |`);
});
