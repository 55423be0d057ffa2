import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { network } from "./cut-off.ts";
import { evaluated, probity, type Written, workspace } from "./evaluate.ts";
import { replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const blocksOf = (page: string, kind: string): string[] => {
  const text = readFileSync(fileURLToPath(new URL(`../../docs/${page}`, import.meta.url)), "utf8");
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, found, block]) =>
    found === kind ? block! : [],
  );
};
const [patients = ""] = blocksOf("your-data.md", "csv");
const [page = ""] = blocksOf("your-data.md", "yaml");
const [risks = ""] = blocksOf("model-file.md", "csv");
const [logistic = ""] = blocksOf("model-file.md", "json");

/** When the inputs of a1 … a12 became known, and when they were scored. */
type Times = readonly (readonly [seen: string, scored: string])[];

interface Edits {
  readonly type?: "date" | "text";
  readonly predictedAt?: string;
  /** Instead of the page's logistic regression; null: none. */
  readonly model?: string | null;
  readonly score?: (risk: string, key: string) => string;
}

/**
 * The twelve discharges of your-data.md with two more columns, of patients over 50 years: a11, 49 years, is not kept. Their
 * scores are those of the page's logistic regression, which reads age and ward.
 */
function timedStudy(name: string, times: Times, edits: Edits = {}): string {
  const study = join(folder.path, name);
  mkdirSync(study);
  const [head, ...lines] = patients.trim().split("\n");
  const rows = lines.map((line, i) => `${line},${times[i]!.join(",")}`);
  writeFileSync(join(study, "patients.csv"), `${[`${head},seen,scored_on`, ...rows].join("\n")}\n`);
  const { type = "date", predictedAt = "scored_on", model = logistic, score = (risk) => risk } = edits;
  const scores = risks.trim().split("\n").slice(1);
  const scored = scores.map((line) => {
    const [key = "", risk = ""] = line.split(",");
    return `${key},${score(risk, key)}`;
  });
  writeFileSync(join(study, "predictions.csv"), `${["patient_id,risk_30d", ...scored].join("\n")}\n`);
  let protocol = replaced(page, "predicted_at: discharge", `predicted_at: ${predictedAt}`);
  protocol = replaced(protocol, "known_at: none", "known_at: seen");
  protocol = replaced(protocol, "age >= 18", "age >= 50");
  protocol = replaced(protocol, "  variables:\n", `  variables:\n    seen: { type: ${type} }\n`);
  protocol = replaced(protocol, "  variables:\n", `  variables:\n    scored_on: { type: ${type} }\n`);
  if (model !== null) {
    writeFileSync(join(study, "model.json"), model);
    protocol = replaced(protocol, "  version: 1.0.0\n", "  version: 1.0.0\n  executable: model.json\n");
  }
  writeFileSync(join(study, "protocol.yaml"), protocol);
  return study;
}

const scored = "2026-03-10";
/**
 * By hand, of the eleven kept: a1, a7, a8, a9, a10, a12 the day before and a2 on the day are 7 in time; a3 a day after and
 * a6 weeks after are 2 late; a4 and a5 lack one time each: 2 untimed. a11 would be late.
 */
const mixed: Times = [
  ["2026-03-09", scored],
  [scored, scored],
  ["2026-03-11", scored],
  ["", scored],
  ["2026-03-09", ""],
  ["2026-04-01", scored],
  ["2026-03-09", scored],
  ["2026-03-09", scored],
  ["2026-03-09", scored],
  ["2026-03-09", scored],
  ["2026-04-01", scored],
  ["2026-03-09", scored],
];
const late = new Set([2, 5]);
const untimed = new Set([3, 4]);
const timely: Times = mixed.map((one, i) => (late.has(i) || untimed.has(i) ? [scored, scored] : one));
const untimedOnly: Times = mixed.map((one, i) => (late.has(i) ? [scored, scored] : one));

const timings = ["data.known-in-time", "data.known-late", "data.known-untimed"] as const;
const counts = ({ known }: Written) =>
  timings.map((id) => [known(id).numerator, known(id).denominator, known(id).n]);
