import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Dossier } from "../evidence/dossier.ts";
import { Problem } from "../evidence/problem.ts";
import type { EvaluateStudy } from "./evaluation.ts";
import { main } from "./main.ts";
import { showProgress } from "./progress.ts";
import { withPrintableText } from "./surroundings.ts";

let folder: string;
let study: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "probity-cli-"));
  study = join(folder, "breast-recurrence");
  mkdirSync(study);
  const sample = new URL("../../studies/breast-recurrence/protocol.yaml", import.meta.url);
  copyFileSync(sample, join(study, "protocol.yaml"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const dossier = {
  format: "probity-dossier/3",
  model: { name: "node-positive-rfs-cox", version: "1.0.0" },
  asOf: "2026-11-30",
  protocolSha256: "ab",
  seed: 7,
  estimates: [
    { id: "a.share", label: "", n: 4, value: 0.5, unit: "share", method: "", evidence: "retrospective" },
  ],
  verdict: {
    word: "HOLD",
    halted: true,
    reason: ["no evidence for ", { id: "a.share", part: "n" }, " requirements"],
    decidedBy: ["gate.1"],
    wouldChange: [],
  },
} satisfies Partial<Dossier> as unknown as Dossier;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly asked: Parameters<EvaluateStudy>[0] | undefined;
}

async function run(argv: string[], { fails }: { fails?: unknown } = {}): Promise<Run> {
  let stdout = "";
  let stderr = "";
  let asked: Run["asked"];
  const code = await main(argv, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    terminalColumns: undefined,
    askHidden: async () => undefined,
    untilInterrupted: async () => {},
    clock: () => new Date(),
    workspace: "nowhere",
    loadEvaluate: async () => async (options) => {
      asked = options;
      options.progress({ done: 1, of: 2, what: "cohort" });
      if (fails !== undefined) throw fails;
      const at = (path: string) => join(options.out ?? "", path);
      const files = {
        memo: at("committee/memo.html"),
        report: at("committee/report.html"),
        dossier: at("team/dossier.json"),
      };
      return {
        sealed: false as const,
        replay: "no model" as const,
        dossier,
        outDir: options.out ?? "",
        files,
        seconds: 1,
      };
    },
  });
  return { code, stdout, stderr, asked };
}

test("evaluate prints the verdict and where the files lie on stdout, progress on stderr", async () => {
  const out = join(folder, "out");
  const { code, stdout, stderr } = await run(["evaluate", study, "--out", out]);
  expect(code).toBe(0);
  expect(stdout).toBe(
    "HOLD  node-positive-rfs-cox@1.0.0: no evidence for 4 requirements\n" +
      `memo     ${out}/committee/memo.html\n` +
      `report   ${out}/committee/report.html\n` +
      `dossier  ${out}/team/dossier.json\n`,
  );
  expect(stderr).toBe("probity: 1 of 2  cohort\n");
});

test("options reach the evaluation as values", async () => {
  const out = join(folder, "out");
  const options = ["--as-of", "2026-11-30", "--seed", "7", "--bootstrap-draws", "0", "--out", out];
  const { asked } = await run(["evaluate", join(study, "protocol.yaml"), ...options]);
  expect(asked).toMatchObject({ study, out, asOf: "2026-11-30", seed: 7, bootstrapDraws: 0 });
});

test("--json prints one object", async () => {
  const out = join(folder, "out");
  const { stdout } = await run(["evaluate", study, "--json", "--out", out, "--gate", "hold"]);
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: { word: "HOLD", halted: true, reason: "no evidence for 4 requirements", decidedBy: ["gate.1"] },
    gate: { word: "HOLD", met: true },
    model: { version: "1.0.0" },
    asOf: "2026-11-30",
    seed: 7,
    files: { memo: join(out, "committee/memo.html") },
  });
});

