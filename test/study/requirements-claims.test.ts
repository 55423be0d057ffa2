import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BinaryRow, writeBinaryStudy } from "./binary-study.ts";
import { evaluated, type Written } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const times = (n: number, row: BinaryRow): BinaryRow[] => Array.from({ length: n }, () => row);

interface Cells {
  readonly tp: number;
  readonly fn: number;
  readonly fp: number;
  readonly tn: number;
}

/** Flagged from .25; both sexes alike. */
const visits = ({ tp, fn, fp, tn }: Cells): BinaryRow[] =>
  (["F", "M"] as const).flatMap((sex) => [
    ...times(tp / 2, { event: 1, risk: 0.5, sex }),
    ...times(fn / 2, { event: 1, risk: 0.1, sex }),
    ...times(fp / 2, { event: 0, risk: 0.5, sex }),
    ...times(tn / 2, { event: 0, risk: 0.1, sex }),
  ]);

const claiming = (claims: readonly string[]) => (text: string) =>
  replaced(text, "burden:\n", `claims:\n${claims.map((claim) => `  - { ${claim} }\n`).join("")}burden:\n`);

const accuracy = "said: 89 % accurate, by: vendor, measure: accuracy, value: 0.89";
const logLoss = "said: log loss of 0.3, by: data science, measure: log_loss, value: 0.3";
const falseNegatives = "said: 5 % false negative rate, by: vendor, measure: false_negative_rate, value: 0.05";

async function study(name: string, cells: Cells, claims: readonly string[]): Promise<Written> {
  const path = writeBinaryStudy(join(folder.path, name), {
    rows: visits(cells),
    protocol: claiming(claims),
  });
  const written = await evaluated(path, join(folder.path, `${name}-out`), { draws: 0 });
  assertSound(written);
  return written;
}

/** Per cent to one decimal, as the articles print it. */
const percent = (share: number) => (100 * share).toFixed(1);

describe("an event rate of 5 %, accuracy 89 %, sensitivity 80 %", () => {
  // 200 of 4,000 with the event, 160 flagged; 440 wrong answers, so 400 flagged for nothing.
  let found: Written;
  beforeAll(async () => {
    found = await study("rare", { tp: 160, fn: 40, fp: 400, tn: 3400 }, [accuracy, logLoss]);
  });
  const value = (id: string) => found.known(`${id}@30d`).value;

  test("I006: accuracy stands beside that of flagging nobody and the PPV, and decides nothing", () => {
    expect(value("performance.accuracy")).toBe(0.89);
    expect(value("performance.accuracy-flag-nobody")).toBe(0.95);
    expect(percent(value("performance.ppv"))).toBe("28.6");
    // The claim alone, with the sensitivity found: the same PPV.
    expect(percent(found.known("claims.ppv@30d/claim:1-ppv").value)).toBe("28.6");
    const text = visibleText(found.memo).replaceAll(/\s+/g, " ");
    expect(text).toMatch(/Accuracy .89 [^;]*; flagging nobody .95/);
    const { verdict, requirements } = found.team;
    expect(JSON.stringify(verdict)).not.toContain("accuracy");
    expect(requirements.flatMap(({ evidence }) => evidence).join(" ")).not.toContain("accuracy");
  });

  test("I141: a log loss of .3 is half as bad again as one risk for all", () => {
    // −(.05 ln .05 + .95 ln .95) = .1985, and 1 − .3/.1985 = −.51.
    expect(value("performance.log-loss-null")).toBeCloseTo(0.1985, 4);
    expect(found.known("claims.skill@30d/claim:2-skill").value).toBeCloseTo(-0.51, 2);
  });
});

