import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Problem } from "../evidence/problem.ts";
import {
  createFile,
  generateSigningKey,
  hasCode,
  type Ledger,
  nodeFileSystem,
  openLedger,
  readAll,
  smallFileBytes,
  verifierKey,
} from "../ledger/index.ts";
import { recordKinds } from "./record-kinds.ts";

/** Where one person or team keeps what was decided: a ledger and the key that signs its checkpoints. */
export interface Workspace {
  readonly folder: string;
  readonly clock: () => Date;
}

/** A ledger while it is open, and the key that its checkpoints are verified with. */
export interface OpenWorkspace {
  readonly ledger: Ledger;
  readonly vkey: string;
  readonly clock: () => Date;
}

/** Beside the log, for whoever verifies a copy of its folder; what they trust is the key that its owner told them. */
export const verifierKeyFile = "verifier-key";

const patienceMs = 20_000;
const pauseMs = 50;

/**
 * Opens the workspace's ledger for as long as `work` takes, and begins one where there is none.
 * Waits for another process that has it open, up to 20 seconds; then throws its Problem, ledger-locked. Where `work`
 * adds a record, a checkpoint over all records is left, also where `work` then throws: no edit of them stays unseen.
 */
export async function withWorkspace<T>(
  { folder, clock }: Workspace,
  work: (open: OpenWorkspace) => Promise<T>,
): Promise<T> {
  const key = await workspaceKey(folder);
  const origin = originOf(key);
  const ledger = await patiently(() =>
    openLedger({ folder: ledgerFolder(folder), origin, kinds: recordKinds, clock, key }),
  );
  const { size } = ledger.head;
  try {
    const vkey = verifierKey({ name: origin, privateKey: key });
    const keyFile = join(ledgerFolder(folder), verifierKeyFile);
    if (!existsSync(keyFile)) await told(folder, () => createOnce(keyFile, `${vkey}\n`));
    return await work({ ledger, vkey, clock });
  } finally {
    try {
      if (ledger.head.size > size) await ledger.checkpoint();
    } finally {
      await ledger.close();
    }
  }
}

export function ledgerFolder(workspace: string): string {
  return join(workspace, "ledger");
}

/** Whether anything has been written down here yet. */
export function hasLedger(workspace: string): boolean {
  return existsSync(ledgerFolder(workspace));
}

/** Names the ledger after its key, so that two workspaces never share a name. */
function originOf(key: KeyObject): string {
  const der = createPublicKey(key).export({ format: "der", type: "spki" });
  return `probity.local/${createHash("sha256").update(der).digest("hex").slice(0, 16)}`;
}

/**
 * The key of the workspace's checkpoints, made at first use, readable by its owner only and without passphrase: a
 * checkpoint says what this machine held. What a person says is signed with that person's own key.
 */
async function workspaceKey(folder: string): Promise<KeyObject> {
  const path = join(folder, "ledger-key.pem");
  await told(folder, async () => void (await mkdir(folder, { recursive: true })));
  if (!existsSync(path)) {
    if (hasLedger(folder)) {
      throw new Problem("workspace-key-missing", "the ledger is here, but not the key of its checkpoints", {
        where: path,
        hint: "restore ledger-key.pem from a copy of this folder",
      });
    }
    const key = generateSigningKey().export({ type: "pkcs8", format: "pem" }).toString();
    await told(folder, () => createOnce(path, key));
  }
  try {
    const key = createPrivateKey(await readAll(nodeFileSystem, path, smallFileBytes));
    if (key.asymmetricKeyType !== "ed25519") throw new Error(`a key of type ${key.asymmetricKeyType}`);
    return key;
  } catch (cause) {
    throw new Problem("workspace-key-unreadable", "the key of the ledger's checkpoints cannot be read", {
      where: path,
      hint: "restore ledger-key.pem from a copy of this folder",
      cause,
    });
  }
}

/** Of two processes that begin at once, one gives the file its name, and both then read the same key. */
async function createOnce(path: string, text: string): Promise<void> {
  try {
    await createFile(nodeFileSystem, path, Buffer.from(text));
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  }
}

async function told(folder: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw new Problem("workspace-not-writable", "the workspace cannot be written there", {
      where: folder,
      hint: "name another folder with --workspace",
      cause,
    });
  }
}

async function patiently(open: () => Promise<Ledger>): Promise<Ledger> {
  const start = performance.now();
  for (;;) {
    try {
      return await open();
    } catch (error) {
      const isBusy = error instanceof Problem && error.code === "ledger-locked";
      if (!isBusy || performance.now() - start > patienceMs) throw error;
      await setTimeout(pauseMs);
    }
  }
}
