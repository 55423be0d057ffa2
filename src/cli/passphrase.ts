import { readFileSync } from "node:fs";
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
    const [line = ""] = readFileSync(file, "utf8").split(/\r?\n/);
    if (line !== "") return line;
  } catch (cause) {
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
