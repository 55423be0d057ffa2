import { describe, expect, test } from "vitest";
import { Problem } from "../evidence/problem.ts";
import { parseModelFile } from "./model-file.ts";

const good = {
  format: "probity-model/1",
  name: "m",
  version: "1.0.0",
  terms: [
    {
      variable: "nodes",
      transform: { kind: "spline", knots: [0, 1, 9], term: 1, winsorised_at: 19 },
      coefficient: -0.8,
    },
    { variable: "size", transform: { kind: "interval", above: 20, up_to: 50 }, coefficient: 0.3 },
  ],
  outputs: { risk_60m: { kind: "cox", baseline_cumulative_hazard: 0.22 } },
};
const parse = (value: unknown) => parseModelFile(JSON.stringify(value), "model.json");
const problemOf = (value: unknown): Problem => {
  try {
    parse(value);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("expected a Problem");
};

test("a model file is read into terms and outputs", () => {
  const model = parse(good);
  if (model.kind !== "formula") throw new Error("expected a formula");
  expect(model.terms[0]).toEqual({
    variable: "nodes",
    transform: { kind: "spline", knots: [0, 1, 9], term: 1, winsorisedAt: 19 },
    coefficient: -0.8,
  });
  expect(model.outputs.risk_60m).toEqual({ kind: "cox", baselineCumulativeHazard: 0.22 });
});

describe("what cannot be run is refused with its field", () => {
  const edit = (path: readonly (string | number)[], value: unknown) => {
    const copy = structuredClone(good) as Record<string, unknown>;
    let node = copy as Record<string | number, unknown>;
    for (const key of path.slice(0, -1)) node = node[key] as Record<string | number, unknown>;
    node[path.at(-1)!] = value;
    return copy;
  };
  test.each([
    ["knots that fall", ["terms", 0, "transform", "knots"], [0, 9, 1], "terms.0.transform"],
    ["a term that does not exist", ["terms", 0, "transform", "term"], 2, "terms.0.transform"],
    ["an empty interval", ["terms", 1, "transform", "up_to"], 20, "terms.1.transform"],
    ["a negative hazard", ["outputs", "risk_60m", "baseline_cumulative_hazard"], -1, "outputs.risk_60m"],
    ["an unknown transform", ["terms", 1, "transform", "kind"], "squared", "terms.1.transform"],
    ["another format", ["format"], "probity-model/9", "format"],
  ] as const)("%s", (_name, path, value, place) => {
    const problem = problemOf(edit(path, value));
    expect(problem.code).toBe("model-invalid");
    expect(problem.detail.where).toContain(place);
  });
  test("an unknown field", () => expect(problemOf({ ...good, code: "rm -rf" }).code).toBe("model-invalid"));
  test("no JSON", () => {
    expect(() => parseModelFile("{", "model.json")).toThrow(Problem);
  });
  test("points that fall", () => {
    const table = [
      { from: 3, risk: 0.1 },
      { from: 1, risk: 0.2 },
    ];
    expect(problemOf({ ...good, outputs: { risk: { kind: "points", table } } }).message).toContain("rise");
  });
});

test.each([
  ['{"format":"a",\n "format":"b"}', "format", "model.json:2:2"],
  ['[{"a":{"b":1},"b":{"a":"b"}},{"b":1,"\\u0062":2}]', "b", "model.json:1:37"],
])("a key that stands twice in one object is refused: %s", (text, key, where) => {
  expect(() => parseModelFile(text, "model.json")).toThrow(`"${key}" stands twice in one object`);
  try {
    parseModelFile(text, "model.json");
  } catch (error) {
    expect((error as Problem).detail.where).toBe(where);
  }
});

test("the same key in two objects, or as a value, stands once", () => {
  expect(() => parseModelFile('[{"a":"a"},{"a":{"a":["a","a"]}}]', "m")).toThrow(/^(?!.*twice)/);
});
