import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Problem } from "../evidence/problem.ts";
import { lintProtocol, parseProtocol } from "./index.ts";

const breast = readFileSync(
  new URL("../../studies/breast-recurrence/protocol.yaml", import.meta.url),
  "utf8",
);

type Edit = readonly [from: string | RegExp, to: string];

function edited(text: string, ...edits: readonly Edit[]): string {
  return edits.reduce((so, [from, to]) => {
    const next = so.replace(from, to);
    if (next === so) throw new Error(`nothing to edit: ${from}`);
    return next;
  }, text);
}

/** The breast protocol as if the event were known of everybody at 60 months. */
const binary = edited(
  breast,
  [/ {2}time: \{ column: rfstime.*\n/, ""],
  [/ {2}also: .*\n/, ""],
  [/ {2}censor_at: .*\n/, ""],
  [/ {2}read_at: .*\n/, ""],
  [/ {4}risk_12m: .*\n/, ""],
  [/ {4}risk_24m: .*\n/, ""],
  ["measure: uno_c, ", "measure: auc, "],
);
const patients = "patients:    { file: gbsg.csv, key: pid";

function problemIn(text: string): Problem {
  try {
    parseProtocol(text, "protocol.yaml");
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("the protocol was accepted");
}

test("an endpoint without time is known by its one horizon", () => {
  const { endpoint, data, model } = parseProtocol(binary, "protocol.yaml");
  expect("time" in endpoint).toBe(false);
  expect(endpoint.also).toEqual([]);
  expect(model.outputs.map(({ name }) => name)).toEqual(["risk_60m"]);
  expect(data.patients).toEqual({
    ...{ file: "gbsg.csv", key: "pid", unit: { one: "patient", many: "patients" } },
  });
});

test.each([
  ["", "row", "rows"],
  [", unit: encounter", "encounter", "encounters"],
  [", unit: biopsy", "biopsy", "biopsies"],
  [", unit: day", "day", "days"],
  [", unit: ward pass", "ward pass", "ward passes"],
])("a row%s is called %s", (unit, one, many) => {
  const text = edited(binary, [patients, `${patients}, patient: woman${unit}`]);
  expect(parseProtocol(text, "protocol.yaml").data.patients).toMatchObject({
    patient: "woman",
    unit: { one, many },
  });
});

const horizon = "  horizon: 60 months\n";
test.each<readonly [path: string, message: string, text: string]>([
  [
    "endpoint.also",
    "also needs endpoint.time",
    edited(
      binary,
      [horizon, `${horizon}  also: [12 months]\n`],
      ["    risk_60m:", "    risk_12m: { horizon: 12 months }\n    risk_60m:"],
    ),
  ],
  [
    "endpoint.censor_at",
    "censor_at needs endpoint.time",
    edited(binary, [horizon, `${horizon}  censor_at: 60 months\n`]),
  ],
  [
    "endpoint.read_at",
    "read_at needs endpoint.time",
    edited(binary, [horizon, `${horizon}  read_at: 59 months\n`]),
  ],
  [
    "model.output.risk_12m.horizon",
    "12 months is no horizon of the endpoint",
    edited(binary, ["    risk_60m:", "    risk_12m: { horizon: 12 months }\n    risk_60m:"]),
  ],
  [
    "acceptance.1.measure",
    "uno_c ranks by the time to the event",
    edited(binary, ["measure: auc, ", "measure: uno_c, "]),
  ],
  [
    "acceptance.1.measure",
    "harrell_c ranks by the time to the event",
    edited(binary, ["measure: auc, ", "measure: harrell_c, "]),
  ],
  [
    "data.patients.patient",
    'several rows of a patient, by "woman", beside a time to the event',
    edited(breast, [patients, `${patients}, patient: woman`]),
  ],
  [
    "data.patients.unit",
    'a row is called "visit", and no column says whose it is',
    edited(binary, [patients, `${patients}, unit: visit`]),
  ],
  [
    "data.patients.patient",
    'the column "age" has another meaning, too',
    edited(binary, [patients, `${patients}, patient: age`]),
  ],
  [
    "data.patients.patient",
    'the column "pid" has another meaning, too',
    edited(binary, [patients, `${patients}, patient: pid`]),
  ],
  [
    "data.patients.patient",
    '"risk" is a column of the rows that are written',
    edited(binary, [patients, `${patients}, patient: risk`]),
  ],
])("%s: %s", (path, message, text) => {
  const { code, message: found, detail } = problemIn(text);
  expect(code).toBe("protocol-inconsistent");
  expect(found).toContain(message);
  expect(detail.where).toContain(path.replace(/\.(\d+)\./, "[$1]."));
});

test("a unit is a word", () => {
  expect(
    problemIn(edited(binary, [patients, `${patients}, patient: woman, unit: Visits`])).message,
  ).toContain("is not a word such as encounter");
});

test("lint reads it, and speaks of no follow-up", () => {
  const late = edited(binary, ["recruited: 1984–1989", "recruited: 2024–2026"]);
  const { findings } = lintProtocol(late, "protocol.yaml");
  const recruited = findings.find(({ id }) => id.includes("follow-up"));
  expect(recruited?.sentence.join("")).toContain("reached 60 months");
  expect(findings.some(({ sentence }) => /followed/.test(sentence.join("")))).toBe(false);
  const byOutcome = edited(binary, ['keep: "nodes >= 1"', 'keep: "status = 1"']);
  expect(lintProtocol(byOutcome, "protocol.yaml").findings.map(({ id }) => id)).toContainEqual(
    expect.stringContaining("population-by-outcome"),
  );
});
