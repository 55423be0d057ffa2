import { isDeepStrictEqual } from "node:util";
import { deserialize, serialize } from "node:v8";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Assembler, type Frame, framesOf, Outgoing } from "./wire.ts";

/** As a process boundary does: nothing but the bytes comes through. */
const sent = (frame: Frame): Frame => deserialize(serialize(frame));

test("messages come through whole, whatever the lengths and however their frames interleave", () => {
  const length = fc.constantFrom(0, 1, 131_071, 131_072, 131_073, 300_000);
  fc.assert(
    fc.property(fc.array(length, { maxLength: 4 }), fc.array(length, { maxLength: 3 }), (lengths, others) => {
      const bodyOf = (sizes: readonly number[]) => ({
        value: new Map(
          sizes.map((n, i) => [`c${i}`, { values: Float64Array.from({ length: n }, (_, j) => j * i) }]),
        ),
        codes: sizes.map((n) => Int32Array.from({ length: n }, (_, j) => -j)),
        flags: new Int8Array(sizes[0] ?? 0).fill(-1),
        levels: ["a", "b"],
        nothing: null,
      });
      const bodies = [bodyOf(lengths), bodyOf(others)];
      const [first, second] = bodies.map((body, id) => [...framesOf(id, body)]);
      const assembler = new Assembler();
      const received = new Map<number, unknown>();
      for (let i = 0; i < Math.max(first!.length, second!.length); i++) {
        for (const frame of [first![i], second![i]]) {
          const message = frame && assembler.accept(sent(frame));
          if (message !== undefined) received.set(message.id, message.body);
        }
      }
      // Plain toEqual takes a minute for these lengths.
      expect(isDeepStrictEqual(received.get(0), bodies[0])).toBe(true);
      expect(isDeepStrictEqual(received.get(1), bodies[1])).toBe(true);
    }),
    { numRuns: 15 },
  );
});

test("long arrays keep their type and every value, also those that travel in fewer bytes", () => {
  const n = 140_000;
  const lists = [
    [0, 127, -128],
    [0, 128],
    [-129, 32_767, -32_768],
    [32_768],
    [-32_769],
    [2 ** 31 - 1],
    [2 ** 32],
    [2 ** 53],
    [-0],
    [Number.NaN],
    [Infinity],
    [0.5],
  ];
  for (const list of lists) {
    const doubles = Float64Array.from({ length: n }, (_, i) => list[i % list.length]!);
    const body = { doubles, integers: Int32Array.from(doubles) };
    const assembler = new Assembler();
    const received = [...framesOf(1, body)].map((frame) => assembler.accept(sent(frame))).at(-1);
    expect(isDeepStrictEqual(received?.body, body), String(list)).toBe(true);
  }
});

test("pieces that go ahead while a column is made are not sent again, and a column that is dropped does no harm", () => {
  const body = { a: new Float64Array(300_000), b: new Int8Array(262_144), short: new Int32Array(5).fill(3) };
  const dropped = new Float64Array(300_000).fill(7);
  const outgoing = new Outgoing(1);
  const frames: Frame[] = [];
  for (let made = 2048; made <= 300_000 + 2048; made += 2048) {
    body.a.fill(0.5 + made, made - 2048, made);
    body.b.fill(made % 100, made - 2048, made);
    for (const array of [dropped, body.a, body.b, body.short])
      for (const frame of outgoing.ahead(array, Math.min(made, array.length))) frames.push(sent(frame));
  }
  expect(frames).toHaveLength(2 + 2 + 2);
  frames.push(...[...outgoing.whole(body)].map(sent));
  expect(frames).toHaveLength(6 + 1 + 1);
  const assembler = new Assembler();
  const received = frames.map((frame) => assembler.accept(frame)).at(-1);
  expect(isDeepStrictEqual(received?.body, body)).toBe(true);
});
