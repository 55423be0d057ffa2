import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canCutOff, network } from "./cut-off.ts";
import { evaluated, probity } from "./evaluate.ts";
import { bundledStudy, copyStudy, readRows, type StudyEdits, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
let nStudies = 0;

const ran = canCutOff ? "run without network" : "RUN WITH NETWORK";

/** The bundled Cox model as a program of its own: Σ coefficient · transform, then 1 − exp(−H₀ exp(sum)). */
const coxProgram = `
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
const { terms, outputs } = JSON.parse(readFileSync("weights.json", "utf8"));
const cube = (x) => Math.max(x, 0) ** 3;
const rcs = (x, knots, j) => {
  const [last, before] = [knots.at(-1), knots.at(-2)];
  const [a, b] = [(last - knots[j]) / (last - before), (before - knots[j]) / (last - before)];
  return (cube(x - knots[j]) - a * cube(x - before) + b * cube(x - last)) / (last - knots[0]) ** 2;
};
const of = {
  identity: (x) => x,
  interval: (x, t) => Number(x > t.above && x <= t.up_to),
  above: (x, t) => Number(x > t.above),
  equals: (x, t) => Number(x === t.level),
  winsorised: (x, t) => Math.min(x, t.at),
  log: (x, t) => Math.log(x + t.plus),
  spline: (x, t) => rcs(t.winsorised_at === null ? x : Math.min(x, t.winsorised_at), t.knots, t.term - 1),
};
for await (const line of createInterface({ input: process.stdin })) {
  const { row, values } = JSON.parse(line);
  let sum = 0;
  for (const { variable, transform, coefficient } of terms)
    sum += coefficient * of[transform.kind](values[variable], transform);
  const missing = Object.values(values).includes(null);
  const scores = {};
  for (const [name, { baseline_cumulative_hazard: h }] of Object.entries(outputs))
    scores[name] = missing ? null : 1 - Math.exp(-h * Math.exp(sum));
  console.log(JSON.stringify({ row, scores }));
}
`;
/** Reads every row, then does the rest. */
const programThat = (body: string) => `
import { createInterface } from "node:readline";
const rows = [];
for await (const line of createInterface({ input: process.stdin })) rows.push(JSON.parse(line));
const answer = (row, risk = 0.5) =>
  console.log(JSON.stringify({ row, scores: { risk_12m: risk, risk_24m: risk, risk_60m: risk } }));
${body}
`;

const weights = JSON.parse(readFileSync(join(bundledStudy, "model.json"), "utf8"));

function commandStudy(
  program: string,
  { model = {}, ...edits }: StudyEdits & { model?: object } = {},
): string {
  const study = copyStudy(join(folder.path, `study-${++nStudies}`), { withoutDevelopment: true, ...edits });
  mkdirSync(join(study, "score"));
  writeFileSync(join(study, "score", "score.mjs"), program);
  writeFileSync(join(study, "score", "weights.json"), JSON.stringify(weights));
  const file = {
    format: "probity-model/1",
    kind: "command",
    name: "node-positive-rfs-cox",
    version: "1.0.0",
    folder: "score",
    command: ["node", "score.mjs"],
    reads: [...new Set(weights.terms.map(({ variable }: { variable: string }) => variable))],
    outputs: ["risk_12m", "risk_24m", "risk_60m"],
    ...model,
  };
  writeFileSync(join(study, "model.json"), JSON.stringify(file));
  return study;
}
const replay = (...argv: string[]) => probity(["--debug", "replay", ...argv, ...network]);
const everyRow = "for (const { row } of rows) answer(row);";

describe("a command that is the model", () => {
  const study = commandStudy(coxProgram);

  test("686 of 686 women are met, without network", async () => {
    const { code, stdout, stderr } = await replay(study);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^686 of 686 patients: every score met within 1e-9\n/);
    expect(stdout).toContain(`command     node score.mjs  (in score), ${ran}\n`);
    expect(code).toBe(0);
  });

  test("one woman: what was sent, and what came back", async () => {
    const [woman] = readRows(join(study, "gbsg.csv"));
    const { code, stdout } = await replay(study, woman!.pid!);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^sent +nodes "${woman!.nodes}" \\(gbsg\\.csv:2\\) {2}as ${woman!.nodes}$`, "m"),
    );
    expect(stdout).toMatch(/^score +risk_60m \(60 months\) {2}the command = 0\.\d+; .* has 0\.\d+: met$/m);
  });

  test("a score in the file that the command does not give is found", async () => {
    const other = commandStudy(coxProgram, {
      patients: (rows) => rows.map((row, i) => (i === 4 ? { ...row, size: "" } : row)),
      predictions: (rows) => rows.map((row, i) => (i === 2 ? { ...row, risk_24m: "0.5" } : row)),
    });
    const { code, stdout } = await replay(other);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^68\d of 68\d patients: /);
    expect(stdout).toMatch(
      /^differs +gbsg\.csv:4 risk_24m: recomputed 0\.\d+, predictions\.csv:4 has 0\.5$/m,
    );
    expect(stdout).toMatch(/^differs +gbsg\.csv:6 risk_60m: recomputed none \(size empty\), /m);
  });
});

describe("what a program is given", () => {
  /** Ends with another exit code for each thing that is not as the page says. */
  const curious = programThat(`
import fs from "node:fs";
import { execFileSync } from "node:child_process";
const demand = (isSo, code) => isSo || process.exit(code);
const fails = (action) => { try { action(); return false; } catch { return true; } };
rows.forEach((each, i) => {
  demand(Object.keys(each).join() === "row,values" && each.row === i + 1, 31);
  demand(Object.keys(each.values).join() === "size,nodes,grade", 32);
});
demand(Object.keys(process.env).sort().join() === "LC_ALL,PATH,TZ", 33);
demand(process.env.TZ === "UTC" && process.env.LC_ALL === "C", 34);
demand(fs.readdirSync(".").join() === "score.mjs,weights.json", 35);
if (process.argv[2] === "alone") {
  demand(fails(() => fs.writeFileSync("weights.json", "")), 36);
  demand(fails(() => fs.readFileSync(process.argv[3])), 37);
  demand(fails(() => fs.readdirSync("/home")) && fails(() => fs.readdirSync("/root")), 38);
  demand(fails(() => fs.writeFileSync("/usr/written", "")), 39);
  demand(fails(() => fs.writeFileSync("/written", "")), 40);
  fs.writeFileSync("/tmp/scratch", "its own");
  demand(process.pid < 10, 41);
  const setting = "/proc/sys/kernel/core_pattern";
  demand(fails(() => fs.writeFileSync(setting, fs.readFileSync(setting))), 42);
  demand(fails(() => process.kill(${process.pid}, 0)), 43);
  demand(fails(() => execFileSync("mount", ["-t", "tmpfs", "none", "/tmp"], { stdio: "ignore" })), 44);
  demand(fails(() => execFileSync("unshare", ["--user", "true"], { stdio: "ignore" })), 45);
}
${everyRow}`);

  test("numbered rows of declared predictors, three variables of the environment, its own files alone", async () => {
    const study = commandStudy(curious);
    const words = ["node", "score.mjs", canCutOff ? "alone" : "open", join(study, "predictions.csv")];
    const file = join(study, "model.json");
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), command: words }));
    const { stdout, stderr } = await replay(study);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^0 of 686 patients: /);
  });

  test("an own program of the folder, by its first line", async () => {
    const study = commandStudy("", { model: { command: ["./run.sh", "0.5"] } });
    const script = `#!/bin/sh\ni=0\nwhile read -r line; do i=$((i+1))\nprintf '{"row":%d,"scores":{"risk_12m":%s,"risk_24m":%s,"risk_60m":%s}}\\n' $i $1 $1 $1\ndone\n`;
    writeFileSync(join(study, "score", "run.sh"), script, { mode: 0o755 });
    const { stdout, stderr } = await replay(study);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^0 of 686 patients: /);
  });
});

