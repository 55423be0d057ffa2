import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lintProtocol, type Protocol } from "./index.ts";

const folder = new URL("../../assets/templates/", import.meta.url);
const names = readdirSync(folder).sort();
const read = (name: string) => readFileSync(new URL(name, folder), "utf8");

test("there are the ten study kinds", () => {
  expect(names.map((name) => name.replace(".protocol.yaml", ""))).toEqual([
    "adverse-event-detection",
    "breast-recurrence",
    "chemotherapy-toxicity",
    "high-risk-members",
    "medication-non-adherence",
    "nurse-triage",
    "prior-authorisation",
    "radiology",
    "sepsis-alert",
    "trial-matching",
  ]);
});

/** What nobody may invent: every field of evidence says that there is none. */
function evidenceOf(protocol: Protocol): unknown[] {
  const { privacyReview, harmReview, shadowing, fallback, timeOnTask, downtimeLog, training } = protocol;
  return [privacyReview, harmReview, shadowing, fallback, timeOnTask, downtimeLog, training];
}

describe.each(names)("%s", (name) => {
  const text = read(name);
  const { protocol, findings, page } = lintProtocol(text, name);

  test("fits on one page, no line wraps, and prints in plain characters", () => {
    expect(page.lines).toBeLessThanOrEqual(page.limit);
    expect(page.wrapped).toEqual([]);
    expect(text).toMatch(/^[\x20-\x7E–\n]*$/);
  });

  test("holds no evidence", () => {
    expect(evidenceOf(protocol)).toEqual(Array(7).fill(null));
    expect(protocol.endpoint.labelReview).toBeNull();
    expect(protocol.contract).toEqual({ fee: "unknown" });
    expect(protocol.approvals).toEqual({ irb: { status: "missing" }, dua: { status: "missing" } });
    expect(protocol.question.successOwner).toMatchObject({ name: null, signed: null });
  });

  test("lint finds only what the author must supply, and that nobody owns the monitoring", () => {
    expect(findings.map(({ id }) => id)).toEqual([
      "protocol.to-supply",
      "protocol.monitoring-plan/monitoring.owner",
    ]);
  });

  test("the worst harm it names is within the limit it sets", () => {
    const delays = protocol.harms.map(({ delayDays }) => delayDays);
    expect(Math.max(...delays)).toBeLessThanOrEqual(protocol.worstDelayDays);
    expect(protocol.harms.length).toBeGreaterThanOrEqual(2);
  });
});

test("no two templates share a decision, a success or a harm", () => {
  const protocols = names.map((name) => lintProtocol(read(name), name).protocol);
  const texts = protocols.flatMap(({ question, harms }) => [
    question.decisionChanged,
    question.success,
    ...harms.map(({ scenario }) => scenario),
  ]);
  expect(new Set(texts).size).toBe(texts.length);
});
