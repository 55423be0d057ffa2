import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { Problem } from "../evidence/problem.ts";
import { createFile, readAll, smallFileBytes } from "./durable-file.ts";
import { type FileSystem, hasCode, nodeFileSystem } from "./file-system.ts";

/** A new private Ed25519 key from the operating system's random source. */
export function generateSigningKey(): KeyObject {
  return generateKeyPairSync("ed25519").privateKey;
}

/**
 * The private key as PEM, encrypted with a passphrase: PKCS #8 with AES-256 in CBC mode and PBKDF2 (RFC 8018).
 * Throws a Problem when the passphrase is empty.
 */
export function encryptSigningKey(key: KeyObject, passphrase: string): string {
  if (passphrase === "") {
    throw new Problem("signing-key-passphrase", "an empty passphrase protects nothing", {
      hint: "choose a passphrase of several words",
    });
  }
  return key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase }).toString();
}

/** Reads what `encryptSigningKey` wrote. Throws a Problem for a wrong passphrase and for any other kind of file. */
export function decryptSigningKey(pem: string, passphrase: string): KeyObject {
  if (!pem.startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n")) {
    throw new Problem("signing-key-unreadable", "no encrypted private key in PEM form", {
      hint: "give the file that was written when the key was made",
    });
  }
  const key = tryDecrypt(pem, passphrase);
  if (key.asymmetricKeyType !== "ed25519") {
    throw new Problem("signing-key-unreadable", `a key of type ${key.asymmetricKeyType}; expected ed25519`);
  }
  return key;
}

function tryDecrypt(pem: string, passphrase: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: "pem", passphrase });
  } catch (cause) {
    throw new Problem("signing-key-passphrase", "the key does not open with this passphrase", {
      hint: "give the passphrase that was chosen when the key was made",
      cause,
    });
  }
}

interface KeyFile {
  readonly path: string;
  readonly passphrase: string;
  readonly fileSystem?: FileSystem;
}

/** Keeps a key in a new file that only its owner can read. Throws a Problem where there is a file already. */
export async function storeSigningKey(
  key: KeyObject,
  { path, passphrase, fileSystem = nodeFileSystem }: KeyFile,
): Promise<void> {
  const pem = Buffer.from(encryptSigningKey(key, passphrase));
  await told(path, () => createFile(fileSystem, path, pem));
}

/** Reads the key from its file. Throws a Problem where there is none or the passphrase is wrong. */
export async function loadSigningKey({
  path,
  passphrase,
  fileSystem = nodeFileSystem,
}: KeyFile): Promise<KeyObject> {
  const pem = await told(path, () => readAll(fileSystem, path, smallFileBytes));
  return decryptSigningKey(pem.toString("utf8"), passphrase);
}

async function told<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (hasCode(cause, "EEXIST")) {
      throw new Problem("signing-key-exists", "there is a file already; a key is never replaced", {
        where: path,
        hint: "give another path, or use the key that is there",
        cause,
      });
    }
    if (unreadable.some((code) => hasCode(cause, code))) throw noKey(path, "the file cannot be a key", cause);
    if (!hasCode(cause, "ENOENT")) throw cause;
    throw noKey(path, "there is no key", cause);
  }
}

/** A folder, a pipe or a device; a large file; a name below a file, too long, or in a circle of links; no right to read. */
const unreadable = ["EISDIR", "EINVAL", "EFBIG", "ENOTDIR", "ENAMETOOLONG", "ELOOP", "EACCES"];

function noKey(path: string, message: string, cause: unknown): Problem {
  return new Problem("signing-key-unreadable", message, {
    where: path,
    hint: "make a key first, in a folder that exists",
    cause,
  });
}
