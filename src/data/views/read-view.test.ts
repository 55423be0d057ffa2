import { describe, expect, test } from "vitest";
import { checkView } from "./start-view.ts";

const column = { name: "id", path: "id" };
const view = (fields: object) => ({ resource: "Patient", select: [{ column: [column] }], ...fields });
const checked = (fields: object) => checkView(JSON.stringify(view(fields), null, 2), "view.json");
const withPath = (path: string, type?: string) =>
  checked({ select: [{ column: [{ name: "x", path, ...(type ? { type } : {}) }] }] });

test("a view says its columns with their types", () => {
  const { resource, columns } = checked({
    select: [
      { column: [column, { name: "active", path: "active" }] },
      { forEach: "name", column: [{ name: "given", path: "given", collection: true }] },
      { unionAll: [{ column: [{ name: "born", path: "birthDate", type: "date" }] }] },
    ],
  });
  expect(resource).toBe("Patient");
  expect(columns).toEqual([
    { name: "id", type: "string", collection: false },
    { name: "active", type: "boolean", collection: false },
    { name: "given", type: "string", collection: true },
    { name: "born", type: "date", collection: false },
  ]);
});

test("what FHIR says of a view beside its table is let through", () => {
  const { columns } = checked({
    resourceType: "ViewDefinition",
    name: "patients",
    status: "draft",
    fhirVersion: ["5.0.0", "4.0.1"],
    contact: [{ name: "A" }],
    select: [{ id: "s1", column: [{ ...column, description: "the key", tag: [{ name: "a", value: "b" }] }] }],
  });
  expect(columns).toHaveLength(1);
});

describe("a view that cannot be is refused with file, line and column", () => {
  test.each([
    [
      "resource",
      { resource: "Pattient" },
      "view-unknown-resource",
      "view.json:2:15 resource",
      'did you mean "Patient"?',
    ],
    [
      "abstract",
      { resource: "DomainResource" },
      "view-unknown-resource",
      "view.json:2:15 resource",
      "name a resource",
    ],
    ["no select", { select: [] }, "view-invalid", "view.json:3:13 select", "correct this field"],
    ["no column", { select: [{}] }, "view-columns", "view.json:3:13 select", "add a column"],
    [
      "a misspelt field",
      { select: [{ foreach: "name", column: [column] }] },
      "view-invalid",
      "view.json:5:18 select[0].foreach",
      'did you mean "forEach"?',
    ],
    [
      "two ways of rows",
      { select: [{ forEach: "name", repeat: ["contact"], column: [column] }] },
      "view-invalid",
      "view.json:4:5 select[0]",
      "correct this field",
    ],
    [
      "a name that is none",
      { select: [{ column: [{ name: "drop table x", path: "id" }] }] },
      "view-invalid",
      "view.json:7:19 select[0].column[0].name",
      "correct this field",
    ],
    [
      "a type that is none",
      { select: [{ column: [{ ...column, type: "Quantity" }] }] },
      "view-invalid",
      "view.json:9:19 select[0].column[0].type",
      "correct this field",
    ],
    [
      "a name twice, in another case",
      { select: [{ column: [column, { name: "ID", path: "id" }] }] },
      "view-columns",
      "view.json:11:19 select[0].column[1].name",
      "rename one of them",
    ],
    [
      "another version",
      { fhirVersion: "3.0.2" },
      "view-unsupported",
      "view.json:13:18 fhirVersion",
      "add 4.0.1",
    ],
    [
      "two values",
      { constant: [{ name: "c", valueString: "a", valueInteger: 1 }] },
      "view-invalid",
      "view.json:14:5 constant[0]",
      "correct this field",
    ],
  ])("%s", (_, fields, code, where, hint) => {
    expect(() => checked(fields)).toThrow(
      expect.objectContaining({
        code,
        detail: expect.objectContaining({ where, hint: expect.stringContaining(hint) }),
      }),
    );
  });
});

describe("a path that cannot be is refused at its character", () => {
  // The path's text begins in column 20.
  test.each([
    ["nme.family", "view-unknown-element", 20, 'did you mean "name"?'],
    ["name.famly", "view-unknown-element", 25, 'did you mean "family"?'],
    ["name.family.text", "view-path-type", 32, "end the path before it"],
    ["deceased", "view-path-type", 20, "say which, as in deceased.ofType(boolean)"],
    ["deceased.ofType(string)", "view-path-type", 29, "it can be: boolean, dateTime"],
    ["deceasedBoolean", "view-unknown-element", 20, "write deceased.ofType(boolean)"],
    ["name", "view-path-type", 20, "name one of its elements"],
    ["$this", "view-path-type", 20, "name one of its elements"],
    ["active = 'true'", "view-path-type", 20, "write a text in quotes and a number without"],
    ["id = 'a' and birthDate = '1970'", "view-path-type", 33, "write a date as @2019-03-01"],
    ["id = 'a' and name", "view-path-type", 33, "add exists()"],
    ["name = name", "view-path-type", 20, "compare one of its elements"],
    ["active < true", "view-path-type", 20, "compare them with = or !="],
    ["id + 1", "view-path-type", 20, "docs/views.md"],
    ["name.where(family)", "view-path-type", 31, "add exists()"],
    ["name.exists(1, 2)", "view-path-type", 25, "docs/views.md"],
    ["name.frist()", "view-unsupported", 25, "did you mean first()?"],
    ["%nme", "view-unknown-constant", 20, "add it to the view's constant"],
    ["name.getReferenceKey()", "view-path-type", 25, "docs/views.md"],
    ["link.other.getReferenceKey(Patent)", "view-path-type", 31, "docs/views.md"],
    ["id.lowBoundary()", "view-path-type", 23, "dates, times and numbers have"],
    ["name.given[0].extension('u').exists()", "view-unsupported", 34, "ask for the extension"],
    ["name.family.lowBoundary(", "view-path-syntax", 44, "docs/views.md"],
    ["9999999999", "view-path-type", 20, "write it with a decimal point"],
  ])("%s", (path, code, character, hint) => {
    expect(() => withPath(path)).toThrow(
      expect.objectContaining({
        code,
        detail: expect.objectContaining({
          where: expect.stringMatching(new RegExp(`^view.json:8:${character} `)),
          hint: expect.stringContaining(hint),
        }),
      }),
    );
  });

  test.each([
    ["active", "string"],
    ["multipleBirth.ofType(integer)", "boolean"],
    ["id", "integer"],
    ["1.5", "integer"],
  ])("%s as a column of type %s", (path, type) => {
    expect(() => withPath(path, type)).toThrow(expect.objectContaining({ code: "view-path-type" }));
  });
});

test("the parts of a unionAll agree in the names, the order and the types of their columns", () => {
  const parts = (...paths: (readonly [string, string])[][]) =>
    checked({
      select: [{ unionAll: paths.map((part) => ({ column: part.map(([name, path]) => ({ name, path })) })) }],
    });
  expect(() =>
    parts(
      [
        ["a", "id"],
        ["b", "gender"],
      ],
      [
        ["b", "gender"],
        ["a", "id"],
      ],
    ),
  ).toThrow(/other columns/);
  expect(() => parts([["a", "id"]], [["a", "active"]])).toThrow(/a boolean|is boolean here and string/);
  expect(parts([["a", "id"]], [["a", "gender"]]).columns).toHaveLength(1);
});
