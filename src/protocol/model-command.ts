import { z } from "zod";
import { type ModelIdentity, modelFields } from "./model-fields.ts";
import { name as columnName, file } from "./schema-fields.ts";

/** A program that the study ships: rows of declared predictors in, scores out, as lines of JSON. */
export interface CommandModel extends ModelIdentity {
  readonly kind: "command";
  /** With every file that the program may read, inside the study. */
  readonly folder: string;
  /** Program and arguments; a program without "/" is looked up on the PATH, one with is a file of the folder. */
  readonly command: readonly string[];
  /** Predictors that it is sent, and nothing else. */
  readonly reads: readonly string[];
  /** Scores that each of its lines must hold. */
  readonly outputs: readonly string[];
  /** For all patients together. */
  readonly seconds: number;
  /** Of each of its processes. */
  readonly memoryMib: number;
}

const { format, name, version, fitted_on, tolerance } = modelFields;
const eachOnce = (names: readonly string[]) => new Set(names).size === names.length;

export const commandFileSchema = z.strictObject({
  format,
  kind: z.literal("command").describe("`command`; a model file without a kind is a sum of terms."),
  name,
  version,
  fitted_on,
  folder: file.describe(
    "Folder of the study with every file that the program reads, at most 1,000 files and 1 GiB.",
  ),
  command: z
    .array(
      z
        .string()
        .min(1)
        .max(1000)
        .refine((word) => !word.includes("\0"), "holds a NUL character"),
    )
    .min(1)
    .max(50)
    .describe(
      "Program and arguments, without a shell. `python3` is looked up on the PATH, `./score` is a file of the folder.",
    ),
  reads: z
    .array(columnName)
    .min(1)
    .max(200)
    .refine(eachOnce, "names a variable twice")
    .describe("The variables that it is sent; each is in model.predictors of the protocol."),
  outputs: z
    .array(columnName)
    .min(1)
    .max(20)
    .refine(eachOnce, "names an output twice")
    .describe("The scores that it gives for each row, among them all of model.output of the protocol."),
  tolerance,
  time_limit_seconds: z
    .int()
    .min(1)
    .max(3600)
    .default(300)
    .describe("For all rows together: 300 where not given, at most 3,600."),
  memory_limit_mib: z
    .int()
    .min(64)
    .max(65_536)
    .default(2048)
    .describe("For each of its processes, on Linux: 2,048 where not given."),
});

/** What is wrong with the first word of a command, or undefined. */
export function programFault(program: string): string | undefined {
  const expected = "expected a name on the PATH, or ./file of the folder";
  if (program.startsWith("/") || /^[A-Za-z]:|\\/.test(program))
    return `an absolute path ties the study to one machine; ${expected}`;
  if (!program.includes("/")) return undefined;
  return program.startsWith("./") && !program.split("/").includes("..") ? undefined : expected;
}
