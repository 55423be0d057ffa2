import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nextCommand, shellWord } from "./next-command.ts";

test("what was named here is named to the next command, the default workspace is not", () => {
  expect(nextCommand("amend", "studies/mine", { workspace: "board" })).toBe(
    "probity amend studies/mine --workspace board --by <name> --reason <why>",
  );
  expect(nextCommand("evaluate", "mine", { out: "out/a", workspace: ".probity" })).toBe(
    "probity evaluate mine --out out/a",
  );
  expect(nextCommand("lint", "mine")).toBe("probity lint mine");
});

test.each([
  ["my study", "'my study'"],
  ["Ana's", "'Ana'\\''s'"],
  ["übersicht/№1", "'übersicht/№1'"],
  ["$HOME;rm", "'$HOME;rm'"],
  ["", "''"],
  ["~/x", "'~/x'"],
])("%s is one word of a shell", (word, quoted) => {
  expect(shellWord(word)).toBe(quoted);
});

test("a shell reads each word as it was", () => {
  const words = fc.array(
    fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
    { minLength: 1, maxLength: 20 },
  );
  fc.assert(
    fc.property(words, (given) => {
      const script = `printf '%s\\0' ${given.map(shellWord).join(" ")}`;
      expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(`${given.join("\0")}\0`);
    }),
    { numRuns: 20 },
  );
});