describe("the network", () => {
  let nCalls = 0;
  let server: Server;
  beforeAll(async () => {
    server = createServer((socket) => {
      nCalls++;
      socket.end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  });
  afterAll(() => new Promise((done) => server.close(done)));
  const caller = () => {
    const { port } = server.address() as { port: number };
    return programThat(`
import net from "node:net";
await new Promise((done) => net.connect(${port}, "127.0.0.1").on("close", done).on("error", () => {}));
${everyRow}`);
  };

  test("is not there, or the command is not run", async () => {
    const { code, stdout, stderr } = await probity(["--debug", "replay", commandStudy(caller())]);
    expect(nCalls).toBe(0);
    expect(code).toBe(canCutOff ? 1 : 2);
    if (canCutOff) expect(stdout).toMatch(/^0 of 686 patients: /);
    else expect(stderr).toContain("the network cannot be cut off here");
  });

  test("is there where it is allowed, which the output says", async () => {
    const { stdout } = await probity(["--debug", "replay", commandStudy(caller()), "--allow-network"]);
    expect(nCalls).toBe(1);
    expect(stdout).toMatch(/^command .* RUN WITH NETWORK$/m);
  });
});

describe("a program that does not do its work is a problem that holds nothing it wrote", () => {
  const spoken = "Greta Example, born 1931";
  test.each([
    ["garbage", `console.log("${spoken}");${everyRow}`, "model-output", "expected one JSON object"],
    ["a list", `console.log("[1]");${everyRow}`, "model-output", "expected one JSON object"],
    ["NaN", 'console.log(\'{"row":1,"scores":{"risk_12m":NaN}}\')', "model-output", "one JSON object"],
    ["a score beyond 1", "answer(1, 1.5)", "model-output", "a number from 0 to 1, or null"],
    ["a score as text", `answer(1, "${spoken}")`, "model-output", "a number from 0 to 1, or null"],
    ["another row", "answer(2)", "model-output", 'expected "row":1'],
    [
      "a score too many",
      `console.log('{"row":1,"scores":{"risk_12m":0,"risk_24m":0,"risk_60m":0,"x":0}}')`,
      "model-output",
      "alone",
    ],
    ["no line", "", "model-output", "0 lines came for 686 rows"],
    [
      "a line too few",
      "for (const { row } of rows.slice(1)) answer(row - 1);",
      "model-output",
      "685 lines came for 686",
    ],
    ["a line too many", `${everyRow}answer(687)`, "model-output", "more lines came than the 686 rows"],
    ["a long line", 'console.log("x".repeat(20000))', "model-output", "longer than 16384 bytes"],
    ["bytes that are no text", "process.stdout.write(Buffer.from([0xff, 10]))", "model-output", "not UTF-8"],
    ["an error", `console.error("${spoken}");process.exit(3)`, "model-exit", "exit code 3"],
    ["too much memory", "const all = []; for (;;) all.push(Buffer.alloc(1e7, 1));", "model-exit", "256 MiB"],
  ])("%s", async (_, body, code, message) => {
    const study = commandStudy(programThat(body), { model: { memory_limit_mib: 256 } });
    const run = await probity(["--debug", "replay", study, "--json", ...network]);
    expect(run.code).toBe(2);
    const { problem } = JSON.parse(run.stdout);
    expect(problem.type).toBe(`/problems/${code}`);
    expect(run.stdout).toContain(message.replaceAll('"', '\\"'));
    expect(run.stdout + run.stderr).not.toContain("Greta");
  });

  test("one that never ends is ended with all that it started", async () => {
    const started =
      'import { spawn } from "node:child_process";spawn("sleep", ["98761"], { detached: true });';
    const study = commandStudy(programThat(`${started}setInterval(() => {}, 1000);`), {
      model: { time_limit_seconds: 2 },
    });
    const { code, stderr } = await replay(study);
    expect(code).toBe(2);
    expect(stderr).toContain("the model's command had not ended after 2 s and was ended");
    if (canCutOff) expect(commandLines().filter((words) => words.includes("98761"))).toEqual([]);
  });

  test("words on the error stream are counted and not shown", async () => {
    const { code, stdout } = await replay(commandStudy(`console.error("${spoken}");${coxProgram}`));
    expect(code).toBe(0);
    expect(stdout).toContain("error stream of 25 bytes not shown");
    expect(stdout).not.toContain("Greta");
  });
});

function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        // Ended since.
        return "";
      }
    });
}

