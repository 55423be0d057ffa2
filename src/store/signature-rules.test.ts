import { describe, expect, test } from "vitest";
import { sameName, signatureFault } from "./signature-rules.ts";

const signer = { role: "Physician", by: "Ben Okoye", meaning: "approve", key: "B" } as const;
const product = { role: "Product", by: "Ana Ruiz", meaning: "approve", key: "A" } as const;
const nobody = { earlier: [], author: "Dee Wright", owners: [] };

test("names differ by more than case, spaces and width", () => {
  expect(sameName("Ana Ruiz", " ana  RUIZ")).toBe(true);
  expect(sameName("Ana Ruiz", "Ａｎａ Ｒｕｉｚ")).toBe(true);
  expect(sameName("Ana Ruiz", "Ana Ruiz-Diaz")).toBe(false);
});

test("two people sign in two roles", () => {
  expect(signatureFault(signer, { ...nobody, earlier: [product] })).toBeUndefined();
});

describe("who may not sign", () => {
  test.each([
    [
      "a role that has signed",
      { ...nobody, earlier: [{ ...product, role: "Physician" }] },
      "signature-role-taken",
    ],
    [
      "a person who has signed",
      { ...nobody, earlier: [{ ...product, by: "BEN okoye" }] },
      "signature-second-role",
    ],
    ["a key that has signed", { ...nobody, earlier: [{ ...product, key: "B" }] }, "signature-second-role"],
    ["the author", { ...nobody, author: "ben okoye" }, "signature-author"],
    ["one of the authors", { ...nobody, author: "Dee Wright, Ben Okoye and Cem Aydin" }, "signature-author"],
    ["with the author's key", { ...nobody, owners: [{ key: "B", name: "Dee Wright" }] }, "signature-author"],
    [
      "with somebody's key",
      { ...nobody, owners: [{ key: "B", name: "Cem Aydin" }] },
      "signature-key-of-another",
    ],
  ])("%s", (_name, known, code) => {
    expect(signatureFault(signer, known)?.code).toBe(code);
  });

  test("the author may review and reject", () => {
    for (const meaning of ["review", "reject"] as const) {
      expect(signatureFault({ ...signer, meaning }, { ...nobody, author: "Ben Okoye" })).toBeUndefined();
    }
  });
});
