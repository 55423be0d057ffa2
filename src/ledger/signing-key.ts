import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { Problem } from "../evidence/problem.ts";

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
