import { expect, test } from "vitest";
import { formatPart } from "../../evidence/format.ts";
import type { Cohort } from "../cohort/cohort.ts";
import { outcomeCounts } from "./quality.ts";

/** Three patients, all followed 30 days without an event: the median follow-up is 30 days. */
const cohort: Cohort = {
  kind: "time to event",
  unit: { one: "patient", many: "patients" },
  n: 3,
  time: Float64Array.of(30, 30, 30),
  event: Uint8Array.of(0, 0, 0),
  readings: [],
  groups: [],
  inputs: [],
};

test.each([
  ["hours", "720.0\u00a0h"],
  ["days", "30.0\u00a0days"],
  ["weeks", "30.0\u00a0days"],
  ["months", "0.1\u00a0y"],
] as const)("median follow-up of a study with a horizon in %s is %s", (unit, text) => {
  const followUp = outcomeCounts(cohort, unit).find(({ id }) => id === "cohort.follow-up");
  expect(formatPart(followUp!, "value")).toBe(text);
});
