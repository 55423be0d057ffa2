import { closeSync, openSync, readSync } from "node:fs";
import { Problem } from "../evidence/problem.ts";
import type { Surroundings } from "./surroundings.ts";

/** For every verb that opens or makes a key. Never the passphrase itself: arguments are seen by all on the machine. */
export const passphraseOption = [
  "--passphrase-file <file>",
  "file whose first line is the passphrase (default: asked for, not shown)",
] as const;

/** NIST SP 800-63B-4, section 3.1.1.2: where nothing else protects, at least 15 characters. */
export const fewest = 15;

/** The passphrase of a key that is there. */
export function passphraseOf(file: string | undefined, surroundings: Surroundings): Promise<string> {
  return file === undefined ? asked("passphrase: ", surroundings) : Promise.resolve(fromFile(file));
}

/** A passphrase for a new key: long enough, and typed twice where it is typed. */
export async function newPassphrase(file: string | undefined, surroundings: Surroundings): Promise<string> {
  const passphrase = await passphraseOf(file, surroundings);
  if (passphrase.length < fewest) {
    throw new Problem("signing-key-passphrase", `the passphrase has fewer than ${fewest} characters`, {
      hint: "choose several words",
    });
  }
  if (file === undefined && (await asked("once more: ", surroundings)) !== passphrase) {
    throw new Problem("signing-key-passphrase", "the two passphrases differ", { hint: "run it again" });
  }
  return passphrase;
}

async function asked(question: string, { askHidden }: Surroundings): Promise<string> {
  const typed = await askHidden(question);
  if (typed !== undefined && typed !== "") return typed;
  throw new Problem("passphrase-missing", "no passphrase was given", {
    hint: "type it at a terminal, or name a file that holds it with --passphrase-file",
  });
}

function fromFile(file: string): string {
  try {
    const line = firstLine(file);
    if (line === undefined) {
      throw new Problem("passphrase-missing", `the file has no line end within ${mostBytes} bytes`, {
        where: file,
        hint: "name a file whose first line is the passphrase",
      });
    }
    if (line !== "") return line;
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new Problem("passphrase-missing", "the file of the passphrase cannot be read", {
      where: file,
      hint: "name a file that is there",
      cause,
    });
  }
  throw new Problem("passphrase-missing", "the first line of the file is empty", {
    where: file,
    hint: "write the passphrase there",
  });
}

const mostBytes = 4096;

/** Read no further than needed, so that a device without end is not read for ever; undefined where there is no line. */
function firstLine(file: string): string | undefined {
  const bytes = Buffer.alloc(mostBytes);
  const source = openSync(file, "r");
  try {
    let length = 0;
    while (length < mostBytes && !bytes.subarray(0, length).includes(10)) {
      const read = readSync(source, bytes, length, mostBytes - length, null);
      if (read === 0) return bytes.toString("utf8", 0, length);
      length += read;
    }
    const end = bytes.subarray(0, length).indexOf(10);
    return end === -1 ? undefined : bytes.toString("utf8", 0, end).replace(/\r$/, "");
  } finally {
    closeSync(source);
  }
}
