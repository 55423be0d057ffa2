import { Problem } from "../evidence/problem.ts";
import { openCheckpoint, type TreeHead } from "../ledger/index.ts";

/** What a verifier kept from before: a signed checkpoint, with the key of its ledger where they kept that too. */
export interface HeldCheckpoint {
  readonly note: string;
  readonly vkey?: string;
}

/** Reads a checkpoint, or the one within a seal or a receipt. Throws the Problem checkpoint-unreadable. */
export function parseHeld(text: string, where: string): HeldCheckpoint {
  if (!text.startsWith("{")) {
    if (/^\S+\n\d+\n\S+\n/.test(text)) return { note: text };
    throw unreadable(where);
  }
  try {
    const content = JSON.parse(text);
    const { checkpoint, vkey } = content.ledger ?? content;
    if (typeof checkpoint === "string" && typeof vkey === "string") return { note: checkpoint, vkey };
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
  }
  throw unreadable(where);
}

/** What a checkpoint states, or why it is not this ledger's. */
export function headHeld(held: HeldCheckpoint, vkey: string): TreeHead | { readonly fault: string } {
  if (held.vkey !== undefined && held.vkey !== vkey) {
    return { fault: `is of the key ${held.vkey}, and this ledger's key is ${vkey}` };
  }
  return headOf(held.note, vkey);
}

/** `openCheckpoint` that takes a key which cannot be read for a fault, not for a problem. */
export function headOf(
  note: string,
  vkey: string,
): ({ readonly origin: string } & TreeHead) | { readonly fault: string } {
  try {
    return openCheckpoint(note, vkey);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { fault: `cannot be checked: ${error.message}` };
  }
}

function unreadable(where: string): Problem {
  return new Problem("checkpoint-unreadable", "the file holds no checkpoint", {
    where,
    hint: "give a checkpoint, a seal.json or a receipt that you kept",
  });
}
