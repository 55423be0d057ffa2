import fc from "fast-check";
import { expect, test } from "vitest";
import { Problem } from "../evidence/problem.ts";
import type { Fault } from "./fault.ts";
import { parseProtocol, protocolSizeLimit } from "./index.ts";
import { readYaml } from "./yaml-source.ts";

function problemIn(text: string): Problem {
  try {
    parseProtocol(text, "p.yaml");
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("the text was accepted");
}

const refused: readonly [
  name: string,
  text: string,
  code: string,
  where: string | undefined,
  message: RegExp,
][] = [
  ["empty file", "", "protocol-empty", "p.yaml:1:1", /holds no field/],
  ["only a comment", "# nothing\n", "protocol-empty", "p.yaml:1:1", /holds no field/],
  [
    "lines that end in CR alone, as deep as a protocol",
    "title: a\rdata:\r  patients:\r    - { file: a.csv }\r".repeat(30),
    "protocol-bare-cr",
    "p.yaml:1",
    /a line ends in CR alone/,
  ],
  ["CR alone in a comment", "title: a\n# b\rsite: c\n", "protocol-bare-cr", "p.yaml:2", /CR alone/],
  ["CR twice before LF", "title: a\r\r\nsite: b\r\n", "protocol-bare-cr", "p.yaml:1", /CR alone/],
  ["a list", "- protocol: 1\n", "protocol-not-a-mapping", "p.yaml:1:1", /got a list/],
  ["a single word", "protocol\n", "protocol-not-a-mapping", "p.yaml:1:1", /got a single value/],
  ["a tab as indentation", "question:\n\twho_acts: x\n", "protocol-yaml", "p.yaml:2:1", /tabs/i],
  [
    "a key twice",
    "title: a\nsite: b\ntitle: c\n",
    "protocol-duplicate-key",
    "p.yaml:3:1 title",
    /first on line 1/,
  ],
  [
    "a nested key twice",
    "memo: { kill_if: a, kill_if: b }\n",
    "protocol-duplicate-key",
    "p.yaml:1:21 memo.kill_if",
    /twice/,
  ],
  ["an alias", "title: &a x\nsite: *a\n", "protocol-alias", "p.yaml:1:11 title", /aliases/],
  ["a merge key", "a: &b { c: 1 }\n<<: *b\n", "protocol-alias", undefined, /aliases/],
  [
    "__proto__",
    "__proto__: { polluted: 1 }\n",
    "protocol-unknown-field",
    "p.yaml:1:1 __proto__",
    /cannot be used/,
  ],
  [
    "constructor",
    "data: { constructor: 1 }\n",
    "protocol-unknown-field",
    "p.yaml:1:9 data.constructor",
    /cannot be/,
  ],
  ["a tag", "title: !!js/function x\n", "protocol-yaml", undefined, /tag/i],
  ["two documents", "title: a\n---\ntitle: b\n", "protocol-yaml", undefined, /more than one YAML document/],
  ["an open bracket", "strata: [a, b\n", "protocol-yaml", undefined, /not valid YAML/],
  ["a mapping as key", "{ { a: 1 }: 2 }\n", "protocol-yaml", undefined, /not plain text/],
  [
    "deep brackets",
    `a: ${"[".repeat(100)}${"]".repeat(100)}`,
    "protocol-too-deep",
    undefined,
    /deeper than 24/,
  ],
];

for (const [name, text, code, where, message] of refused) {
  test(`refused: ${name}`, () => {
    const problem = problemIn(text);
    expect(problem.code).toBe(code);
    expect(problem.message).toMatch(message);
    if (where !== undefined) expect(problem.detail.where).toBe(where);
  });
}

test("a tab gets its remedy", () => {
  expect(problemIn("question:\n\twho_acts: x\n").detail.hint).toBe("indent with spaces");
});

test("an alias bomb is refused without being expanded", () => {
  const levels = Array.from({ length: 20 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
  expect(problemIn(`l0: &l0 x\n${levels.join("\n")}\n`).code).toBe("protocol-alias");
});

test("256 KiB are read, a byte more is not; bytes are counted, not characters", () => {
  const filled = (length: number) => `title: "${"x".repeat(length - 9)}"`;
  expect(filled(protocolSizeLimit)).toHaveLength(protocolSizeLimit);
  expect(problemIn(filled(protocolSizeLimit)).code).not.toBe("protocol-too-large");
  expect(problemIn(filled(protocolSizeLimit + 1)).code).toBe("protocol-too-large");
  expect(problemIn(`title: "${"é".repeat(protocolSizeLimit / 2)}"`).code).toBe("protocol-too-large");
});

const bombs = [
  "[",
  "{a: ",
  "- ",
  "? ",
  "[? ",
  "[a: ",
  "- [",
  "&a ",
  "!!seq ",
  "a: ",
  "* ",
  "'",
  '"',
  "|\n ",
  "- - \n  ",
];
for (const piece of bombs) {
  test(`a file full of ${JSON.stringify(piece)} is a Problem, not a crash`, () => {
    const inside = piece.repeat(Math.floor(30_000 / piece.length));
    for (const text of [inside, `a: ${inside}`, `${inside}\n]`, `[${inside}`])
      expect(problemIn(text).code).toMatch(/^protocol-/);
  });
}

test("a staircase of keys is refused where it goes too deep", () => {
  const stairs = (steps: number) => Array.from({ length: steps }, (_, i) => `${" ".repeat(i)}a:`).join("\n");
  expect(problemIn(stairs(30)).code).toBe("protocol-too-deep");
  expect(problemIn(stairs(500)).detail.where).toBe("p.yaml:194:1");
});

test("many keys are read in linear time: a repeated one is still found", () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`);
  const text = [...keys, "k0: 2"].join("\n");
  const faults: Fault[] = [];
  readYaml(text, "p.yaml", faults);
  expect(faults).toEqual([
    expect.objectContaining({ code: "protocol-duplicate-key", where: "p.yaml:20001:1 k0" }),
  ]);
});

test("a repeated key is told even where nothing else is read from the file", () => {
  expect(() => readYaml("k: 1\nk: 2\n", "p.yaml")).toThrow(
    expect.objectContaining({ code: "protocol-duplicate-key" }),
  );
});

test("nothing reaches the prototype of objects", () => {
  problemIn("__proto__: { polluted: true }\n");
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test("Windows line ends and a byte-order mark are read", () => {
  expect(readYaml("\uFEFFtitle: a\r\nsite: b\r\n", "p.yaml").value).toMatchObject({ title: "a", site: "b" });
});

test("any text gives a Problem or a protocol, never another error", () => {
  const yamlish = fc.array(
    fc.constantFrom("a", ": ", "- ", "\n", "  ", "[", "]", "{", "}", "'", '"', "&x ", "*x", "|", "#", "1"),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        yamlish.map((parts) => parts.join("")),
      ),
      (text) => {
        expect(problemIn(text)).toBeInstanceOf(Problem);
      },
    ),
  );
});
