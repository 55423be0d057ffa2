import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { passphraseOf } from "./passphrase.ts";
import type { Surroundings } from "./surroundings.ts";

const folder = mkdtempSync(join(tmpdir(), "probity-passphrase-"));
afterAll(() => rmSync(folder, { recursive: true }));
const nobody = { askHidden: async () => undefined } as unknown as Surroundings;

async function read(content: string): Promise<string> {
  const file = join(folder, "passphrase");
  writeFileSync(file, content);
  return passphraseOf(file, nobody);
}

test("the first line, with or without its end, is the passphrase", async () => {
  expect(await read("four words of mine")).toBe("four words of mine");
  expect(await read("four words of mine\nand more")).toBe("four words of mine");
  expect(await read("vier Wörter, größer\r\n")).toBe("vier Wörter, größer");
});

test("a file without a first line is refused, and one without end is not read to its end", async () => {
  await expect((async () => read("\nsecond"))()).rejects.toThrow("the first line of the file is empty");
  await expect((async () => read("x".repeat(5000)))()).rejects.toThrow("no line end within 4096 bytes");
  await expect((async () => passphraseOf("/dev/zero", nobody))()).rejects.toThrow("no line end within 4096");
  await expect((async () => passphraseOf(join(folder, "none"), nobody))()).rejects.toThrow("cannot be read");
});
