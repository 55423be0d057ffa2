import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { Problem } from "../evidence/problem.ts";
import { readStoredZip, storedZip } from "./stored-zip.ts";

const files = new Map([
  ["b/two.txt", Buffer.from("two")],
  ["a.txt", Buffer.from("one")],
]);
const plain = storedZip(files);

function codeOf(bytes: Uint8Array): string {
  try {
    readStoredZip(bytes, "pack.zip");
    return "none";
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

test("what was written is read, and written again the same", () => {
  const read = readStoredZip(plain, "pack.zip");
  expect([...read].map(([path, bytes]) => [path, Buffer.from(bytes).toString()])).toEqual([
    ["a.txt", "one"],
    ["b/two.txt", "two"],
  ]);
  expect(storedZip(read).equals(plain)).toBe(true);
});

test("entries are sorted, stored, of 1980-01-01 00:00, and have no extra field", () => {
  // APPNOTE 4.3.7: compression at 8, time at 10, date at 12 (day 1, month 1, year 0), length of the extra field at 28.
  expect(plain.readUInt32LE(0)).toBe(0x04034b50);
  expect([8, 10, 12, 28].map((at) => plain.readUInt16LE(at))).toEqual([0, 0, (1 << 5) | 1, 0]);
  expect(plain.toString("latin1", 30, 35)).toBe("a.txt");
});

/** The same zip file with another name of the same length in both of its places. */
function renamed(to: string): Buffer {
  return Buffer.from(plain.toString("latin1").replaceAll("b/two.txt", to), "latin1");
}

describe("no entry is taken", () => {
  test.each([
    "../../two",
    "/two.text",
    "b\\two.txt",
    "b/../../x",
    "b//o.txt.",
    ".b/wo.txt",
    "b/two.tx\0",
    "C:/wo.txt",
  ])("of the name %j", (name) => {
    expect(codeOf(renamed(name))).toBe("pack-entry");
  });

  test("twice", () => {
    const two = storedZip(new Map([...files, ["b/owt.txt", Buffer.from("other")]]));
    const same = Buffer.from(two.toString("latin1").replaceAll("b/owt.txt", "b/two.txt"), "latin1");
    expect(codeOf(same)).toBe("pack-entry");
  });

  test("compressed, before it is unpacked", () => {
    const bomb = zipSync({ "a.txt": [Buffer.alloc(50_000_000), { level: 9 }] });
    expect(bomb.length).toBeLessThan(100_000);
    expect(codeOf(bomb)).toBe("pack-entry");
    // One that says it were stored.
    const lying = Buffer.from(plain);
    const directory = lying.readUInt32LE(lying.length - 6);
    lying.writeUInt32LE(2 ** 31, directory + 24);
    expect(codeOf(lying)).toBe("pack-entry");
  });

  test("longer than the file, as overlapping entries would be", () => {
    const long = Buffer.from(plain);
    const directory = long.readUInt32LE(long.length - 6);
    for (const at of [20, 24]) long.writeUInt32LE(long.length + 1, directory + at);
    expect(codeOf(long)).toBe("pack-entry");
  });
});

test("what is no zip file, or one of the large kind, is not read", () => {
  const zip64 = Buffer.from(plain);
  zip64.writeUInt16LE(0xffff, zip64.length - 12);
  const elsewhere = Buffer.from(plain);
  elsewhere.writeUInt32LE(0xffffffff, elsewhere.length - 6);
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.alloc(22),
    Buffer.from("no zip file, only text"),
    zip64,
    elsewhere,
  ])
    expect(codeOf(bytes)).toBe("pack-unreadable");
  for (let length = 0; length < plain.length; length++)
    expect(codeOf(plain.subarray(0, length)), `${length}`).not.toBe("none");
});
