import { expect, test } from "vitest";
import { dossier } from "../../../test/report-fixture/dossier.ts";
import type { Dossier } from "../../evidence/dossier.ts";
import type { Estimate } from "../../evidence/estimate.ts";
import type { Phrase } from "../../evidence/phrase.ts";
import { withoutCounts } from "./texts.ts";

const cost = "burden.usd";
const hides = (id: string): Dossier => ({
  ...dossier,
  estimates: dossier.estimates.map((estimate): Estimate => {
    const { label, unit, method, evidence } = estimate;
    return estimate.id === id ? { id, label, unit, method, evidence, n: null, hidden: true } : estimate;
  }),
});

function burdenFound(found: Phrase, whole: Dossier): Phrase {
  const requirements = dossier.requirements.map((requirement) =>
    requirement.gate === 2 ? { ...requirement, found } : requirement,
  );
  return withoutCounts({ ...whole, requirements }, dossier).requirements[1]!.found;
}

test("a hidden number says so once, not again in brackets", () => {
  const found: Phrase = [
    { id: cost, part: "value" },
    " (",
    { id: cost, part: "interval" },
    ")",
    " of $5,000",
  ];
  expect(burdenFound(found, hides(cost))).toEqual([{ id: cost, part: "value" }, " of $5,000"]);
  expect(burdenFound(found, dossier)).toEqual(found);
});

test("beside a measure nothing stands where none of its numbers is shown", () => {
  const bases = (whole: Dossier) => withoutCounts(whole, dossier).memo.evidence.map(({ base }) => base);
  const shown = bases(dossier);
  const hidden = bases(hides("performance.calibration-slope@60mo"));
  expect(shown[2]).toEqual(["slope ", { id: "performance.calibration-slope@60mo", part: "both" }]);
  expect(hidden[2]).toEqual([]);
  expect([hidden[0], hidden[5]]).toEqual([shown[0], shown[5]]);
});

test("a hidden number that decides says why it is hidden and who reads it where", () => {
  const id = "performance.calibration-slope@60mo";
  const decision: Phrase = ["Recommend NO-GO. Slope: ", { id, part: "both" }, ", limit .80\u20131.25."];
  const decisionOf = (whole: Dossier, text: Phrase) =>
    withoutCounts({ ...whole, memo: { ...whole.memo, decision: text } }, dossier).memo.decision;
  const words =
    " Hidden: fewer than 11 patients are behind it, or such a count would follow; " +
    "the team, who may see patient data, reads it in team/dossier.json.";
  expect(decisionOf(hides(id), decision)).toEqual([...decision, words]);
  expect(decisionOf(dossier, decision)).toEqual(decision);
  const long: Phrase = ["m".repeat(200), ...decision];
  expect(decisionOf(hides(id), long)).toEqual(long);
});