for (const [word, code] of [
  ["NO-GO", 0],
  ["REDESIGN", 0],
  ["HOLD", 0],
  ["GO-SILENT", 1],
  ["GO", 1],
] as const) {
  test(`--gate ${word} with a HOLD exits ${code}`, async () => {
    const result = await run(["evaluate", study, "--out", join(folder, "out"), "--gate", word]);
    expect(result.code).toBe(code);
    expect(result.stdout).toContain("HOLD  ");
    expect(result.stderr.includes(`probity: gate: HOLD is below ${word}`)).toBe(code === 1);
  });
}

test("a Problem exits 2: lines on stderr, or one JSON object on stdout", async () => {
  const fails = new Problem("column-missing", 'no column "age"', { where: "a.csv:1", hint: "add it" });
  const out = ["--out", join(folder, "out")];
  const plain = await run(["evaluate", study, ...out], { fails });
  expect(plain.code).toBe(2);
  expect(plain.stdout).toBe("");
  expect(plain.stderr).toContain('probity: error: a.csv:1: no column "age"\nprobity: hint: add it\n');
  const json = await run(["evaluate", study, "--json", ...out], { fails });
  expect(json.code).toBe(2);
  expect(JSON.parse(json.stdout)).toEqual({
    problem: {
      type: "/problems/column-missing",
      title: 'no column "age"',
      instance: "a.csv:1",
      detail: "add it",
    },
  });
});

test("names and cells reach no terminal unescaped, in text and in JSON", async () => {
  const name = "gbsg\u202egpj.\u001b[2J\u009b\u2028csv";
  const shown = "gbsg\\u202egpj.\\u001b[2J\\u009b\\u2028csv";
  const fails = new Problem("column-missing", `no column "${name}"`, { where: `${name}:1`, others: [name] });
  const argv = ["evaluate", study, "--out", join(folder, "out")];
  const { stderr } = await run(argv, { fails });
  expect(stderr).toContain(`probity: error: ${shown}:1: no column "${shown}"\nprobity:        ${shown}\n`);
  const { stdout } = await run([...argv, "--json"], { fails });
  expect(stdout).not.toMatch(/[\p{Cf}\p{Zl}\u007f-\u009f]/u);
  expect(JSON.parse(stdout).problem.others).toEqual([name]);
  const unknown = await run(["evaluate", `nowhere\u202e`]);
  expect(unknown.stderr).toContain('"nowhere\\u202e" does not exist');
  const usage = await run(["evaluate\u001b[31m"]);
  expect(usage.stderr).toContain("evaluate\\u001b[31m");
});

test("a terminal's line is still rewritten, and nothing within it", () => {
  let written = "";
  const terminal = withPrintableText({
    stdout: () => {},
    stderr: (text) => {
      written += text;
    },
    terminalColumns: 80,
    askHidden: async () => undefined,
    untilInterrupted: async () => {},
    clock: () => new Date(0),
    workspace: folder,
    loadEvaluate: () => Promise.reject(new Error("nothing is evaluated")),
  });
  const progress = showProgress(terminal);
  progress.step({ done: 1, of: 2, what: "reading \u001b[31m" });
  progress.end();
  expect(written).toBe("\r\u001b[K1 of 2  reading \\u001b[31m\r\u001b[K");
});

test("an evaluation that fails leaves nothing beside the place of its dossier", async () => {
  const out = join(folder, "place", "out");
  mkdirSync(join(folder, "place", `.out.writing-${process.pid}`), { recursive: true });
  await run(["evaluate", study, "--out", out], { fails: new Problem("column-missing", "no column") });
  expect(readdirSync(join(folder, "place"))).toEqual([]);
});

test("a bug exits 70, says where it happened, and shows its message only with --debug", async () => {
  const fails = new TypeError("patient Ada Lovelace\n    at her home");
  const out = ["--out", join(folder, "out")];
  const quiet = await run(["evaluate", study, "--json", ...out], { fails });
  expect(quiet.code).toBe(70);
  expect(quiet.stderr).toContain("this is a bug in probity");
  expect(quiet.stderr).toContain("src/cli/main.test.ts");
  expect(quiet.stderr + quiet.stdout).not.toMatch(/Ada|her home/);
  expect(JSON.parse(quiet.stdout)).toMatchObject({ problem: { type: "/problems/internal-error" } });
  const loud = await run(["--debug", "evaluate", study, ...out], { fails });
  expect(loud.stderr).toContain("TypeError: patient Ada Lovelace");
});

