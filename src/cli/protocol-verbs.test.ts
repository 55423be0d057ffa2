import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { main } from "./main.ts";
import type { Surroundings } from "./surroundings.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "probity-verbs-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ["", ""];
  const surroundings = {
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: (text: string) => {
      stderr += text;
    },
    terminalColumns: undefined,
    askHidden: async () => undefined,
    untilInterrupted: async () => {},
    clock: () => new Date(),
    workspace: "nowhere",
    loadEvaluate: () => Promise.reject(new Error("no data are needed")),
  } satisfies Partial<Surroundings>;
  const code = await main(argv, surroundings as unknown as Surroundings);
  return { code, stdout, stderr };
}

const study = () => join(folder, "studies", "ours");
const protocolPath = () => join(study(), "protocol.yaml");

/** A study from a template, with edits that must apply. */
async function startStudy(kind: string, ...edits: readonly (readonly [from: string, to: string])[]) {
  await run("init", study(), "--template", kind);
  const text = edits.reduce(
    (before, [from, to]) => {
      if (!before.includes(from)) throw new Error(`nothing to edit: ${from}`);
      return before.replace(from, to);
    },
    readFileSync(protocolPath(), "utf8"),
  );
  writeFileSync(protocolPath(), text);
}

const kinds = readdirSync(new URL("../../assets/templates/", import.meta.url)).map((name) =>
  name.replace(".protocol.yaml", ""),
);

test.each(kinds)("init, lint and triage of %s", async (kind) => {
  const init = await run("init", study(), "--template", kind);
  expect(init).toMatchObject({ code: 0, stderr: "" });
  const lint = await run("lint", study(), "--json");
  const { findings, page } = JSON.parse(lint.stdout);
  expect(lint.code).toBe(0);
  expect(findings.map(({ rule }: { rule: string }) => rule)).toEqual(["to-supply", "monitoring-plan"]);
  expect(page.lines).toBeLessThanOrEqual(120);
  const triage = await run("triage", study(), "--json");
  const { verdict, missing, next } = JSON.parse(triage.stdout);
  expect(triage.code).toBe(0);
  expect(verdict).toMatchObject({ word: "HOLD", halted: true });
  expect(missing.length).toBeGreaterThanOrEqual(16);
  expect(next.at(-2)).toBe(`probity evaluate ${study()}`);
  expect(next.at(-1)).toContain(`probity acknowledge ${study()} --by <name>`);
});

