import { isUtf8 } from "node:buffer";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { readResource } from "../../src/data/intake/read-resource.ts";
import { ResourceScanner } from "../../src/data/intake/resource-scanner.ts";
import { temporaryFolder } from "../study/study-copy.ts";
import { mutatedLine } from "./mutated-lines.ts";
import { expectSameByBothReadings, linesIn } from "./walk-intake.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

test("the scan takes no line that reading it one by one would not, and finds the same type and id", () => {
  const scanner = new ResourceScanner();
  let nTaken = 0;
  fc.assert(
    fc.property(mutatedLine, (mutated) => {
      for (const line of linesIn(mutated)) {
        const bytes = Buffer.concat([line, Buffer.from("\n")]);
        if (!isUtf8(line) || !scanner.scan(bytes, 0, line.length)) continue;
        nTaken += 1;
        const { typeStart, typeEnd, idStart, idEnd } = scanner;
        expect(readResource(line)).toEqual({
          type: bytes.toString("utf8", typeStart, typeEnd),
          id: bytes.toString("utf8", idStart, idEnd),
        });
      }
    }),
    { numRuns: 20_000 },
  );
  expect(nTaken, "many lines are still resources").toBeGreaterThan(2000);
});

test("2,000 mutated lines: none crashes the intake, each has one place, both readings agree", async () => {
  const lines = fc.sample(mutatedLine, { numRuns: 2000, seed: 6 });
  const content = Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));
  const { manifest } = await expectSameByBothReadings(join(folder.path, "mutated"), content);
  expect(manifest.totals.quarantined).toBeGreaterThan(500);
  expect(manifest.totals.resources).toBeGreaterThan(500);
});

test("clean files: both readings agree, and every line is a resource", async () => {
  let n = 0;
  const text = fc.string({ unit: "grapheme", maxLength: 20 });
  const leaf = fc.oneof(
    text,
    fc.integer(),
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.boolean(),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("value")), fc.dictionary(text, tie("value"))),
  }));
  const resource = fc.record({
    resourceType: fc.constantFrom("Patient", "Observation"),
    id: fc.uuid(),
    extension: value,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(resource, { selector: ({ id }) => id, minLength: 1 }),
      async (resources) => {
        n += 1;
        const content = Buffer.from(resources.map((one) => `${JSON.stringify(one)}\n`).join(""));
        const { manifest } = await expectSameByBothReadings(join(folder.path, `clean-${n}`), content);
        expect(manifest.totals).toMatchObject({ lines: resources.length, resources: resources.length });
      },
    ),
    { numRuns: 15 },
  );
});
