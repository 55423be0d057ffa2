import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  bodyOf,
  generateSigningKey,
  openLedger,
  openVault,
  verifierKey,
  verifyLedger,
} from "../../src/ledger/index.ts";
import { CrashDisk } from "./crash-disk.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "probity-vault-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const payload = Buffer.from("Jane Doe, born 1950-01-01");

test("a payload is opened under its commitment, SHA-256 of salt and payload", async () => {
  const vault = await openVault({ folder: join(folder, "vault") });
  const commitment = await vault.seal(payload);
  expect(await vault.open(commitment)).toEqual(payload);
  const kept = readFileSync(join(folder, "vault", commitment));
  expect(kept.length).toBe(32 + payload.length);
  expect(createHash("sha256").update(kept).digest("hex")).toBe(commitment);
  expect(await vault.seal(payload)).not.toBe(commitment);
});

test("after erasure the log verifies and the payload is nowhere", async () => {
  const key = generateSigningKey();
  const origin = "test.example/log";
  const vault = await openVault({ folder: join(folder, "vault") });
  const commitment = await vault.seal(payload);
  const kinds = new Map([["payload", bodyOf({ commitment: "sha256" })]]);
  const clock = () => new Date(0);
  const ledger = await openLedger({ folder: join(folder, "ledger"), origin, key, kinds, clock });
  await ledger.append({ type: "payload", actor: "gateway", body: { commitment } });
  const held = await ledger.checkpoint();
  await vault.erase(commitment);
  await ledger.close();
  await expect(vault.open(commitment)).rejects.toMatchObject({ code: "vault-payload-missing" });
  await expect(vault.erase(commitment)).rejects.toMatchObject({ code: "vault-payload-missing" });
  const vkey = verifierKey({ name: origin, privateKey: key });
  const result = await verifyLedger({ log: { folder: join(folder, "ledger") }, vkey, against: held, kinds });
  expect(result).toMatchObject({ intact: true, size: 1, covered: 1 });
  for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (name.isFile())
      expect(readFileSync(join(name.parentPath, name.name)).includes("Jane Doe")).toBe(false);
  }
});

test("the bytes are overwritten on the disk before the name goes", async () => {
  const disk = new CrashDisk();
  const vault = await openVault({ folder: "/vault", fileSystem: disk });
  const commitment = await vault.seal(payload);
  const path = `/vault/${commitment}`;
  const steps: string[] = [];
  disk.before = ({ name }) => {
    if (name === "unlink") expect(disk.content(path).every((byte) => byte === 0)).toBe(true);
    steps.push(name);
  };
  await vault.erase(commitment);
  expect(steps).toEqual(["write", "sync", "unlink", "syncFolder"]);
});

test("a payload that was changed is not given out", async () => {
  const vault = await openVault({ folder: join(folder, "vault") });
  const commitment = await vault.seal(payload);
  writeFileSync(join(folder, "vault", commitment), "something else");
  await expect(vault.open(commitment)).rejects.toMatchObject({ code: "vault-damaged" });
});

test("a name that is no commitment reaches no file", async () => {
  const vault = await openVault({ folder: join(folder, "vault") });
  for (const name of ["../../etc/passwd", "", "AB".repeat(32)]) {
    await expect(vault.open(name)).rejects.toMatchObject({ code: "vault-payload-missing" });
    await expect(vault.erase(name)).rejects.toMatchObject({ code: "vault-payload-missing" });
  }
});
