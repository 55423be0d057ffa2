import fc from "fast-check";
import { expect, test } from "vitest";
import type { ViewSelect } from "../../src/data/views/view-schema.ts";
import { compiledRows } from "./compiled-view.ts";
import { naiveRows } from "./naive-view.ts";

// Random views over random patients: the compiled statement and the walk over the JSON give the same rows in the same order.

const word = fc.constantFrom("a", "b", "c", "official", "o'x", "é\n", "");
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const list = <T>(value: fc.Arbitrary<T>) => maybe(fc.array(value, { maxLength: 3 }));
const name = fc.record({ use: maybe(word), family: maybe(word), given: list(word) });
const telecom = fc.record({
  system: maybe(word),
  value: maybe(word),
  rank: maybe(fc.integer({ min: 1, max: 3 })),
});
const contact = fc.record({ gender: maybe(word), name: maybe(name), telecom: list(telecom) });
const patient = fc
  .record({
    id: word,
    active: maybe(fc.boolean()),
    gender: maybe(word),
    name: list(name),
    telecom: list(telecom),
    contact: list(contact),
    deceasedBoolean: maybe(fc.boolean()),
    multipleBirthInteger: maybe(fc.integer({ min: -2, max: 3 })),
  })
  .map((fields) => ({ resourceType: "Patient", ...fields }));

type Kind = "Patient" | "HumanName" | "ContactPoint" | "Contact" | "text";

/** Paths of one value at most, paths of lists, and conditions, by where they start. */
const singles: Readonly<Record<Kind, readonly string[]>> = {
  Patient: [
    "id",
    "active",
    "getResourceKey()",
    "name.family.first()",
    "name[1].use",
    "name.where(use = 'official').family.first()",
    "name.given.join(',')",
    "telecom.rank.first() + 1",
    "contact.telecom.count() * 2",
    "multipleBirth.ofType(integer) - 1",
    "6 / multipleBirth.ofType(integer)",
    "contact.name.given[1]",
    "deceased.exists()",
    "%word",
    "%rowIndex",
    "name.given = contact.name.given",
    "name.family != %word",
  ],
  HumanName: [
    "family",
    "use",
    "given.first()",
    "given.count()",
    "given.join()",
    "%rowIndex",
    "use = family",
    "given.where($this > 'b').first()",
  ],
  ContactPoint: ["system", "value", "rank", "rank > 1", "%rowIndex", "-rank", "value = %word"],
  Contact: [
    "gender",
    "name.family",
    "name.given.first()",
    "telecom.rank.first()",
    "%rowIndex",
    "telecom[0].value",
  ],
  text: ["$this", "%rowIndex", "$this = 'a'"],
};
const lists: Readonly<Record<Kind, readonly string[]>> = {
  Patient: ["name.family", "name.given", "contact.telecom.value", "telecom.rank", "contact.name.given"],
  HumanName: ["given", "family"],
  ContactPoint: ["value"],
  Contact: ["telecom.system", "name.given"],
  text: ["$this"],
};
const conditions: Readonly<Record<Kind, readonly string[]>> = {
  Patient: [
    "active",
    "active.not()",
    "name.exists()",
    "telecom.empty()",
    "gender = 'a'",
    "deceased.ofType(boolean) = false",
  ],
  HumanName: ["use = 'official'", "given.exists()", "family.empty()"],
  ContactPoint: ["rank >= 2", "system.exists()", "value = %word"],
  Contact: ["name.exists()", "telecom.exists(rank > 1)", "gender != 'b'"],
  text: ["$this != 'a'"],
};
const ways: Readonly<Record<Kind, readonly (readonly [string, Kind])[]>> = {
  Patient: [
    ["name", "HumanName"],
    ["telecom", "ContactPoint"],
    ["contact", "Contact"],
    ["contact.telecom", "ContactPoint"],
    ["name.given", "text"],
    ["name.first()", "HumanName"],
    ["name.where(family.exists())", "HumanName"],
  ],
  HumanName: [["given", "text"]],
  ContactPoint: [["value", "text"]],
  Contact: [
    ["telecom", "ContactPoint"],
    ["name", "HumanName"],
    ["name.given", "text"],
  ],
  text: [["$this", "text"]],
};

const condition = (kind: Kind) =>
  fc
    .tuple(
      fc.constantFrom(...conditions[kind]),
      fc.constantFrom("and", "or"),
      fc.constantFrom(...conditions[kind]),
      fc.boolean(),
    )
    .map(([left, word, right, isOne]) => (isOne ? left : `(${left}) ${word} (${right})`));

