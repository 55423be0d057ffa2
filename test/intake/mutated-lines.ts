import fc from "fast-check";

/** Resources with every kind of token that JSON has, in the spellings that exporters use. */
const resources = [
  '{"resourceType":"Patient","id":"a-1","active":true,"multipleBirthInteger":2,"name":[{"family":"Ünal","given":["Ana","B."]}]}',
  '{ "id": "b.2", "resourceType": "Observation", "status": "final", "valueQuantity": { "value": -1.50e-3, "unit": "µg\\/l" } }',
  '{"resourceType":"Condition","id":"c","code":{"text":"said \\"no\\" \\u00e9 \\ud83d\\ude00 \\\\"},"extension":[],"note":[{}]}',
  '{"resourceType":"Encounter","id":"d","period":{"start":"2019-03","end":null},"length":{"value":0},"type":[[1,2],[]]}',
] as const;

/** What breaks JSON, and what looks as if it did. */
const pieces = [...'"\\{}[],: \t\r\n0123.eE+-/utfnN\0\x01\x7f\u00a0é\u2028\ufeff'].map((one) =>
  Buffer.from(one),
);
const bytes = [0xff, 0xc3, 0x80, 0xed, 0xf0].map((byte) => Buffer.from([byte]));
const words = ["NaN", "null", "true", '"id":"z",', '"resourceType":"Group",', "\\ud800", "/**/", ",]", "{}"];
const inserts = [...pieces, ...bytes, ...words.map((word) => Buffer.from(word))];

const change = fc.record({
  at: fc.nat(1000),
  kind: fc.constantFrom("insert", "replace", "delete", "cut"),
  piece: fc.constantFrom(...inserts),
});

/** A line of a resource with a few changes; line feeds among them make several of it. */
export const mutatedLine: fc.Arbitrary<Buffer> = fc
  .tuple(fc.constantFrom(...resources), fc.nat(99_999), fc.array(change, { maxLength: 3 }))
  .map(([resource, n, changes]) =>
    changes.reduce<Buffer>(
      (line, { at, kind, piece }) => {
        const place = at % (line.length + 1);
        const after = line.subarray(kind === "insert" ? place : place + 1);
        if (kind === "cut") return line.subarray(0, place);
        return Buffer.concat([line.subarray(0, place), kind === "delete" ? Buffer.alloc(0) : piece, after]);
      },
      // Most ids are different, some are not.
      Buffer.from(resource.replace(/"(a-1|b\.2|c|d)"/, `"$1${n}"`)),
    ),
  );
