import type { TreeHead } from "./merkle.ts";
import { type NoteSigner, nameOfVerifierKey, openNote, signNote, strictBase64 } from "./signed-note.ts";

/** What a log states about itself. Source: https://c2sp.org/tlog-checkpoint. */
export interface Checkpoint extends TreeHead {
  /** Names the log; the key that signs carries the same name. */
  readonly origin: string;
}

/** Origin, size and base64 root, one on each line, signed. */
export function signCheckpoint(head: TreeHead, signer: NoteSigner): string {
  const root = Buffer.from(head.root, "hex").toString("base64");
  return signNote(`${signer.name}\n${head.size}\n${root}\n`, signer);
}

/**
 * Reads a checkpoint and checks its signature and that it is of the log named in the key.
 * Throws a Problem for a verifier key that cannot be read.
 */
export function openCheckpoint(note: string, vkey: string): Checkpoint | { readonly fault: string } {
  const opened = openNote(note, vkey);
  if ("fault" in opened) return opened;
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint === undefined) return { fault: "is signed, but states no size and root" };
  if (checkpoint.origin !== nameOfVerifierKey(vkey))
    return { fault: `is of another log, ${checkpoint.origin}` };
  return checkpoint;
}

/** The three lines of a checkpoint's text, signed or not; extension lines are not read. Undefined where malformed. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin = "", size = "", root = ""] = text.split("\n");
  const bytes = strictBase64(root);
  if (origin === "" || !/^(0|[1-9]\d{0,15})$/.test(size) || bytes?.length !== 32) return undefined;
  return { origin, size: Number(size), root: bytes.toString("hex") };
}