describe("a model file that is refused", () => {
  test.each([
    ["an absolute program", { command: ["/usr/bin/node"] }, "model-invalid"],
    ["a program outside", { command: ["../score.sh"] }, "model-invalid"],
    ["another kind", { kind: "script" }, "model-invalid"],
    ["a folder outside", { folder: "../elsewhere" }, "model-invalid"],
    ["the outcome as a predictor", { reads: ["rfstime"] }, "model-mismatch"],
    ["a variable that is no predictor", { reads: ["age"] }, "model-mismatch"],
    ["no output", { outputs: ["risk_12m"] }, "model-mismatch"],
    ["no such folder", { folder: "elsewhere" }, "model-folder"],
    ["a file as folder", { folder: "predictions.csv" }, "model-folder"],
    ["no such program", { command: ["probity-no-such-program"] }, "model-program-missing"],
  ])("%s", async (_, model, code) => {
    const run = await replay(commandStudy(coxProgram, { model }), "--json");
    expect(run.code).toBe(2);
    expect(JSON.parse(run.stdout).problem.type).toBe(`/problems/${code}`);
  });

  test("a link in the folder, and a table in it", async () => {
    const linked = commandStudy(coxProgram);
    symlinkSync("../predictions.csv", join(linked, "score", "answers.csv"));
    expect((await replay(linked)).stderr).toContain("score/answers.csv: neither a file nor a folder");
    const holding = commandStudy(coxProgram, {
      protocol: (text) => text.replace("file: predictions.csv", "file: score/predictions.csv"),
    });
    renameSync(join(holding, "predictions.csv"), join(holding, "score", "predictions.csv"));
    expect((await replay(holding)).stderr).toContain("a table of the study lies in the folder");
  });
});

