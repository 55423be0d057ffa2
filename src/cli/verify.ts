import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { printable } from "../evidence/printable.ts";
import { Problem } from "../evidence/problem.ts";
import { foundAt } from "../ledger/index.ts";
import {
  type Check,
  maxZipBytes,
  parseHeld,
  readCommitteeFiles,
  readTeamFiles,
  type Verified,
  verifyDossier,
  verifyLedgerFolder,
  verifyPack,
} from "../store/index.ts";
import { foreignEntry } from "./dossier-entries.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import type { Surroundings } from "./surroundings.ts";

interface VerifyOptions {
  readonly checkpoint?: string;
  readonly json?: true;
}

const maxCheckpointBytes = 2 * 1024 * 1024;

/** `probity verify <path>` */
export function addVerify(program: Command, surroundings: Surroundings, finish: Finish): void {
  program
    .command("verify")
    .description(
      "verify a pack, a signed dossier or a ledger: needs nothing but the files, no workspace, no network",
    )
    .argument("<path>", "a pack, a dossier's folder, or a ledger's")
    .option(
      "--checkpoint <file>",
      "what you kept from before: a checkpoint, a seal.json or a receipt; the ledger must continue it",
    )
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Examples:
  probity verify my-study-pack.zip
  probity verify my-study-pack.zip --checkpoint seal-that-i-kept.json
  probity verify out/my-study

Exit codes: 0 everything holds; 1 something does not, and is named; 2 it cannot be read.`,
    )
    .action(async (path: string, { checkpoint, json }: VerifyOptions) => {
      const verified = await verify(path, checkpoint);
      surroundings.stdout(json ? `${JSON.stringify(verified, null, 2)}\n` : asText(verified));
      finish(verified.intact ? exitCodes.done : exitCodes.answerIsNo);
    });
}

async function verify(path: string, checkpoint: string | undefined): Promise<Verified> {
  const stat = foundAt(path);
  const held = checkpoint === undefined ? undefined : parseHeld(readKept(checkpoint), checkpoint);
  const { memoWith } = await import("./sealed-dossier.ts");
  const verifying = { where: path, memoWith, ...(held === undefined ? {} : { held }) };
  if (stat?.isFile()) {
    if (stat.size > maxZipBytes) {
      throw new Problem("pack-unreadable", `the file has more than ${maxZipBytes / 1024 / 1024} MiB`, {
        where: path,
        hint: "no pack of probity is so large",
      });
    }
    return verifyPack(readFileSync(path), verifying);
  }
  if (existsSync(join(path, "committee"))) {
    const beside = { team: readTeamFiles(path), foreign: foreignEntry(path) };
    return verifyDossier(readCommitteeFiles(path), { ...verifying, ...beside });
  }
  const ledger = [path, join(path, "ledger")].find((folder) => existsSync(join(folder, "checkpoints")));
  if (ledger !== undefined) return verifyLedgerFolder(ledger, held);
  throw new Problem("nothing-to-verify", `"${path}" is no pack, no dossier and no ledger`, {
    hint: "name a zip file of probity pack, a folder with committee/, or a ledger's folder",
  });
}

function readKept(file: string): string {
  const stat = foundAt(file);
  if (stat?.isFile() && stat.size <= maxCheckpointBytes) return readFileSync(file, "utf8");
  throw new Problem("checkpoint-unreadable", "there is no file that could be a checkpoint", {
    where: file,
    hint: "give a checkpoint, a seal.json or a receipt that you kept",
  });
}

function asText({ kind, intact, checks, notProven, signing = [], beside = [], ledger }: Verified): string {
  const wrong = checks.filter(({ holds }) => !holds).length;
  const all = checks.length;
  return [
    ...checks.map(checkLine),
    "",
    intact
      ? `INTACT${extentText(ledger)}  ${kind}: ${all === 1 ? "the 1 check holds" : `all ${all} checks hold`}`
      : `NOT INTACT  ${kind}: ${wrong} of ${all} checks ${wrong === 1 ? "does" : "do"} not hold`,
    ...(ledger ? [`ledger      ${ledger.origin}, ${ledger.size} records, root ${ledger.root}`] : []),
    ...signing.map((text) => `signing     ${printable(text)}`),
    ...beside.map((text) => `beside      ${printable(text)}`),
    ...notProven.map((text) => `not proven  ${printable(text)}`),
    "",
  ].join("\n");
}

/** How far, where checkpoints do not cover all records. */
function extentText(ledger: Verified["ledger"]): string {
  if (ledger?.covered === undefined) return "    ";
  const later = ledger.size - ledger.covered;
  const records = later === 1 ? "1 later record is" : `${later} later records are`;
  return ` up to record ${ledger.covered - 1}; ${records} not covered by a checkpoint;`;
}

function checkLine({ what, holds, fault }: Check): string {
  return printable(holds ? `holds  ${what}` : `FAILS  ${what}: ${fault}`);
}
