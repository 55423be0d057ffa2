import { canonicalJson } from "../evidence/canonical-json.ts";
import type { SealMarks } from "../evidence/seal.ts";
import { inclusionProof, openCheckpoint } from "../ledger/index.ts";
import { runOf, type SignedHashes, signaturesOf } from "./dossier-files.ts";
import type { Log, LogEntry } from "./log.ts";
import { fingerprintOf, type SignatureBody } from "./statement.ts";

/** A record that can be proven to stand in the ledger of the seal. */
export interface SealedEntry {
  readonly line: string;
  readonly index: number;
  /** From its leaf to the root: RFC 9162, section 2.1.3. */
  readonly proof: readonly string[];
}

/** The file `seal.json` at the dossier's root: what cannot be deterministic, and needs no workspace to be verified. */
export interface Seal {
  readonly format: "probity-seal/1";
  readonly ledger: {
    readonly origin: string;
    readonly size: number;
    readonly root: string;
    /** The signed note that states the three before it. */
    readonly checkpoint: string;
    readonly vkey: string;
  };
  readonly run: SealedEntry;
  readonly signatures: readonly SealedEntry[];
}

/** The seal of a dossier as its ledger stands at a checkpoint; undefined where nobody has signed. */
export function sealOf(
  log: Log,
  hashes: SignedHashes,
  { checkpoint, vkey }: { readonly checkpoint: string; readonly vkey: string },
): Seal | undefined {
  const run = runOf(log, hashes);
  const signatures = signaturesOf(log, hashes);
  const head = openCheckpoint(checkpoint, vkey);
  if (run === undefined || signatures.length === 0 || "fault" in head) return undefined;
  const leaves = log.map(({ leaf }) => leaf);
  const entry = ({ line, record: { index } }: LogEntry): SealedEntry => {
    return { line, index, proof: inclusionProof(leaves, index) };
  };
  return {
    format: "probity-seal/1",
    ledger: { ...head, checkpoint, vkey },
    run: entry(run),
    signatures: signatures.map(entry),
  };
}

export function sealText(seal: Seal): string {
  return `${canonicalJson(seal)}\n`;
}

/** Reads a seal; undefined where it is not exactly what `sealText` writes. */
export function parseSeal(text: string): Seal | undefined {
  try {
    const { format, ledger, run, signatures }: Seal = JSON.parse(text);
    const { origin, size, root, checkpoint, vkey } = ledger;
    const isWhole =
      format === "probity-seal/1" &&
      [origin, root, checkpoint, vkey].every((value) => typeof value === "string") &&
      Number.isSafeInteger(size) &&
      Array.isArray(signatures) &&
      [run, ...signatures].every(isEntry);
    if (!isWhole) return undefined;
    // What is not one of these fields is lost here, and shows as a difference.
    const seal: Seal = {
      format,
      ledger: { origin, size, root, checkpoint, vkey },
      run: entryOf(run),
      signatures: signatures.map(entryOf),
    };
    return sealText(seal) === text ? seal : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function isEntry({ line, index, proof }: SealedEntry): boolean {
  const isHash = (value: unknown) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
  return (
    typeof line === "string" && Number.isSafeInteger(index) && Array.isArray(proof) && proof.every(isHash)
  );
}

function entryOf({ line, index, proof }: SealedEntry): SealedEntry {
  return { line, index, proof };
}

/** What a page shows of it. */
export function sealMarks(
  signatures: readonly SignatureBody[],
  { origin, size, root }: SealMarks["ledger"],
): SealMarks {
  return {
    signatures: signatures.map(({ role, by, meaning, time, key }) => {
      return { role, by, meaning, time, fingerprint: fingerprintOf(key) };
    }),
    ledger: { origin, size, root },
  };
}
