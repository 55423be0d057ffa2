import { type Ledger, type LedgerRecord, leafHash, parseRecord } from "../ledger/index.ts";

/** A record with its line, as it is kept, and the leaf hash of that. */
export interface LogEntry {
  readonly record: LedgerRecord;
  readonly line: string;
  readonly leaf: string;
}

/** All records of a ledger, by index. */
export type Log = readonly LogEntry[];

export async function readLog(ledger: Ledger): Promise<Log> {
  const log: LogEntry[] = [];
  for await (const { record, line } of ledger.read({ from: 0, to: ledger.head.size })) {
    log.push({ record, line: line.toString("utf8"), leaf: leafHash(line) });
  }
  return log;
}

/** The records of a file of lines; undefined where one of them is no record. What they say is not checked. */
export function parseLog(lines: Uint8Array): Log | undefined {
  const texts = Buffer.from(lines).toString("utf8").split("\n").slice(0, -1);
  const log = texts.map((line) => {
    const bytes = Buffer.from(line, "utf8");
    return { record: parseRecord(bytes), line, leaf: leafHash(bytes) };
  });
  return log.every((entry): entry is LogEntry => entry.record !== undefined) ? log : undefined;
}
