import type { Command } from "commander";
import { generateSigningKey, storeSigningKey } from "../ledger/index.ts";
import { hasLedger, keyFingerprint, recordKey, withWorkspace } from "../store/index.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { asWriteProblem } from "./make-folder.ts";
import { parseName, workspaceOption } from "./options.ts";
import { fewest, newPassphrase, passphraseOption } from "./passphrase.ts";
import type { Surroundings } from "./surroundings.ts";
import { existingWorkspace } from "./workspace-folder.ts";

interface KeyOptions {
  readonly by: string;
  readonly out: string;
  readonly passphraseFile?: string;
  readonly workspace?: string;
  readonly json?: true;
}

/** `probity key new` */
export function addKey(program: Command, surroundings: Surroundings, finish: Finish): void {
  const key = program
    .command("key")
    .description(`the key that a person signs with; its passphrase has at least ${fewest} characters`);
  key
    .command("new")
    .description("make a key: Ed25519, in a file encrypted with a passphrase")
    .requiredOption("--by <name>", "whose key it is", parseName)
    .requiredOption("--out <file>", "where it goes; nothing is replaced")
    .option(...passphraseOption)
    .option(...workspaceOption)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Example:
  probity key new --by "Ana Ruiz" --out ana-ruiz.key

The passphrase has at least ${fewest} characters. Where the workspace has a ledger, it records whose key it is. Read the fingerprint to those who will verify: it is how
they know that the key is yours. A lost passphrase cannot be recovered; make another key.`,
    )
    .action(async ({ by, out, passphraseFile, workspace, json }: KeyOptions) => {
      // Before the key, so that a mistyped path makes none whose owner no ledger knows.
      const folder = existingWorkspace(workspace, surroundings);
      const passphrase = await newPassphrase(passphraseFile, surroundings);
      const made = generateSigningKey();
      await stored(made, out, passphrase);
      const recorded = hasLedger(folder);
      if (recorded) {
        await withWorkspace({ folder, clock: surroundings.clock }, (open) => recordKey(open, by, made));
      }
      const fingerprint = keyFingerprint(made);
      const note = recorded ? "in the ledger of this workspace" : "nowhere: this workspace has no ledger yet";
      surroundings.stdout(
        json
          ? `${JSON.stringify({ by, key: out, fingerprint, recorded }, null, 2)}\n`
          : `key          ${out}\nby           ${by}\nfingerprint  ${fingerprint}\nrecorded     ${note}\n`,
      );
      finish(exitCodes.done);
    });
}

async function stored(
  key: ReturnType<typeof generateSigningKey>,
  path: string,
  passphrase: string,
): Promise<void> {
  try {
    await storeSigningKey(key, { path, passphrase });
  } catch (error) {
    throw asWriteProblem(error, { where: path, hint: "name another file with --out" });
  }
}
