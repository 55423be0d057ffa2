import fc from "fast-check";
import { expect, test } from "vitest";
import { readNextLine, shapeOf } from "./next-line.ts";
import { isTime, type LedgerRecord, lineOf, readLine, timeInMs } from "./record.ts";
import { bodyOf } from "./record-kinds.ts";

const kinds = new Map([["note", bodyOf({ text: "text", n: "number?" })]]);
const before = { index: 6, leaf: "ab".repeat(32), batch: 4, ms: Date.parse("2026-11-21T09:54:46.000Z") };
const record: LedgerRecord = {
  index: 7,
  previous: before.leaf,
  time: "2026-11-21T09:54:46.123Z",
  batch: 4,
  type: "note",
  actor: 'Dr. "A" Ünal',
  body: { n: 1.5, text: "é \u0000 {}" },
};
const bytes = (text: string) => Buffer.from(text);

const bodies = fc.oneof(
  fc.record({ text: fc.string({ unit: "binary" }), n: fc.double() }, { requiredKeys: ["text"] }),
  fc.dictionary(fc.string(), fc.jsonValue()),
);
const records = fc.record({
  index: fc.constantFrom(7, 7, 7, 6),
  previous: fc.constantFrom(before.leaf, before.leaf, "cd".repeat(32)),
  time: fc.constantFrom(record.time, "2026-11-21T09:54:40.999Z", "2026-11-22T00:00:00.000Z", "2026-11-21"),
  batch: fc.constantFrom(4, 7, 5, 44),
  type: fc.constantFrom("note", "note", "lock"),
  actor: fc.constantFrom(record.actor, record.actor, "Ada"),
  body: bodies,
});
const edit = fc.record({ at: fc.nat(), remove: fc.nat({ max: 3 }), insert: fc.uint8Array({ maxLength: 3 }) });

/** What `readLine` says, in the form of `readNextLine`. */
function slowly(line: Buffer, withKinds: typeof kinds | undefined) {
  const read = readLine(line, before, withKinds);
  return "fault" in read ? undefined : { batch: read.record.batch, ms: read.ms };
}

test("a line of the same actor and type is read, whichever batch it is of", () => {
  const shape = shapeOf(record, kinds);
  for (const batch of [4, 7])
    expect(readNextLine(bytes(lineOf({ ...record, batch })), before, shape)).toEqual({
      batch,
      ms: Date.parse(record.time),
    });
});

test("no line is read that readLine refuses or reads otherwise", () => {
  fc.assert(
    fc.property(records, fc.option(edit), fc.boolean(), (changed, change, isChecked) => {
      const checked = isChecked ? kinds : undefined;
      const plain = bytes(lineOf({ ...changed, body: JSON.parse(JSON.stringify(changed.body)) }));
      const at = change ? change.at % (plain.length + 1) : 0;
      const line = change
        ? Buffer.concat([plain.subarray(0, at), change.insert, plain.subarray(at + change.remove)])
        : plain;
      const next = readNextLine(line, before, shapeOf(record, checked));
      const expected = slowly(line, checked);
      if (next !== undefined) expect(next).toEqual(expected);
      // And none is left to the slow way that has the shape.
      else if (!change && changed.actor === record.actor && changed.type === record.type)
        expect(expected).toBeUndefined();
    }),
    { numRuns: 3_000 },
  );
});

test("a moment in milliseconds is what Date.parse says, of whichever day", () => {
  const texts = fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.tuple(fc.nat({ max: 31 }), fc.nat({ max: 25 }), fc.nat({ max: 61 })).map(([day, hour, minute]) => {
      const two = (value: number) => String(value).padStart(2, "0");
      return `2026-02-${two(day)}T${two(hour)}:${two(minute)}:00.000Z`;
    }),
    fc.string(),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(timeInMs(text)).toBe(isTime(text) ? Date.parse(text) : undefined);
    }),
    { numRuns: 2_000 },
  );
});