describe("an evaluation", () => {
  const study = commandStudy(coxProgram);
  const out = (name: string) => join(folder.path, name);
  const gate1 = ({ team, text }: Awaited<ReturnType<typeof evaluated>>) => {
    const { found, remedy } = team.requirements.find(({ gate }) => gate === 1)!;
    return `${text(found)} | ${remedy}`;
  };

  test("runs no command that nobody asked for, and says so", async () => {
    const written = await evaluated(study, out("not-run"), { draws: 0 });
    expect(written.run.stdout).toContain("not recomputed: the model is a command; run it with --run-model");
    expect(written.team.estimates.map(({ id }) => id)).not.toContain("data.replayed");
    expect(written.team.findings.map(({ id }) => id)).toContain("quality.model-not-run");
    expect(gate1(written)).toContain("and evaluate with --run-model");
    expect(written.report).toContain("the model is a command, which is run only where somebody asks");
    const names = written.team.files.map(({ name }) => name);
    expect(names.slice(-3)).toEqual(["model.json", "score/score.mjs", "score/weights.json"]);
  });

  test("with --run-model compares every score, and trace counts them again only when told to", async () => {
    const written = await evaluated(study, out("run"), { draws: 0, more: ["--run-model", ...network] });
    expect(written.run.stdout).toContain(`recomputed by the model's command, ${ran}`);
    expect(written.known("data.replayed")).toMatchObject({ numerator: 686, denominator: 686 });
    const trace = (...more: string[]) =>
      probity(["--debug", "trace", "data.replayed", "--dossier", out("run"), "--study", study, ...more]);
    const silent = await trace();
    expect(silent.code).toBe(2);
    expect(silent.stderr).toContain("trace with --run-model");
    const told = await trace("--run-model", ...network);
    expect(told.stderr).toBe("");
    expect(told.code).toBe(0);
    const other = ["--debug", "trace", "data.records/patients", "--dossier", out("run"), "--study", study];
    expect((await probity(other)).code).toBe(0);
    writeFileSync(join(study, "score", "weights.json"), "{}");
    expect((await probity(other)).stderr).toContain("score/weights.json: the file is not the one");
    writeFileSync(join(study, "score", "weights.json"), JSON.stringify(weights));
  });

  test("with network says so in output, gate 1, findings and report", async () => {
    const more = ["--run-model", "--allow-network"];
    const written = await evaluated(study, out("network"), { draws: 0, more });
    expect(written.run.stdout).toContain("RUN WITH NETWORK");
    expect(gate1(written)).toContain("run with network");
    expect(written.team.findings.map(({ id }) => id)).toContain("quality.model-network");
    expect(written.report).toContain("was run with network");
    expect(written.memo).toContain("run with network");
  });

  test("a network without a run is refused", async () => {
    const { code, stderr } = await probity(["evaluate", study, "--out", out("x"), "--allow-network"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--allow-network: the model's command is not run");
  });
});
