import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Problem } from "../evidence/problem.ts";
import { parseProtocol } from "./index.ts";
import { rowColumns } from "./vocabulary.ts";

const breast = readFileSync(
  new URL("../../studies/breast-recurrence/protocol.yaml", import.meta.url),
  "utf8",
);

/** The breast protocol with each edit, all of which must apply. */
function edited(...edits: readonly (readonly [from: string | RegExp, to: string])[]): string {
  return edits.reduce((text, [from, to]) => {
    const next = text.replace(from, to);
    if (next === text) throw new Error(`nothing to edit: ${from}`);
    return next;
  }, breast);
}

function problemIn(text: string): Problem {
  try {
    parseProtocol(text, "protocol.yaml");
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("the protocol was accepted");
}

const predictionsKey = "predictions: { file: predictions.csv, key: pid";
const patientsKey = "patients:    { file: gbsg.csv, key: pid }";
const newVariable = (line: string) => [/^ {4}status: \{ levels.*$/m, `$&\n    ${line}`] as const;
const absent = (name: string) =>
  ["      status: absent", `      ${name}: absent\n      status: absent`] as const;

describe("a column that has two meanings", () => {
  const cases = {
    "a key that is an output": {
      text: edited([predictionsKey, predictionsKey.replace("pid", "risk_60m")]),
      path: "data.predictions.key",
      message: 'the key "risk_60m" is one of model.output, too',
    },
    "a key that is the follow-up time": {
      text: edited([patientsKey, patientsKey.replace("pid", "rfstime")]),
      path: "data.patients.key",
      message: 'the key "rfstime" has another meaning, too',
    },
    "a key that is a variable": {
      text: edited([patientsKey, patientsKey.replace("pid", "age")]),
      path: "data.patients.key",
      message: 'the key "age" has another meaning, too',
    },
    "a variable called as the line of a prediction": {
      text: edited(newVariable("prediction_line: { unit: count }"), absent("prediction_line")),
      path: "data.variables.prediction_line",
      message: '"prediction_line" is kept for the line of a prediction',
    },
    "a follow-up time called as the line of a prediction": {
      text: edited(["column: rfstime", "column: prediction_line"]),
      path: "endpoint.time.column",
      message: '"prediction_line" is kept for the line of a prediction',
    },
    "a development column that is its key": {
      text: edited(["      size: {", "      age: pid\n      size: {"]),
      path: "data.development.variables.age",
      message: 'column "pid" cannot be read as a number: it is the key',
    },
    "a development column that is a number and classes": {
      text: edited(["      size: {", "      age: size\n      size: {"]),
      path: "data.development.variables.size",
      message: 'column "size" cannot be read as a text: it is a number',
    },
    "a treatment of the development table that is its key": {
      text: edited(["study: all, development: chemo", "study: all, development: pid"]),
      path: "data.treatments.chemo.development",
      message: 'column "pid" cannot be read as a number: it is the key',
    },
    "a treatment of the development table that is classes": {
      text: edited(["study: all, development: chemo", "study: all, development: size"]),
      path: "data.treatments.chemo.development",
      message: 'column "size" cannot be read as a number: it is a text',
    },
    "a treatment that is text": {
      text: edited(
        ["study: all, development: chemo", "study: drug, development: chemo"],
        [...newVariable("drug: { levels: [yes, no] }")],
        [...absent("drug")],
      ),
      path: "data.treatments.chemo.study",
      message: 'a treatment is coded 1 and 0, and "drug" is a text',
    },
    "a stratum called slice beside slices": {
      text: edited(newVariable("slice: { levels: [1, 2] }"), absent("slice"), [
        "strata: [age: [50, 65],",
        "strata: [slice, age: [50, 65],",
      ]),
      path: "strata[0]",
      message: 'a stratum called "slice" has the ids of the slices',
    },
  };
  test.each(Object.entries(cases))("%s is refused with place and remedy", (_, { text, path, message }) => {
    const problem = problemIn(text);
    expect(problem.message).toBe(message);
    expect(problem.code).toBe("protocol-inconsistent");
    expect(problem.detail.where).toMatch(/^protocol\.yaml:\d+:\d+ /);
    expect(problem.detail.where!.endsWith(` ${path}`)).toBe(true);
    expect(problem.detail.hint!.length).toBeGreaterThan(10);
  });

  test.each(rowColumns)("a key called as the column %s of the written rows", (name) => {
    const text = edited([patientsKey, patientsKey.replace("pid", name.toUpperCase())]);
    expect(problemIn(text).message).toContain(`"${name.toUpperCase()}" is a column of the rows`);
  });
});

test("a level that reads like the group of those not recorded, or like a numbered one, has an id of its own", () => {
  const text = edited(newVariable('site: { levels: [level-2, "é", missing] }'), absent("site"), [
    "strata: [age: [50, 65],",
    "strata: [site, age: [50, 65],",
  ]);
  const [site] = parseProtocol(text, "protocol.yaml").strata;
  expect(site!.groups.map(({ id }) => id)).toEqual(["level-1", "level-2", "level-3"]);
});
