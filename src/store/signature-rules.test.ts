import { describe, expect, test } from "vitest";
import { sameName } from "./person-name.ts";
import { signatureFault } from "./signature-rules.ts";

const signer = { role: "Physician", by: "Ben Okoye", meaning: "approve", key: "B" } as const;
const product = { role: "Product", by: "Ana Ruiz", meaning: "approve", key: "A" } as const;
const nobody = { earlier: [], author: "Dee Wright", writers: [], owners: [] };

describe("two spellings of one name", () => {
  test.each([
    ["case and spaces", "Jane  Doe", "jane doe"],
    ["width", "Ana Ruiz", "Ａｎａ Ｒｕｉｚ"],
    ["titles", "Dr. Jane Doe", "Jane Doe, M.D., Ph.D."],
    ["order of words", "Doe, Jane", "Jane Doe"],
    ["accents, composed or not", "Jose\u0301 Nun\u0303ez", "José Nuñez"],
    ["accents left out", "José Nuñez", "Jose Nunez"],
    ["letters of two", "Anna Groß", "ANNA GROSS"],
    ["apostrophes and hyphens", "Mary O’Brien-Smith", "mary o'brien smith"],
    ["what is not seen", "Jane\u200b Do\u00ade", "Jane Doe"],
    ["other scripts", "王 小明", "王小明"],
    ["a letter of another script", "Ana Ruiz", "Ana Ru\u0456z"],
    ["all letters of another script", "Pete Cox", "\u0420\u0435t\u0435 \u0421\u043e\u0445"],
    ["capitals of another script", "BEN", "\u0392\u0395\u039d"],
    ["a script with its own capitals", "\u0395\u039b\u0395\u039d\u0397", "\u0395\u03bb\u03b5\u03bd\u03b7"],
  ])("%s", (_name, a, b) => {
    expect(sameName(a, b)).toBe(true);
    expect(sameName(b, a)).toBe(true);
  });

  test.each([
    ["a longer name", "Ana Ruiz", "Ana Ruiz-Diaz"],
    ["a short form, which nobody can tell", "Ana Ruiz", "A. Ruiz"],
    ["vowel signs of other scripts", "राम", "रमी"],
    ["a title alone", "Dr.", "Prof."],
    ["names of another script", "\u041e\u043b\u044c\u0433\u0430", "Olga"],
    ["nothing", "", "Dr."],
    ["marks alone", "—", "…"],
  ])("but not %s", (_name, a, b) => {
    expect(sameName(a, b)).toBe(false);
  });
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
    [
      "a person who has signed, with a title",
      { ...nobody, earlier: [{ ...product, by: "Okoye, Dr. Ben" }] },
      "signature-second-role",
    ],
    ["a key that has signed", { ...nobody, earlier: [{ ...product, key: "B" }] }, "signature-second-role"],
    ["the author", { ...nobody, author: "ben okoye" }, "signature-author"],
    ["the author, with a title", { ...nobody, author: "Prof. Ben Okoye, MD" }, "signature-author"],
    ["one of the authors", { ...nobody, author: "Dee Wright, Ben Okoye and Cem Aydin" }, "signature-author"],
    [
      "who amended the protocol",
      {
        ...nobody,
        writers: [
          { name: "Cem Aydin", act: "lock" as const },
          { name: "okoye, Ben", act: "amendment" as const },
        ],
      },
      "signature-author",
    ],
    [
      "who locked the protocol",
      { ...nobody, writers: [{ name: "Okoye, Dr. Ben", act: "lock" as const }] },
      "signature-author",
    ],
    ["with the author's key", { ...nobody, owners: [{ key: "B", name: "Dee Wright" }] }, "signature-author"],
    [
      "with somebody's key",
      { ...nobody, owners: [{ key: "B", name: "Cem Aydin" }] },
      "signature-key-of-another",
    ],
  ])("%s", (_name, known, code) => {
    expect(signatureFault(signer, known)?.code).toBe(code);
  });

  test.each(["und", "y", "et", "|", "·", "、", "，", "(", "和", "—"])(
    "one of two authors joined by %s",
    (sign) => {
      const joined = { ...nobody, author: `Dee Wright ${sign} Ben Okoye)` };
      expect(signatureFault(signer, joined)?.code).toBe("signature-author");
    },
  );

  test("authors in a script that sets no words apart; a namesake of one word is another person", () => {
    const approves = (by: string, author: string) =>
      signatureFault({ ...signer, by }, { ...nobody, author })?.code;
    expect(approves("李娜", "王伟和李娜")).toBe("signature-author");
    expect(approves("Ben", "Dee Wright und Ben Okoye")).toBeUndefined();
    expect(approves("Ben Wright", "Dee Wright und Ben Okoye")).toBeUndefined();
  });

  test("the author may review and reject", () => {
    for (const meaning of ["review", "reject"] as const) {
      const wrote = {
        ...nobody,
        author: "Ben Okoye",
        writers: [{ name: "Ben Okoye", act: "lock" as const }],
      };
      expect(signatureFault({ ...signer, meaning }, wrote)).toBeUndefined();
    }
  });
});
