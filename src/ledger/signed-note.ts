import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { Problem } from "../evidence/problem.ts";

// The format of https://c2sp.org/signed-note@v1.0.0, with its signature type Ed25519 alone.
const ed25519Type = 1;
const maxSignatures = 100;
const maxNoteLength = 100_000;
/** DER of a SubjectPublicKeyInfo that holds an Ed25519 key, up to the key (RFC 8410, section 4). */
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** A private Ed25519 key and the name that its signatures carry; for a ledger, its origin. */
export interface NoteSigner {
  readonly name: string;
  readonly privateKey: KeyObject;
}

interface NoteVerifier {
  readonly name: string;
  readonly keyId: Buffer;
  readonly publicKey: KeyObject;
}

/** Whether a key may have this name: at least one character, no white space, no plus, no control character. */
export function isKeyName(name: string): boolean {
  return /^[^\s+\p{Cc}\p{Cs}]+$/u.test(name);
}

/** What an outsider needs to check signatures: `name+key id+base64 key`. */
export function verifierKey({ name, privateKey }: NoteSigner): string {
  const key = rawPublicKey(createPublicKey(privateKey));
  const typed = Buffer.concat([Uint8Array.of(ed25519Type), key]);
  return `${name}+${keyIdOf(name, key).toString("hex")}+${typed.toString("base64")}`;
}

/** Signs a text, which ends in a newline. Throws TypeError for a text or a name that no note can hold. */
export function signNote(text: string, signer: NoteSigner): string {
  if (!text.endsWith("\n") || hasControls(text)) throw new TypeError("the text of a note ends in a newline");
  if (!isKeyName(signer.name)) throw new TypeError(`no name for a key: ${JSON.stringify(signer.name)}`);
  const key = rawPublicKey(createPublicKey(signer.privateKey));
  const signature = sign(null, Buffer.from(text), signer.privateKey);
  const line = Buffer.concat([keyIdOf(signer.name, key), signature]).toString("base64");
  return `${text}\n— ${signer.name} ${line}\n`;
}

/** The text of a note signed with this key, or why it cannot be trusted. Signatures of other keys are ignored. */
export type OpenedNote = { readonly text: string } | { readonly fault: string };

/**
 * Checks a signed note against one verifier key.
 *
 * A signature of the same name and key id that does not verify spoils the note, even beside a good one.
 * Throws a Problem for a verifier key that cannot be read.
 */
export function openNote(note: string, vkey: string): OpenedNote {
  const verifier = parseVerifierKey(vkey);
  if (note.length > maxNoteLength || hasControls(note)) return { fault: "is not a signed note" };
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) return { fault: "is not a signed note" };
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > maxSignatures) return { fault: `has more than ${maxSignatures} signatures` };
  let isSigned = false;
  for (const line of lines) {
    const [, name, base64] = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/u.exec(line) ?? [];
    const bytes = base64 === undefined ? undefined : strictBase64(base64);
    if (name === undefined || bytes === undefined || bytes.length < 5)
      return { fault: "is not a signed note" };
    if (name !== verifier.name || !verifier.keyId.equals(bytes.subarray(0, 4))) continue;
    const signature = bytes.subarray(4);
    if (signature.length !== 64 || !verify(null, Buffer.from(text), verifier.publicKey, signature)) {
      return { fault: `has a signature of ${verifier.name} that does not match its text` };
    }
    isSigned = true;
  }
  return isSigned ? { text } : { fault: `is not signed by the key of ${verifier.name}` };
}

/** The name in a verifier key. Throws a Problem when the key cannot be read. */
export function nameOfVerifierKey(vkey: string): string {
  return parseVerifierKey(vkey).name;
}

function parseVerifierKey(vkey: string): NoteVerifier {
  const [, name = "", id = "", base64 = ""] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/su.exec(vkey) ?? [];
  const typed = strictBase64(base64);
  if (!isKeyName(name) || typed?.length !== 33 || typed[0] !== ed25519Type) throw malformed(vkey);
  const key = typed.subarray(1);
  const keyId = keyIdOf(name, key);
  if (keyId.toString("hex") !== id) throw malformed(vkey);
  const publicKey = createPublicKey({ key: Buffer.concat([spkiPrefix, key]), format: "der", type: "spki" });
  return { name, keyId, publicKey };
}

function malformed(vkey: string): Problem {
  return new Problem("verifier-key-malformed", `no Ed25519 verifier key: ${JSON.stringify(vkey)}`, {
    hint: "a verifier key reads name+key id+base64, as the owner of the log printed it",
  });
}

/** Key id: the first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key). */
function keyIdOf(name: string, key: Uint8Array): Buffer {
  const hash = createHash("sha256").update(`${name}\n`).update(Uint8Array.of(ed25519Type)).update(key);
  return hash.digest().subarray(0, 4);
}

function rawPublicKey(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError(`no Ed25519 key: ${key.asymmetricKeyType}`);
  return key.export({ format: "der", type: "spki" }).subarray(spkiPrefix.length);
}

/** One spelling for each value: what does not print back the same, such as unused bits set, is refused. */
export function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

function hasControls(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids exactly these
  return /[\u0000-\u0009\u000b-\u001f]/.test(text);
}
