import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Finding } from "../evidence/finding.ts";
import { parseProtocol } from "../protocol/index.ts";
import { triage } from "./triage.ts";

const sepsis = readFileSync(
  new URL("../../assets/templates/sepsis-alert.protocol.yaml", import.meta.url),
  "utf8",
);

/** The sepsis template with edits, each of which must apply. */
function protocolWith(edits: readonly (readonly [from: string, to: string])[] = []) {
  const text = edits.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`nothing to edit: ${from}`);
    return before.replace(from, to);
  }, sepsis);
  return parseProtocol(text, "protocol.yaml");
}

const asOf = "2027-06-30";
const triaged = (edits?: Parameters<typeof protocolWith>[0], findings: readonly Finding[] = []) =>
  triage(protocolWith(edits), { asOf, findings });

test("a protocol without evidence is on HOLD, and what is missing comes in order of the stages", () => {
  const { verdict, missing } = triaged();
  expect(verdict).toMatchObject({ word: "HOLD", halted: true });
  expect(missing.map(({ id, neededFor }) => `${neededFor} ${id}`)).toEqual([
    "silent gate.1",
    "silent gate.6",
    "silent acceptance.events@24h",
    "silent acceptance.auc@24h",
    "silent acceptance.calibration_slope@24h",
    "silent acceptance.sensitivity@24h/worst-of-strata",
    "silent acceptance.ppv@24h",
    "silent acceptance.net_benefit_gain@24h",
    "silent approval.irb",
    "silent approval.dua",
    "silent privacy-review",
    "silent harm-review",
    "silent success-owner",
    "silent monitoring-plan",
    "pilot gate.2",
    "pilot gate.3",
    "pilot gate.5",
    "pilot shadowing",
    "live gate.4",
    "live gate.7",
  ]);
  for (const { remedy } of missing) expect(remedy).toMatch(/\.$/);
});

test("what the protocol cannot show stays open, whatever else it supplies: never above HOLD", () => {
  const { verdict, missing } = triaged([
    [
      "irb: { status: missing }, dua: { status: missing }",
      "irb: { status: exempt, because: records }, dua: { status: exempt, because: own records }",
    ],
    ["privacy_review: none", "privacy_review: { document: p.pdf, date: 2027-01-01, by: officer }"],
    ["harm_review: none", "harm_review: { document: h.pdf, date: 2027-01-01, by: nurse }"],
    ["contract: { fee: unknown }", "contract: { fee: none }"],
    ["name: none, signed: none", "name: A. Smith, signed: 2027-01-01"],
    ["owner: none", "owner: B. Jones"],
  ]);
  expect(verdict.word).toBe("HOLD");
  const silent = missing.filter(({ neededFor }) => neededFor === "silent").map(({ id }) => id);
  expect(silent[0]).toBe("gate.1");
  expect(silent.slice(1).every((id) => id.startsWith("acceptance."))).toBe(true);
});

test("a harm engine is NO-GO", () => {
  const fee = "contract: { fee: per-alert, usd_per_alert: 2 }";
  const { verdict } = triaged([["contract: { fee: unknown }", fee]]);
  expect(verdict).toMatchObject({ word: "NO-GO", decidedBy: ["gate.6"] });
});

test("a worst harm beyond its limit is NO-GO", () => {
  const { verdict } = triaged([["delay_days: 0.5", "delay_days: 7"]]);
  expect(verdict).toMatchObject({ word: "NO-GO", decidedBy: ["worst-harm"] });
});

test("an approval that has lapsed is no evidence; a measured gain of work fails", () => {
  const lapsed = "irb: { status: approved, id: A-1, expires: 2027-01-01 }";
  expect(triaged([["irb: { status: missing }", lapsed]]).verdict.word).toBe("HOLD");
  const roles = "roles: { nurse: { before_minutes: 2, after_minutes: 5, n: 40 } }";
  const study = `time_on_task: { document: t.pdf, date: 2027-01-01, ${roles} }`;
  expect(triaged([["time_on_task: none", study]]).verdict).toMatchObject({
    word: "REDESIGN",
    decidedBy: ["gate.4"],
  });
});

test("a serious finding on the protocol is REDESIGN, a concern is not", () => {
  const finding = {
    id: "protocol.validation-design/validation.design",
    stage: "protocol",
    sentence: ["A/B test."],
    estimates: [],
    remedy: "Run it silently.",
  } as const;
  expect(triaged([], [{ ...finding, severity: "serious" }]).verdict.word).toBe("REDESIGN");
  expect(triaged([], [{ ...finding, severity: "concern" }]).verdict.word).toBe("HOLD");
});

test("gate 2 says how many false flags its limit allows", () => {
  // 1.8 min at $48/h and 35 % of 6 min at $130/h: 1.44 + 4.55 = $5.99; 5,000 / 5.99 = 834.7.
  const gate = triaged().requirements.find(({ gate }) => gate === 2);
  expect(gate?.found).toEqual(["834 false flags allowed, 1,800 scored"]);
});

test("limits that exclude each other: a model that just meets them costs more than the burden may", () => {
  const edit = (scored: number) =>
    [
      ["scored_per_month: 1800", `scored_per_month: ${scored}`],
      ["at_least: 0.50, worst_of: strata }", "at_least: 0.50 }"],
    ] as const;
  // 3 % of them septic, half of those found, 9 false flags for each: 0.135 · scored. One costs
  // 1/60·40 + .35·4/60·110 = $3.23 at the low end and 4/60·60 + .35·10/60·160 = $13.33 at the high end.
  expect(triaged(edit(1800)).findings).toEqual([]);
  const [concern] = triaged(edit(8000)).findings;
  expect(concern).toMatchObject({ id: "burden.at-limits", severity: "concern" });
  expect(concern!.sentence.join("")).toContain("1,080 patients a month for nothing: $6,469 ($3,492–$14,400)");
  const stopped = triaged(edit(12_000));
  expect(stopped.findings[0]?.severity).toBe("serious");
  expect(stopped.verdict.word).toBe("REDESIGN");
});