const gateOf = ({ team }: Written) => team.requirements.find(({ id }) => id === "gate.1")!;
const findingOf = ({ team }: Written, id: string) => team.findings.find((finding) => finding.id === id);
const replay = (study: string, ...more: string[]) => probity(["--debug", "replay", study, ...more]);

describe("some late, some untimed", () => {
  let study: string;
  let found: Written;
  const out = join(folder.path, "out-mixed");
  beforeAll(async () => {
    study = timedStudy("mixed", mixed);
    found = await evaluated(study, out, { draws: 100 });
  });

  test("each kept row is counted once: in time, late or untimed", () => {
    expect(counts(found)).toEqual([
      [7, 11, 11],
      [2, 11, 11],
      [2, 11, 11],
    ]);
  });

  test("late inputs are a serious finding and untimed ones a concern, with their lines", () => {
    expect(findingOf(found, "quality.known-late")).toMatchObject({
      severity: "serious",
      rows: { count: 2, lines: ["patients.csv:4 seen", "patients.csv:7 seen"] },
    });
    expect(findingOf(found, "quality.known-at")).toMatchObject({
      severity: "concern",
      rows: {
        count: 2,
        lines: ["patients.csv:5 known-at time empty", "patients.csv:6 prediction time empty"],
      },
    });
  });

  test("they are replayed without inputs, so that nobody of them is met; no other score differs", async () => {
    expect(found.known("data.replayed")).toMatchObject({ numerator: 7, denominator: 11 });
    expect(findingOf(found, "quality.replay")).toBeUndefined();
    const { code, stdout } = await replay(study);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^7 of 11 patients: every score met/);
    expect(stdout).toMatch(
      /^known at {4}column seen against scored_on: 7 of 11 patients in time, 2 late, 2 untimed$/m,
    );
    expect(stdout).toContain(
      [
        "left out    inputs of 4 patients, not shown to be known at the prediction: no score of theirs is met",
        "            patients.csv:4 late",
        "            patients.csv:5 known-at time empty",
        "            patients.csv:6 prediction time empty",
        "            patients.csv:7 late",
        "largest",
      ].join("\n"),
    );
    expect(stdout).not.toMatch(/^differs|^empty/m);
    const json = JSON.parse((await replay(study, "--json")).stdout);
    expect(json).toMatchObject({ state: "withheld", timing: { nInTime: 7, nLate: 2, nUntimed: 2 } });
  });

  test("one patient: both times, and no value where they are not in time", async () => {
    const tooLate = await replay(study, "a3");
    expect(tooLate.code).toBe(1);
    expect(tooLate.stdout).toContain(
      'known at    seen "2026-03-11", scored_on "2026-03-10": late; replayed without inputs\n',
    );
    expect(tooLate.stdout).toMatch(/^term +age "80" \(patients\.csv:4\) .* = none/m);
    expect(tooLate.stdout).toMatch(/= none; .*: withheld: known late$/m);
    expect(JSON.parse((await replay(study, "a3", "--json")).stdout)).toMatchObject({ state: "withheld" });
    const unknown = await replay(study, "a4");
    expect(unknown.stdout).toMatch(/= none; .*: withheld: untimed, known-at time empty$/m);
    expect(JSON.parse((await replay(study, "a2", "--json")).stdout)).toMatchObject({ state: "met" });
    const sameDay = await replay(study, "a2");
    expect(sameDay.code).toBe(0);
    expect(sameDay.stdout).toContain('known at    seen "2026-03-10", scored_on "2026-03-10": in time\n');
  });

  test("gate 1 fails, and the verdict asks for another score", () => {
    expect(gateOf(found)).toMatchObject({ state: "fail" });
    expect(found.text(gateOf(found).found)).toBe("2/11 inputs known too late");
    expect(found.team.verdict.word).toBe("REDESIGN");
  });

  test("the data report says so before results are opened, and the committee learns no small count", () => {
    const answers = found.team.quality.flatMap((one) =>
      one.answers.map((answer) => found.text(answer).replaceAll("\u202f", " ")),
    );
    expect(answers).toContain(
      "Inputs known at the prediction by column seen: 63.6 % (7/11) of the patients; after it: 18.2 % (2/11); " +
        "not shown: 18.2 % (2/11).",
    );
    const shown = found.committee.estimates.filter(({ id }) => [...timings, "data.replayed"].includes(id));
    expect(shown).toHaveLength(4);
    expect(shown.every((estimate) => "hidden" in estimate)).toBe(true);
  });

  test.each([
    ["data.known-in-time", 7, [2, 3, 8, 9, 10, 11, 13]],
    ["data.known-late", 2, [4, 7]],
    ["data.known-untimed", 2, [5, 6]],
    ["data.replayed", 7, [2, 3, 8, 9, 10, 11, 13]],
  ] as const)("trace opens %s by line and counts it again", async (id, n, lines) => {
    const at = ["--dossier", out, "--study", study, "--workspace", workspace, "--json", "--all-rows"];
    const { code, stdout } = await probity(["--debug", "trace", id, ...at]);
    expect(code).toBe(0);
    const { rows, agrees } = JSON.parse(stdout);
    expect(agrees).toBe(true);
    expect([rows.numerator, rows.denominator]).toEqual([n, 11]);
    const counted = rows.shown.filter((row: { counted: boolean }) => row.counted);
    expect(counted.map(({ records }: { records: { line: number }[] }) => records[0]!.line)).toEqual(lines);
  });
});

