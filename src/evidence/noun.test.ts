import { expect, test } from "vitest";
import { saidOf } from "./noun.ts";

const encounter = { one: "encounter", many: "encounters" };

test.each([
  ["Patients who meet the criteria", "Encounters that meet the criteria"],
  ["Share of patients flagged", "Share of encounters flagged"],
  ["Patients whose value is empty", "Encounters whose value is empty"],
  ["rows of the patients file", "rows of the patients file"],
  ["the inpatient ward", "the inpatient ward"],
])("%s", (text, said) => {
  expect(saidOf(encounter, text)).toBe(said);
  expect(saidOf({ one: "patient", many: "patients" }, text)).toBe(text);
});
