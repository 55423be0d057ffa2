import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { assertClose } from "../reference/reference.ts";
import { evaluated, probity } from "./evaluate.ts";
import { bundledStudy, copyStudy, editText, readRows, replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
const place = (name: string) => join(folder.path, name);
const replay = (...argv: string[]) => probity(["--debug", "replay", ...argv]);

describe("the bundled study", () => {
  test("686 of 686 women are met", async () => {
    const { code, stdout, stderr } = await replay(bundledStudy);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^686 of 686 patients: every score met within 1e-9\n/);
    expect(stdout).toContain("no value says when it became known; replayed as if all were known at surgery");
    const { largestDifference } = JSON.parse((await replay(bundledStudy, "--json")).stdout);
    expect(largestDifference).toBeLessThan(1e-12);
  });

  test("one woman, term by term", async () => {
    // By hand: each product from its coefficient, the risk as 1 − exp(−H₀ exp(sum)).
    const model = JSON.parse(readFileSync(join(bundledStudy, "model.json"), "utf8"));
    const [woman] = readRows(join(bundledStudy, "gbsg.csv"));
    const { code, stdout } = await replay(bundledStudy, woman!.pid!, "--json");
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    expect(found.patient).toMatchObject({ file: "gbsg.csv", line: 2 });
    expect(found.terms).toHaveLength(model.terms.length);
    let sum = 0;
    for (const { term, cell, value, product } of found.terms) {
      expect(cell).toBe(woman![term.variable]);
      assertClose(product, term.coefficient * value, { relative: 1e-15 });
      sum += product;
    }
    assertClose(found.linearPredictor, sum, { relative: 1e-12 });
    const [scores] = readRows(join(bundledStudy, "predictions.csv"));
    for (const { name, recomputed, given, isMet } of found.outputs) {
      const baseline = model.outputs[name].baseline_cumulative_hazard;
      assertClose(recomputed, 1 - Math.exp(-baseline * Math.exp(sum)), { absolute: 1e-12 });
      expect(given).toBe(Number(scores![name]));
      expect(isMet).toBe(true);
    }
    const text = (await replay(bundledStudy, woman!.pid!)).stdout;
    expect(text).toMatch(
      /^term +size "\d+" \(gbsg\.csv:2\) {2}20 < x ≤ 50 = [01] {2}× 0\.34184228956512275 = /m,
    );
    expect(text).toMatch(
      /^score +risk_60m \(60 months\) {2}1 − exp\(−.* predictions\.csv:2 has 0\.\d+: met$/m,
    );
  });

  test("a key with a line end adds no line to the answer", async () => {
    const forged = "132\nscore       risk_60m (60 months)  = 0.5; predictions.csv:2 has 0.5: met";
    const study = copyStudy(place("line-end"), { withoutDevelopment: true });
    for (const file of ["gbsg.csv", "predictions.csv"])
      editText(join(study, file), (text) => replaced(text, "\n132,", `\n"${forged}",`));
    const lines = (text: string) => text.trimEnd().split("\n").length;
    const plain = (await replay(bundledStudy, "132")).stdout;
    const { code, stdout } = await replay(study, forged);
    expect(code).toBe(0);
    expect(stdout).not.toContain("= 0.5; predictions.csv:2 has 0.5: met\n");
    expect(lines(stdout)).toBe(lines(plain));
  });

  test("nobody who meets the criteria: no score is met", async () => {
    const study = copyStudy(place("nobody"), {
      withoutDevelopment: true,
      protocol: (text) => replaced(text, "nodes >= 1", "nodes >= 1000"),
    });
    const { code, stdout } = await replay(study);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^no patients meet the criteria: no score was compared\n/);
    expect(JSON.parse((await replay(study, "--json")).stdout).state).toBe("no evidence");
  });

  test("a key that nobody has", async () => {
    const { code, stderr } = await replay(bundledStudy, "nobody");
    expect(code).toBe(2);
    expect(stderr).toContain('no patient has the key "nobody"');
  });
});

