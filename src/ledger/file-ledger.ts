import type { KeyObject } from "node:crypto";
import { canonicalJson } from "../evidence/canonical-json.ts";
import { Problem } from "../evidence/problem.ts";
import type { Chain } from "./chain.ts";
import { signCheckpoint } from "./checkpoint.ts";
import { writeCheckpoint } from "./checkpoint-files.ts";
import type { FileSystem } from "./file-system.ts";
import type { FolderLock } from "./folder-lock.ts";
import type { Ledger, Receipt, StoredRecord } from "./ledger.ts";
import { hashPrefixed, type TreeHead } from "./merkle.ts";
import {
  type Before,
  isBody,
  lineWith,
  maxClockStepMs,
  maxLineBytes,
  type NewRecord,
  type RecordKinds,
  refusalOf,
} from "./record.ts";
import type { Segments } from "./segments.ts";
import { maxBatchBytes } from "./torn-tail.ts";

interface Parts {
  readonly folder: string;
  readonly origin: string;
  readonly kinds: RecordKinds;
  readonly clock: () => Date;
  readonly key?: KeyObject;
  readonly fileSystem: FileSystem;
  readonly segments: Segments;
  readonly chain: Chain;
  readonly lock: FolderLock;
}

/** An append that waits for its turn. */
interface Waiting {
  readonly record: NewRecord;
  /** Of the moment of the call: what the caller does to the object later changes nothing. */
  readonly bodyJson: string;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
}

interface Prepared {
  readonly waiting: Waiting;
  readonly line: Buffer;
  readonly receipt: Receipt;
  readonly ms: number;
}

/** The ledger in files: what waits is written together, and confirmed once the disk has it. */
export class FileLedger implements Ledger {
  readonly #parts: Parts;
  readonly #signed = new Map<number, string>();
  #waiting: Waiting[] = [];
  /** Ends when everything begun so far has ended: one thing is written at a time. */
  #turn: Promise<void> = Promise.resolve();
  #stopped: Problem | undefined;
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get origin(): string {
    return this.#parts.origin;
  }

  get head(): TreeHead {
    return this.#parts.chain.head;
  }

  async append(record: NewRecord): Promise<Receipt> {
    this.#requireOpen();
    if (!isBody(record.body)) throw refused("has no body, or one that is nested too deep");
    const bodyJson = canonicalJson(record.body);
    const refusal = refusalOf({ ...record, body: JSON.parse(bodyJson) }, this.#parts.kinds);
    if (refusal !== undefined) throw refused(refusal);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, bodyJson, resolve, reject });
      if (this.#waiting.length === 1) this.#inTurn(() => this.#commitAll()).catch(reject);
    });
  }

  async *read({ from, to }: { readonly from: number; readonly to: number }): AsyncGenerator<StoredRecord> {
    const { segments, chain } = this.#parts;
    if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= chain.size)) {
      throw new RangeError(`records ${from} to ${to} of ${chain.size}`);
    }
    yield* segments.read(from, to);
  }

  checkpoint(): Promise<string> {
    return this.#inTurn(() => {
      this.#requireOpen();
      return this.#sign();
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { segments, lock } = this.#parts;
    await this.#inTurn(async () => {
      await this.#write(() => segments.close());
      await this.#write(() => lock.release());
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      if (this.#stopped !== undefined) return this.#rejectAll(this.#waiting.splice(0), this.#stopped);
      const batch = this.#prepare();
      if (batch.length === 0) continue;
      try {
        await this.#write(() => this.#parts.segments.append(batch.map(({ line }) => line)));
      } catch (error) {
        this.#rejectAll(
          batch.map(({ waiting }) => waiting),
          error,
        );
        continue;
      }
      const first = batch[0]!.receipt.index;
      for (const { receipt, ms } of batch) this.#parts.chain.follow(receipt.leaf, { batch: first, ms });
      for (const { waiting, receipt } of batch) waiting.resolve(receipt);
    }
  }

  /** Forms the lines of what waits, up to the size of one batch. Those that cannot be recorded are told so. */
  #prepare(): Prepared[] {
    const batch: Prepared[] = [];
    let before = this.#parts.chain.before;
    const first = before.index + 1;
    for (let bytes = 0; this.#waiting.length > 0 && bytes + maxLineBytes < maxBatchBytes; ) {
      const waiting = this.#waiting.shift()!;
      try {
        const prepared = this.#form(waiting, before, first);
        before = {
          index: prepared.receipt.index,
          leaf: prepared.receipt.leaf,
          batch: first,
          ms: prepared.ms,
        };
        batch.push(prepared);
        bytes += prepared.line.length;
      } catch (error) {
        waiting.reject(error);
      }
    }
    return batch;
  }

  #form(waiting: Waiting, before: Before, batch: number): Prepared {
    const { type, actor } = waiting.record;
    const now = this.#parts.clock();
    const ms = now.getTime();
    const time = now.toISOString();
    if (ms < before.ms - maxClockStepMs) {
      throw new Problem(
        "ledger-clock-back",
        `the clock says ${time}, but the ledger has a record of ${new Date(before.ms).toISOString()}`,
        {
          hint: "set the clock of this machine right; if it is, the other record was written with a clock ahead: wait until then",
        },
      );
    }
    const index = before.index + 1;
    const text = lineWith(waiting.bodyJson, { type, actor, index, previous: before.leaf, time, batch });
    // Zero in front for the leaf hash, newline behind for the file.
    const bytes = Buffer.from(`\0${text}\n`);
    if (bytes.length - 2 > maxLineBytes) throw refused(`is longer than ${maxLineBytes} bytes`);
    const leaf = hashPrefixed(bytes.subarray(0, -1));
    return { waiting, line: bytes.subarray(1), receipt: { index, time, leaf }, ms };
  }

  async #sign(): Promise<string> {
    const { key, origin, fileSystem, folder, chain } = this.#parts;
    if (key === undefined) {
      throw new Problem(
        "ledger-key-missing",
        "the ledger was opened without its key; a checkpoint needs it",
        {
          hint: "give the file of the signing key and its passphrase",
        },
      );
    }
    const { head } = chain;
    const earlier = this.#signed.get(head.size);
    if (earlier !== undefined) return earlier;
    // Ed25519 is deterministic: signing the same head once more gives the same bytes.
    const note = signCheckpoint(head, { name: origin, privateKey: key });
    await this.#write(() => writeCheckpoint(fileSystem, folder, { size: head.size, note }));
    this.#signed.clear();
    this.#signed.set(head.size, note);
    return note;
  }

  /** After a failed write or sync nobody knows what the disk holds; the ledger stops and is opened anew. */
  async #write(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      this.#stopped = new Problem(
        "ledger-write-failed",
        `the ledger cannot be written: ${messageOf(cause)}`,
        {
          where: this.#parts.folder,
          hint: "make room or repair the disk, then start again; nothing that was confirmed is lost",
          cause,
        },
      );
      throw this.#stopped;
    }
  }

  #rejectAll(waiting: readonly Waiting[], error: unknown): void {
    for (const { reject } of waiting) reject(error);
  }

  #requireOpen(): void {
    if (this.#stopped !== undefined) throw this.#stopped;
    if (this.#isClosed) throw new Error("the ledger is closed");
  }
}

function refused(reason: string): Problem {
  return new Problem("ledger-record-refused", `the record ${reason}`);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
