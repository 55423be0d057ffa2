import { join } from "node:path";
import type { Command } from "commander";
import { Problem } from "../evidence/problem.ts";
import type { SealMarks } from "../evidence/seal.ts";
import { loadSigningKey } from "../ledger/index.ts";
import {
  type Meaning,
  meanings,
  type SignedDossier,
  sealPath,
  signDossier,
  signedMemoPath,
  withWorkspace,
} from "../store/index.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { nextCommand } from "./next-command.ts";
import { parseName, workspaceOption } from "./options.ts";
import { passphraseOf, passphraseOption } from "./passphrase.ts";
import type { Surroundings } from "./surroundings.ts";
import { existingWorkspace } from "./workspace-folder.ts";

interface SignOptions {
  readonly as: string;
  readonly by: string;
  readonly meaning: Meaning;
  readonly key: string;
  readonly passphraseFile?: string;
  readonly workspace?: string;
  readonly json?: true;
}

/** `probity sign <dossier>` */
export function addSign(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("sign")
    .description("sign a dossier in one of its roles; it is sealed from then on")
    .argument("<dossier>", "folder that probity evaluate has written")
    .requiredOption("--as <role>", "product, physician or compliance, each once")
    .requiredOption("--by <name>", "who signs", parseName)
    .requiredOption("--meaning <word>", `what it means: ${meanings.join(", ")}`, parseMeaning)
    .requiredOption("--key <file>", "key of the person: probity key new")
    .option(...passphraseOption)
    .option(...workspaceOption)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Example:
  probity sign out/my-study --as physician --by "Ben Okoye" --meaning approve --key ben-okoye.key

To approve is to agree with the memo's recommendation, whatever its word. The author of the protocol and who
locked or amended it cannot approve; nobody signs in two roles.`,
    )
    .action(async (folder: string, options: SignOptions) => {
      const { seal, signatures } = await signed(folder, options, surroundings);
      const { role, by, meaning, time } = signatures.at(-1)!;
      const { origin, size, root } = seal.ledger;
      const [memo, sealFile] = [join(folder, signedMemoPath), join(folder, sealPath)];
      const facts = { role, by, meaning, time, ledger: { origin, size, root }, memo, seal: sealFile };
      surroundings.stdout(
        options.json
          ? `${JSON.stringify(facts, null, 2)}\n`
          : [
              `signed   as ${role} by ${by}: ${meaning}`,
              `ledger   ${origin}, ${size} records, root ${root}`,
              `memo     ${memo}`,
              `seal     ${sealFile}`,
              "",
            ].join("\n"),
      );
      finish(exitCodes.done);
    });
}

async function signed(
  folder: string,
  options: SignOptions,
  surroundings: Surroundings,
): Promise<SignedDossier> {
  // The library of plots, which pages share, loads when first needed.
  const { checkedFiles, memoWith, sealedFiles, writeSealed } = await import("./sealed-dossier.ts");
  const workspace = { folder: existingWorkspace(options.workspace, surroundings), clock: surroundings.clock };
  // Before the passphrase is asked for, so that nobody types it in vain.
  await withWorkspace(workspace, (open) => checkedFiles(folder, open));
  const passphrase = await passphraseOf(options.passphraseFile, surroundings);
  const key = await loadSigningKey({ path: options.key, passphrase });
  const { as: role, by, meaning } = options;
  return withWorkspace(workspace, async (open) => {
    const files = await checkedFiles(folder, open);
    const preview = (marks: SealMarks) => void memoWith(files, marks);
    const signed = await signDossier(open, files, {
      ...{ where: folder, role, by, meaning, key, preview },
      newKey: nextCommand("key new", [], { workspace: options.workspace }),
    });
    writeSealed(folder, sealedFiles(files, signed));
    return signed;
  });
}

function parseMeaning(text: string): Meaning {
  const meaning = meanings.find((known) => known === text.toLowerCase());
  if (meaning !== undefined) return meaning;
  throw new Problem("option-value", `unknown word "${text}"; expected one of ${meanings.join(", ")}`, {
    where: "--meaning",
  });
}