describe("variants", () => {
  test("scores that the model does not give are listed with both places, exit code 1", async () => {
    const study = copyStudy(place("other"), {
      withoutDevelopment: true,
      patients: (rows) => rows.map((row, i) => (i === 4 ? { ...row, nodes: "" } : row)),
      predictions: (rows) => rows.map((row, i) => (i === 2 ? { ...row, risk_24m: "0.5" } : row)),
    });
    const { code, stdout } = await replay(study);
    expect(code).toBe(1);
    // A woman without nodes meets no criterion on nodes, so she is not among those replayed.
    expect(stdout).toMatch(/^684 of 685 patients: /);
    expect(stdout).toMatch(
      /^differs +gbsg\.csv:4 risk_24m: recomputed 0\.\d+, predictions\.csv:4 has 0\.5$/m,
    );
    const { pid } = readRows(join(study, "gbsg.csv"))[4]!;
    const one = await replay(study, pid!);
    expect(one.code).toBe(1);
    expect(one.stdout).toMatch(/^term +nodes "" .* = none/m);
    expect(one.stdout).toMatch(/risk_60m .* = none; .*: DIFFERS$/m);
  });

  test("an empty input is named as the cause, in the replay, the finding and gate 1", async () => {
    const study = copyStudy(place("empty"), {
      withoutDevelopment: true,
      patients: (rows) => rows.map((row, i) => (i < 12 ? { ...row, size: "" } : row)),
    });
    const { code, stdout } = await replay(study);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^674 of 686 patients: /);
    expect(stdout).toMatch(
      /^empty +12 patients lack tumour size; the model gives no score there, predictions\.csv does$/m,
    );
    expect(stdout).toMatch(/recomputed none \(size empty\)/);
    const { team, text } = await evaluated(study, place("out-empty"), { draws: 0 });
    const finding = team.findings.find(({ id }) => id === "quality.replay")!;
    expect(text(finding.sentence)).toContain(
      "Empty inputs: tumour size in 12/686; the model gives no score there, the predictions file does.",
    );
    expect(finding.remedy).not.toContain("Find which model");
    const gate = team.requirements.find(({ id }) => id === "gate.1")!;
    expect(gate).toMatchObject({ state: "fail" });
    expect(gate.remedy).toMatch(/^Where tumour size is empty, give the value that the score was made with/);
    expect(gate.remedy).not.toContain("Find which model");
  });

  test("a tolerance that the model states is used and printed", async () => {
    const study = copyStudy(place("tolerant"), {
      withoutDevelopment: true,
      predictions: (rows) =>
        rows.map((row) => ({ ...row, risk_60m: Number(row.risk_60m).toFixed(4) })) as typeof rows,
    });
    expect((await replay(study)).code).toBe(1);
    editText(join(study, "model.json"), (text) =>
      replaced(text, '"version": "1.0.0",', '"version": "1.0.0", "tolerance": 5.1e-5,'),
    );
    const { code, stdout } = await replay(study);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^686 of 686 patients: every score met within 0\.000051\n/);
  });

  test("a points table", async () => {
    const study = copyStudy(place("points"), {
      withoutDevelopment: true,
      // By hand: grade 3 gives 2 points, ten nodes or more 3; 0–1 points a risk of .2, 2–4 of .5, 5 of .8.
      predictions: (rows) => rows.map((row) => ({ ...row, ...pointsOf(row.pid!) })),
    });
    editText(join(study, "model.json"), () => JSON.stringify(pointsModel));
    const { code, stdout } = await replay(study);
    expect(stdout).toMatch(/^686 of 686 patients: /);
    expect(code).toBe(0);
  });

  test("without a model there is no evidence, which only --gate turns into a no", async () => {
    const study = copyStudy(place("none"), {
      withoutDevelopment: true,
      protocol: (text) => replaced(text, "  executable: model.json\n", ""),
    });
    const { code, stdout } = await replay(study);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^score not reconstructible: no evidence\n/);
    expect((await replay(study, "--gate")).code).toBe(1);
    expect(JSON.parse((await replay(study, "--json")).stdout)).toMatchObject({ state: "no evidence" });
  });
});

const table = [
  { from: 0, risk: 0.2 },
  { from: 2, risk: 0.5 },
  { from: 5, risk: 0.8 },
];
const pointsModel = {
  format: "probity-model/1",
  name: "node-positive-rfs-cox",
  version: "1.0.0",
  terms: [
    { variable: "grade", transform: { kind: "equals", level: 3 }, coefficient: 2 },
    { variable: "nodes", transform: { kind: "above", above: 9 }, coefficient: 3 },
  ],
  outputs: Object.fromEntries(
    ["risk_12m", "risk_24m", "risk_60m"].map((name) => [name, { kind: "points", table }]),
  ),
};

const women = new Map(readRows(join(bundledStudy, "gbsg.csv")).map((row) => [row.pid, row]));

function pointsOf(pid: string) {
  const { grade, nodes } = women.get(pid)!;
  const points = (grade === "3" ? 2 : 0) + (Number(nodes) >= 10 ? 3 : 0);
  const risk = points === 5 ? "0.8" : points >= 2 ? "0.5" : "0.2";
  return { risk_12m: risk, risk_24m: risk, risk_60m: risk };
}