test("I100: untimed inputs alone are no evidence, not a failure", async () => {
  const found = await evaluated(timedStudy("untimed", untimedOnly), join(folder.path, "out-untimed"), {
    draws: 100,
  });
  expect(counts(found).map(([numerator]) => numerator)).toEqual([9, 0, 2]);
  expect(found.known("data.replayed")).toMatchObject({ numerator: 9, denominator: 11 });
  expect(gateOf(found)).toMatchObject({ state: "no evidence" });
  expect(found.text(gateOf(found).found)).toBe("9/11 inputs known in time");
  expect(findingOf(found, "quality.known-late")).toBeUndefined();
  expect(findingOf(found, "quality.known-at")).toMatchObject({ severity: "concern" });
});

test("gate 1 passes where all inputs were known in time and every score is met", async () => {
  const found = await evaluated(timedStudy("timely", timely), join(folder.path, "out-timely"), {
    draws: 100,
  });
  expect(counts(found).map(([numerator]) => numerator)).toEqual([11, 0, 0]);
  expect(gateOf(found)).toMatchObject({ state: "pass" });
  expect(found.text(gateOf(found).found)).toBe("11/11 scores replayed, inputs in time");
  expect(found.team.findings.map(({ id }) => id).filter((id) => id.startsWith("quality.known"))).toEqual([]);
});

describe("predictions dated after the decision, 2026-06-30", () => {
  const out = join(folder.path, "out-after");
  /** By hand: a1 a day after and a9 in the year 9999 are after it, a2 on its day is not; a11 is not kept. */
  const days = new Map([
    [0, "2026-07-01"],
    [1, "2026-06-30"],
    [8, "9999-12-31"],
    [10, "9999-12-31"],
  ]);
  const times: Times = timely.map((one, i) => [one[0], days.get(i) ?? one[1]]);
  let study: string;
  let found: Written;
  beforeAll(async () => {
    study = timedStudy("after", times);
    found = await evaluated(study, out, { draws: 100 });
  });

  test("are counted, and a serious finding with their lines", () => {
    expect(counts(found).map(([numerator]) => numerator)).toEqual([11, 0, 0]);
    expect(found.known("data.predicted-after-decision")).toMatchObject({ numerator: 2, denominator: 11 });
    expect(findingOf(found, "quality.predicted-after-decision")).toMatchObject({
      severity: "serious",
      rows: { count: 2, lines: ["patients.csv:2 scored_on", "patients.csv:10 scored_on"] },
    });
  });

  test("are no pass of gate 1, though every score is met", () => {
    expect(found.known("data.replayed")).toMatchObject({ numerator: 11, denominator: 11 });
    expect(gateOf(found)).toMatchObject({ state: "no evidence" });
    expect(found.text(gateOf(found).found)).toBe("2/11 predictions dated after the decision");
  });

  test("are opened by line and counted again by trace", async () => {
    const at = ["--dossier", out, "--study", study, "--workspace", workspace, "--json", "--all-rows"];
    const { stdout } = await probity(["--debug", "trace", "data.predicted-after-decision", ...at]);
    const { rows, agrees } = JSON.parse(stdout);
    expect(agrees).toBe(true);
    const counted = rows.shown.filter((row: { counted: boolean }) => row.counted);
    expect(counted.map(({ records }: { records: { line: number }[] }) => records[0]!.line)).toEqual([2, 10]);
  });
});

