import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type LintFinding, type LintRule, lintProtocol, lintRules, pageCount } from "./index.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

type Edit = readonly [from: string, to: string];

/** The template for high-risk members as its author would leave it, with edits that must apply. */
function members(...edits: readonly Edit[]): string {
  const supplied = read("assets/templates/high-risk-members.protocol.yaml")
    .replaceAll(/ +# to supply/g, "")
    .replace("owner: none", "owner: B. Jones");
  return edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`nothing to edit: ${from}`);
    return text.replace(from, to);
  }, supplied);
}

const lint = (text: string) => lintProtocol(text, "protocol.yaml").findings;
const sentence = (finding: LintFinding | undefined) => finding?.sentence.join("") ?? "";

const was = {
  success: "success: unplanned admissions per 1,000 listed members against a group not called",
  kill: "kill_if: admissions no lower than in the group not called after 12 months",
  rate: "  expected_event_rate: 0.05\n",
  auc: "{ measure: auc,               at_least: 0.75 }",
  sensitivity: "{ measure: sensitivity,       at_least: 0.15, worst_of: strata }",
  ppv: "{ measure: ppv,               at_least: 0.20 }",
  slope: "{ measure: calibration_slope, between: [0.80, 1.25] }",
  design: "validation: { design: staged-rollout, duration: 18 months }",
} as const;
const success = (words: string): Edit => [was.success, `success: "${words}"`];
const kill = (words: string): Edit => [was.kill, `kill_if: "${words}"`];

const fairness = "fairness: { margin: 0.10 }\n";

const seen: Edit = ["  variables:\n", "  variables:\n    seen: { type: date }\n"];

test("the protocol that the cases start from has no finding", () => {
  expect(lint(members())).toEqual([]);
});

