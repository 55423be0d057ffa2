import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { evaluated, probity } from "./evaluate.ts";
import { copyStudy, editText, replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

interface WrongInput {
  readonly name: string;
  readonly spoil: (study: string) => void;
  readonly code: string;
  /** Lines of standard error, in this order, others between them. */
  readonly says: readonly (string | RegExp)[];
}

const inFile =
  (file: string, edit: (text: string) => string) =>
  (study: string): void =>
    editText(join(study, file), edit);
const protocol = (part: string | RegExp, by: string) =>
  inFile("protocol.yaml", (text) => replaced(text, part, by));
const patients = (part: string | RegExp, by: string) =>
  inFile("gbsg.csv", (text) => replaced(text, part, by));
/** The first woman's prediction, on line 2. */
const prediction = (cells: string) =>
  inFile("predictions.csv", (text) => replaced(text, /^132,.*$/m, `132,${cells}`));
const onlyHeader = (text: string): string => text.slice(0, text.indexOf("\n") + 1);
const lines = (edit: (all: string[]) => string[]) => (text: string) => edit(text.split("\n")).join("\n");
const added = Array.from({ length: 25 }, (_, i) => `${9001 + i},.1,.2,.3\n`).join("");

const protocolProblems: readonly WrongInput[] = [
  {
    name: "an unknown field",
    spoil: protocol("worst_delay_days: 180", "worst_delay_days: 180\nzebra: 1"),
    code: "protocol-unknown-field",
    says: [
      'error: protocol.yaml:104:1 zebra: unknown field "zebra"',
      "hint: known here: protocol, title, site,",
    ],
  },
  {
    name: "a misspelt field",
    spoil: protocol("slices:", "slice:"),
    code: "protocol-unknown-field",
    says: ['error: protocol.yaml:72:1 slice: unknown field "slice"', 'did you mean "slices"?'],
  },
  {
    name: "a misspelt field that is needed",
    spoil: protocol("strata:", "stratta:"),
    code: "protocol-unknown-field",
    says: ['error: protocol.yaml:71:1 stratta: unknown field "stratta"', 'did you mean "strata"?'],
  },
  {
    name: "a misspelt field, a field that is not there, a wrong value and a wrong expression at once",
    spoil: inFile("protocol.yaml", (text) =>
      [
        ["strata:", "stratta:"],
        [/^training: none\n/m, ""],
        ["fee: none", "fee: nobody"],
        ['keep: "nodes >= 1"', 'keep: "node >= 1"'],
      ].reduce((edited, [part, by]) => replaced(edited, part!, by as string), text),
    ),
    code: "expression-unknown-column",
    says: [
      /error: protocol\.yaml:\d+:\d+ population\[0\]\.keep: .*"node"/,
      'stratta: unknown field "stratta" (did you mean "strata"?)',
      'contract.fee: unknown value "nobody"',
      'missing field "training" (add training: ',
    ],
  },
  {
    name: "a misspelt column in an expression",
    spoil: protocol('keep: "nodes >= 1"', 'keep: "node >= 1"'),
    code: "expression-unknown-column",
    says: [/error: protocol\.yaml:\d+:\d+ population\[0\]\.keep: .*"node"/, 'did you mean "nodes"'],
  },
  {
    name: "an event that no declared level is",
    spoil: protocol('event: "status = 1"', 'event: "status = 2"'),
    code: "expression-unknown-level",
    says: [
      'error: protocol.yaml:61:20 endpoint.event: "status" has no level 2; its levels are 0, 1',
      "hint: a level that may occur is declared in data.variables.status",
    ],
  },
  {
    name: "a decision date of another country",
    spoil: protocol("decision_date: 2026-11-30", "decision_date: 30/11/2026"),
    code: "protocol-wrong-value",
    says: [
      '"30/11/2026" is not a date of the calendar, written YYYY-MM-DD',
      "hint: it reads as day, month, year; write it as YYYY-MM-DD",
    ],
  },
  {
    name: "an empty protocol",
    spoil: inFile("protocol.yaml", () => ""),
    code: "protocol-empty",
    says: ["error: protocol.yaml:1:1: the file holds no field", "hint: start from studies/breast-recurrence"],
  },
];

const bomb = [
  "l0: &l0 x",
  ...Array.from({ length: 20 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`),
].join("\n");

/** What a protocol may do to the program that reads it. */
const hostileProtocols: readonly WrongInput[] = [
  {
    name: "an alias bomb",
    spoil: inFile("protocol.yaml", (text) => `${text}\n${bomb}\n`),
    code: "protocol-alias",
    says: ["l0: anchors and aliases are not read", "hint: write it out"],
  },
  {
    name: "a protocol of 10 MB",
    spoil: inFile("protocol.yaml", (text) => `${text}\n# ${"x".repeat(10_000_000)}\n`),
    code: "protocol-too-large",
    says: ["protocol.yaml: the protocol has more than 256 KiB", "hint: a protocol is one page"],
  },
  {
    name: "a field that stands twice",
    spoil: protocol("worst_delay_days: 180", "worst_delay_days: 180\nworst_delay_days: 90"),
    code: "protocol-duplicate-key",
    says: [
      'error: protocol.yaml:104:1 worst_delay_days: "worst_delay_days" stands twice, first on line 103',
      "hint: keep one of them",
    ],
  },
  {
    name: "tabs as indentation",
    spoil: protocol("question:\n  who_acts", "question:\n\twho_acts"),
    code: "protocol-yaml",
    says: ["error: protocol.yaml:8:1: not valid YAML: tabs", "hint: indent with spaces"],
  },
  {
    name: "__proto__ as a variable",
    spoil: protocol("    age:    {", "    __proto__: { unit: years }\n    age:    {"),
    code: "protocol-unknown-field",
    says: ['data.variables.__proto__: "__proto__" cannot be used as a name'],
  },
  {
    name: "a protocol of another encoding",
    spoil: (study) =>
      writeFileSync(
        join(study, "protocol.yaml"),
        Buffer.from(readFileSync(join(study, "protocol.yaml"), "utf8"), "utf16le"),
      ),
    code: "protocol-not-utf8",
    says: ["protocol.yaml: the protocol is not UTF-8 text", "hint: save it as UTF-8"],
  },
  {
    name: "a table outside the study",
    spoil: protocol("file: gbsg.csv", "file: ../../etc/passwd"),
    code: "protocol-wrong-value",
    says: ['data.patients.file: "../../etc/passwd" is not a file name'],
  },
  {
    name: "a link that leads out of the study",
    spoil: (study) => {
      renameSync(join(study, "gbsg.csv"), join(study, "..", "elsewhere.csv"));
      symlinkSync(join("..", "elsewhere.csv"), join(study, "gbsg.csv"));
    },
    code: "data-outside-study",
    says: ['error: "gbsg.csv": the file lies outside the study', "hint: copy the file into the study"],
  },
];

const fileProblems: readonly WrongInput[] = [
  {
    name: "a missing file",
    spoil: (study) => rmSync(join(study, "gbsg.csv")),
    code: "data-file-missing",
    says: [
      "error: gbsg.csv: no such file in the study",
      "hint: put the file into the study, or correct its name",
    ],
  },
  {
    name: "a missing column of the patients",
    spoil: patients('"grade"', '"garde"'),
    code: "data-missing-column",
    says: ['error: gbsg.csv:1: no column "grade"', 'hint: did you mean "garde"?'],
  },
  {
    name: "a missing column of the predictions",
    spoil: inFile("predictions.csv", (text) => replaced(text, "risk_24m", "risk24")),
    code: "data-missing-column",
    says: ['error: predictions.csv:1: no column "risk_24m"', 'hint: did you mean "risk24"?'],
  },
  {
    name: "an empty patients file",
    spoil: inFile("gbsg.csv", () => ""),
    code: "data-empty-file",
    says: ["error: gbsg.csv: the file is empty", "hint: export the table again"],
  },
  {
    name: "an empty predictions file",
    spoil: inFile("predictions.csv", () => ""),
    code: "data-empty-file",
    says: ["error: predictions.csv: the file is empty", "hint: export the table again"],
  },
  ...[";", "\t"].map(
    (separator): WrongInput => ({
      name: `a table separated by ${JSON.stringify(separator)}`,
      spoil: inFile("gbsg.csv", (text) => text.replaceAll(",", separator)),
      code: "data-separator",
      says: [
        `error: gbsg.csv:1: columns are separated by ${separator === ";" ? '";"' : "tabs"}; expected ","`,
        'hint: export the table as "CSV UTF-8 (comma delimited)"',
      ],
    }),
  ),
  {
    name: "a header only, patients",
    spoil: inFile("gbsg.csv", onlyHeader),
    code: "data-no-rows",
    says: [
      "error: gbsg.csv:1: the file has a header and no rows",
      "hint: export the table again with its rows",
    ],
  },
  {
    name: "a header only, predictions",
    spoil: inFile("predictions.csv", onlyHeader),
    code: "data-no-rows",
    says: ["error: predictions.csv:1: the file has a header and no rows", "hint: export the table again"],
  },
  {
    name: "a duplicate key",
    spoil: inFile(
      "gbsg.csv",
      lines((all) => all.toSpliced(5, 0, all[1]!, all[2]!)),
    ),
    code: "data-duplicate-key",
    says: [
      "error: gbsg.csv:6:pid: same key as line 2 (2 rows repeat a key)",
      "gbsg.csv:7:pid: same key as line 3",
    ],
  },
  {
    name: "two predictions for one patient",
    spoil: inFile(
      "predictions.csv",
      lines((all) => all.toSpliced(5, 0, all[1]!)),
    ),
    code: "data-duplicate-key",
    says: ["error: predictions.csv:6:pid: same key as line 2", "hint: keep one row for each key"],
  },
];

const cellProblems: readonly WrongInput[] = [
  {
    name: "a row with a cell too few, and one with a cell too many",
    spoil: inFile("gbsg.csv", (text) => replaced(replaced(text, ",1838,0", ",1838"), ",403,1", ",403,1,1")),
    code: "data-ragged-row",
    says: [
      "error: gbsg.csv:2: 10 cells where the header names 11 (2 such rows)",
      "gbsg.csv:3: 12 cells",
      "hint: a comma inside a cell needs quotes around the cell",
    ],
  },
  {
    name: "two encodings in one file",
    spoil: (study) =>
      appendFileSync(
        join(study, "gbsg.csv"),
        Buffer.from('9001,49,0,18,2,2,0,0,0,"M\xfcller",0\n', "latin1"),
      ),
    code: "data-not-utf8",
    says: ["error: gbsg.csv:688: the text is not UTF-8", "hint: save the file as UTF-8"],
  },
  {
    name: "a quote that never ends",
    spoil: patients("132,49", '132,"49'),
    code: "data-open-quote",
    says: ["error: gbsg.csv:2: a quoted cell starts here and never ends", "hint: close the quote"],
  },
  {
    name: "a quote inside a cell",
    spoil: patients("132,49", '132,4"9'),
    code: "data-stray-quote",
    says: [
      "error: gbsg.csv:2: a quote stands inside an unquoted cell",
      "hint: put quotes around the whole cell",
    ],
  },
  {
    name: "a number beyond all numbers",
    spoil: patients(",1838,0", ",1e400,0"),
    code: "data-not-a-number",
    says: ['error: gbsg.csv:2:rfstime: "1e400"; expected a finite number', "hint: correct the cell"],
  },
  {
    name: "a day that the calendar does not have",
    spoil: (study) => {
      protocol("    status: {", "    seen:   { type: date }\n    status: {")(study);
      protocol("      status: absent ", "      seen: absent\n      status: absent ")(study);
      inFile(
        "gbsg.csv",
        lines((all) =>
          all.map((line, i) =>
            i === 0 ? `${line},"seen"` : line && `${line},${i === 1 ? "2026-02-30" : ""}`,
          ),
        ),
      )(study);
    },
    code: "data-not-a-date",
    says: [
      'error: gbsg.csv:2:seen: "2026-02-30"; expected a date YYYY-MM-DD',
      "hint: the calendar has no such day; export dates as YYYY-MM-DD",
    ],
  },
];

const valueProblems: readonly WrongInput[] = [
  {
    name: "predictions without patient, all counted",
    spoil: inFile("predictions.csv", (text) => text + added),
    code: "data-unmatched-prediction",
    says: [
      "error: predictions.csv: 25 predictions name a patient who is not in the patients file",
      "predictions.csv:688",
      "predictions.csv:707",
      "and 5 more",
      "hint: remove these rows, or add the patients to gbsg.csv",
    ],
  },
  {
    name: "patients without prediction, in the order of their lines",
    spoil: inFile(
      "predictions.csv",
      lines((all) => all.filter((_, i) => i !== 3 && i !== 7)),
    ),
    code: "data-patient-without-prediction",
    says: [
      "error: predictions.csv: 2 patients who meet the criteria have no prediction",
      "gbsg.csv:4",
      "gbsg.csv:8",
      "hint: score every patient of the population, or narrow the population in the protocol",
    ],
  },
  ...["high", "NaN", "Inf", "12 %", "1,5"].map(
    (text): WrongInput => ({
      name: `a prediction that reads ${text}`,
      spoil: prediction(`.1,.2,"${text}"`),
      code: "data-not-a-number",
      says: [
        `error: predictions.csv:2:risk_60m: "${text}"; expected a finite number`,
        "hint: correct the cell",
      ],
    }),
  ),
  {
    name: "an empty prediction",
    spoil: prediction(".1,.2,"),
    code: "data-missing-value",
    says: [
      "error: predictions.csv:2:risk_60m: 1 empty cell where a value is needed",
      "hint: fill in the value",
    ],
  },
  {
    name: "a probability of 1.2",
    spoil: prediction(".1,.2,1.2"),
    code: "data-probability-out-of-range",
    says: [
      'error: predictions.csv column risk_60m: 1 prediction in "risk_60m" lies outside [0, 1]',
      "predictions.csv:2:risk_60m",
      "hint: give probabilities between 0 and 1, not percentages or scores",
    ],
  },
  {
    name: "a probability of -0.1",
    spoil: prediction(".1,-0.1,.2"),
    code: "data-probability-out-of-range",
    says: ['1 prediction in "risk_24m" lies outside [0, 1]', "predictions.csv:2:risk_24m"],
  },
  {
    name: "negative times",
    spoil: inFile("gbsg.csv", (text) => replaced(replaced(text, ",1838,0", ",-1838,0"), ",403,1", ",-0.5,1")),
    code: "data-negative-time",
    says: [
      "error: gbsg.csv column rfstime: 2 follow-up times are negative",
      "gbsg.csv:2:rfstime",
      "gbsg.csv:3:rfstime",
      "hint: time runs from the index",
    ],
  },
  {
    name: "a negative time of a patient whom the criteria exclude",
    spoil: inFile("gbsg.csv", (text) =>
      replaced(text, "132,49,0,18,2,2,0,0,0,1838,0", "132,95,0,18,2,2,0,0,0,-1,0"),
    ),
    code: "data-negative-time",
    says: ["error: gbsg.csv column rfstime: 1 follow-up time is negative", "gbsg.csv:2:rfstime"],
  },
  ...["100000", "1e6", "1e9", "1e308", "9999999999999999999"].map(
    (time): WrongInput => ({
      name: `follow-up times of ${time} days, one of a patient whom the criteria exclude`,
      spoil: inFile("gbsg.csv", (text) =>
        replaced(
          replaced(text, "132,49,0,18,2,2,0,0,0,1838,0", `132,95,0,18,2,2,0,0,0,${time},0`),
          ",403,1",
          `,${time},1`,
        ),
      ),
      code: "data-time-too-long",
      says: [
        "error: gbsg.csv column rfstime: 2 follow-up times are longer than 130 years",
        "gbsg.csv:2:rfstime",
        "gbsg.csv:3:rfstime",
        "hint: correct them, leave them empty where the time is unknown, or correct the unit in endpoint.time, days",
      ],
    }),
  ),
  {
    name: "a negative time and one that is too long",
    spoil: inFile("gbsg.csv", (text) => replaced(replaced(text, ",1838,0", ",-1,0"), ",403,1", ",1e9,1")),
    code: "data-negative-time",
    says: ["error: gbsg.csv column rfstime: 1 follow-up time is negative", "gbsg.csv:2:rfstime"],
  },
  {
    name: "an event coded 2",
    spoil: patients(",403,1", ",403,2"),
    code: "data-unknown-level",
    says: [
      'error: gbsg.csv column status: 1 value of "status" is not among its levels (0, 1)',
      "gbsg.csv:3:status",
      "hint: correct the values, or declare the level under data.variables.status.levels",
    ],
  },
];

let nCases = 0;
const place = (): string => {
  const at = join(folder.path, String(++nCases));
  mkdirSync(at);
  return at;
};

const problems = [protocolProblems, hostileProtocols, fileProblems, cellProblems, valueProblems].flat();

describe.each(problems)("$name", ({ spoil, code, says }) => {
  const at = place();
  const study = copyStudy(join(at, "study"), { unlocked: true });
  spoil(study);
  const argv = ["evaluate", study, "--out", join(at, "deep", "out"), "--bootstrap-draws", "0"];

  test("exits 2, says where and what to do, and writes nothing", async () => {
    const { code: exitCode, stdout, stderr } = await probity(["--debug", ...argv]);
    expect(stderr).toMatch(/^probity: error: /m);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    let from = 0;
    for (const words of says) {
      const found = typeof words === "string" ? stderr.indexOf(words, from) : stderr.search(words);
      expect(found, `${words} in\n${stderr}`).toBeGreaterThanOrEqual(from);
      from = found + 1;
    }
    expect(stderr).toMatch(/^probity: hint: /m);
    expect(stderr).not.toMatch(/\n {2,}at |Error:/);
    expect(readdirSync(at).filter((name) => name !== "elsewhere.csv")).toEqual(["study"]);
  });

  test("--json prints it as one object", async () => {
    const { code: exitCode, stdout, stderr } = await probity(["--debug", ...argv, "--json"]);
    expect(exitCode, stderr).toBe(2);
    const { problem } = JSON.parse(stdout);
    expect(problem).toMatchObject({ type: `/problems/${code}`, instance: expect.any(String) });
    expect(problem.detail.length).toBeGreaterThan(10);
  });

  test("its code is explained", () => {
    const page = readFileSync(fileURLToPath(new URL("../../docs/problems.md", import.meta.url)), "utf8");
    expect(page).toContain(`| \`${code}\` |`);
  });
});

test("a folder without protocol", async () => {
  const at = place();
  const study = copyStudy(join(at, "study"), { unlocked: true });
  rmSync(join(study, "protocol.yaml"));
  const { code, stderr } = await probity(["evaluate", study, "--out", join(at, "out")]);
  expect(code).toBe(2);
  expect(stderr).toContain(`"${study}" holds no protocol.yaml; expected the folder of a study`);
  expect(stderr).toContain("hint: name a folder that holds protocol.yaml");
  expect(readdirSync(at)).toEqual(["study"]);
});

test("a file in the place of the dossier stays as it is", async () => {
  const at = place();
  const out = join(at, "out");
  writeFileSync(out, "mine");
  const { code, stderr } = await probity(["evaluate", copyStudy(join(at, "study")), "--out", out]);
  expect(code).toBe(2);
  expect(stderr).toContain(`${out}: the dossier needs a folder; a file is in its place`);
  expect(stderr).toContain("hint: name another folder with --out");
  expect(readFileSync(out, "utf8")).toBe("mine");
});

test("an older dossier survives an evaluation that fails", async () => {
  const at = place();
  const study = copyStudy(join(at, "study"), { withoutDevelopment: true });
  const out = join(at, "out");
  const argv = ["evaluate", study, "--out", out, "--bootstrap-draws", "0"];
  await evaluated(study, out, { draws: 0 });
  const before = readFileSync(join(out, "team/dossier.json"), "utf8");
  prediction(".1,.2,high")(study);
  expect((await probity(argv)).code).toBe(2);
  expect(readFileSync(join(out, "team/dossier.json"), "utf8")).toBe(before);
  expect(readdirSync(at).sort()).toEqual(["out", "study"]);
});

test("byte-order mark, CRLF, quoted cells, and line breaks in cells nobody reads change no number", async () => {
  const at = place();
  const plain = copyStudy(join(at, "plain"), { withoutDevelopment: true });
  const dressed = copyStudy(join(at, "dressed"), { withoutDevelopment: true });
  inFile("gbsg.csv", (text) => {
    const [header, ...rows] = text.trimEnd().split("\n");
    const quoted = rows.map((row) => `${row.replaceAll(/[^,]+/g, '"$&"')},"seen ""twice"",\r\nthen lost"`);
    return `\ufeff${[`${header},notes`, ...quoted].join("\r\n")}\r\n`;
  })(dressed);
  inFile("predictions.csv", (text) => text.replaceAll("\n", "\r\n"))(dressed);
  const one = await evaluated(plain, join(at, "one"), { draws: 0 });
  const other = await evaluated(dressed, join(at, "other"), { draws: 0 });
  expect(one.team.estimates.length).toBeGreaterThan(100);
  expect(other.team.estimates).toEqual(one.team.estimates);
});