test("where all inputs are late, no score was compared: no difference is given, and none is said", async () => {
  const study = timedStudy(
    "all-late",
    mixed.map(() => ["2026-03-11", scored]),
  );
  const { code, stdout } = await replay(study);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^0 of 11 patients: every score met within \S+; no score was compared$/m);
  expect(stdout).toMatch(/^largest {5}difference not computed$/m);
  expect(stdout).not.toMatch(/^differs/m);
  const json = JSON.parse((await replay(study, "--json")).stdout);
  expect(json).toMatchObject({ state: "withheld", nEqual: 0, largestDifference: null });
});

test("without a model, inputs in time are not enough", async () => {
  const study = timedStudy("no-model", timely, { model: null });
  const found = await evaluated(study, join(folder.path, "out-no-model"), { draws: 100 });
  expect(counts(found).map(([numerator]) => numerator)).toEqual([11, 0, 0]);
  expect(gateOf(found)).toMatchObject({ state: "no evidence", found: ["score not reconstructible"] });
});

test("a score that differs with its inputs is told apart from one whose inputs were left out", async () => {
  const study = timedStudy("differing", mixed, { score: (risk, key) => (key === "a8" ? "0.64" : risk) });
  const found = await evaluated(study, join(folder.path, "out-differing"), { draws: 100 });
  expect(found.known("data.replayed")).toMatchObject({ numerator: 6, denominator: 11 });
  const finding = findingOf(found, "quality.replay")!;
  expect(finding.rows).toEqual({ count: 1, lines: ["patients.csv:9 risk_30d"] });
  expect(found.text(finding.sentence)).toContain(
    "Inputs were left out where they became known after the prediction, in 2/11, or are not shown to be either, in 2/11",
  );
  expect(finding.remedy).toContain("Find which model");
  expect(found.text(gateOf(found).found)).toBe("6/11 scores replayed");
  const { stdout } = await replay(study);
  expect(stdout.match(/^differs/gm)).toHaveLength(1);
  expect(JSON.parse((await replay(study, "--json")).stdout)).toMatchObject({ state: "differs" });
  expect(JSON.parse((await replay(study, "a8", "--json")).stdout)).toMatchObject({ state: "differs" });
});

