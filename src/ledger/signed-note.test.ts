import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openCheckpoint, parseCheckpoint, signCheckpoint } from "./checkpoint.ts";
import { emptyRoot } from "./merkle.ts";
import { isKeyName, openNote, signNote, verifierKey } from "./signed-note.ts";
import {
  decryptSigningKey,
  encryptSigningKey,
  generateSigningKey,
  loadSigningKey,
  storeSigningKey,
} from "./signing-key.ts";

// Keys and notes of the reference implementation's own tests: golang.org/x/mod/sumdb/note, note_test.go.
const peterKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const peterSeed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const enochKey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const text =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const peterLine =
  "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const enochLine =
  "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

/** PKCS #8 of an Ed25519 seed (RFC 8410, section 7). */
const peter = {
  name: "PeterNeumann",
  privateKey: createPrivateKey({
    key: Buffer.concat([
      Buffer.from("302e020100300506032b657004220420", "hex"),
      Buffer.from(peterSeed, "base64").subarray(1),
    ]),
    format: "der",
    type: "pkcs8",
  }),
};

test("the reference key and note come out byte for byte", () => {
  expect(verifierKey(peter)).toBe(peterKey);
  expect(signNote(text, peter)).toBe(`${text}\n${peterLine}`);
});

test("signatures of other keys are ignored, known or unknown", () => {
  expect(openNote(`${text}\n${peterLine}${enochLine}`, peterKey)).toEqual({ text });
  expect(openNote(`${text}\n${peterLine}${enochLine}`, enochKey)).toEqual({ text });
  expect(openNote(`${text}\n${peterLine}`, enochKey)).toEqual({
    fault: "is not signed by the key of EnochRoot",
  });
});

describe("what the reference refuses is refused:", () => {
  const bad = peterLine.replace("x08go/ZJ", "x08go/ZJABCD");
  for (const [name, note] of [
    ["no signature", text],
    ["an empty signature block", `${text}\n`],
    ["no newline at the end", `${text}\n${peterLine.slice(0, -1)}`],
    ["a control character", `\u0001${text}\n${peterLine}`],
    ["a byte that is no UTF-8", Buffer.from(`\u00ff${text}\n${peterLine}`, "latin1").toString("utf8")],
    ["a name with a space", `${text}\n${peterLine.replace("PeterNeumann", "Bad Name")}`],
    ["a line that is no signature", `${text}\n${peterLine}Unexpected line.\n`],
    ["a longer signature", `${text}\n${bad}`],
    ["101 signatures", `${text}\n${peterLine.repeat(101)}`],
    ["a wrong signature beside a good one", `${text}\n${peterLine}${bad}`],
    ["another text", `${text.replace("answer", "Answer")}\n${peterLine}`],
    ["unused bits of base64 set", `${text}\n${peterLine.replace("nAM=", "nAN=")}`],
  ] as const) {
    test(name, () => {
      expect(openNote(note, peterKey)).toHaveProperty("fault");
    });
  }
});

test("no other spelling of a verifier key is taken", () => {
  const parts = [...peterKey].flatMap((_, i) => [peterKey.slice(0, i), peterKey.slice(i + 1)]);
  const shifted = [...peterKey].map((letter, i) => {
    const next = String.fromCharCode(letter.charCodeAt(0) + 1);
    return peterKey.slice(0, i) + next + peterKey.slice(i + 1);
  });
  const others = [
    "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
    "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
  ];
  for (const other of [...parts, ...shifted, ...others]) {
    expect(() => openNote(`${text}\n${peterLine}`, other), other).toThrow("no Ed25519 verifier key");
  }
});

// The example of https://c2sp.org/tlog-checkpoint shows, under another name, a head of Go's checksum database. With
// the database's own name and key, which every Go tool carries, its signature has to hold.
test("a checkpoint that another log signed", () => {
  const head = "20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const line = "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=";
  const note = `go.sum database tree\n${head}\n— sum.golang.org ${line}\n`;
  const vkey = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
  const opened = openNote(note, vkey);
  expect(opened).toEqual({ text: `go.sum database tree\n${head}` });
  expect(parseCheckpoint(note)).toEqual({
    origin: "go.sum database tree",
    size: 20_852_163,
    root: "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62",
  });
  expect(openCheckpoint(note, vkey)).toEqual({ fault: "is of another log, go.sum database tree" });
});

test("our checkpoints open with our key, and with no bit changed", () => {
  const signer = { name: "test.example/log", privateKey: generateSigningKey() };
  const vkey = verifierKey(signer);
  const bytes = Buffer.from(signCheckpoint({ size: 0, root: emptyRoot }, signer));
  expect(openCheckpoint(bytes.toString("utf8"), vkey)).toEqual({
    origin: signer.name,
    size: 0,
    root: emptyRoot,
  });
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(openCheckpoint(changed.toString("utf8"), vkey)).toHaveProperty("fault");
  }
});

test("sizes and roots have one spelling", () => {
  const root = Buffer.alloc(32).toString("base64");
  for (const size of ["01", "-1", "1.0", "", "99999999999999999"]) {
    expect(parseCheckpoint(`o\n${size}\n${root}\n`)).toBeUndefined();
  }
  expect(parseCheckpoint(`o\n1\n${root.slice(0, -2)}B=\n`)).toBeUndefined();
  expect(parseCheckpoint(`\n1\n${root}\n`)).toBeUndefined();
});

test("a name or a text that no note can hold is a bug of the caller", () => {
  expect(["a b", "a+b", "", "a\n", "\ud800"].filter(isKeyName)).toEqual([]);
  expect(() => signNote(text, { ...peter, name: "a b" })).toThrow(TypeError);
  expect(() => signNote("no newline", peter)).toThrow(TypeError);
});

test("a signing key survives its encrypted form and opens with its passphrase alone", () => {
  const key = generateSigningKey();
  const pem = encryptSigningKey(key, "correct horse");
  expect(pem).not.toContain(key.export({ type: "pkcs8", format: "der" }).toString("base64").slice(24, 60));
  expect(decryptSigningKey(pem, "correct horse").equals(key)).toBe(true);
  expect(() => decryptSigningKey(pem, "wrong")).toThrow("does not open with this passphrase");
  expect(() => decryptSigningKey(pem, "")).toThrow("does not open with this passphrase");
  expect(() => encryptSigningKey(key, "")).toThrow("an empty passphrase");
  const plain = key.export({ type: "pkcs8", format: "pem" }).toString();
  expect(() => decryptSigningKey(plain, "x")).toThrow("no encrypted private key");
});

test("a stored key is read again, never replaced, and its owner's alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "probity-key-"));
  const at = { path: join(folder, "key.pem"), passphrase: "correct horse" };
  try {
    const key = generateSigningKey();
    await storeSigningKey(key, at);
    expect((await loadSigningKey(at)).equals(key)).toBe(true);
    if (process.platform !== "win32") expect(statSync(at.path).mode & 0o077).toBe(0);
    await expect(storeSigningKey(generateSigningKey(), at)).rejects.toMatchObject({
      code: "signing-key-exists",
    });
    const none = { ...at, path: join(folder, "none.pem") };
    await expect(loadSigningKey(none)).rejects.toMatchObject({ code: "signing-key-unreadable" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