describe("init", () => {
  test("says what it wrote and what to do next", async () => {
    const { stdout } = await run("init", study(), "--template", "sepsis-alert");
    expect(stdout.split("\n")[0]).toBe(`wrote ${protocolPath()} from the template sepsis-alert`);
    expect(stdout).toContain(`"# to supply", the first at ${protocolPath()}:4`);
    expect(stdout).toContain(`  2. probity lint ${study()}\n  3. probity triage ${study()}\n`);
    expect(stdout).toContain(`put patients.csv and predictions.csv into ${study()}`);
  });

  test("I290, I298: --list names the ten kinds with their question", async () => {
    const { code, stdout } = await run("init", "--list");
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(10);
    expect(stdout).toMatch(/^sepsis-alert {2,}May this alert call a physician to the bedside\?$/m);
    const { templates } = JSON.parse((await run("init", "--list", "--json")).stdout);
    expect(templates.map(({ kind }: { kind: string }) => kind)).toEqual([...kinds].sort());
  });

  test("never replaces a protocol, and leaves other files alone", async () => {
    mkdirSync(study(), { recursive: true });
    writeFileSync(join(study(), "patients.csv"), "patient_id\n1\n");
    expect((await run("init", study(), "--template", "radiology")).code).toBe(0);
    writeFileSync(protocolPath(), "mine\n");
    const { code, stdout, stderr } = await run("init", study(), "--template", "radiology");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("a protocol is there already");
    expect(readFileSync(protocolPath(), "utf8")).toBe("mine\n");
    expect(readdirSync(study()).sort()).toEqual([".gitattributes", "patients.csv", "protocol.yaml"]);
    expect(readFileSync(join(study(), ".gitattributes"), "utf8")).toBe("* -text\n");
  });

  test.each([
    [["--template", "sepsis-alrt"], 'did you mean "sepsis-alert"?'],
    [[], "missing required option '--template'"],
  ])("%j is a Problem", async (options, message) => {
    const { code, stderr } = await run("init", study(), ...options);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test("a file in the place of the folder, or a place without folders, is a Problem", async () => {
    writeFileSync(join(folder, "studies"), "");
    for (const path of [study(), join(folder, "studies"), "/proc/new-study"]) {
      const { code, stdout } = await run("init", path, "--template", "radiology", "--json");
      expect(code).toBe(2);
      expect(JSON.parse(stdout).problem.type).toBe("/problems/out-not-writable");
    }
  });
});

describe("lint", () => {
  test("prints length, findings with place and remedy, and their count", async () => {
    await startStudy("sepsis-alert", ["success: share of septic stays", "success: adoption by septic stays"]);
    const { code, stdout } = await run("lint", study());
    expect(code).toBe(0);
    expect(stdout).toMatch(/protocol\.yaml: 118 of 120 lines of 110 characters, \d+ words\n/);
    expect(stdout).toContain(`concern  ${protocolPath()}:13:12 question.success\n         vanity-metric: `);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("3 concern");
  });

  test("--strict answers no from a concern on; what is left to inform does not count", async () => {
    await startStudy("radiology");
    expect((await run("lint", study(), "--strict")).code).toBe(1);
    const supplied = readFileSync(protocolPath(), "utf8").replaceAll(/ +# to supply/g, "");
    writeFileSync(protocolPath(), supplied.replace("owner: none", "owner: B. Jones"));
    expect(await run("lint", study(), "--strict")).toMatchObject({ code: 0 });
    writeFileSync(
      protocolPath(),
      readFileSync(protocolPath(), "utf8").replace("at_least: 100", "at_least: 50"),
    );
    const informed = await run("lint", study(), "--strict");
    expect(informed.code).toBe(0);
    expect(informed.stdout).toContain("few-events");
  });

  test("a protocol that does not parse is a Problem with its place", async () => {
    await startStudy("radiology", ["protocol: 1", "protocol: 1\nprotocl: 1"]);
    const { code, stdout, stderr } = await run("lint", study());
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`${protocolPath()}:3:1 protocl`);
  });

  test("a protocol that is no text, or too large, is a Problem", async () => {
    await startStudy("radiology");
    writeFileSync(protocolPath(), Buffer.from([0xff, 0xfe, 0x00]));
    expect((await run("lint", study())).stderr).toContain("not UTF-8");
    writeFileSync(protocolPath(), "#".repeat(300_000));
    expect((await run("lint", study())).stderr).toContain("more than 256 KiB");
  });
});

describe("triage", () => {
  test("prints word, reason, the requirements in order of stage, and the next commands", async () => {
    await startStudy("radiology");
    const { stdout } = await run("triage", study());
    expect(stdout).toMatch(
      /^HOLD {2}ich-triage@0\.1\.0: \d+ of \d+ requirements for a silent run are not yet shown: /,
    );
    const stages = [...stdout.matchAll(/^(silent|pilot|live) {2,}(?:fail|no evidence|pass)/gm)].map(
      ([, s]) => s,
    );
    expect(stages.join(" ")).toMatch(/^silent( silent)+ pilot( pilot)+ live( live)+$/);
    expect(stdout).toContain(
      `  1. probity lint ${study()}\n  2. probity lock ${study()} --by <name>\n  3. put patients.csv and predictions.csv into`,
    );
  });

  test("a harm engine is NO-GO, and --gate answers no", async () => {
    await startStudy("radiology", ["fee: unknown", "fee: per-use, usd_per_use: 3"]);
    const { code, stdout, stderr } = await run("triage", study(), "--gate", "HOLD");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^NO-GO {2}ich-triage@0\.1\.0: Incentives: paid per use\.\n/);
    expect(stderr).toBe("probity: gate: NO-GO is below HOLD\n");
  });

  test("an A/B test of a model that may change treatment is REDESIGN", async () => {
    await startStudy("sepsis-alert", ["design: silent", "design: a-b-test"]);
    const { stdout } = await run("triage", study());
    expect(stdout).toMatch(/^REDESIGN /);
    expect(stdout).toContain("a-b-test lets chance or date decide");
  });

  test("the day that counts decides what has lapsed", async () => {
    const irb = "irb: { status: approved, id: A-1, expires: 2027-03-01 }";
    await startStudy("radiology", ["irb: { status: missing }", irb]);
    const at = async (day: string) => {
      const { stdout } = await run("triage", study(), "--as-of", day, "--json");
      return JSON.parse(stdout).missing.includes("approval.irb");
    };
    expect([await at("2027-03-01"), await at("2027-03-02")]).toEqual([false, true]);
  });
});