const columns = (kind: Kind) =>
  fc.array(
    fc.oneof(
      fc.constantFrom(...singles[kind]).map((path) => ({ path, collection: false })),
      fc.constantFrom(...lists[kind]).map((path) => ({ path, collection: true })),
      condition(kind).map((path) => ({ path, collection: false })),
    ),
    { maxLength: 2 },
  );

/** Without names of columns, which are given afterwards. */
function select(kind: Kind, depth: number): fc.Arbitrary<ViewSelect> {
  const way = fc.constantFrom(...ways[kind]).chain(([path, inner]) =>
    fc.tuple(fc.constantFrom("forEach", "forEachOrNull"), body(inner, depth)).map(([field, rest]) => ({
      [field]: path,
      ...rest,
    })),
  );
  return depth === 0 ? body(kind, 0) : fc.oneof(body(kind, depth), way);
}

function body(kind: Kind, depth: number): fc.Arbitrary<ViewSelect> {
  const column = columns(kind) as unknown as fc.Arbitrary<ViewSelect["column"]>;
  if (depth === 0) return fc.record({ column });
  const inner = select(kind, depth - 1);
  // The parts of a union have the same columns: one select, through different elements.
  const union = fc
    .tuple(inner, fc.nat({ max: 2 }))
    .map(([one, n]) => Array.from({ length: n + 1 }, () => one));
  return fc.record({ column, select: fc.array(inner, { maxLength: 2 }), unionAll: maybe(union) });
}

/** The same names in each part of a union. */
function named(one: ViewSelect, prefix: string): ViewSelect {
  const columns = one.column?.map((column, i) => ({ ...column, name: `${prefix}c${i}` }));
  return {
    ...one,
    ...(columns ? { column: columns } : {}),
    ...(one.select ? { select: one.select.map((inner, i) => named(inner, `${prefix}s${i}`)) } : {}),
    ...(one.unionAll
      ? { unionAll: one.unionAll.map((inner) => named(inner, `${prefix}u`)) }
      : { unionAll: undefined }),
  };
}

test("a compiled view gives the rows of the walk over the JSON", async () => {
  const view = fc
    .record({
      select: fc.array(select("Patient", 2), { maxLength: 2 }),
      where: fc.array(condition("Patient"), { maxLength: 2 }),
    })
    .map(({ select: selects, where }) => ({
      resource: "Patient",
      constant: [{ name: "word", valueString: "o'x" }],
      where: where.map((path) => ({ path })),
      select: [{ column: [{ name: "key", path: "id" }] }, ...selects.map((one, i) => named(one, `s${i}`))],
    }));
  await fc.assert(
    fc.asyncProperty(view, fc.array(patient, { minLength: 1, maxLength: 4 }), async (one, patients) => {
      const written = JSON.parse(JSON.stringify(one));
      const resources = JSON.parse(JSON.stringify(patients));
      const { table } = await compiledRows(written, resources);
      expect(table).toEqual(naiveRows(written, resources));
    }),
    { numRuns: 80 },
  );
});

const item: fc.Arbitrary<object> = fc.letrec((tie) => ({
  item: fc.record({
    linkId: word,
    item: maybe(fc.array(tie("item"), { maxLength: 2 })),
    answer: maybe(
      fc.array(
        fc.record({ valueString: maybe(word), item: maybe(fc.array(tie("item"), { maxLength: 1 })) }),
        { maxLength: 2 },
      ),
    ),
  }),
})).item as fc.Arbitrary<object>;

test("a repeat gives the items of every level, each before those below it", async () => {
  const paths = fc.constantFrom(["item"], ["item", "answer.item"], ["item.where(linkId != 'a')"]);
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 3 }), paths, async (items, repeat) => {
      const column = [
        { name: "index", path: "%rowIndex" },
        { name: "link", path: "linkId" },
        { name: "answers", path: "answer.value.ofType(string)", collection: true },
        { name: "below", path: "item.linkId", collection: true },
      ];
      const view = { resource: "QuestionnaireResponse", select: [{ repeat, column }] };
      const resources = JSON.parse(JSON.stringify([{ resourceType: "QuestionnaireResponse", item: items }]));
      const { table } = await compiledRows(view, resources);
      expect(table).toEqual(naiveRows(view, resources));
    }),
    { numRuns: 30 },
  );
});
