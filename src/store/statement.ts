import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { canonicalJson } from "../evidence/canonical-json.ts";
import type { SignatureMark } from "../evidence/seal.ts";
import { strictBase64 } from "../ledger/index.ts";

export const meanings = ["approve", "reject", "review"] as const;
export type Meaning = SignatureMark["meaning"];

/** What a person signs: which files and verdict, as whom, meaning what, when, and over which history. */
export interface Statement {
  readonly study: string;
  /** SHA-256 of dossier.json, memo.html and report.html in `committee/`. */
  readonly committee: string;
  readonly memo: string;
  readonly report: string;
  readonly verdict: string;
  readonly role: string;
  readonly meaning: Meaning;
  readonly by: string;
  readonly time: string;
  /** Origin, size and root of the ledger as it stood then. */
  readonly ledger: string;
  readonly size: number;
  readonly root: string;
  /** The person's public key: SubjectPublicKeyInfo (RFC 8410), base64 of its DER. */
  readonly key: string;
}

/** The body of a record of the kind "signature". */
export interface SignatureBody extends Statement {
  /** Ed25519 (RFC 8032) by `key` over `signedBytes` of the statement, base64. */
  readonly signature: string;
}

/** In front of what is signed, so that no signature made for something else can be taken for one of these. */
const context = "probity-signature/1\n";

export function signedBytes(statement: Statement): Buffer {
  return Buffer.from(`${context}${canonicalJson(statement)}`);
}

export function signStatement(statement: Omit<Statement, "key">, privateKey: KeyObject): SignatureBody {
  const signed = { ...statement, key: publicKeyText(privateKey) };
  return { ...signed, signature: sign(null, signedBytes(signed), privateKey).toString("base64") };
}

/** Whether the body was signed by the key that it names. */
export function isSigned({ signature, ...statement }: SignatureBody): boolean {
  const key = publicKeyOf(statement.key);
  const bytes = strictBase64(signature);
  return key !== undefined && bytes?.length === 64 && verify(null, signedBytes(statement), key, bytes);
}

export function publicKeyText(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return publicKey.export({ format: "der", type: "spki" }).toString("base64");
}

/** SHA-256 of the key's DER, in hexadecimal. */
export function fingerprintOf(key: string): string {
  return createHash("sha256").update(Buffer.from(key, "base64")).digest("hex");
}

function publicKeyOf(text: string): KeyObject | undefined {
  const der = strictBase64(text);
  // The length of every Ed25519 key in this form.
  if (der?.length !== 44) return undefined;
  try {
    const key = createPublicKey({ key: der, format: "der", type: "spki" });
    return key.asymmetricKeyType === "ed25519" && publicKeyText(key) === text ? key : undefined;
  } catch {
    // OpenSSL names no class for a key that it cannot read.
    return undefined;
  }
}
