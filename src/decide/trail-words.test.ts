import { describe, expect, test } from "vitest";
import { phraseText } from "../evidence/format.ts";
import type { Amendment, Trail } from "../evidence/trail.ts";
import type { AcceptanceCriterion } from "../protocol/index.ts";
import { replacedFindings, trailFindings } from "./trail-findings.ts";
import {
  amendmentWords as amendmentPhrase,
  areSetInAdvance,
  lockWords,
  replacedWords,
} from "./trail-words.ts";

const amendmentWords = (...asked: Parameters<typeof amendmentPhrase>) => {
  const phrase = amendmentPhrase(...asked);
  return phrase && phraseText(phrase, new Map());
};

const entryOn = (day: string) => ({
  ledger: "test",
  index: 0,
  leaf: "00",
  time: `${day}T08:00:00.000Z`,
  by: "Ana Ruiz",
});
/** Of the protocol: all locks below are before it. */
const decision = "2026-11-30";
const unseen = "results not opened before";
const opened = "results opened before, on 2026-11-22";

function amendment(day: string, outcomes: string, changes: Amendment["changes"]): Amendment {
  return { entry: entryOn(day), protocolSha256: "00", outcomes, reason: "asked for", changes };
}

const threshold = { path: "operating_point.flag_when", before: ">= 0.40", after: ">= 0.30" };
const owner = { path: "model.owner", before: "data-science", after: "quality" };
const limit = { path: "acceptance[1].at_least", before: "0.6", after: "0.5" };

const months = (amount: number) =>
  ({
    amount,
    unit: "months",
    days: amount * 30.4375,
    label: `${amount} months`,
    short: `${amount}mo`,
  }) as const;
const criterion = (measure: AcceptanceCriterion["measure"], at = 60): AcceptanceCriterion => ({
  measure,
  limit: { kind: "atLeast", value: 0.5 },
  at: months(at),
  judgedBy: "bound",
});
const criteria = [criterion("events"), criterion("auc"), criterion("calibration_slope")];

function trail(lockedWith: string, amendments: readonly Amendment[]): Trail {
  return {
    lock: { entry: entryOn("2026-11-21"), protocolSha256: "00", outcomes: lockedWith },
    amendments,
    acknowledgement: { entry: entryOn("2026-11-22"), qualitySha256: "00", reason: "read" },
    voided: [],
    withoutReceipt: [],
    replaced: [],
    rejections: [],
    earlier: [],
  };
}

const hiding = [
  amendment("2026-11-23", opened, [threshold]),
  amendment("2026-11-24", opened, [owner]),
  amendment("2026-11-25", opened, []),
];

describe("a changed threshold is not hidden behind later amendments", () => {
  test("it comes first, the others are counted", () => {
    expect(amendmentWords(trail(unseen, hiding), 130, criteria)).toBe(
      "Amended 2026-11-23, outcomes known: operating_point.flag_when from >= 0.40 to >= 0.30; and 2 more in the report.",
    );
  });

  test("with room, all are told in order of weight, each under its day", () => {
    expect(amendmentWords(trail(unseen, hiding), 400, criteria)).toBe(
      "Amended 2026-11-23, outcomes known: operating_point.flag_when from >= 0.40 to >= 0.30; " +
        "2026-11-24, outcomes known: model.owner from data-science to quality; " +
        "2026-11-25, outcomes known: wording only, no field.",
    );
  });

  test("of two limits the one changed with outcomes known comes first", () => {
    const words = amendmentWords(
      trail(unseen, [amendment("2026-11-21", unseen, [limit]), amendment("2026-11-23", opened, [threshold])]),
      120,
      criteria,
    );
    expect(words).toMatch(/^Amended 2026-11-23, outcomes known: operating_point/);
    expect(words).toContain("and 1 more in the report");
  });

  test("the most weighty is told even where there is no room, without its values where they are long", () => {
    const meaning = { path: "endpoint.meaning", before: "death ".repeat(20), after: "relapse" };
    expect(
      amendmentWords(trail(unseen, [amendment("2026-11-23", opened, [owner, meaning])]), 10, criteria),
    ).toBe("Amended 2026-11-23, outcomes known: endpoint.meaning changed; and 1 more in the report.");
  });

  test("without an amendment there are no words", () => {
    expect(amendmentWords(trail(unseen, []), 100, criteria)).toBeUndefined();
  });
});

