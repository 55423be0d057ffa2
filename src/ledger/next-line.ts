import { isUtf8 } from "node:buffer";
import {
  type Before,
  type BodyCheck,
  type LedgerRecord,
  maxClockStepMs,
  maxLineBytes,
  parseBody,
  type RecordKinds,
  type RecordPlace,
  timeInMs,
} from "./record.ts";

/** What the lines of one actor and one type of record have in common. */
export interface LineShape {
  /** Up to the number of the batch. */
  readonly head: string;
  /** From the end of the time on. */
  readonly tail: string;
  readonly check: BodyCheck | undefined;
}

/** The shape of a record that was found right. */
export function shapeOf({ actor, type }: LedgerRecord, kinds: RecordKinds | undefined): LineShape {
  return {
    head: `{"actor":${JSON.stringify(actor)},"batch":`,
    tail: `","type":${JSON.stringify(type)}}`,
    check: kinds?.get(type),
  };
}

const timeLength = "2026-11-21T09:54:46.000Z".length;

/**
 * The same answer as `readLine`, sooner, for a line that is right and has the shape given; undefined for all others.
 *
 * Most records of a log have actor and type of the one before. All of their line but the body and the time is then
 * known beforehand, and what is known need only be compared.
 */
export function readNextLine(line: Buffer, before: Before, shape: LineShape): RecordPlace | undefined {
  if (line.length > maxLineBytes || !isUtf8(line)) return undefined;
  const text = line.toString("utf8");
  const index = before.index + 1;
  const place = `,"index":${index},"previous":"${before.leaf}","time":"`;
  const tailAt = text.length - shape.tail.length;
  const placeAt = tailAt - timeLength - place.length;
  const timeAt = tailAt - timeLength;
  // A slice compared with === takes a third of the time of startsWith.
  if (text.slice(placeAt, timeAt) !== place || text.slice(tailAt) !== shape.tail) return undefined;
  const ms = timeInMs(text.slice(timeAt, tailAt));
  if (ms === undefined || ms < before.ms - maxClockStepMs) return undefined;
  for (const batch of [before.batch, index]) {
    const head = `${shape.head}${batch},"body":`;
    if (text.slice(0, head.length) !== head) continue;
    const body = parseBody(text.slice(head.length, placeAt));
    return body === undefined || shape.check?.(body) !== undefined ? undefined : { batch, ms };
  }
  return undefined;
}
