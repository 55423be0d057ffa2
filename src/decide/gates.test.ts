import { describe, expect, test } from "vitest";
import type { ReplayState } from "../assess/index.ts";
import type { ComputedEstimate, KnownEstimate } from "../evidence/estimate.ts";
import { phraseText } from "../evidence/format.ts";
import type { Protocol } from "../protocol/index.ts";
import { bookOf } from "./estimate-book.ts";
import { gates } from "./gates.ts";
import { otherRequirements } from "./requirements.ts";

const asOf = "2026-11-30";
const nothing = {
  data: { times: { knownAt: null } },
  model: { features: ["flag"] },
  burden: { limitUsdPerMonth: 5000, perFalsePositive: [{}] },
  fallback: null,
  timeOnTask: null,
  downtimeLog: null,
  contract: { fee: "unknown" },
  training: null,
  approvals: { irb: { status: "missing" }, dua: { status: "missing" } },
  privacyReview: null,
  harmReview: null,
  harms: [],
  worstDelayDays: 7,
  question: { successOwner: { role: "physician", name: null, signed: null } },
  monitoring: null,
  shadowing: null,
};
const protocol = (over: object = {}) => ({ ...nothing, ...over }) as unknown as Protocol;
const cost = (value: number, lower: number, upper: number): ComputedEstimate => ({
  id: "burden.cost",
  label: "",
  n: 100,
  unit: "usd",
  method: "",
  evidence: "retrospective",
  value,
  interval: { lower, upper, level: 0.95, kind: "pointwise" },
});
const gate = (number: number, over: object, book = bookOf([])) =>
  gates(protocol(over), book, { asOf, replay: "no model" }).find((candidate) => candidate.gate === number)!;

test("nothing supplied is no evidence in all seven gates, never a failure", () => {
  expect(gates(protocol(), bookOf([]), { asOf, replay: "no model" }).map(({ state }) => state)).toEqual(
    Array(7).fill("no evidence"),
  );
});

test("gates 1 and 6 are needed for silent, 2, 3 and 5 for the pilot, 4 and 7 for live use", () => {
  expect(
    gates(protocol(), bookOf([]), { asOf, replay: "no model" }).map(({ neededFor }) => neededFor),
  ).toEqual(["silent", "pilot", "pilot", "live", "pilot", "silent", "live"]);
});

describe("gate 2 compares the whole interval with the limit", () => {
  test.each([
    [cost(1629, 1300, 1960), "pass"],
    [cost(4900, 4600, 5200), "no evidence"],
    [cost(6570, 5913, 7200), "fail"],
  ] as const)("%#", (estimate, state) => expect(gate(2, {}, bookOf([estimate])).state).toBe(state));

  test("the high end of given wages decides a pass", () => {
    const high = { ...cost(5200, 5000.01, 5400), id: "burden.cost-high" };
    const low = { ...cost(900, 800, 1000), id: "burden.cost-low" };
    expect(gate(2, {}, bookOf([cost(1629, 1300, 1960), high, low])).state).toBe("no evidence");
  });
});

test("gate 2 shows the end that decides: high where it spans the limit, low where it fails, both where they span it", () => {
  const limit: ComputedEstimate = { ...cost(3000, 3000, 3000), id: "burden.limit" };
  const high = { ...cost(3739, 3127, 4350), id: "burden.cost-high" };
  const low = { ...cost(900, 800, 1000), id: "burden.cost-low" };
  const found = (...estimates: ComputedEstimate[]) => {
    const book = bookOf([limit, ...estimates]);
    const over = { burden: { limitUsdPerMonth: 3000, perFalsePositive: [{}] } };
    const { state, reason, found } = gate(2, over, book);
    return [state, reason, phraseText(found, book)];
  };
  expect(found(cost(1640, 1372, 1908), low, high)).toEqual([
    "no evidence",
    "low and high end span the limit",
    "low end $900, high $3,739 of $3,000",
  ]);
  const near = { ...cost(3239, 2727, 3750), id: "burden.cost-high" };
  expect(found(cost(1640, 1372, 1908), low, near)).toEqual([
    "no evidence",
    "interval spans the limit",
    "high end $3,239 (2,727–3,750) of $3,000",
  ]);
  const dear = { ...low, ...cost(3500, 3100, 3900), id: "burden.cost-low" };
  expect(found(cost(3600, 3200, 4000), dear, high)).toEqual([
    "fail",
    "beyond the limit",
    "low end $3,500 (3,100–3,900) of $3,000",
  ]);
  expect(found(cost(2900, 2600, 3200))).toEqual([
    "no evidence",
    "interval spans the limit",
    "$2,900 (2,600–3,200) of $3,000",
  ]);
  expect(found(cost(1629, 1300, 1960))).toEqual(["pass", undefined, "$1,629 of $3,000"]);
});