describe("a changed limit is called by its measure", () => {
  const words = (amendments: readonly Amendment[], of = criteria) =>
    amendmentWords(trail(unseen, amendments), 400, of);

  test.each([
    ["lower limit of AUC from 0.6 to 0.5", limit],
    [
      "upper limit of calibration slope from 1.25 to 1.5",
      { path: "acceptance[2].between[1]", before: "1.25", after: "1.5" },
    ],
  ])("%s", (text, change) =>
    expect(words([amendment("2026-11-23", unseen, [change])])).toBe(`Amended 2026-11-23: ${text}.`),
  );

  const path = "acceptance[1].at_least from 0.6 to 0.5";

  test("but by its field where another measure came to its place since", () => {
    const replaced = { path: "acceptance[1].measure", before: "sensitivity", after: "auc" };
    expect(
      words([amendment("2026-11-23", unseen, [limit]), amendment("2026-11-24", unseen, [replaced])]),
    ).toContain(path);
    expect(words([amendment("2026-11-23", unseen, [limit, replaced])])).toContain(path);
  });

  test("another measure that went before does not matter", () => {
    const replaced = { path: "acceptance[1].measure", before: "sensitivity", after: "auc" };
    expect(
      words([amendment("2026-11-22", unseen, [replaced]), amendment("2026-11-23", unseen, [limit])]),
    ).toContain("lower limit of AUC from 0.6 to 0.5");
  });

  test("and by its field where two criteria have one name", () => {
    expect(words([amendment("2026-11-23", unseen, [limit])], [...criteria, criterion("auc", 12)])).toContain(
      path,
    );
  });
});

describe("the header says when outcomes were known", () => {
  test.each([
    ["locked 2026-11-21", trail(unseen, [])],
    ["locked 2026-11-21, outcomes known", trail("outcomes public before: a paper", [])],
    ["locked 2026-11-21, amended 3×, outcomes known", trail(unseen, hiding)],
    ["locked 2026-11-21, amended 1×", trail(unseen, [amendment("2026-11-21", unseen, [limit])])],
    ["not locked", { ...trail(unseen, []), lock: null }],
  ])("%s", (words, given) => expect(lockWords(given, decision)).toBe(words));
});

test("replaced inputs stand in header and papers, and leave room for amendments", () => {
  const file = { name: "predictions.csv", sha256: "00" };
  const files = { before: file, now: file, isFirstAgain: false };
  const one = { role: "predictions", entry: entryOn("2026-11-23"), ...files } as const;
  const given = { ...trail(unseen, []), replaced: [{ ...one, resultsOpened: true }] };
  expect(lockWords(given, decision)).toBe("locked 2026-11-21, inputs replaced");
  expect(replacedWords(given)).toBe("Replaced after results were opened: predictions (2026-11-23)");
  const possible = { ...given, replaced: [{ ...one, resultsOpened: false }], amendments: hiding };
  expect(replacedWords(possible)).toBe("Inputs replaced after results could be opened");
  expect(replacedWords(trail(unseen, hiding))).toBeUndefined();
});

test("a file that is the first one again was not replaced; that others were seen between is a concern", () => {
  const before = { name: "other.csv", sha256: "ab".repeat(32) };
  const now = { name: "predictions.csv", sha256: "00" };
  const file = {
    role: "predictions",
    entry: entryOn("2026-11-23"),
    before,
    now,
    isFirstAgain: true,
  } as const;
  const given = { ...trail(unseen, []), replaced: [{ ...file, resultsOpened: true }] };
  expect(lockWords(given, decision)).toBe("locked 2026-11-21");
  expect(replacedWords(given)).toBe("Results on other inputs too: predictions (2026-11-23)");
  const sentence =
    "Predictions are those of the first results again; on 2026-11-23 results were opened on others: other.csv, sha256 abababab….";
  expect(replacedFindings(given)).toMatchObject([{ severity: "concern", sentence: [sentence] }]);
});

describe("limits count as set in advance only where lock and amendments show it", () => {
  test.each([
    [true, "locked before outcomes", trail(unseen, [])],
    [true, "an owner renamed later", trail(unseen, [amendment("2026-11-23", opened, [owner])])],
    [true, "a limit changed before outcomes", trail(unseen, [amendment("2026-11-21", unseen, [limit])])],
    [false, "a limit changed later", trail(unseen, [amendment("2026-11-23", opened, [limit])])],
    [false, "locked after outcomes were public", trail("outcomes public before: a paper", [])],
    [false, "never locked", { ...trail(unseen, []), lock: null }],
  ])("%s: %s", (expected, _, given) => expect(areSetInAdvance(given, decision)).toBe(expected));
});

describe("a lock after the decision date is no limit set in advance", () => {
  const given = trail(unseen, []);
  const findingOn = (decisionDate: string) =>
    trailFindings(given, { protocolSha256: "00", decisionDate }).find(
      ({ id }) => id === "protocol.locked-after-decision",
    );

  test("header and finding have both dates", () => {
    expect(areSetInAdvance(given, "2026-06-30")).toBe(false);
    expect(lockWords(given, "2026-06-30")).toBe("locked 2026-11-21, after decision date 2026-06-30");
    expect(findingOn("2026-06-30")).toMatchObject({
      severity: "concern",
      sentence: [
        "The protocol was locked 2026-11-21, after the decision date 2026-06-30: a decision taken on that date was not taken under it.",
      ],
    });
  });

  test("the day itself is in time", () => {
    expect(areSetInAdvance(given, "2026-11-21")).toBe(true);
    expect(lockWords(given, "2026-11-21")).toBe("locked 2026-11-21");
    expect(findingOn("2026-11-21")).toBeUndefined();
  });
});
