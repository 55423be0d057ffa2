import { defaultWorkspace } from "./options.ts";

/** What a person names to a command; what was named to this one is named to the next. */
export interface Named {
  readonly dossier?: string | undefined;
  readonly out?: string | undefined;
  readonly workspace?: string | undefined;
}

/** What only the person can say, as the text of a command shows it. */
const blanks = {
  lint: "",
  triage: "",
  evaluate: "",
  receipts: "",
  verify: "",
  register: "",
  "review import": "",
  "key new": " --by <name> --out <file>",
  lock: " --by <name>",
  amend: " --by <name> --reason <why>",
  acknowledge: " --by <name> --reason <why>",
} as const;

/**
 * The command that comes next, as it can be pasted into a shell in this folder: with the workspace and the folder that
 * were named here, because in another ledger nothing is known of what came before.
 */
export function nextCommand(
  verb: keyof typeof blanks,
  words: string | readonly string[],
  { dossier, out, workspace }: Named = {},
): string {
  const named = [
    ["--dossier", dossier],
    ["--out", out],
    ["--workspace", workspace === defaultWorkspace ? undefined : workspace],
  ] as const;
  const options = named.flatMap(([option, value]) => (value === undefined ? [] : [option, shellWord(value)]));
  return `${["probity", verb, ...[words].flat().map(shellWord), ...options].join(" ")}${blanks[verb]}`;
}

/** A word as a shell takes it for one: in quotes where it holds anything that a shell reads otherwise. */
export function shellWord(word: string): string {
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
