import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Problem } from "../evidence/problem.ts";
import { parseProtocol, protocolPlace } from "./index.ts";

const breast = readFileSync(
  new URL("../../studies/breast-recurrence/protocol.yaml", import.meta.url),
  "utf8",
);

function problemIn(text: string): Problem {
  try {
    parseProtocol(text, "protocol.yaml");
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("the protocol was accepted");
}

/** The breast protocol with one edit, which must apply. */
function edited(from: string | RegExp, to: string): string {
  const text = breast.replace(from, to);
  if (text === breast) throw new Error(`nothing to edit: ${from}`);
  return text;
}

/** `line:column` of the first occurrence of a piece of the text. */
function placeOf(text: string, piece: string, offset = 0): string {
  const before = text.slice(0, text.indexOf(piece) + offset);
  const line = before.split("\n").length;
  return `protocol.yaml:${line}:${before.length - before.lastIndexOf("\n")}`;
}

test("the breast protocol gives the values written in it", () => {
  const protocol = parseProtocol(breast, "protocol.yaml");
  expect(protocol.title).toBe("Five-year recurrence after surgery for node-positive breast cancer");
  expect(protocol.decisionDate).toBe("2026-11-30");
  expect(protocol.question.successOwner).toEqual({ role: "physician-advisor", name: null, signed: null });
  expect(protocol.model.version).toBe("1.0.0");
  expect(protocol.model.outputs.map(({ name, horizon }) => [name, horizon.short])).toEqual([
    ["risk_12m", "12mo"],
    ["risk_24m", "24mo"],
    ["risk_60m", "60mo"],
  ]);
  expect(protocol.model.developedOn.period).toEqual({
    from: "1978-01-01",
    to: "1993-12-31",
    label: "1978–1993",
  });
  expect(protocol.endpoint.horizon).toEqual({
    amount: 60,
    unit: "months",
    days: 1826.25,
    label: "60 months",
    short: "60mo",
  });
  expect(protocol.endpoint.also.map(({ label }) => label)).toEqual(["12 months", "24 months"]);
  expect(protocol.endpoint.readAt?.days).toBeCloseTo(1822.5975, 10);
  expect(protocol.endpoint.labelReview).toBeNull();
  expect(protocol.operatingPoint).toEqual({
    output: "risk_60m",
    comparison: ">=",
    threshold: 0.4,
    setBy: "protocol",
    per: 1000,
  });
  expect(protocol.disclosure).toEqual({ minimumCell: 1, because: "both tables are public" });
  expect(protocol.approvals.dua).toEqual({ status: "not-required", because: "both tables are public" });
  expect(protocol.precision.bootstrapDraws).toBe(500);
  expect(protocol.monitoring).toMatchObject({ owner: null, review: "quarterly" });
  const { privacyReview, harmReview, shadowing, fallback, timeOnTask, downtimeLog, training } = protocol;
  expect([privacyReview, harmReview, shadowing, fallback, timeOnTask, downtimeLog, training]).toEqual(
    Array(7).fill(null),
  );
});

test("the breast protocol's tables: variables, development table and treatments", () => {
  const { data } = parseProtocol(breast, "protocol.yaml");
  expect(data.variables.map(({ name, type }) => `${name} ${type}`)).toEqual([
    "age number",
    "nodes number",
    "size number",
    "grade number",
    "pgr number",
    "er number",
    "meno number",
    "hormon number",
    "status number",
  ]);
  expect(data.variables[6]!.levels).toEqual([
    { code: 0, label: "premenopausal" },
    { code: 1, label: "postmenopausal" },
  ]);
  expect(data.variables[0]!.label, "the name, where no label is given").toBe("age");
  expect(data.variables[6]!.label).toBe("menopausal status");
  const { variables } = data.development!;
  expect(variables).toHaveLength(9);
  expect(variables[0]).toEqual({ variable: "age", kind: "same", column: "age" });
  expect(variables[2]).toEqual({
    variable: "size",
    kind: "classes",
    column: "size",
    classes: ["<=20", "20-50", ">50"],
    limits: [20, 50],
  });
  expect(variables[8]).toEqual({ variable: "status", kind: "absent" });
  expect(data.treatments).toEqual([
    {
      name: "hormon",
      label: "tamoxifen",
      study: { kind: "column", column: "hormon" },
      development: { kind: "column", column: "hormon" },
    },
    {
      name: "chemo",
      label: "chemotherapy",
      study: { kind: "all" },
      development: { kind: "column", column: "chemo" },
    },
  ]);
  expect(data.times.knownAt).toBeNull();
});

test("a fairness audit has its error rate, 5 % unless stated; without a margin there is none", () => {
  const asking = (rule: string) =>
    parseProtocol(
      breast.replace("protected: [age]", `protected: [age, meno, age]\n${rule}`),
      "protocol.yaml",
    );
  expect(asking("").fairness).toBeUndefined();
  expect(asking("fairness: { margin: 0.1 }").fairness).toEqual({
    variables: ["age", "meno"],
    margin: 0.1,
    errorRate: 0.05,
  });
  expect(asking("fairness: { margin: 0.1, error_rate: 0.01 }").fairness?.errorRate).toBe(0.01);
  for (const rule of ["{ margin: 0 }", "{ margin: 10 }", "{ error_rate: 0.05 }"])
    expect(() => asking(`fairness: ${rule}`)).toThrow();
});

test("the breast protocol's groups, limits and costs", () => {
  const protocol = parseProtocol(breast, "protocol.yaml");
  expect(protocol.strata.map(({ variable, groups }) => [variable, ...groups.map(({ id }) => id)])).toEqual([
    ["age", "<50", "50-64", "65+"],
    ["meno", "0", "1"],
    ["grade", "1", "2", "3"],
    ["hormon", "0", "1"],
  ]);
  expect(protocol.strata[0]!.groups[1]).toEqual({ id: "50-64", label: "50–64", from: 50, below: 65 });
  expect(protocol.acceptance.at(-1)).toMatchObject({
    measure: "sensitivity",
    limit: { kind: "atLeast", value: 0.6 },
    at: { short: "60mo" },
    worstOf: "strata",
    judgedBy: "bound",
  });
  expect(protocol.burden.perFalsePositive[0]).toEqual({
    step: "tumour-board slot",
    role: "oncologist",
    minutes: { low: 8, mid: 8, high: 8 },
    usdPerHour: { low: 165, mid: 165, high: 165 },
    share: 1,
  });
  expect(protocol.population.map(({ keep }) => keep.text)).toEqual(["nodes >= 1", "age between 18 and 90"]);
  expect(protocol.endpoint.event.expression).toMatchObject({
    kind: "compare",
    operator: "=",
    type: "boolean",
  });
  expect(protocol.slices.map(({ name }) => name)).toEqual(["many_nodes"]);
});

test("a protocol is deeply frozen", () => {
  const protocol = parseProtocol(breast, "protocol.yaml");
  expect(Object.isFrozen(protocol)).toBe(true);
  expect(Object.isFrozen(protocol.data.variables[6]!.levels)).toBe(true);
  expect(Object.isFrozen(protocol.endpoint.event.expression)).toBe(true);
});

test("a misspelt field is refused with line, column, path and suggestion, at every level", () => {
  const top = edited("endpoint:", "endpiont:");
  const misspelt = {
    code: "protocol-unknown-field",
    message: 'unknown field "endpiont"',
    detail: { where: `${placeOf(top, "endpiont")} endpiont`, hint: 'did you mean "endpoint"?' },
  };
  expect(problemIn(top)).toMatchObject(misspelt);
  expect(problemIn(top).detail.others, "the field that was meant is not missed as well").toBeUndefined();
  const inner = edited("minimum_cell: 1", "minimumCell: 1");
  expect(problemIn(inner)).toMatchObject({
    code: "protocol-unknown-field",
    detail: {
      where: `${placeOf(inner, "minimumCell")} disclosure.minimumCell`,
      hint: 'did you mean "minimum_cell"?',
    },
  });
  expect(problemIn(inner).detail.others).toBeUndefined();
  const deep = edited("usd_per_hour: 165", "usd_per_hour: 165, shares: 0.5");
  expect(problemIn(deep)).toMatchObject({
    code: "protocol-unknown-field",
    message: 'unknown field "shares"',
    detail: {
      where: `${placeOf(deep, "shares")} burden.per_false_positive[0].shares`,
      hint: 'did you mean "share"?',
    },
  });
});

test("an absent field is a missing field, with what it is for", () => {
  expect(problemIn(edited(/^training: none\n/m, ""))).toMatchObject({
    code: "protocol-missing-field",
    message: 'missing field "training"',
    detail: { hint: "add training: Gate 7: sessions led by peers." },
  });
});

const wrong: readonly [
  name: string,
  from: string | RegExp,
  to: string,
  code: string,
  path: string,
  message: RegExp,
][] = [
  [
    "number for text",
    "author: data science",
    "author: 7",
    "protocol-wrong-type",
    "author",
    /expected text.*got 7/,
  ],
  [
    "version as number",
    "version: 1.0.0",
    "version: 1.10",
    "protocol-wrong-type",
    "model.version",
    /got 1\.1/,
  ],
  ["nothing", "author: data science", "author:", "protocol-wrong-type", "author", /got nothing/],
  [
    "text for list",
    "protected: [age]",
    "protected: age",
    "protocol-wrong-type",
    "protected",
    /expected list/,
  ],
  [
    "list for evidence",
    "fallback: none",
    "fallback: [1]",
    "protocol-wrong-type",
    "fallback",
    /none.*got a list/,
  ],
  ["word for evidence", "fallback: none", "fallback: nine", "protocol-wrong-type", "fallback", /got "nine"/],
  [
    "misspelt value",
    "intervention: treatment",
    "intervention: treatmnet",
    "protocol-wrong-value",
    "question.intervention",
    /unknown value "treatmnet"; expected one of informs/,
  ],
  [
    "misspelt measure",
    "measure: uno_c",
    "measure: unoc",
    "protocol-wrong-value",
    "acceptance[1].measure",
    /unknown value "unoc"/,
  ],
  [
    "date that is none",
    "2026-11-30",
    "2026-02-30",
    "protocol-wrong-value",
    "decision_date",
    /"2026-02-30" is not a date/,
  ],
  ["date in words", "2026-11-30", "30 Nov 2026", "protocol-wrong-value", "decision_date", /is not a date/],
  [
    "long text",
    "on_what: 5",
    `on_what: ${"x".repeat(70)}5`,
    "protocol-wrong-value",
    "question.on_what",
    /at most 70 fit/,
  ],
  [
    "file outside",
    "file: gbsg.csv",
    "file: ../gbsg.csv",
    "protocol-wrong-value",
    "data.patients.file",
    /not a file name/,
  ],
  [
    "absolute file",
    "file: gbsg.csv",
    "file: /gbsg.csv",
    "protocol-wrong-value",
    "data.patients.file",
    /not a file name/,
  ],
  [
    "column name",
    "protected: [age]",
    "protected: [a b]",
    "protocol-wrong-value",
    "protected[0]",
    /is not a name/,
  ],
  [
    "horizon",
    /^ {2}horizon: 60 months/m,
    "  horizon: 60 moons",
    "protocol-wrong-value",
    "endpoint.horizon",
    /length of time/,
  ],
  [
    "no duration",
    /^ {2}horizon: 60 months/m,
    "  horizon: 0 months",
    "protocol-wrong-value",
    "endpoint.horizon",
    /length of/,
  ],
  [
    "infinite number",
    "limit_usd_per_month: 5000",
    "limit_usd_per_month: .inf",
    "protocol-wrong-type",
    "burden.limit_usd_per_month",
    /got Infinity/,
  ],
  [
    "negative",
    "delay_days: 90",
    "delay_days: -90",
    "protocol-wrong-value",
    "harms[0].delay_days",
    /-90, expected at least 0/,
  ],
  [
    "hidden direction mark",
    "author: data science",
    'author: "data \\u202Escience"',
    "protocol-wrong-value",
    "author",
    /control/,
  ],
  [
    "horizon past censoring",
    "censor_at: 60 months",
    "censor_at: 59 months",
    "protocol-inconsistent",
    "endpoint.horizon",
    /beyond censor_at, 59 months/,
  ],
  [
    "read after horizon",
    "read_at: 4.99 years",
    "read_at: 5.01 years",
    "protocol-inconsistent",
    "endpoint.read_at",
    /beyond the horizon/,
  ],
  [
    "period reversed",
    "recruited: 1984–1989",
    "recruited: 1989–1984",
    "protocol-inconsistent",
    "data.source.recruited",
    /ends before it begins/,
  ],
  [
    "threshold",
    '">= 0.40"',
    '">= 40"',
    "protocol-inconsistent",
    "operating_point.flag_when",
    /40 is not a probability/,
  ],
  [
    "stratum twice",
    "grade, hormon]",
    "grade, meno]",
    "protocol-inconsistent",
    "strata[3]",
    /one of the strata already/,
  ],
  [
    "stratum undeclared",
    "meno, grade,",
    "menno, grade,",
    "protocol-unknown-name",
    "strata[1]",
    /unknown variable "menno"/,
  ],
  [
    "cut points fall",
    "age: [50, 65]",
    "age: [65, 50]",
    "protocol-inconsistent",
    "strata[0].age[1]",
    /50 does not exceed 65/,
  ],
  [
    "stratum of a number",
    "meno, grade,",
    "pgr, grade,",
    "protocol-inconsistent",
    "strata[1]",
    /"pgr" has no levels/,
  ],
  [
    "fairness without groups",
    "protected: [age]",
    "protected: []\nfairness: { margin: 0.1 }",
    "protocol-inconsistent",
    "fairness",
    /protected is empty/,
  ],
  [
    "output undeclared",
    "output: risk_60m",
    "output: risk_60",
    "protocol-unknown-name",
    "operating_point.output",
    /unknown output/,
  ],
  [
    "predictor undeclared",
    "[size, nodes, grade]",
    "[sise, nodes, grade]",
    "protocol-unknown-name",
    "model.predictors[0]",
    /"sise"/,
  ],
  [
    "feature undeclared",
    "- feature: flag",
    "- feature: flags",
    "protocol-unknown-name",
    "harms[0].feature",
    /"flags"/,
  ],
  [
    "range reversed",
    "minutes: 20",
    "minutes: { low: 9, mid: 8, high: 10 }",
    "protocol-inconsistent",
    "burden.per_false_positive[1].minutes",
    /9, 8, 10/,
  ],
  [
    "range half given",
    "minutes: 20",
    "minutes: { low: 9, mid: 8 }",
    "protocol-missing-field",
    "burden.per_false_positive[1].minutes.high",
    /missing field "high"/,
  ],
  [
    "limit above 1",
    "uno_c,             at_least: 0.60",
    "uno_c, at_least: 60",
    "protocol-inconsistent",
    "acceptance[1]",
    /between 0 and 1/,
  ],
  [
    "kappa beside the readings",
    "label_review: none",
    "label_review: { document: a, date: 2026-11-01, charts: 9, reviewers: 2, kappa: 0.8, file: r.json }",
    "protocol-inconsistent",
    "endpoint.label_review.kappa",
    /calculated from file/,
  ],
  [
    "three readers of a file of two",
    "label_review: none",
    "label_review: { document: a, date: 2026-11-01, charts: 9, reviewers: 3, file: r.json }",
    "protocol-inconsistent",
    "endpoint.label_review.reviewers",
    /readings of 2/,
  ],
  [
    "two limits",
    "at_least: 100",
    "at_least: 100, at_most: 200",
    "protocol-inconsistent",
    "acceptance[0]",
    /got 2/,
  ],
  [
    "no limit",
    /, +at_least: 0.60, worst_of/,
    ", worst_of",
    "protocol-inconsistent",
    "acceptance[4]",
    /got none/,
  ],
  [
    "other horizon",
    "at_least: 100",
    "at_least: 100, at: 13 months",
    "protocol-inconsistent",
    "acceptance[0].at",
    /no horizon/,
  ],
  [
    "small cell without reason",
    ", because: both tables are public }\napprovals",
    " }\napprovals",
    "protocol-inconsistent",
    "disclosure.minimum_cell",
    /only for a reason/,
  ],
  [
    "exempt without reason",
    "status: exempt, because: published data without identifiers",
    "status: exempt",
    "protocol-inconsistent",
    "approvals.irb",
    /exempt needs because/,
  ],
  [
    "fee without amount",
    "fee: none",
    "fee: per-alert",
    "protocol-inconsistent",
    "contract",
    /needs usd_per_alert/,
  ],
  [
    "levels that differ",
    "levels: [1, 2, 3]",
    "levels: [1, two, 3]",
    "protocol-inconsistent",
    "data.variables.grade.levels",
    /mixed/,
  ],
  [
    "no type",
    "{ unit: mm, plausible: [1, 200], label: tumour size }",
    "{ label: tumour size }",
    "protocol-inconsistent",
    "data.variables.size",
    /neither unit, levels nor type/,
  ],
  [
    "predictor absent",
    /size: \{ classes.*\}/,
    "size: absent",
    "protocol-inconsistent",
    "data.development.variables.size",
    /cannot lack/,
  ],
  [
    "class limits",
    "upper_limits: [20, 50]",
    "upper_limits: [20]",
    "protocol-inconsistent",
    "data.development.variables.size.upper_limits",
    /3 classes need 2/,
  ],
  [
    "treatment undeclared",
    "study: hormon",
    "study: hormone",
    "protocol-unknown-name",
    "data.treatments.hormon.study",
    /"hormone"/,
  ],
  [
    "time declared twice",
    "    status: {",
    "    rfstime: { unit: days }\n    status: {",
    "protocol-inconsistent",
    "data.variables.rfstime",
    /endpoint\.time/,
  ],
  [
    "future evidence",
    "privacy_review: none",
    "privacy_review: { document: a, date: 2027-01-01, by: b }",
    "protocol-inconsistent",
    "privacy_review.date",
    /after the decision date/,
  ],
  [
    "more safe than outages",
    "downtime_log: none",
    "downtime_log: { document: a, date: 2026-01-01, outages: 3, safe: 4 }",
    "protocol-inconsistent",
    "downtime_log.safe",
    /4 safe of 3/,
  ],
];

for (const [name, from, to, code, path, message] of wrong) {
  test(`refused: ${name}`, () => {
    const text = edited(from, to);
    const problem = problemIn(text);
    expect(problem.code).toBe(code);
    const [place, found] = problem.detail.where!.split(" ");
    expect(found).toBe(path);
    expect(place).toMatch(/^protocol\.yaml:\d+:\d+$/);
    expect(problem.message).toMatch(message);
  });
}

test("the horizon 1 year is the horizon 12 months", () => {
  const text = edited("also: [12 months, 24 months]", "also: [12 months, 24 months, 1 year]");
  expect(problemIn(text).message).toBe("1 year is a horizon already");
});

test("all faults are told at once, the first in the file first", () => {
  const text = edited("decision_date: 2026-11-30", "decision_date: soon").replace("fee: none", "fee: nobody");
  const { message, detail } = problemIn(text);
  expect(message).toMatch(/^"soon" is not a date/);
  expect(detail.others).toEqual([expect.stringContaining('contract.fee: unknown value "nobody"')]);
});

/** All that is wrong, in the order told, without places. */
function told({ message, detail: { others = [] } }: Problem): string[] {
  return [message, ...others.map((line) => line.replace(/^\S+ (\S+: )?/, ""))];
}

test("spelling, absence, values, names and expressions are told in one run", () => {
  const text = edited("endpoint:", "endpiont:")
    .replace(/^training: none\n/m, "")
    .replace("author: data science", "author: 7")
    .replace("measure: uno_c", "measure: unoc")
    .replace("[size, nodes, grade]", "[sise, nodes, grade]")
    .replace('keep: "nodes >= 1"', 'keep: "node >= 1"')
    .replace('event: "status = 1"', 'event: "status = 2"')
    .replace("worst_delay_days: 180", "worst_delay_days: 180\nworst_delay_days: 90\nzebra: 1");
  expect(told(problemIn(text))).toEqual([
    expect.stringMatching(/^expected text.*got 7/),
    'unknown variable "sise" (did you mean "size"?)',
    'unknown column "node" (did you mean "nodes"?)',
    'unknown field "endpiont" (did you mean "endpoint"?)',
    expect.stringMatching(/^"status" has no level 2; its levels are 0, 1/),
    expect.stringMatching(/^unknown value "unoc"; expected one of/),
    expect.stringMatching(/^"worst_delay_days" stands twice, first on line \d+ \(keep one of them\)$/),
    expect.stringMatching(/^unknown field "zebra" \(known here: /),
    'missing field "training" (add training: Gate 7: sessions led by peers.)',
  ]);
});

test("faults inside a misspelt field are told at the lines where they stand", () => {
  const text = edited("endpoint:", "endpiont:").replace('event: "status = 1"', 'event: "state = 1"');
  expect(problemIn(text).detail.others).toEqual([
    `${placeOf(text, "state =")} endpiont.event: unknown column "state" (did you mean "status"?)`,
  ]);
});

test("what a faulty section would decide is not told: no fault follows from another", () => {
  const text = edited("  variables:\n    age:", "  variables: 7\n  other:\n    age:");
  expect(told(problemIn(text))).toEqual([
    expect.stringMatching(/^expected name: .*got 7$/),
    expect.stringMatching(/^unknown field "other"/),
  ]);
});

test("of two spellings of one field the first is taken for it", () => {
  const text = edited("slices:", "slice: {}\nslicez:");
  expect(told(problemIn(text))).toEqual([
    'unknown field "slice"',
    'unknown field "slicez" (did you mean "slices"?)',
  ]);
});

test("an unknown field hides nothing of its section: the expressions that read it are checked", () => {
  const both = edited('"nodes >= 1"', '"node >= 1"').replace("  source:", "  zebra: 1\n  source:");
  expect(told(problemIn(both))).toEqual([
    expect.stringMatching(/^unknown field "zebra"/),
    'unknown column "node" (did you mean "nodes"?)',
  ]);
});

test("a fault in an expression points at the token, in every YAML style", () => {
  const styles: readonly [string, string][] = [
    ['"nodes >= 1"', '"nodes >= 1 and agee > 3"'],
    ['"nodes >= 1"', "'nodes >= 1 and agee > 3'"],
    ['"nodes >= 1"', "nodes >= 1 and agee > 3"],
    ['"nodes >= 1"', '"nodes >= 1\n        and agee > 3"'],
    ['"nodes >= 1"', '"nodes \\x3E= 1 and agee > 3"'],
    ['"nodes >= 1"', "'meno = 1 and ''a'' = ''b'' and agee > 3'"],
  ];
  for (const [from, to] of styles) {
    const text = edited(from, to);
    expect(problemIn(text)).toMatchObject({
      code: "expression-unknown-column",
      message: 'unknown column "agee"',
      detail: { where: `${placeOf(text, "agee")} population[0].keep`, hint: 'did you mean "age"?' },
    });
  }
  const block = edited('event: "status = 1"', "event: >\n    status = 1\n    and\n    agee > 3");
  expect(problemIn(block).detail.where).toBe(`${placeOf(block, "agee")} endpoint.event`);
});

test("an expression that is no condition, and one with a foreign operator", () => {
  const number = edited('"status = 1"', '"status + 1"');
  expect(problemIn(number)).toMatchObject({
    code: "expression-type",
    message: "expected a boolean, this is a number",
    detail: { where: `${placeOf(number, "status + 1")} endpoint.event` },
  });
  const foreign = edited('"status = 1"', '"status == 1"');
  expect(problemIn(foreign)).toMatchObject({
    code: "expression-syntax",
    detail: { where: `${placeOf(foreign, "==")} endpoint.event`, hint: "write =" },
  });
});

test("age at counts from the birth date that the protocol names", () => {
  const born = edited("    status: {", "    born: { type: date }\n    seen: { type: date }\n    status: {")
    .replace("    status: absent", "    status: absent\n      born: absent\n      seen: absent")
    .replace("age between 18 and 90", "age at seen between 18 and 90");
  expect(problemIn(born)).toMatchObject({
    code: "expression-type",
    detail: { hint: "name it in data.birth_date" },
  });
  const named = born.replace("  variables:\n    age:", "  birth_date: born\n  variables:\n    age:");
  expect(parseProtocol(named, "protocol.yaml").population[1]!.keep.expression).toMatchObject({
    kind: "between",
    operand: { kind: "ageAt", birth: "born" },
  });
});

test("evidence that is supplied keeps its fields", () => {
  const text = edited(
    "fallback: none",
    "fallback: { document: SOP 7, last_drill: none, concordance: 0.98, expires: 2027-01-31 }",
  )
    .replace(
      "time_on_task: none",
      [
        "time_on_task:",
        "  document: study",
        "  date: 2026-03-01",
        "  roles:",
        "    nurse: { before_minutes: 4, after_minutes: 5.5, n: 30 }",
      ].join("\n"),
    )
    .replace(
      "training: none",
      "training: [{ unit: clinic B, date: 2026-02-03, led_by: charge nurse, vendor: false }]",
    )
    .replace("fee: none", "fee: per-alert, usd_per_alert: 2.5");
  const protocol = parseProtocol(text, "protocol.yaml");
  expect(protocol.fallback).toEqual({
    document: "SOP 7",
    lastDrill: null,
    concordance: 0.98,
    expires: "2027-01-31",
  });
  expect(protocol.timeOnTask?.roles).toEqual([{ role: "nurse", beforeMinutes: 4, afterMinutes: 5.5, n: 30 }]);
  expect(protocol.training).toEqual([
    { unit: "clinic B", date: "2026-02-03", ledBy: "charge nurse", vendor: false },
  ]);
  expect(protocol.contract).toEqual({ fee: "per-alert", usdPerAlert: 2.5 });
});

test("the minimum cell is 11 unless the protocol says otherwise", () => {
  const protocol = parseProtocol(edited(/^disclosure.*\n/m, ""), "protocol.yaml");
  expect(protocol.disclosure).toEqual({ minimumCell: 11 });
});

test("the place of a field is known to those who find a fault in the data", () => {
  const place = protocolPlace(breast, "protocol.yaml", ["data", "variables", "size"]);
  expect(place).toBe(`${placeOf(breast, "    size:   { unit", 4)} data.variables.size`);
});

test.each([
  [/event: "status = 1"/, 'event: "status = 2"', "endpoint.event", "status", "0, 1"],
  [/keep: "nodes >= 1"/, 'keep: "grade in (1, 4)"', "population[0].keep", "grade", "1, 2, 3"],
  [/many_nodes: "nodes >= 10"/, 'many_nodes: "meno != 7"', "slices.many_nodes", "meno", "0, 1"],
])(
  "an undeclared level in an expression is refused where it stands: %s",
  (from, to, path, column, levels) => {
    const text = edited(from, to);
    const value = /\d\D*$/.exec(to)![0];
    const { code, message, detail } = problemIn(text);
    expect(code).toBe("expression-unknown-level");
    expect(message).toBe(`"${column}" has no level ${value[0]}; its levels are ${levels}`);
    expect(detail.where).toBe(`${placeOf(text, to, to.length - value.length)} ${path}`);
  },
);

test.each(["\\u2028", "\\u202e", "\\e", "\\x9b"])("a level's code or label with %s is refused", (mark) => {
  for (const levels of [`"0${mark}": no, 1: yes`, `0: "no${mark}", 1: yes`]) {
    const { code, message } = problemIn(edited(/meno: {3}\{.*\}/, `meno: { levels: { ${levels} } }`));
    expect(code).toBe("protocol-wrong-value");
    expect(message).toContain("holds a line break or another control character");
  }
});

test("counts are given per 1,000 patients, and no other number is taken", () => {
  for (const per of ["7", "100", "-5", "0", "1000.5", "'1000'"]) {
    const problem = problemIn(edited("per: 1000", `per: ${per}`));
    expect(problem.message).toContain("expected 1000");
    expect(problem.detail).toMatchObject({ hint: "write 1000" });
    expect(problem.detail.others, per).toBeUndefined();
  }
});

test("a number that breaks a limit is one fault", () => {
  for (const [from, to] of [
    ["version: 1\n", "version: -1\n"],
    ["minimum_cell: 1,", "minimum_cell: -1,"],
    ["minimum_cell: 1,", "minimum_cell: 1000000000,"],
  ] as const) {
    const problem = problemIn(edited(from, to));
    expect(problem.message).toMatch(/^-?\d+, expected at (least|most) \d+$/);
    expect(problem.detail.hint).toMatch(/^expected here: whole number/);
    expect(problem.detail.others, to).toBeUndefined();
  }
});

test("text that shows nothing is refused", () => {
  for (const blank of ['"   "', '"\\u00a0"', '"\\u200b\\u200b"']) {
    const problem = problemIn(edited(/^title: .*$/m, `title: ${blank}`));
    expect(problem.message).toContain("holds nothing to read");
    expect(problem.detail.where).toContain("protocol.yaml:3:8 title");
  }
});

test("tags are refused wherever they stand", () => {
  for (const [from, to, path] of [
    [/^site: /m, "site: !!str ", "site"],
    [/^site: /m, "site: ! ", "site"],
    [/^site: /m, "!!str site: ", "site"],
    ["model:\n", "model: !!map\n", "model"],
    ["strata: [", "strata: !!seq [", "strata"],
  ] as const) {
    const problem = problemIn(edited(from, to));
    expect(problem.code).toBe("protocol-yaml");
    expect(problem.message).toContain("tags are not read");
    expect(problem.detail.where!.endsWith(` ${path}`), to).toBe(true);
  }
});
