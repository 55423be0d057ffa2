import { expect, test } from "vitest";
import { decisionsOn, decisionTexts } from "./trace-decisions.ts";

const entry = (by: string, time: string) => ({ ledger: "l", index: 0, leaf: "a1", time, by });
const lock = {
  entry: entry("Ana Ruiz", "2026-11-01T08:00:00.000Z"),
  protocolSha256: "",
  outcomes: "results not opened before",
};
const amendment = (path: string) => ({
  entry: entry("Ben Okoye", "2026-11-22T09:00:00.000Z"),
  protocolSha256: "",
  outcomes: "results opened before",
  reason: "it missed nearly all",
  changes: [{ path, before: "risk >= 0.10", after: "risk >= 0.04" }],
});
const texts = (changed: string, read: string) =>
  decisionTexts(decisionsOn({ lock, amendments: [amendment(changed)] }, [{ path: read }]));

test("a field that was amended says when, by whom, and whether results were known", () => {
  expect(texts("operating_point", "operating_point")).toEqual([
    ["locked", "2026-11-01 by Ana Ruiz; results not opened before; l record 0  leaf a1"],
    [
      "amended",
      "operating_point: risk >= 0.10 → risk >= 0.04, 2026-11-22T09:00:00.000Z by Ben Okoye; " +
        "results opened before; reason: it missed nearly all",
    ],
  ]);
});

test.each([
  ["acceptance[2].at_least", "acceptance[2]", 1],
  ["endpoint", "endpoint.time", 1],
  ["acceptance[20].at_least", "acceptance[2]", 0],
  ["decision", "operating_point", 0],
])("an amendment of %s where %s is read", (changed, read, nAmended) => {
  expect(texts(changed, read)).toHaveLength(1 + nAmended);
});

test("a protocol that nobody locked is said to be so", () => {
  expect(decisionTexts(decisionsOn({ lock: null, amendments: [] }, []))).toEqual([
    ["locked", "no: nobody fixed the protocol"],
  ]);
});
