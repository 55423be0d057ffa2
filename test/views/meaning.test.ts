import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Problem } from "../../src/evidence/problem.ts";
import { compiledRows, valuesOf } from "./compiled-view.ts";

const observation = (fields: object) => ({ resourceType: "Observation", ...fields });
const patient = (fields: object) => ({ resourceType: "Patient", ...fields });

describe("dates of different precision", () => {
  // FHIRPath, Date/Time comparison: where the precisions differ, the answer is empty unless the common part decides.
  test.each([
    ["birthDate = @2019-03", [null, true, null, false]],
    ["birthDate < @2019-04", [null, true, true, null]],
    ["birthDate > @2019-03-05", [null, null, false, true]],
    ["birthDate >= @2019-03-01", [null, null, true, true]],
    ["birthDate != @2019-04-02", [null, true, true, false]],
  ])("%s", async (path, expected) => {
    const dates = ["2019", "2019-03", "2019-03-01", "2019-04-02"];
    expect(
      await valuesOf(
        path,
        dates.map((birthDate) => patient({ birthDate })),
      ),
    ).toEqual(expected);
  });

  test("times with an offset are compared as moments", async () => {
    const at = (issued: string) => observation({ issued });
    const values = ["2020-01-01T00:30:00+01:00", "2019-12-31T23:30:00Z", "2019-12-31T23:30:00.001Z"].map(at);
    expect(await valuesOf("issued = @2019-12-31T23:30:00Z", values)).toEqual([true, true, false]);
    expect(await valuesOf("issued <= @2019-12-31T23:30:00.000Z", values)).toEqual([true, true, false]);
  });

  test("a moment that is none has no answer", async () => {
    expect(await valuesOf("issued = issued", [observation({ issued: "2019-12-31T99:00:00Z" })])).toEqual([
      null,
    ]);
  });
});

describe("boundaries", () => {
  // Half a unit of the last digit; the first and the last moment that the text leaves open.
  test.each([
    ["1.10", 1.095, 1.105],
    ["1.1", 1.05, 1.15],
    ["-0.5", -0.55, -0.45],
    ["120", 119.5, 120.5],
    ["2.5e-3", 0.00245, 0.00255],
    ["1.2e2", 115, 125],
    ["2.3", 2.25, 2.35],
  ])("of the decimal %s", async (digits, low, high) => {
    const line = `{"resourceType":"Observation","note":[{"text":"a, \\"value\\": 9.99, b"}],"valueQuantity":{"unit":"x","value": ${digits}}}`;
    const path = "value.ofType(Quantity).value";
    expect(await valuesOf(`${path}.lowBoundary()`, [line])).toEqual([low]);
    expect(await valuesOf(`${path}.highBoundary()`, [line])).toEqual([high]);
    const both = await compiledRows(
      {
        resource: "Observation",
        select: [
          {
            column: [
              { name: "low", path: `${path}.lowBoundary()` },
              { name: "value", path },
              { name: "text", path: "note.text.first()" },
            ],
          },
        ],
      },
      [line],
    );
    expect(both.table).toEqual([{ low, value: Number(digits), text: 'a, "value": 9.99, b' }]);
  });

  test.each([
    ["2010", "2010-01-01T00:00:00.000+14:00", "2010-12-31T23:59:59.999-12:00"],
    ["2012-02", "2012-02-01T00:00:00.000+14:00", "2012-02-29T23:59:59.999-12:00"],
    ["2012-02-03T04:05:06Z", "2012-02-03T04:05:06.000Z", "2012-02-03T04:05:06.999Z"],
    ["2012-02-03T04:05:06-05:00", "2012-02-03T04:05:06.000-05:00", "2012-02-03T04:05:06.999-05:00"],
    ["2012-02-03T04:05:06.7Z", "2012-02-03T04:05:06.7Z", "2012-02-03T04:05:06.7Z"],
  ])("of the dateTime %s", async (valueDateTime, low, high) => {
    const resources = [observation({ valueDateTime })];
    expect(await valuesOf("value.ofType(dateTime).lowBoundary()", resources)).toEqual([low]);
    expect(await valuesOf("value.ofType(dateTime).highBoundary()", resources)).toEqual([high]);
  });

  test("of dates, the last day of a February", async () => {
    const dates = ["2011-02", "2012-02", "2012", "2012-02-03"].map((birthDate) => patient({ birthDate }));
    expect(await valuesOf("birthDate.highBoundary()", dates)).toEqual([
      "2011-02-28",
      "2012-02-29",
      "2012-12-31",
      "2012-02-03",
    ]);
  });
});