/** Each rule: edits that break it, with the place of the words, and edits that come near and do not. */
const cases: readonly {
  readonly rule: LintRule;
  readonly breaks: readonly (readonly [name: string, ...edits: Edit[]])[];
  readonly keeps: readonly (readonly [name: string, ...edits: Edit[]])[];
}[] = [
  {
    rule: "one-page",
    breaks: [
      ["12 lines more", ["protocol: 1", `protocol: 1${"\n# more".repeat(12)}`]],
      ["a line that wraps 13 times", ["protocol: 1", `protocol: 1 # ${"x".repeat(1420)}`]],
    ],
    keeps: [["11 lines more", ["protocol: 1", `protocol: 1${"\n# more".repeat(11)}`]]],
  },
  {
    rule: "to-supply",
    breaks: [["one line", ["author: to be named", "author: to be named  # to supply"]]],
    keeps: [["the words in a text", kill("nothing to supply in two months")]],
  },
  {
    rule: "vanity-metric",
    breaks: [
      ["adoption", success("adoption among care managers")],
      ["clicks", success("clicks on the list")],
      ["logins", success("log-ins a month")],
      ["alerts shown", success("alerts shown to nurses")],
      ["AUC", success("AUC in production")],
      ["number of users", success("number of users")],
      ["satisfaction", success("satisfaction of care managers")],
      ["enrolment", success("number of patients enrolled")],
    ],
    keeps: [
      ["as a base", success("septic stays found at least 1 hour before treatment, per alert shown")],
      ["outside success", kill("adoption unknown after a year")],
    ],
  },
  {
    rule: "accuracy",
    breaks: [
      ["no event rate", success("accurate flags"), [was.rate, ""]],
      ["a number no better than flagging nobody", success("accuracy of 94 %")],
      ["in another text", kill("accuracy below 0.9"), [was.rate, ""]],
    ],
    keeps: [
      ["beside the event rate", success("accuracy of 97 % at a prevalence of 5 %")],
      ["an accurate list of drugs", kill("no accurate list of drugs")],
    ],
  },
  {
    rule: "percentage-without-base",
    breaks: [
      ["in success", success("40 % reached")],
      [
        "in a harm",
        ["scenario: last year's costly members are called, who", "scenario: 20 % are called, who"],
      ],
    ],
    keeps: [
      ["of whom", success("reach 40 % of listed members")],
      ["a fraction", success("reached 40 % (12/30)")],
      ["a rate with its base in the name", kill("PPV below 15 % in two months running")],
      ["a level of confidence", kill("upper 95 % bound below 1")],
    ],
  },
  {
    rule: "relative-or-points",
    breaks: [
      ["a sign", success("admission errors +3 %")],
      ["by", success("reduce admissions by 12 %")],
      ["a noun", success("12 % fewer admissions of listed members")],
      ["a verb", success("cut admissions 12 %")],
    ],
    keeps: [
      ["relative", success("reduce admissions by 12 % relative, from 15 per 100")],
      ["from and to", success("reduce the share of admitted members from 15 % to 13.2 %")],
      ["points", success("share of admitted members 3 percentage points lower")],
      ["a level after a verb", kill("sensitivity falls below 40 % in two quarters")],
      ["a risk is no rise", success("share with a risk of 20 % called")],
    ],
  },
  {
    rule: "ppv-target",
    breaks: [
      ["a criterion", [was.ppv, "{ measure: ppv, at_least: 0.90 }"]],
      ["in words", success("members found with > 90 % precision"), [`  - ${was.ppv}\n`, ""]],
      ["without event rate", [was.rate, ""]],
      ["without AUC", [`  - ${was.auc}\n`, ""]],
      [
        "a sensitivity that this AUC does not allow",
        [was.sensitivity, "{ measure: sensitivity, at_least: 0.80 }"],
      ],
    ],
    keeps: [["no target", [`  - ${was.ppv}\n`, ""]]],
  },
  {
    rule: "loss-without-event-rate",
    breaks: [
      ["log loss without event rate", kill("log loss above 0.3"), [was.rate, ""]],
      ["log loss that is no skill", kill("log loss above 0.3")],
      ["Brier score without event rate", [was.slope, "{ measure: brier, at_most: 0.04 }"], [was.rate, ""]],
      ["Brier score that is no skill", [was.slope, "{ measure: brier, at_most: 0.05 }"]],
    ],
    keeps: [
      ["log loss with skill", kill("log loss above 0.15")],
      ["Brier score with skill", [was.slope, "{ measure: brier, at_most: 0.04 }"]],
      ["scaled Brier score", [was.slope, "{ measure: scaled_brier, at_least: 0.05 }"], [was.rate, ""]],
    ],
  },
  {
    rule: "criterion-not-computed",
    breaks: [
      [
        "worst stratum of a slope",
        [was.slope, "{ measure: calibration_slope, at_least: 0.8, worst_of: strata }"],
      ],
      ["a bound of a plain count", [was.slope, "{ measure: flag_rate, at_most: 0.1 }"]],
    ],
    keeps: [["judged by the point", [was.slope, "{ measure: flag_rate, at_most: 0.1, judged_by: point }"]]],
  },
  {
    rule: "judged-by-point",
    breaks: [["AUC", [was.auc, "{ measure: auc, at_least: 0.75, judged_by: point }"]]],
    keeps: [["by the bound", [was.auc, "{ measure: auc, at_least: 0.75, judged_by: bound }"]]],
  },
  {
    rule: "few-events",
    breaks: [["99", ["at_least: 100 }", "at_least: 99 }"]]],
    keeps: [["200", ["at_least: 100 }", "at_least: 200 }"]]],
  },
  {
    rule: "harm-scenario",
    breaks: [["a second feature", ["features: [monthly list]", "features: [monthly list, reasons]"]]],
    keeps: [["one feature", ["features: [monthly list]", "features: [monthly list]"]]],
  },
  {
    rule: "monitoring-plan",
    breaks: [
      ["no owner", ["owner: B. Jones", "owner: none"]],
      [
        "no plan",
        [members().slice(members().indexOf("monitoring:"), members().indexOf("memo:")), "monitoring: none\n"],
      ],
    ],
    keeps: [["an owner", ["owner: B. Jones", "owner: C. Brown"]]],
  },
  {
    rule: "burden-steps",
    breaks: [
      ["a step without time", ["minutes: { low: 15, mid: 25, high: 40 }", "minutes: 0"]],
      [
        "true flags left out",
        [members().slice(members().indexOf("  per_true_positive"), members().indexOf("  limit_usd")), ""],
      ],
    ],
    keeps: [
      ["a range", ["minutes: { low: 15, mid: 25, high: 40 }", "minutes: { low: 0, mid: 25, high: 40 }"]],
    ],
  },
  {
    rule: "burden-range",
    breaks: [
      [
        "plain numbers",
        ["{ low: 15, mid: 25, high: 40 }", "25"],
        ["{ low: 38, mid: 46, high: 56 }", "46"],
        ["{ low: 5, mid: 8, high: 12 }", "8"],
        ["{ low: 38, mid: 46, high: 56 }", "46"],
      ],
    ],
    keeps: [["one range", ["{ low: 15, mid: 25, high: 40 }", "25"]]],
  },
  {
    rule: "validation-design",
    breaks: [
      [
        "A/B test of treatment",
        ["intervention: outreach", "intervention: treatment"],
        ["staged-rollout", "a-b-test"],
      ],
      ["rollout of treatment", ["intervention: outreach", "intervention: treatment"]],
      [
        "a randomised trial that nobody approved",
        ["intervention: outreach", "intervention: treatment"],
        ["staged-rollout", "randomised-trial"],
      ],
      [
        "in words",
        ["intervention: outreach", "intervention: treatment"],
        [`${was.design}\n`, ""],
        kill("no gain in the A/B test"),
      ],
      ["shorter than the horizon", ["duration: 18 months", "duration: 11 months"]],
    ],
    keeps: [
      ["A/B test of outreach", ["staged-rollout", "a-b-test"]],
      [
        "treatment, silently",
        ["intervention: outreach", "intervention: treatment"],
        ["staged-rollout", "silent"],
      ],
      [
        "an approved trial of treatment",
        ["intervention: outreach", "intervention: treatment"],
        ["staged-rollout", "stepped-wedge"],
        ["irb: { status: missing }", "irb: { status: approved, id: A-1, expires: 2028-01-01 }"],
      ],
    ],
  },
  {
    rule: "population-by-outcome",
    breaks: [
      ["those with the event", ["age >= 18", "admitted = 1"]],
      ["immortal time", ["age >= 18", "follow_up > 30 days"]],
      ["beside another condition", ["age >= 18", "age >= 18 and not (follow_up < 30 days)"]],
    ],
    keeps: [
      ["follow-up that begins", ["age >= 18", "follow_up > 0 days"]],
      ["an outcome that is recorded", ["age >= 18", "admitted is not missing"]],
      ["another column", ["age >= 18", "admissions >= 1"]],
    ],
  },
  {
    rule: "group-by-outcome",
    breaks: [
      ["strata of the event", ["80], sex, deprivation]", "80], sex, deprivation, admitted]"]],
      ["a slice of the followed", ["\nstrata:", '\nslices: { followed: "follow_up > 30 days" }\nstrata:']],
      ["a slice beside the event", ["\nstrata:", '\nslices: { old: "age >= 80 or admitted = 1" }\nstrata:']],
    ],
    keeps: [
      ["a slice of an input", ["\nstrata:", '\nslices: { old: "age >= 80" }\nstrata:']],
      ["whose outcome is recorded", ["\nstrata:", '\nslices: { known: "admitted is not missing" }\nstrata:']],
    ],
  },
  {
    rule: "predictor-of-outcome",
    breaks: [
      ["the event itself", ["predictors: [age, admissions,", "predictors: [age, admitted, admissions,"]],
    ],
    keeps: [
      ["the same before the index", ["predictors: [age, admissions,", "predictors: [admissions, age,"]],
    ],
  },
  {
    rule: "known-at-not-compared",
    breaks: [
      ["a moment that is no column", ["known_at: none", "known_at: seen"], seen],
      [
        "the column of the prediction itself",
        ["known_at: none", "known_at: seen"],
        ["predicted_at: month_start", "predicted_at: seen"],
        seen,
      ],
    ],
    keeps: [
      [
        "two columns of dates",
        ["known_at: none", "known_at: seen"],
        ["predicted_at: month_start", "predicted_at: scored"],
        seen,
        ["  variables:\n", "  variables:\n    scored: { type: date }\n"],
      ],
      ["no column", seen],
    ],
  },
  {
    rule: "groups-not-compared",
    breaks: [["no audit", [fairness, ""]]],
    keeps: [["nobody is protected", [fairness, ""], ["protected: [sex, deprivation]", "protected: []"]]],
  },
  {
    rule: "follow-up",
    breaks: [
      ["nobody", ["recruited: 2024–2025", "recruited: 2026-07-01 to 2027-01-01"]],
      ["not the last", ["recruited: 2024–2025", "recruited: 2024-01-01 to 2026-12-31"]],
    ],
    keeps: [["everybody", ["recruited: 2024–2025", "recruited: 2024-01-01 to 2026-06-29"]]],
  },
];

