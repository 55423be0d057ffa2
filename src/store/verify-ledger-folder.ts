import { existsSync } from "node:fs";
import { join } from "node:path";
import { counted } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import { nameOfVerifierKey, nodeFileSystem, readAll, smallFileBytes, verifyLedger } from "../ledger/index.ts";
import { Checks, unless, type Verified } from "./check.ts";
import { type HeldCheckpoint, headHeld } from "./held-checkpoint.ts";
import { recordKinds } from "./record-kinds.ts";
import { notProvenOfLedger } from "./verify-dossier.ts";
import { verifierKeyFile } from "./workspace.ts";

/**
 * Verifies the folder of a ledger: all records, all its checkpoints, and what the verifier holds.
 * Throws the Problem ledger-not-found, or verifier-key-missing where neither the folder nor the verifier has the key.
 */
export async function verifyLedgerFolder(
  folder: string,
  held: HeldCheckpoint | undefined,
): Promise<Verified> {
  const vkey = held?.vkey ?? (await readable(folder, () => keyIn(folder)));
  const origin = nameOfVerifierKey(vkey);
  const checks = new Checks();
  const head = held && headHeld(held, vkey);
  if (head !== undefined) {
    checks.add(
      "the checkpoint that you hold: is of this ledger",
      "fault" in head ? `it ${head.fault}` : undefined,
    );
  }
  const verified = await readable(folder, () =>
    verifyLedger({
      log: { folder },
      vkey,
      kinds: recordKinds,
      ...(head === undefined || "fault" in head ? {} : { against: head }),
    }),
  );
  checks.add(
    "ledger: every record in its form and after the one before, under every checkpoint of the key",
    verified.intact ? undefined : verified.reason,
  );
  if (!verified.intact) return { kind: "ledger", intact: false, checks: checks.all, notProven: [] };
  const { size, root, covered } = verified;
  checks.add(
    "ledger: a checkpoint covers its records",
    unless(size === 0 || covered > 0, `none covers any of the ${counted(size, "record")}`),
  );
  const uncovered = size - covered;
  return {
    kind: "ledger",
    intact: checks.intact,
    checks: checks.all,
    notProven: [
      ...(uncovered > 0
        ? [`the last ${counted(uncovered, "record")}: no checkpoint covers what was written there`]
        : []),
      ...notProvenOfLedger(vkey, held !== undefined).slice(0, -1),
    ],
    ledger: { origin, size, root, vkey, ...(uncovered > 0 ? { covered } : {}) },
  };
}

/** A pipe, a folder or a circle of links among the files is told, whoever put it there. */
async function readable<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw new Problem("ledger-not-opened", `the ledger cannot be read: ${cause.message}`, {
      where: folder,
      hint: "get the folder again, its files as they were written",
      cause,
    });
  }
}

async function keyIn(folder: string): Promise<string> {
  const file = join(folder, verifierKeyFile);
  if (existsSync(file)) return (await readAll(nodeFileSystem, file, smallFileBytes)).toString("utf8").trim();
  throw new Problem(
    "verifier-key-missing",
    "the folder does not hold the key that its checkpoints are verified with",
    {
      where: folder,
      hint: "give a seal.json or a receipt of this ledger with --checkpoint; it holds the key",
    },
  );
}