test("gate 3 needs a drill and its concordance; a lapsed drill fails as lapsed", () => {
  const fallback = { document: "PB-7", lastDrill: "2026-02-11", concordance: 0.98, expires: "2027-02-11" };
  expect(gate(3, { fallback }).state).toBe("pass");
  expect(gate(3, { fallback: { ...fallback, concordance: null } }).state).toBe("no evidence");
  expect(gate(3, { fallback: { ...fallback, expires: "2026-11-29" } })).toMatchObject({
    state: "fail",
    lapsed: true,
  });
  expect(gate(3, { fallback: { ...fallback, expires: asOf } }).state).toBe("pass");
});

test("gate 4: physician −3 min and nurse +5 min is +2 min net, and fails", () => {
  const role = (beforeMinutes: number, afterMinutes: number) => ({
    role: "",
    beforeMinutes,
    afterMinutes,
    n: 30,
  });
  expect(gate(4, { timeOnTask: { roles: [role(10, 7), role(10, 15)] } })).toMatchObject({
    state: "fail",
    found: [{ field: "time_on_task.roles", text: "+2.0" }, " min net"],
  });
  expect(gate(4, { timeOnTask: { roles: [role(10, 7), role(10, 12)] } }).state).toBe("pass");
});

test("gate 5: each outage must have been met safely", () => {
  expect(gate(5, { downtimeLog: { outages: 14, safe: 14 } }).state).toBe("pass");
  expect(gate(5, { downtimeLog: { outages: 14, safe: 13 } }).state).toBe("fail");
  expect(gate(5, { downtimeLog: { outages: 0, safe: 0 } }).state).toBe("no evidence");
});

test("gate 6: a fee that grows with alerts is a harm engine and incurable", () => {
  expect(gate(6, { contract: { fee: "per-alert", usdPerAlert: 1 } })).toMatchObject({
    state: "fail",
    incurable: true,
  });
  expect(gate(6, { contract: { fee: "fixed", usdPerYear: 9 } }).state).toBe("pass");
});

test("gate 7: a session led by the vendor does not count", () => {
  const session = (unit: string, vendor: boolean) => ({ unit, date: "2026-01-01", ledBy: "", vendor });
  expect(gate(7, { training: [session("A", false), session("B", false)] }).state).toBe("pass");
  expect(gate(7, { training: [session("A", false), session("B", true)] })).toMatchObject({
    state: "no evidence",
    found: [{ field: "training", text: "1" }, " of ", { field: "training", text: "2" }, " units"],
  });
});

const other = (id: string, over: object) =>
  otherRequirements(protocol(over), asOf).find((one) => one.id === id)!;

test("an approval past its expiry fails as lapsed; missing is no evidence", () => {
  const approved = { status: "approved", id: "IRB 7", expires: "2026-09-30" };
  expect(other("approval.irb", { approvals: { irb: approved, dua: approved } })).toMatchObject({
    state: "fail",
    lapsed: true,
  });
  expect(other("approval.irb", {}).state).toBe("no evidence");
});

test("a harm that delays care beyond the limit is incurable", () => {
  const harm = (delayDays: number) => ({ feature: "flag", delayDays });
  expect(other("worst-harm", { harms: [harm(8)] })).toMatchObject({ state: "fail", incurable: true });
  expect(other("worst-harm", { harms: [harm(7)] }).state).toBe("pass");
  expect(other("harm-scenarios", { harms: [harm(7)], model: { features: ["flag", "list"] } }).found).toEqual([
    "none for list",
  ]);
});

test("an owner counts when named and signed; a plan when it has an owner; shadowing from 20 hours", () => {
  const owner = (name: string | null, signed: string | null) => ({
    question: { successOwner: { role: "md", name, signed } },
  });
  expect(other("success-owner", owner("A. Person", null)).state).toBe("no evidence");
  expect(other("success-owner", owner("A. Person", "2026-10-01")).state).toBe("pass");
  expect(
    other("monitoring-plan", { monitoring: { owner: null, review: "weekly", signals: ["x"] } }).state,
  ).toBe("no evidence");
  expect(other("shadowing", { shadowing: { hours: 19.5 } }).state).toBe("no evidence");
  expect(other("shadowing", { shadowing: { hours: 20 } }).state).toBe("pass");
});

