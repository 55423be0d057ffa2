import { Command, CommanderError } from "commander";
import { Problem, toLines, toProblemJson } from "../evidence/problem.ts";
import { addAcknowledge } from "./acknowledge.ts";
import { addAmend } from "./amend.ts";
import { addDoctor } from "./doctor.ts";
import { addEvaluate } from "./evaluate.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { addInit } from "./init.ts";
import { internalErrorLines } from "./internal-error.ts";
import { addKey } from "./key.ts";
import { addLint } from "./lint.ts";
import { addLock } from "./lock.ts";
import { addPack } from "./pack.ts";
import { version } from "./package-version.ts";
import { addReceipts } from "./receipts.ts";
import { addRegister } from "./register.ts";
import { addReplay } from "./replay.ts";
import { addServe } from "./serve.ts";
import { addSign } from "./sign.ts";
import { processSurroundings, type Surroundings, withPrintableText } from "./surroundings.ts";
import { addTrace } from "./trace.ts";
import { addTriage } from "./triage.ts";
import { addVerify } from "./verify.ts";

/**
 * Runs one command and returns its exit code: 0 done, 1 done and the answer is no, 2 the user can fix it, 70 our bug.
 * Results go to stdout and everything else to stderr; with `--json`, stdout holds one JSON object, problems included.
 */
export async function main(
  argv: readonly string[],
  outside: Surroundings = processSurroundings(),
): Promise<number> {
  const surroundings = withPrintableText(outside);
  let exitCode: number = exitCodes.done;
  const program = createProgram(surroundings, (code) => {
    exitCode = code;
  });
  try {
    if (argv.length === 0)
      throw new Problem("verb-missing", "a verb is missing", { hint: "run: probity --help" });
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    return reportFailure(error instanceof CommanderError ? usageProblem(error) : error, argv, surroundings);
  }
}

function createProgram(surroundings: Surroundings, finish: Finish): Command {
  const program = new Command("probity")
    .description("Should this clinical AI model go live, and should it stay live?")
    .version(version(), "--version")
    .option("--debug", "show the message of an internal error too; it may hold values from your data")
    .exitOverride()
    .configureOutput({
      writeOut: surroundings.stdout,
      // Errors are printed once, by reportFailure.
      writeErr: () => {},
    })
    .addHelpText("after", examples);
  addInit(program, surroundings, finish);
  addLint(program, surroundings, finish);
  addTriage(program, surroundings, finish);
  addLock(program, surroundings, finish);
  addAmend(program, surroundings, finish);
  addAcknowledge(program, surroundings, finish);
  addEvaluate(program, surroundings, finish);
  addTrace(program, surroundings, finish);
  addReplay(program, surroundings, finish);
  addReceipts(program, surroundings, finish);
  addRegister(program, surroundings, finish);
  addKey(program, surroundings, finish);
  addSign(program, surroundings, finish);
  addPack(program, surroundings, finish);
  addVerify(program, surroundings, finish);
  addServe(program, surroundings, finish);
  addDoctor(program, surroundings, finish);
  return program;
}

const examples = `
Examples:
  probity init --list
  probity lint studies/breast-recurrence
  probity triage studies/breast-recurrence
  probity lock my-study --by "Ana Ruiz"
  probity evaluate studies/breast-recurrence
  probity evaluate studies/breast-recurrence --json --gate HOLD
  probity trace performance.auc@60mo --dossier out/breast-recurrence
  probity replay studies/breast-recurrence
  probity serve studies/breast-recurrence
  probity serve out/breast-recurrence --port 8080
  probity doctor

Exit codes: 0 done; 1 done, and the answer is no; 2 you can fix it; 70 a bug in probity.
`;

/** "error: unknown option '--sede'\n(Did you mean --seed?)" */
function usageProblem(error: CommanderError): Problem {
  const [first = "", suggestion] = error.message.split("\n");
  return new Problem("usage", first.replace(/^error: /, ""), {
    hint: suggestion?.replace(/^\(Did you mean (.*)\?\)$/, "did you mean $1?") ?? "run: probity --help",
  });
}

function reportFailure(error: unknown, argv: readonly string[], { stdout, stderr }: Surroundings): number {
  const isJson = argv.includes("--json");
  if (error instanceof Problem) {
    if (isJson) stdout(`${JSON.stringify({ problem: toProblemJson(error) })}\n`);
    else stderr(`${toLines(error).join("\n")}\n`);
    return exitCodes.userCanFix;
  }
  if (isJson) stdout(`${JSON.stringify({ problem: toProblemJson(internalProblem) })}\n`);
  const lines = internalErrorLines(error, { version: version(), withMessage: argv.includes("--debug") });
  stderr(`${lines.join("\n")}\n`);
  return exitCodes.ourBug;
}

const internalProblem = new Problem("internal-error", "a bug in probity, not in your files");
