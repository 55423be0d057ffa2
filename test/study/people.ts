import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { probity, type Run } from "./evaluate.ts";

const passphrase = "correct horse battery staple";

export interface Person {
  readonly name: string;
  readonly key: string;
  readonly passphraseFile: string;
  /** `probity sign` as this person; `more` replaces or adds options. */
  readonly sign: (dossier: string, role: string, meaning?: string, more?: readonly string[]) => Promise<Run>;
}

/** Makes a key for somebody, in a folder of the test. */
export async function person(folder: string, name: string): Promise<Person> {
  const key = join(folder, `${name}.key`);
  const passphraseFile = join(folder, "passphrase");
  writeFileSync(passphraseFile, `${passphrase}\n`);
  const open = ["--passphrase-file", passphraseFile];
  const made = await probity(["key", "new", "--by", name, "--out", key, ...open]);
  if (made.code !== 0) throw new Error(made.stderr);
  return {
    name,
    key,
    passphraseFile,
    sign: (dossier, role, meaning = "approve", more = []) =>
      probity([
        "--debug",
        ...["sign", dossier, "--as", role, "--by", name, "--meaning", meaning, "--key", key],
        ...open,
        ...more,
      ]),
  };
}
