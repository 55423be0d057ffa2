import { expect, test } from "vitest";
import { settingsFindings } from "./settings-findings.ts";

const protocol = { decisionDate: "2026-11-30", precision: { bootstrapDraws: 2000 } };
const plain = { asOf: "2026-11-30", seed: 20_260_101, nDraws: 2000 };
const said = (settings: Partial<typeof plain>) =>
  settingsFindings(protocol, { ...plain, ...settings }).map(({ sentence }) => sentence.join(""));

test("the protocol's own settings, a later day, more draws and none at all are no finding", () => {
  for (const settings of [{}, { asOf: "2027-01-01" }, { nDraws: 5000 }, { nDraws: 0 }])
    expect(said(settings)).toEqual([]);
});

test("an earlier day, another seed and fewer draws are told in one finding", () => {
  expect(said({ asOf: "2026-11-10", seed: 7, nDraws: 100 })).toEqual([
    "Evaluated otherwise than the protocol and the defaults say: as of 2026-11-10, before the decision date " +
      "2026-11-30; seed 7, not 20260101; 100 bootstrap draws, not 2,000.",
  ]);
});
