import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Finding } from "../evidence/finding.ts";
import type { Requirement, RequirementState } from "../evidence/requirement.ts";
import { verdictWords } from "../evidence/verdict.ts";
import { verdict } from "./verdict.ts";

const requirement = (over: Partial<Requirement> = {}): Requirement => ({
  id: "r",
  name: "peer training",
  state: "pass",
  kind: "procedural",
  neededFor: "silent",
  found: ["0 of 4 units"],
  evidence: [],
  ...over,
});
const finding = (severity: Finding["severity"]): Finding => ({
  id: `f-${severity}`,
  stage: "quality",
  severity,
  sentence: ["something was found"],
  estimates: [],
  remedy: "do something",
});
const failingMeasured = (cure: RequirementState | undefined) =>
  requirement({
    state: "fail",
    kind: "measured",
    ...(cure ? { changes: [{ name: "threshold .50", state: cure, sentence: ["set it to .50"] }] } : {}),
  });

describe("the first rule that matches decides", () => {
  test.each([
    ["nothing wrong", [requirement()], [], "GO"],
    ["concerns do not decide", [requirement()], [finding("concern"), finding("info")], "GO"],
    ["fatal finding", [requirement()], [finding("fatal")], "NO-GO"],
    ["serious finding", [requirement()], [finding("serious")], "REDESIGN"],
    ["procedural failure", [requirement({ state: "fail" })], [], "REDESIGN"],
    ["harm engine", [requirement({ state: "fail", incurable: true })], [], "NO-GO"],
    ["measured failure, no change tried", [failingMeasured(undefined)], [], "NO-GO"],
    ["measured failure, change fails too", [failingMeasured("fail")], [], "NO-GO"],
    ["measured failure, change is unclear", [failingMeasured("no evidence")], [], "NO-GO"],
    ["measured failure, change passes", [failingMeasured("pass")], [], "REDESIGN"],
    ["silent evidence missing", [requirement({ state: "no evidence" })], [], "HOLD"],
    ["silent evidence lapsed", [requirement({ state: "fail", lapsed: true })], [], "HOLD"],
    ["pilot evidence missing", [requirement({ state: "no evidence", neededFor: "pilot" })], [], "GO-SILENT"],
    [
      "live evidence lapsed",
      [requirement({ state: "fail", lapsed: true, neededFor: "live" })],
      [],
      "GO-SILENT",
    ],
    [
      "a failure outranks absence",
      [requirement({ state: "no evidence" }), requirement({ state: "fail" })],
      [],
      "REDESIGN",
    ],
  ] as const)("%s", (_name, requirements, findings, word) => {
    expect(verdict(requirements, findings).word).toBe(word);
  });
});

test("HALTED while any gate is not pass, whatever the word", () => {
  expect(verdict([requirement({ gate: 7, state: "no evidence", neededFor: "live" })], []).halted).toBe(true);
  expect(verdict([requirement({ gate: 7 })], []).halted).toBe(false);
  expect(verdict([requirement({ state: "no evidence" })], []).halted).toBe(false);
});

test("the named change is attached where one passes", () => {
  expect(verdict([failingMeasured("pass")], []).change).toBe("threshold .50");
});

test("the reason names what is missing", () => {
  const result = verdict(
    [
      requirement({ state: "no evidence" }),
      requirement({ id: "s", name: "signed owner", state: "no evidence" }),
    ],
    [],
  );
  expect(result.decidedBy).toEqual(["r", "s"]);
  expect(result.reason.join("")).toContain(
    "2 of 2 requirements for a silent run are not yet shown: peer training and signed owner",
  );
});

const rank = (requirements: readonly Requirement[], findings: readonly Finding[]) =>
  verdictWords.indexOf(verdict(requirements, findings).word);
const anyState = fc.constantFrom<RequirementState>("fail", "no evidence", "pass");
const anyRequirement: fc.Arbitrary<Requirement> = fc.record({
  id: fc.string(),
  name: fc.constant("n"),
  state: anyState,
  lapsed: fc.boolean(),
  kind: fc.constantFrom("measured" as const, "procedural" as const),
  incurable: fc.boolean(),
  neededFor: fc.constantFrom("silent" as const, "pilot" as const, "live" as const),
  found: fc.constant(["x"]),
  evidence: fc.constant([]),
  changes: fc.array(fc.record({ name: fc.string(), state: anyState, sentence: fc.constant(["y"]) }), {
    maxLength: 2,
  }),
});
const anyFindings = fc.array(
  fc.constantFrom("info" as const, "concern" as const, "serious" as const, "fatal" as const).map(finding),
);
const stateOrder: readonly RequirementState[] = ["fail", "no evidence", "pass"];

test("adding a finding never raises the word", () => {
  fc.assert(
    fc.property(fc.array(anyRequirement), anyFindings, anyFindings, (requirements, findings, more) => {
      expect(rank(requirements, [...findings, ...more])).toBeLessThanOrEqual(rank(requirements, findings));
    }),
  );
});

test("lowering a requirement never raises the word", () => {
  fc.assert(
    fc.property(
      fc.array(anyRequirement, { minLength: 1 }),
      anyFindings,
      fc.nat(),
      anyState,
      (requirements, findings, at, state) => {
        const index = at % requirements.length;
        const before = requirements[index]!;
        fc.pre(stateOrder.indexOf(state) <= stateOrder.indexOf(before.state));
        const lowered = requirements.with(index, { ...before, state });
        expect(rank(lowered, findings)).toBeLessThanOrEqual(rank(requirements, findings));
      },
    ),
  );
});
