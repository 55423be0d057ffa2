import { describe, expect, test } from "vitest";
import { canonicalJson } from "../evidence/canonical-json.ts";
import {
  beforeFirst,
  type LedgerRecord,
  lineOf,
  noPrevious,
  parseLine,
  readLine,
  refusalOf,
} from "./record.ts";
import { bodyOf } from "./record-kinds.ts";
import { isTornTail } from "./torn-tail.ts";

const record: LedgerRecord = {
  index: 0,
  previous: noPrevious,
  time: "2026-11-21T09:54:46.000Z",
  batch: 0,
  type: "lock",
  actor: 'Dr. "A" Ünal',
  body: { z: [1, { b: null, a: true }], "10": "x", "9": 0.1, é: "\u0000", __proto__x: {} },
};
const bytes = (text: string) => Buffer.from(text);

test("a line is canonical JSON of its record", () => {
  expect(lineOf(record)).toBe(canonicalJson(record));
  expect(parseLine(bytes(lineOf(record)))).toEqual(record);
});

describe("a line that says the same in another way is refused:", () => {
  const plain = lineOf({ ...record, body: { a: 1, b: [{ c: 1, d: 2 }] } });
  for (const [name, line] of [
    ["white space", plain.replace('"batch":', '"batch": ')],
    ["another order of fields", plain.replace('"a":1,"b":[{"c":1,"d":2}]', '"b":[{"c":1,"d":2}],"a":1')],
    ["another order further in", plain.replace('"c":1,"d":2', '"d":2,"c":1')],
    ["a field twice", plain.replace('"a":1', '"a":1,"a":1')],
    ["another spelling of a number", plain.replace('"a":1', '"a":1.0')],
    ["a number beyond the range of numbers", plain.replace('"a":1', '"a":1e400')],
    ["another spelling of a letter", plain.replace('"lock"', '"l\\u006fck"')],
    ["a field too many", plain.replace(',"index"', ',"extra":1,"index"')],
    ["a field too few", plain.replace('"batch":0,', "")],
    ["a body that is a list", plain.replace('{"a":1,"b":[{"c":1,"d":2}]}', "[]")],
    ["a day that does not exist", plain.replace("2026-11-21", "2026-02-30")],
    ["an hour that does not exist", plain.replace("T09:", "T24:")],
    ["a time without milliseconds", plain.replace(".000Z", "Z")],
    ["nothing", ""],
    [
      "nesting beyond any stack",
      `{"actor":"a","batch":0,"body":{"x":${"[".repeat(30_000)}${"]".repeat(30_000)}}}`,
    ],
    ["more than a line can hold", plain.replace("lock", "x".repeat(70_000))],
  ] as const) {
    test(name, () => {
      expect(line).not.toBe(plain);
      expect(parseLine(bytes(line))).toBeUndefined();
    });
  }
  test("bytes that are no UTF-8", () => {
    const line = bytes(lineOf(record));
    const at = line.indexOf("Ü");
    expect(parseLine(Buffer.concat([line.subarray(0, at), line.subarray(at + 1)]))).toBeUndefined();
  });
});

test("a record follows the one before", () => {
  const before = { index: 0, leaf: "ab".repeat(32), batch: 0, ms: Date.parse("2026-11-21T09:54:46.000Z") };
  const next = { ...record, index: 1, previous: before.leaf };
  const faultOf = (changed: Partial<LedgerRecord>) => {
    const read = readLine(bytes(lineOf({ ...next, ...changed })), before, undefined);
    return "fault" in read ? read.fault : undefined;
  };
  expect(faultOf({})).toBeUndefined();
  expect(faultOf({ batch: 1 })).toBeUndefined();
  expect(faultOf({ time: "2026-11-21T09:54:41.000Z" })).toBeUndefined();
  expect(faultOf({ index: 2 })).toBe("has the index 2; expected 1");
  expect(faultOf({ previous: noPrevious })).toBe("does not follow the record before it");
  expect(faultOf({ batch: 2 })).toBe("has the batch 2; expected 0 or 1");
  expect(faultOf({ time: "2026-11-21T09:54:40.999Z" })).toContain("before the previous record");
  expect(readLine(bytes(lineOf(next)), beforeFirst, undefined)).toHaveProperty("fault");
});

test("bodies are what their kind declares and nothing else", () => {
  const check = bodyOf({
    protocol: "sha256",
    reason: "text",
    day: "day?",
    rows: "count?",
    who: "texts?",
    at: "time?",
  });
  const good = { protocol: "ab".repeat(32), reason: "because" };
  expect(check(good)).toBeUndefined();
  expect(check({ ...good, day: "2028-02-29", rows: 0, who: ["a"], at: record.time })).toBeUndefined();
  expect(check({ reason: "because" })).toBe("has no protocol");
  expect(check({ ...good, protocol: "AB".repeat(32) })).toBe("protocol is no sha256");
  expect(check({ ...good, reason: " " })).toBe("reason is no text");
  expect(check({ ...good, day: "2026-02-30" })).toBe("day is no day");
  expect(check({ ...good, rows: -1 })).toBe("rows is no count");
  expect(check({ ...good, who: [""] })).toBe("who is no texts");
  expect(check({ ...good, name: "Ada" })).toBe('has an unknown field "name"');
  expect(check(JSON.parse('{"__proto__":{"reason":"x"}}'))).toBe('has an unknown field "__proto__"');
});

test("actors are named and types are known", () => {
  const kinds = new Map([["note", bodyOf({ text: "text" })]]);
  const note = { type: "note", actor: "Ada", body: { text: "x" } };
  expect(refusalOf(note, kinds)).toBeUndefined();
  expect(refusalOf({ ...note, actor: "علی\u200cرضا" }, kinds)).toBeUndefined();
  for (const actor of ["", " Ada", "A\nB", "A\u200bB", "x".repeat(201)]) {
    expect(refusalOf({ ...note, actor }, kinds)).toContain("names no actor");
  }
  for (const type of ["toString", "constructor"]) {
    expect(refusalOf({ ...note, type }, kinds)).toContain("unknown type");
  }
  expect(refusalOf({ ...note, body: {} }, kinds)).toBe("is no note: has no text");
});

test("a torn write is told from a damaged record", () => {
  const line = (index: number, batch: number) => `${lineOf({ ...record, index, batch })}\n`;
  const zeros = "\0".repeat(600);
  const torn = (tail: string, position = 100) => isTornTail(bytes(tail), position, 7);
  expect(torn(line(7, 7).slice(0, 40))).toBe(true);
  expect(torn(zeros)).toBe(true);
  // The first sectors are missing, the last are there, with a whole record of the same write.
  expect(torn(`${"\0".repeat(512 - 100)}${line(7, 7).slice(50)}${line(8, 7)}`)).toBe(true);
  // One character changed: nothing is missing.
  expect(torn(line(7, 7).replace("lock", "lokk").replace("Z", "z"))).toBe(false);
  // A later write was begun, so this one was confirmed.
  expect(torn(`${zeros}x\n${line(8, 8)}`)).toBe(false);
  // Zeros, but fewer than the sector holds.
  expect(torn(`${"\0".repeat(100)}x\n`)).toBe(false);
});