describe("gate 1 says how the scores were recomputed", () => {
  const replayed = (met: number): ComputedEstimate => ({
    ...cost(met / 686, 0, 1),
    id: "data.replayed",
    unit: "share",
    numerator: met,
    denominator: 686,
  });
  const timed = { data: { times: { knownAt: "seen" }, variables: [] }, model: { predictors: [] } };
  test.each([
    ["no model", undefined, "no evidence", "score not reconstructible"],
    ["command not run", undefined, "no evidence", "model's command not run"],
    ["formula", 686, "no evidence", "686/686 scores replayed"],
    ["command without network", 686, "no evidence", "686/686 scores replayed"],
    ["command with network", 686, "no evidence", "686/686 scores replayed, run with network"],
    ["command with network", 685, "fail", "685/686 scores replayed, run with network"],
  ] as const)("%s, %s met", (replay, met, state, found) => {
    const book = bookOf(met === undefined ? [] : [replayed(met)]);
    const [first] = gates(protocol(timed), book, { asOf, replay });
    expect([first!.state, phraseText(first!.found, book)]).toEqual([state, found]);
  });
});

describe("gate 1 weighs when inputs were known", () => {
  const data = {
    times: { knownAt: "seen" },
    predictions: { predictedAt: "scored_on" },
    variables: [],
  };
  const timed = { data, model: { predictors: [] } };
  const share = (id: string, numerator: number): ComputedEstimate => ({
    ...cost(numerator / 100, 0, 1),
    id: `data.${id}`,
    unit: "share",
    numerator,
    denominator: 100,
  });
  const found = (replay: ReplayState, { late = 0, untimed = 0, after = 0, met }: Timed) => {
    const book = bookOf([
      share("known-in-time", 100 - late - untimed),
      share("known-late", late),
      share("known-untimed", untimed),
      share("predicted-after-decision", after),
      ...(met === undefined ? [] : [share("replayed", met)]),
    ]);
    const [first] = gates(protocol(timed), book, { asOf, replay });
    return [first!.state, phraseText(first!.found, book), first!.remedy ?? ""];
  };
  interface Timed {
    readonly late?: number;
    readonly untimed?: number;
    readonly after?: number;
    readonly met?: number;
  }

  test.each([
    ["formula", { met: 100 }, "pass", "100/100 scores replayed, inputs in time"],
    ["command without network", { met: 100 }, "pass", "100/100 scores replayed, inputs in time"],
    ["command with network", { met: 100 }, "no evidence", "100/100 scores replayed, run with network"],
    ["command not run", {}, "no evidence", "model's command not run"],
    ["no model", {}, "no evidence", "score not reconstructible"],
    ["formula", { untimed: 1, met: 99 }, "no evidence", "99/100 inputs known in time"],
    ["no model", { untimed: 1 }, "no evidence", "99/100 inputs known in time"],
    ["formula", { after: 1, met: 100 }, "no evidence", "1/100 predictions dated after the decision"],
    ["no model", { after: 100 }, "no evidence", "100/100 predictions dated after the decision"],
    ["formula", { after: 1, late: 1, met: 99 }, "fail", "1/100 inputs known too late"],
    ["formula", { after: 1, met: 99 }, "fail", "99/100 scores replayed"],
    ["formula", { late: 1, met: 99 }, "fail", "1/100 inputs known too late"],
    ["formula", { late: 1, untimed: 2, met: 97 }, "fail", "1/100 inputs known too late"],
    ["no model", { late: 1 }, "fail", "1/100 inputs known too late"],
    ["command not run", { late: 1 }, "fail", "1/100 inputs known too late"],
    ["formula", { untimed: 1, met: 98 }, "fail", "98/100 scores replayed"],
    ["formula", { late: 1, met: 98 }, "fail", "98/100 scores replayed"],
    ["formula", { met: 99 }, "fail", "99/100 scores replayed"],
  ] as const)("%s, %o: %s", (replay, counts, state, text) => {
    expect(found(replay, counts).slice(0, 2)).toEqual([state, text]);
  });

  test("the remedy names what is missing", () => {
    expect(found("formula", { untimed: 1, met: 99 })[2]).toContain("Give seen and scored_on");
    expect(found("formula", { late: 1, met: 98 })[2]).toMatch(
      /^Find which model.* Score again from what was known/,
    );
    expect(found("formula", { late: 1, met: 99 })[2]).not.toContain("Find which model");
  });

  test("nobody to count is no pass", () => {
    const none = (id: string): ComputedEstimate => {
      const { value: _, ...rest } = share(id, 0) as KnownEstimate;
      return { ...rest, n: 0, notEstimable: "nobody to count" };
    };
    const ids = ["known-in-time", "known-late", "known-untimed", "replayed"];
    const [first] = gates(protocol(timed), bookOf(ids.map(none)), { asOf, replay: "formula" });
    expect(first!.state).toBe("no evidence");
  });
});