describe.each(cases)("$rule", ({ rule, breaks, keeps }) => {
  test.each(breaks)("found: %s", (_, ...edits) => {
    const text = members(...(edits as Edit[]));
    const found = lint(text).filter((finding) => finding.rule === rule);
    expect(found.length).toBeGreaterThan(0);
    for (const { id, place, remedy } of found) {
      expect(id).toMatch(new RegExp(`^protocol\\.${rule}(/|$)`));
      const [, line, column] = /^protocol\.yaml:(\d+):(\d+)/.exec(place)!;
      expect(text.split("\n")[Number(line) - 1]!.length).toBeGreaterThanOrEqual(Number(column));
      expect(remedy).toMatch(/[.}]$/);
    }
  });

  test.each(keeps)("not found: %s", (_, ...edits) => {
    const found = lint(members(...(edits as Edit[]))).filter((finding) => finding.rule === rule);
    expect(found.map(sentence)).toEqual([]);
  });
});

test("every rule has its cases, and its line in docs/lint.md", () => {
  expect(cases.map(({ rule }) => rule).sort()).toEqual(Object.keys(lintRules).sort());
  const listed = [...read("docs/lint.md").matchAll(/^\| `([a-z-]+)` \| ([^|]*) \|/gm)];
  expect(listed.map(([, rule, means]) => [rule, means])).toEqual(Object.entries(lintRules));
});

