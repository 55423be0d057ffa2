import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withWorkspace } from "./index.ts";

const disk = vi.hoisted(() => ({ isFull: false }));
vi.mock("node:fs/promises", async (load) => {
  const real = await load<typeof import("node:fs/promises")>();
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>) => {
      const file = await real.open(...args);
      const write = file.write.bind(file) as (...args: readonly unknown[]) => Promise<unknown>;
      return Object.assign(file, {
        write: async (bytes: Uint8Array, from: number, length: number, position: number) => {
          if (!disk.isFull) return write(bytes, from, length, position);
          await write(bytes, from, Math.min(20, length), position);
          throw Object.assign(new Error("no space"), { code: "ENOSPC" });
        },
      });
    },
  };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "probity-workspace-"));
});
afterEach(() => {
  disk.isFull = false;
  rmSync(folder, { recursive: true });
});
const size = () => withWorkspace({ folder, clock: () => new Date() }, async ({ ledger }) => ledger.head.size);

test("a key that the disk does not take whole is not there, and the next opening makes one", async () => {
  disk.isFull = true;
  await expect(size()).rejects.toMatchObject({ code: "workspace-not-writable" });
  expect(existsSync(join(folder, "ledger-key.pem"))).toBe(false);
  disk.isFull = false;
  expect(await size()).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(["ledger", "ledger-key.pem"]);
});

test("what a killed run has left of a key is no key", async () => {
  writeFileSync(join(folder, "ledger-key.pem.1.partial"), "-----BEGIN");
  expect(await size()).toBe(0);
  expect(readFileSync(join(folder, "ledger-key.pem"), "utf8")).toContain("END PRIVATE KEY");
});

test("openings at once share one key and wait for each other", async () => {
  expect(await Promise.all([size(), size(), size()])).toEqual([0, 0, 0]);
});
