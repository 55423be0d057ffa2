import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../src/cli/main.ts";
import type { Dossier } from "../../src/evidence/dossier.ts";
import type { ComputedEstimate, Estimate, KnownEstimate } from "../../src/evidence/estimate.ts";
import { phraseText } from "../../src/evidence/format.ts";
import type { Phrase } from "../../src/evidence/phrase.ts";

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One ledger for each test file, gone with its process. */
export const workspace = mkdtempSync(join(tmpdir(), "probity-workspace-"));
process.once("exit", () => rmSync(workspace, { recursive: true, force: true }));

/** Runs the command line in this process, with the real evaluation behind it. */
export async function probity(argv: readonly string[]): Promise<Run> {
  let stdout = "";
  let stderr = "";
  const code = await main(argv, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    terminalColumns: undefined,
    clock: () => new Date(),
    workspace,
    askHidden: async () => undefined,
    untilInterrupted: async () => {},
    loadEvaluate: async () => (await import("../../src/cli/evaluate-study.ts")).evaluateStudy,
  });
  return { code, stdout, stderr };
}

/** A written dossier: both halves, and what a test asks of them. */
export interface Written {
  readonly run: Run;
  readonly team: Dossier;
  readonly committee: Dossier;
  readonly memo: string;
  readonly report: string;
  readonly text: (phrase: Phrase) => string;
  readonly estimate: (id: string) => ComputedEstimate;
  readonly known: (id: string) => KnownEstimate;
}

/** Evaluates a study that must succeed; a variant takes few bootstrap draws, which only widen some intervals. */
export async function evaluated(
  study: string,
  out: string,
  {
    draws,
    more = [],
    ledger = [],
  }: {
    readonly draws?: number;
    readonly more?: readonly string[];
    /** `--workspace` and its folder, where it is not the test file's. */
    readonly ledger?: readonly string[];
  } = {},
): Promise<Written> {
  const few = draws === undefined ? [] : ["--bootstrap-draws", String(draws)];
  const evaluate = () => probity(["--debug", "evaluate", study, "--out", out, ...few, ...more, ...ledger]);
  let run = await evaluate();
  if (run.stdout.startsWith("SEALED")) {
    await acknowledge(study, out, ledger);
    run = await evaluate();
  }
  if (run.code > 1) throw new Error(`exit code ${run.code}\n${run.stderr}`);
  return written(out, run);
}

/** Opens the results of a study whose data report lies in `out`. */
export async function acknowledge(study: string, out: string, ledger: readonly string[] = []): Promise<void> {
  const person = ["--by", "Test Person", "--reason", "the data are made for this test"];
  const { code, stderr } = await probity(["acknowledge", study, "--dossier", out, ...person, ...ledger]);
  if (code !== 0) throw new Error(`exit code ${code}\n${stderr}`);
}

function written(out: string, run: Run): Written {
  const read = (path: string) => readFileSync(join(out, path), "utf8");
  const team: Dossier = JSON.parse(read("team/dossier.json"));
  const byId = new Map<string, Estimate>(team.estimates.map((estimate) => [estimate.id, estimate]));
  const estimate = (id: string): ComputedEstimate => {
    const found = byId.get(id);
    if (found === undefined || "hidden" in found) throw new Error(`no estimate "${id}"`);
    return found;
  };
  return {
    run,
    team,
    committee: JSON.parse(read("committee/dossier.json")),
    memo: read("committee/memo.html"),
    report: read("committee/report.html"),
    text: (phrase) => phraseText(phrase, byId),
    estimate,
    known: (id) => {
      const found = estimate(id);
      if ("notEstimable" in found) throw new Error(`"${id}" is not estimable: ${found.notEstimable}`);
      return found;
    },
  };
}
