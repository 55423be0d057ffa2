import { Command, CommanderError } from "commander";
import { Problem, toLines, toProblemJson } from "../evidence/problem.ts";
import { exitCodes, type Finish } from "./exit-codes.ts";
import { internalErrorLines } from "./internal-error.ts";
import { version } from "./package-version.ts";
import { processSurroundings, type Surroundings, withPrintableText } from "./surroundings.ts";

type AddVerb = (program: Command, surroundings: Surroundings, finish: Finish) => void;

/** In the order of the help. Each loads what it needs, so that no verb waits for the others. */
const verbs: Readonly<Record<string, () => Promise<AddVerb>>> = {
  init: async () => (await import("./init.ts")).addInit,
  lint: async () => (await import("./lint.ts")).addLint,
  triage: async () => (await import("./triage.ts")).addTriage,
  lock: async () => (await import("./lock.ts")).addLock,
  amend: async () => (await import("./amend.ts")).addAmend,
  review: async () => (await import("./review.ts")).addReview,
  acknowledge: async () => (await import("./acknowledge.ts")).addAcknowledge,
  evaluate: async () => (await import("./evaluate.ts")).addEvaluate,
  trace: async () => (await import("./trace.ts")).addTrace,
  replay: async () => (await import("./replay.ts")).addReplay,
  ingest: async () => (await import("./ingest.ts")).addIngest,
  views: async () => (await import("./views.ts")).addViews,
  receipts: async () => (await import("./receipts.ts")).addReceipts,
  register: async () => (await import("./register.ts")).addRegister,
  key: async () => (await import("./key.ts")).addKey,
  sign: async () => (await import("./sign.ts")).addSign,
  pack: async () => (await import("./pack.ts")).addPack,
  verify: async () => (await import("./verify.ts")).addVerify,
  serve: async () => (await import("./serve.ts")).addServe,
  doctor: async () => (await import("./doctor.ts")).addDoctor,
};

/** The verb that is asked for; all of them where none is known by that name, for the help and for a suggestion. */
async function verbsFor(argv: readonly string[]): Promise<AddVerb[]> {
  const asked = argv.find((word) => !word.startsWith("-"));
  const wanted = asked !== undefined && Object.hasOwn(verbs, asked) ? [verbs[asked]!] : Object.values(verbs);
  return Promise.all(wanted.map((load) => load()));
}

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
  const program = createProgram(surroundings);
  try {
    if (argv.length === 0) throw verbMissing();
    for (const add of await verbsFor(argv))
      add(program, surroundings, (code) => {
        exitCode = code;
      });
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    return reportFailure(
      error instanceof CommanderError ? usageProblem(error, argv) : error,
      argv,
      surroundings,
    );
  }
}

function createProgram(surroundings: Surroundings): Command {
  return new Command("probity")
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
  probity ingest export --into records
  probity views run conditions.view.json Condition.ndjson --to conditions.parquet
  probity serve studies/breast-recurrence
  probity serve out/breast-recurrence --port 8080
  probity doctor

Exit codes: 0 done; 1 done, and the answer is no; 2 you can fix it; 70 a bug in probity.
`;

const verbMissing = () => new Problem("verb-missing", "a verb is missing", { hint: "run: probity --help" });

/** "error: unknown option '--sede'\n(Did you mean --seed?)" */
function usageProblem(error: CommanderError, argv: readonly string[]): Problem {
  // Options alone.
  if (error.code === "commander.help") return verbMissing();
  const [first = "", suggestion] = error.message.split("\n");
  const asked = argv.find((word) => !word.startsWith("-"));
  const verb = asked !== undefined && Object.hasOwn(verbs, asked) ? `${asked} ` : "";
  return new Problem("usage", first.replace(/^error: /, ""), {
    hint:
      suggestion?.replace(/^\(Did you mean (.*)\?\)$/, "did you mean $1?") ?? `run: probity ${verb}--help`,
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