describe("values that are none of their type end the run, and are not made to fit", () => {
  test.each([
    ["active", { active: "yes" }],
    ["active", { active: 1 }],
    ["multipleBirth.ofType(integer)", { multipleBirthInteger: 5.5 }],
    ["multipleBirth.ofType(integer)", { multipleBirthInteger: true }],
    ["multipleBirth.ofType(integer)", { multipleBirthInteger: 99_999_999_999 }],
  ])("%s of %j", async (path, fields) => {
    await expect(valuesOf(path, [patient(fields)])).rejects.toMatchObject({ code: "view-bad-value" });
  });

  test.each([true, "high", "NaN", {}])("a decimal of %j", async (value) => {
    const resources = [observation({ valueQuantity: { value } })];
    await expect(valuesOf("value.ofType(Quantity).value", resources)).rejects.toMatchObject({
      code: "view-bad-value",
    });
  });

  test("a field of another kind is named with its line", async () => {
    // A text may hold U+2028, which is no end of a line.
    const lines = [patient({ id: "a\u2028" }), "", patient({ id: "b", name: { family: "x" } })];
    await expect(valuesOf("name.family.first()", lines as never)).rejects.toMatchObject({
      code: "view-bad-value",
      message: "name is a single value; FHIR has a list there",
      detail: { where: "data.ndjson:3" },
    });
  });

  test("a line that is no JSON is named", async () => {
    const lines = [patient({ id: "a" }), "", '{"resourceType": "Patient", '];
    await expect(valuesOf("id", lines as never)).rejects.toMatchObject({
      code: "data-json",
      detail: { where: "data.ndjson:3" },
    });
  });
});

test("lines of other types are counted and left out, also where their fields are of other kinds", async () => {
  const lines = [
    patient({ id: "a", name: [{ family: "x" }] }),
    { resourceType: "Organization", name: "clinic" },
    { name: ["no type"] },
    patient({ id: "b" }),
  ];
  const view = {
    resource: "Patient",
    select: [{ column: [{ name: "family", path: "name.family.first()" }] }],
  };
  const { rows, resources, table } = await compiledRows(view, lines);
  expect(resources).toEqual({ read: 2, others: { Organization: 1, "": 1 } });
  expect(rows).toBe(2);
  expect(table).toEqual([{ family: "x" }, { family: null }]);
});

test("the extensions of a primitive are those beside it", async () => {
  const unknown = { extension: [{ url: "http://a", valueCode: "unknown" }] };
  const path = "birthDate.extension('http://a').value.ofType(code).first()";
  expect(await valuesOf(path, [patient({ _birthDate: unknown }), patient({ birthDate: "2000" })])).toEqual([
    "unknown",
    null,
  ]);
  const given = "name.given.extension('http://a').value.ofType(code)";
  const name = [{ given: [null, "B"], _given: [unknown, null] }];
  expect(await valuesOf(given, [patient({ name })], { collection: true })).toEqual([["unknown"]]);
  expect(await valuesOf("name.given", [patient({ name })], { collection: true })).toEqual([["B"]]);
});

test("a reference's key is the id that it ends with", async () => {
  const references = [
    "Patient/1",
    "http://a.org/fhir/Patient/2",
    "Patient/3/_history/7",
    "Group/4",
    "urn:uuid:5",
    undefined,
  ];
  const resources = references.map((reference) => observation({ subject: { reference } }));
  const all = ["1", "2", "3", "4", "urn:uuid:5", null];
  expect(await valuesOf("subject.getReferenceKey()", resources)).toEqual(all);
  const patients = ["1", "2", "3", null, null, null];
  expect(await valuesOf("subject.getReferenceKey(Patient)", resources)).toEqual(patients);
});

test("arithmetic: nothing is divided by nothing, and a whole number keeps to 32 bits", async () => {
  const births = [2, 0, 2_000_000_000].map((multipleBirthInteger) => patient({ multipleBirthInteger }));
  const n = "multipleBirth.ofType(integer)";
  expect(await valuesOf(`10 / ${n}`, births)).toEqual([5, null, 5e-9]);
  expect(await valuesOf(`${n} * 2`, births)).toEqual([4, 0, null]);
  expect(await valuesOf(`${n} + 0.5`, births)).toEqual([2.5, 0.5, 2_000_000_000.5]);
  expect(
    await valuesOf("id + '-' + gender", [patient({ id: "a", gender: "x" }), patient({ id: "b" })]),
  ).toEqual(["a-x", null]);
});

