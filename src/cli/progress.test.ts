import { expect, test } from "vitest";
import { showProgress } from "./progress.ts";
import type { Surroundings } from "./surroundings.ts";

function lines(terminalColumns: number | undefined, times: readonly number[]): string {
  let written = "";
  const clock = [...times];
  const surroundings = {
    stderr: (text: string) => {
      written += text;
    },
    terminalColumns,
  } as Surroundings;
  const progress = showProgress(surroundings, () => clock.shift() ?? 0);
  progress.step({ done: 1, of: 12, what: "tables" });
  progress.step({ done: 2, of: 12, what: "draw 20" });
  progress.step({ done: 2, of: 12, what: "draw 40" });
  progress.step({ done: 2, of: 12, what: "draw 60" });
  progress.end();
  return written;
}

test("without a terminal: a line for each step, and within a step no more than one in two seconds", () => {
  expect(lines(undefined, [0, 10, 20, 2010])).toBe(
    "probity:  1 of 12  tables\nprobity:  2 of 12  draw 20\nprobity:  2 of 12  draw 60\n",
  );
});

test("on a terminal: one line, rewritten and at last erased, never as wide as the terminal", () => {
  const start = "\r\u001b[K";
  const texts = [" 1 of 12  tables", " 2 of 12  draw 20", " 2 of 12  draw 40", " 2 of 12  draw 60"];
  expect(lines(12, [])).toBe(`${texts.map((text) => start + text.slice(0, 11)).join("")}${start}`);
});