describe("dates and times as text", () => {
  const at = "2026-03-10T08:00:00+01:00";
  /**
   * Scored at 07:00 UTC. By hand, of the eleven kept: in time are a1, a month that ended; a4, the same instant; a6, half an
   * hour before, though its clock shows half an hour more; a7, a year that ended; a9, a day that ended everywhere at 12:00
   * UTC of the next. Late: a3 by a second, a8 by half an hour. Not told apart: a2, the month; a5, the day; a10, a day that
   * ended in the west at 12:00 UTC. a12 is empty.
   */
  const seen = [
    "2026-02",
    "2026-03",
    "2026-03-10T08:00:01+01:00",
    "2026-03-10T07:00:00Z",
    "2026-03-10",
    "2026-03-10T08:30:00+02:00",
    "2025",
    "2026-03-10T07:30:00Z",
    "2026-03-08",
    "2026-03-09",
    "2026",
    "",
  ];
  const times: Times = seen.map((one) => [one, at]);

  test("count as in time only where that is so for whatever they stand for, in any time zone of this machine", async () => {
    const study = timedStudy("text", times, { type: "text" });
    const { stdout } = await replay(study, "--json");
    const { timing, nEqual } = JSON.parse(stdout);
    expect([timing.nInTime, timing.nLate, timing.nUntimed, nEqual]).toEqual([5, 2, 4, 5]);
    expect(timing.leftOut).toEqual([
      { sourceLine: 3, placement: "too coarse to compare" },
      { sourceLine: 4, placement: "late" },
      { sourceLine: 6, placement: "too coarse to compare" },
      { sourceLine: 9, placement: "late" },
      { sourceLine: 11, placement: "too coarse to compare" },
      { sourceLine: 13, placement: "known-at time empty" },
    ]);
    const zone = process.env.TZ;
    try {
      process.env.TZ = "Pacific/Kiritimati";
      expect(new Date(at).getHours()).toBe(21);
      expect((await replay(study, "--json")).stdout).toBe(stdout);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  test("what is no date or time is refused with its line, in whatever row", async () => {
    const wrong = timedStudy("wrong", times.with(10, ["03/09/2026", at]), { type: "text" });
    const { code, stderr } = await probity(["evaluate", wrong, "--out", join(folder.path, "out-wrong")]);
    expect(code).toBe(2);
    expect(stderr).toContain('1 value of "seen" is no date or time');
    expect(stderr).toContain('patients.csv:12:seen "03/09/2026"');
  });
});

test("a moment that is no column is not compared: nothing is left out, and nothing is shown", async () => {
  const study = timedStudy("moment", mixed, { predictedAt: "discharge" });
  const found = await evaluated(study, join(folder.path, "out-moment"), { draws: 100 });
  const reason = "the moment of prediction, discharge, is no column of dates or times";
  for (const id of timings) expect(found.estimate(id)).toMatchObject({ n: 11, notEstimable: reason });
  expect(found.known("data.replayed")).toMatchObject({ numerator: 11, denominator: 11 });
  expect(gateOf(found)).toMatchObject({
    state: "no evidence",
    found: ["times of inputs not compared"],
    remedy: expect.stringContaining("data.predictions.predicted_at"),
  });
  expect(findingOf(found, "quality.known-at")).toMatchObject({ severity: "concern" });
  const at = ["--dossier", join(folder.path, "out-moment"), "--study", study, "--workspace", workspace];
  expect((await probity(["--debug", "trace", "data.known-late", ...at])).code).toBe(0);
  const { code, stdout } = await replay(study);
  expect(code).toBe(0);
  expect(stdout).toContain(
    `known at    column seen is not compared: ${reason}; replayed as the file has the values\n`,
  );
});

test("a command is sent nothing of a late or untimed row, and a guess that fits is not met", async () => {
  const command = {
    format: "probity-model/1",
    kind: "command",
    name: "readmission-30d",
    version: "1.0.0",
    folder: "score",
    command: ["node", "score.mjs"],
    reads: ["age", "ward"],
    outputs: ["risk_30d"],
    tolerance: 0.00005,
  };
  // It guesses .5 for whoever has no inputs, which the file has for a3, who is late.
  const program = `import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const { row, values } = JSON.parse(line);
  const { age, ward } = values;
  const sum = 0.04 * Math.min(age, 80) + (ward === "medical" ? 0.7 : 0);
  const risk = age === null && ward === null ? 0.5 : 1 / (1 + Math.exp(3.9 - sum));
  console.log(JSON.stringify({ row, scores: { risk_30d: risk } }));
}
`;
  const study = timedStudy("command", mixed, { model: JSON.stringify(command) });
  mkdirSync(join(study, "score"));
  writeFileSync(join(study, "score", "score.mjs"), program);
  const { code, stdout } = await replay(study, ...network);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^7 of 11 patients: every score met/);
  const { largestDifference } = JSON.parse((await replay(study, "--json", ...network)).stdout);
  expect(largestDifference).toBeLessThanOrEqual(command.tolerance);
  const one = await replay(study, "a3", ...network);
  expect(one.code).toBe(1);
  expect(one.stdout).toMatch(/^sent +age "80" \(patients\.csv:4\) {2}as null$/m);
  expect(one.stdout).toMatch(/= 0\.5; predictions\.csv:4 has 0\.5: withheld: known late$/m);
});
