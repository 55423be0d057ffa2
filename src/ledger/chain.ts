import { CompactRange, type Digest, hashPrefixed, type TreeHead } from "./merkle.ts";
import { type LineShape, readNextLine, shapeOf } from "./next-line.ts";
import {
  type Before,
  beforeFirst,
  type RecordKinds,
  type RecordPlace,
  readAlone,
  readLine,
} from "./record.ts";

/** A head that the log must pass through, and what to call it. */
export interface KnownHead extends TreeHead {
  readonly name: string;
}

/** The state of a log after each record: its tree, and what the next record must follow. */
export class Chain {
  readonly #tree = new CompactRange();
  #before: Before = beforeFirst;

  get size(): number {
    return this.#tree.size;
  }

  get head(): TreeHead {
    return this.#tree.head;
  }

  get before(): Before {
    return this.#before;
  }

  /** Takes the next record, whose line is known to be right. */
  follow(leaf: Digest, { batch, ms }: RecordPlace): void {
    this.#tree.append(leaf);
    this.#before = {
      index: this.#before.index + 1,
      leaf,
      batch,
      ms,
    };
  }
}

/** What is wrong with a log, and with which record where it is one. */
export interface Fault {
  readonly index?: number;
  readonly reason: string;
}

export interface Known {
  readonly heads: readonly KnownHead[];
  readonly kinds?: RecordKinds | undefined;
  /** So many records at the beginning are hashed and not read, because one of the heads vouches for them. */
  readonly unread?: number;
}

const unread: RecordPlace = { batch: Number.NaN, ms: Number.NaN };

/** Reads a log line by line against everything that is known about it: the rules of the chain and earlier heads. */
export class ChainCheck {
  readonly chain = new Chain();
  readonly #kinds: RecordKinds | undefined;
  readonly #unread: number;
  /** Those not reached yet, smallest last. */
  readonly #heads: KnownHead[];
  #shape: LineShape | undefined;
  #fault: Fault | undefined;

  constructor(known: Known) {
    this.#kinds = known.kinds;
    this.#unread = known.unread ?? 0;
    this.#heads = [...known.heads].sort((a, b) => b.size - a.size);
    this.#fault = this.#contradiction();
  }

  /** The first fault, if any so far. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Takes a line with 0x00 in front; false when there is a fault. */
  accept(prefixed: Buffer): boolean {
    const read = this.#read(prefixed);
    if ("fault" in read) {
      this.refuse(read.fault);
    } else {
      this.chain.follow(hashPrefixed(prefixed), read);
      this.#fault ??= this.#contradiction();
    }
    return this.#fault === undefined;
  }

  /** Notes what is wrong with the next record. */
  refuse(fault: string): void {
    const index = this.chain.size;
    this.#fault ??= { index, reason: `record ${index} ${fault}` };
  }

  /** To be asked when all lines are read: a head over more records than there are. */
  shortfall(): Fault | undefined {
    const [largest] = this.#heads;
    if (largest === undefined) return undefined;
    return { reason: `the log has ${this.chain.size} records; ${largest.name} covers ${largest.size}` };
  }

  /** What the next record has to know of this one, or what is wrong with it. */
  #read(prefixed: Buffer): RecordPlace | { readonly fault: string } {
    const { size, before } = this.chain;
    if (size + 1 < this.#unread) return unread;
    const line = prefixed.subarray(1);
    const isAlone = size < this.#unread;
    const next = isAlone || !this.#shape ? undefined : readNextLine(line, before, this.#shape);
    if (next) return next;
    const read = isAlone ? readAlone(line) : readLine(line, before, this.#kinds);
    if ("fault" in read) return read;
    this.#shape = isAlone ? undefined : shapeOf(read.record, this.#kinds);
    return { batch: read.record.batch, ms: read.ms };
  }

  #contradiction(): Fault | undefined {
    for (let next = this.#heads.at(-1); next?.size === this.chain.size; next = this.#heads.at(-1)) {
      if (next.root !== this.chain.head.root) {
        return { reason: `the log differs from ${next.name} over ${next.size} records` };
      }
      this.#heads.pop();
    }
    return undefined;
  }
}