test("a finding stands at the words that it is about", () => {
  const text = members(success("12 % fewer admissions"), kill("log loss above 0.3"));
  const [first, second] = lint(text).filter(({ rule }) => rule !== "vanity-metric");
  const placeOf = (words: string) => {
    const line = text.split("\n").findIndex((one) => one.includes(words));
    return `protocol.yaml:${line + 1}:${text.split("\n")[line]!.indexOf(words) + 1}`;
  };
  expect(first).toMatchObject({
    rule: "relative-or-points",
    place: `${placeOf("12 % fewer")} question.success`,
  });
  expect(second).toMatchObject({
    rule: "loss-without-event-rate",
    place: `${placeOf("log loss")} memo.kill_if`,
  });
});

test("findings come worst first, and no two have the same id", () => {
  const findings = lint(
    members(
      success("adoption +3 %, accuracy 90 %, 40 % reached"),
      ["recruited: 2024–2025", "recruited: 2026-07-01 to 2027-01-01"],
      ["owner: B. Jones", "owner: none"],
      ["at_least: 100 }", "at_least: 99 }"],
    ),
  );
  const rank = ["fatal", "serious", "concern", "info"];
  const ranks = findings.map(({ severity }) => rank.indexOf(severity));
  expect(ranks).toEqual([...ranks].sort());
  expect(new Set(ranks).size).toBe(3);
  expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
});