describe("10,000 visits, an event rate of 20 %", () => {
  // A quarter is flagged.
  let found: Written;
  beforeAll(async () => {
    found = await study("common", { tp: 1500, fn: 500, fp: 1000, tn: 7000 }, [falseNegatives, logLoss]);
  });

  test("I154: a false negative rate of 5 % is 100, 500 or 375 missed, by its base", () => {
    const missed = ["of-events", "of-all", "of-unflagged"].map(
      (reading) => 10 * found.known(`claims.missed@30d/claim:1-${reading}`).value,
    );
    expect(missed.map((count) => Number(count.toFixed(9)))).toEqual([100, 500, 375]);
    const { sentence } = found.team.findings.find(({ id }) => id === "claims.readings-1")!;
    expect(found.text(sentence)).toContain(
      "10 if of those with the event; 50 if of all; 38 if of those not flagged",
    );
  });

  test("I141: a log loss of .3 is two fifths better than one risk for all", () => {
    // −(.2 ln .2 + .8 ln .8) = .5004, and 1 − .3/.5004 = .40.
    expect(found.known("performance.log-loss-null@30d").value).toBeCloseTo(0.5004, 4);
    expect(found.known("claims.skill@30d/claim:2-skill").value).toBeCloseTo(0.4, 2);
  });

  test("I167: of 1,000 visits, found, flagged for nothing, missed and left alone add up to 1,000", () => {
    const cells = ["true-positives", "false-positives", "false-negatives", "true-negatives"].map(
      (cell) => found.known(`performance.${cell}@30d`).value,
    );
    expect(cells).toEqual([150, 100, 50, 700]);
    expect(visibleText(found.report)).toMatch(/Of 1,000 such \w+/);
  });

  test("I182: every number says what kind of evidence it is, and the memo prints it", () => {
    const kinds = found.team.estimates.map((one) => ("evidence" in one ? one.evidence : "none"));
    expect(new Set(kinds)).toEqual(new Set(["retrospective"]));
    // Nobody read a chart: the row of the labels has no evidence of any kind.
    for (const { estimate, level } of found.team.memo.evidence)
      expect([estimate, level]).toEqual([estimate, estimate.startsWith("labels.") ? "none" : "retro"]);
    expect(visibleText(found.memo)).toContain("retro");
  });
});

describe("a slice of rare patients", () => {
  // 12 men with the event, 9 of them flagged, among 400 women.
  const rows = [
    ...times(120, { event: 1, risk: 0.5 }),
    ...times(40, { event: 1, risk: 0.1 }),
    ...times(60, { event: 0, risk: 0.5 }),
    ...times(180, { event: 0, risk: 0.1 }),
    ...times(9, { event: 1, risk: 0.5, sex: "M" as const }),
    ...times(3, { event: 1, risk: 0.1, sex: "M" as const }),
    ...times(30, { event: 0, risk: 0.1, sex: "M" as const }),
    ...times(15, { event: 0, risk: 0.5, sex: "M" as const }),
  ];
  const rare = "performance.sensitivity@30d/sex:M";
  const under = async (minimumCell: number) => {
    const name = `slice-${minimumCell}`;
    const path = writeBinaryStudy(join(folder.path, name), { rows, minimumCell });
    return evaluated(path, join(folder.path, `${name}-out`), { draws: 0 });
  };

  test("I116: 12 events stand with their interval, and counts below the minimum cell are not shown", async () => {
    const open = await under(1);
    const { value, denominator, interval } = open.known(rare);
    expect([value, denominator]).toEqual([0.75, 12]);
    // Wilson's limits of 9 of 12, from its formula.
    const z2 = 3.841458820694124;
    const middle = (9 + z2 / 2) / (12 + z2);
    const half = (Math.sqrt(z2) / (12 + z2)) * Math.sqrt((9 * 3) / 12 + z2 / 4);
    expect(interval!.lower).toBeCloseTo(middle - half, 12);
    expect(interval!.upper).toBeCloseTo(middle + half, 12);
    // 9 and 3 are below 11, and so nothing that gives them away is in the committee's half.
    const { committee } = await under(11);
    const shown = committee.estimates.find(({ id }) => id === rare)!;
    expect("hidden" in shown).toBe(true);
  });
});
