import fc from "fast-check";
import { expect, test } from "vitest";
import { shortened } from "./names-within.ts";

test("a name that fits stays; a longer one keeps its beginning and its end", () => {
  expect(shortened("sex F", 36)).toBe("sex F");
  // 11 of 20: 10 characters beside the mark, 6 of them from the end.
  expect(shortened("abcdefghijklmnopqrst", 11)).toBe("abcd…opqrst");
  expect(shortened("menopausal status: premenopausal", 24)).toBe("menopausa…premenopausal");
});

test("never longer than its room, never cut within a character", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.integer({ min: 5, max: 50 }),
      (name, room) => {
        const short = shortened(name, room);
        expect([...short].length).toBeLessThanOrEqual(Math.max(room, 0));
        for (const character of short) if (character !== "…") expect([...name]).toContain(character);
      },
    ),
  );
});