describe("a PPV of 90 % at an AUC of .84, as published", () => {
  const target = (...edits: Edit[]) =>
    lint(
      members(
        [was.ppv, "{ measure: ppv, at_least: 0.90 }"],
        [was.auc, "{ measure: auc, at_least: 0.84 }"],
        ...edits,
      ),
    ).find(({ rule }) => rule === "ppv-target");

  test("I231: at an event rate of 5 %, over shapes of the ROC curve", () => {
    const finding = target();
    expect(finding).toMatchObject({ severity: "concern", id: "protocol.ppv-target/acceptance[5]" });
    const shares = [...sentence(finding).matchAll(/(\d+(?:\.\d+)?) %/g)].map(([, share]) => Number(share));
    // PPV and event rate as given; then equal spread, ratios of 1.25, 1.5 and 2, and the ceiling.
    expect(shares.slice(0, 4)).toEqual([90, 5, 0.35, 8.8]);
    expect(shares.slice(4).map(Math.round)).toEqual([20, 38, 68]);
  });

  test("without an event rate, over event rates", () => {
    const finding = target([was.rate, ""]);
    expect(finding?.severity).toBe("concern");
    expect(sentence(finding)).toContain("0.35 % at 5 %, 1.7 % at 10 %, 6.8 % at 20 % and 14.6 % at 30 %");
  });

  test("the AUC that a sensitivity of 50 % beside it needs", () => {
    // Derived in src/stats/ppv-feasibility.test.ts: .9743.
    const finding = target([was.sensitivity, "{ measure: sensitivity, at_least: 0.50 }"]);
    expect(sentence(finding)).toContain("needs an AUC of .97");
  });

  test("an AUC in the words of success counts where no criterion has one", () => {
    const words = success("members found with precision above 90 %, AUC 0.84");
    const found = lint(members(words, [`  - ${was.ppv}\n`, ""], [`  - ${was.auc}\n`, ""]));
    expect(sentence(found.find(({ rule }) => rule === "ppv-target"))).toContain("a sensitivity of 0.35 %");
  });
});

test("89 % accuracy at an event rate of 5 %, as published: no better than flagging nobody", () => {
  const [finding] = lint(members(success("accuracy of 89 %")));
  expect(finding).toMatchObject({ rule: "accuracy", severity: "serious" });
  expect(sentence(finding)).toBe(
    "At an event rate of 5 % one answer for all is 95 % accurate; 89 % is no better.",
  );
});

test("an accuracy above it is turned into a PPV where a sensitivity is asked for", () => {
  // 1 − .96 − .05 · .2 = .03 false flags beside .04 true ones: 57.1 %.
  const asked: Edit = [was.sensitivity, "{ measure: sensitivity, at_least: 0.80 }"];
  const finding = lint(members(success("accuracy of 96 %"), asked)).find(({ rule }) => rule === "accuracy");
  expect(finding?.severity).toBe("info");
  expect(sentence(finding)).toContain("a PPV of 57.1 %");
});

test("a log loss of .3 at an event rate of 5 %, as published: one risk for all has .199", () => {
  const [finding] = lint(members(kill("log loss above 0.3")));
  expect(sentence(finding)).toContain("one risk for all has .199");
});

test("the bundled study: one page, nobody compares its protected groups, and nobody owns its monitoring", () => {
  const { findings, page, memoTexts } = lintProtocol(
    read("studies/breast-recurrence/protocol.yaml"),
    "p.yaml",
  );
  expect(page.lines).toBeLessThanOrEqual(page.limit);
  expect(findings.filter(({ severity }) => severity !== "info").map(({ rule }) => rule)).toEqual([
    "groups-not-compared",
    "monitoring-plan",
  ]);
  expect(memoTexts[0]).toEqual({ field: "title", characters: 66, limit: 90 });
  for (const { characters, limit } of memoTexts) expect(characters).toBeLessThanOrEqual(limit);
});

test("what a page holds: lines as they wrap, characters and not code units, words with a letter or digit", () => {
  expect(pageCount("one two\n\nthree - 4\n\n")).toEqual({ lines: 3, limit: 120, words: 4, wrapped: [] });
  expect(pageCount(`${"x".repeat(110)}\n${"x".repeat(111)}\n`)).toMatchObject({ lines: 3, wrapped: [2] });
  expect(pageCount("𝒙".repeat(110)).lines).toBe(1);
  expect(pageCount("").lines).toBe(1);
});