test("and, or and not are three-valued", async () => {
  const both = [true, false, undefined].flatMap((active) =>
    [true, false, undefined].map((deceasedBoolean) => patient({ active, deceasedBoolean })),
  );
  const other = "deceased.ofType(boolean)";
  expect(await valuesOf(`active and ${other}`, both)).toEqual([
    true,
    false,
    null,
    false,
    false,
    false,
    null,
    false,
    null,
  ]);
  expect(await valuesOf(`active or ${other}`, both)).toEqual([
    true,
    true,
    true,
    true,
    false,
    null,
    true,
    null,
    null,
  ]);
  expect(
    await valuesOf(
      "active.not()",
      both.slice(0, 9).filter((_, i) => i % 3 === 0),
    ),
  ).toEqual([false, true, null]);
});

test("several values where the view takes one end the run", async () => {
  const names = patient({ name: [{ family: "a" }, { family: "b" }] });
  await expect(valuesOf("name.family", [names])).rejects.toMatchObject({
    code: "view-many-values",
    detail: { where: expect.stringContaining("select[0].column[0].path") },
  });
});

test("a repeat goes as deep as the data, up to its limit", async () => {
  const nested = (depth: number): object => ({
    linkId: String(depth),
    ...(depth > 1 ? { item: [nested(depth - 1)] } : {}),
  });
  const view = {
    resource: "QuestionnaireResponse",
    select: [{ repeat: ["item"], column: [{ name: "link", path: "linkId" }] }],
  };
  const run = (depth: number) =>
    compiledRows(view, [{ resourceType: "QuestionnaireResponse", item: [nested(depth)] }]);
  for (const depth of [7, 8, 9, 63]) {
    const { table } = await run(depth);
    expect(table.map(({ link }) => link)).toEqual(Array.from({ length: depth }, (_, i) => String(depth - i)));
  }
  await expect(run(70)).rejects.toMatchObject({ code: "view-repeat-depth" });
});

test("no text of a view or of the data leaves its place in the SQL", async () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(
        fc.constantFrom(
          "'",
          '"',
          "\\",
          ";",
          "--",
          "/*",
          "*/",
          "$$",
          "?",
          "$1",
          ") as x, ",
          "\n",
          "drop table",
          "%",
          "{",
          "}",
          "`",
        ),
      )
      .map((parts) => parts.join("")),
  );
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, async (name, text, id) => {
      const view = {
        resource: "Patient",
        constant: [{ name: "c", valueString: text }],
        select: [
          {
            column: [
              { name, path: "%c" },
              { name: "own", path: "id" },
              { name: "same", path: `%c = '${text.replace(/[\\']/g, "\\$&")}'` },
            ],
          },
        ],
      };
      try {
        const { table, columns } = await compiledRows(view, [patient({ id })]);
        expect(columns.map((column) => column.name)).toEqual([name, "own", "same"]);
        expect(table).toEqual([{ [name]: text, own: id, same: true }]);
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
        const isPlain = /^[A-Za-z][A-Za-z0-9_]{0,254}$/.test(name) && !/^(?:own|same)$/i.test(name);
        expect(isPlain && !text.includes("\0")).toBe(false);
      }
    }),
    { numRuns: 60 },
  );
});

test("a constant of any text is the text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), async (text) => {
      fc.pre(!text.includes("\0"));
      const view = {
        resource: "Patient",
        constant: [{ name: "c", valueString: text }],
        select: [{ column: [{ name: "c", path: "%c" }] }],
        where: [{ path: "name.where(family = %c).exists()" }],
      };
      const { table } = await compiledRows(view, [patient({ name: [{ family: text }] }), patient({})]);
      expect(table).toEqual([{ c: text }]);
    }),
    { numRuns: 60 },
  );
});

test("a resource larger than the engine's usual room is read", async () => {
  const big = patient({ id: "big", text: { div: "x".repeat(20 * 1024 * 1024) } });
  expect(await valuesOf("id", [patient({ id: "small" }), big])).toEqual(["small", "big"]);
});