for (const [argv, message] of [
  [[], "a verb is missing"],
  [["--debug"], "a verb is missing"],
  [["evalute"], "unknown command 'evalute'"],
  [["evaluate"], "missing required argument 'study'"],
  [["evaluate", "nowhere"], '"nowhere" does not exist'],
  [["evaluate", "s", "--sede", "1"], "unknown option '--sede'"],
  [["evaluate", "s", "--as-of", "2026-02-30"], '--as-of: "2026-02-30" is not a date'],
  [["evaluate", "s", "--seed", "-1"], '--seed: "-1" cannot be used'],
  [["evaluate", "s", "--seed", "1e3"], '--seed: "1e3" cannot be used'],
  [["evaluate", "s", "--bootstrap-draws", "many"], '--bootstrap-draws: "many" cannot be used'],
  [["evaluate", "s", "--bootstrap-draws", "1"], "expected 0 or a whole number from 100 to 100000"],
  [["evaluate", "s", "--gate", "MAYBE"], '--gate: unknown word "MAYBE"'],
  [["serve", "s", "--port", "70000"], '--port: "70000" cannot be used'],
  [["serve", "nowhere"], '"nowhere" is neither a study nor a dossier'],
] as const) {
  test(`probity ${argv.join(" ")} exits 2 with one line that says why and one that helps`, async () => {
    const { code, stdout, stderr } = await run([...argv]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
  });
}

test("a misspelt verb or option is met with a suggestion", async () => {
  expect((await run(["evalute"])).stderr).toContain("hint: did you mean evaluate?");
  expect((await run(["evaluate", "s", "--sede", "1"])).stderr).toContain("hint: did you mean --seed?");
});

test("a missing option leads to the help of its verb", async () => {
  const { code, stderr } = await run(["lock", "s"]);
  expect(code).toBe(2);
  expect(stderr).toContain("hint: run: probity lock --help");
});

test("a file where the dossier should go is refused before any work", async () => {
  const out = join(folder, "file");
  writeFileSync(out, "");
  const { code, stderr, asked } = await run(["evaluate", study, "--out", out]);
  expect(code).toBe(2);
  expect(stderr).toContain("a file is in its place");
  expect(asked).toBeUndefined();
});

test("--help and --version go to stdout and exit 0", async () => {
  const help = await run(["--help"]);
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toContain("Usage: probity");
  expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("every example in the help is a command that the program understands", async () => {
  const helps = await Promise.all(
    [[], ["lint"], ["triage"], ["evaluate"], ["serve"], ["doctor"]].map((verb) => run([...verb, "--help"])),
  );
  const examples = helps.flatMap(({ stdout }) => stdout.match(/^ {2}probity .*$/gm) ?? []);
  expect(examples.length).toBeGreaterThan(5);
  for (const example of examples) {
    const argv = example.trim().split(" ").slice(1);
    const { stderr } = await run(argv.map((word) => word.replace(/^studies\/breast-recurrence$/, study)));
    // The sample dossier is not there, which is as far as an example can go without an evaluation.
    expect(stderr, example).not.toMatch(/unknown|missing|cannot be used/);
  }
});

test("doctor finds Node, the database, memory and writable folders", async () => {
  const { code, stdout } = await run(["doctor", "--json"]);
  const { ok, checks } = JSON.parse(stdout);
  expect(checks.map((check: { name: string }) => check.name)).toEqual([
    "Node",
    "DuckDB",
    "memory",
    "this folder",
    "temporary folder",
  ]);
  expect(code).toBe(ok ? 0 : 1);
  expect(checks[1]).toMatchObject({ isOk: true });
});
