import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatPart } from "../../evidence/format.ts";
import { parseEntry } from "./parse-entry.ts";
import { fieldsOf } from "./register.ts";
import type { RegisterEntry } from "./register-entries.ts";
import { recordType, registerKinds } from "./register-records.ts";
import { registerSummary } from "./register-summary.ts";
import { registers } from "./registers.ts";

const register = (name: string) => registers.get(name)!;

function entries(values: readonly RegisterEntry["values"][]): RegisterEntry[] {
  return values.map((each, id) => ({
    id,
    by: "A",
    time: "2026-11-21T09:54:46.000Z",
    values: each,
    before: [],
  }));
}

const levelsTimes = (key: string, counts: Readonly<Record<string, number>>) =>
  entries(Object.entries(counts).flatMap(([one, n]) => Array.from({ length: n }, () => ({ [key]: one }))));

describe("declarations", () => {
  test.each([...registers.values()].map((one) => [one.name, one] as const))(
    "%s: names, levels and summaries fit together",
    (name, { fields, shares = [], sums = [] }) => {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      for (const key of Object.keys(fields)) {
        expect(key).toMatch(/^[a-z]+(-[a-z]+)*$/);
        expect(["owner", "date", "reason", "link", "replaces", "why", "withdrawn"]).not.toContain(key);
      }
      for (const key of shares) expect(fields[key]).toMatchObject({ kind: "choice" });
      for (const key of sums) expect(fields[key]).toMatchObject({ kind: "hours" });
    },
  );
});

describe("summary", () => {
  test("nine post-mortems of twelve: Wilson's interval as published for the article", () => {
    const summary = registerSummary(
      register("post-mortems"),
      levelsTimes("cause", { friction: 9, data: 1, model: 1, governance: 1 }),
    );
    const friction = summary.find(({ id }) => id === "register.post-mortems.cause/friction")!;
    expect(formatPart(friction, "both")).toBe("75.0\u202f% (46.8–91.1)");
    expect(formatPart(friction, "fraction")).toBe("9/12");
    expect(summary.reduce((sum, { numerator = 0 }) => sum + numerator, 0)).toBe(12);
  });

  test("seven of ten proposals driven by product", () => {
    const [product] = registerSummary(
      register("portfolio"),
      levelsTimes("driven-by", { product: 7, clinical: 3 }),
    );
    expect(formatPart(product!, "both")).toBe("70.0\u202f% (39.7–89.2)");
  });

  test("hours add up exactly", () => {
    const hours = [0.1, 0.2, 7.5, 29.2];
    const summary = registerSummary(register("shadowing"), entries(hours.map((each) => ({ hours: each }))));
    expect(summary.find(({ id }) => id === "register.shadowing.hours")!.value).toBe(37);
  });

  test("without entries there is nothing to state", () => {
    for (const one of registers.values()) expect(registerSummary(one, [])).toEqual([]);
  });
});

describe("an entry that is typed", () => {
  const good = ["project=x", "cause=Friction", "owner=CMIO", "date=2026-10-01", "reason=typed  twice"];

  test("is read by its fields", () => {
    expect(parseEntry(register("post-mortems"), good)).toEqual({
      project: "x",
      cause: "friction",
      owner: "CMIO",
      date: "2026-10-01",
      reason: "typed twice",
    });
  });

  test("all faults come at once", () => {
    const typed = ["project=", "caus=friction", "date=2026-02-30", "owner", "date=2026-02-01"];
    const others = [
      'caus: no such field; did you mean "cause"?',
      "date: expected a date like 2026-11-30",
      "owner: expected field=value",
      "date: given twice",
      "cause: missing; the first cause (one of friction, data, model, governance)",
      "owner: missing; the role or person who answers for it",
      "reason: missing; why, in words",
    ];
    const refused = () => parseEntry(register("post-mortems"), typed);
    expect(refused).toThrow("the entry cannot be written: project: expected 1 to 500 characters");
    expect(refused).toThrow(
      expect.objectContaining({ code: "register-entry", detail: expect.objectContaining({ others }) }),
    );
  });

  test.each(["__proto__=1", "constructor=x", "why=x", "replaces=3"])("%s is no field", (assignment) => {
    expect(() => parseEntry(register("claims"), [assignment])).toThrow("no such field");
  });

  test("whatever is typed, what is accepted is a record that the ledger takes", () => {
    const names = fc.constantFrom(...registers.keys());
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom("2026-10-01", "7.5", "12", "friction", "day", "trust", "minor", "1e400", "0.001"),
    );
    fc.assert(
      fc.property(names, fc.func(value), (name, typedIn) => {
        const one = register(name);
        const typed = [...fieldsOf(one).keys()].map((key) => `${key}=${typedIn(key)}`);
        let body: ReturnType<typeof parseEntry>;
        try {
          body = parseEntry(one, typed);
        } catch (error) {
          expect(error).toMatchObject({ code: "register-entry" });
          return;
        }
        expect(registerKinds.get(recordType(one))!(body)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});

describe("what the ledger refuses", () => {
  const check = registerKinds.get("register.shadowing")!;
  const entry = {
    role: "nurse",
    site: "ward 3",
    shift: "night",
    hours: 2.5,
    findings: "two screens",
    owner: "CMIO",
    date: "2026-10-01",
    reason: "baseline",
  };
  test.each([
    [{ ...entry }, undefined],
    [{ ...entry, replaces: 3, why: "hours were wrong" }, undefined],
    [{ replaces: 3, withdrawn: true, why: "written twice" }, undefined],
    [{ ...entry, shift: "dawn" }, "shift is none of day, evening, night"],
    [{ ...entry, hours: 0.001 }, "hours is no number of hours above 0 with at most two decimals"],
    [{ ...entry, hours: -1 }, "hours is no number of hours above 0 with at most two decimals"],
    [{ ...entry, replaces: 3 }, "why and replaces belong together"],
    [{ ...entry, why: "because" }, "why and replaces belong together"],
    [{ ...entry, patient: "Ada" }, 'has an unknown field "patient"'],
    [{ replaces: 3, withdrawn: true }, "has no why"],
    [{ ...entry, withdrawn: true }, 'has an unknown field "role"'],
  ])("%j", (body, fault) => {
    expect(check(body)).toBe(fault);
  });
});
