import { z } from "zod";
import { counted } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import { repeatedKey } from "./json-repeated-key.ts";
import { type CommandModel, commandFileSchema, programFault } from "./model-command.ts";
import { type ModelIdentity, modelFields } from "./model-fields.ts";

/** What is done to a column's value before it is multiplied by a coefficient. */
export type Transform =
  | { readonly kind: "identity" }
  /** 1 where above < value ≤ upTo. */
  | { readonly kind: "interval"; readonly above: number; readonly upTo: number }
  | { readonly kind: "above"; readonly above: number }
  | { readonly kind: "equals"; readonly level: number | string }
  /** min(value, at) */
  | { readonly kind: "winsorised"; readonly at: number }
  /** ln(value + plus) */
  | { readonly kind: "log"; readonly plus: number }
  /** Nonlinear term `term` (from 1) of the restricted cubic spline of min(value, winsorisedAt). */
  | {
      readonly kind: "spline";
      readonly knots: readonly number[];
      readonly term: number;
      readonly winsorisedAt: number | null;
    };

export interface ModelTerm {
  readonly variable: string;
  readonly transform: Transform;
  readonly coefficient: number;
}

/** How an output's probability follows from the linear predictor. */
export type ModelOutput =
  /** 1 − exp(−H₀ exp(linear predictor)) */
  | { readonly kind: "cox"; readonly baselineCumulativeHazard: number }
  /** 1 / (1 + exp(−(intercept + linear predictor))) */
  | { readonly kind: "logistic"; readonly intercept: number }
  /** Sum of points → risk: the row with the largest `from` that the sum reaches. */
  | { readonly kind: "points"; readonly table: readonly { readonly from: number; readonly risk: number }[] };

/** A sum of terms and what follows from it; nothing is executed. */
export interface FormulaModel extends ModelIdentity {
  readonly kind: "formula";
  readonly terms: readonly ModelTerm[];
  readonly outputs: Readonly<Record<string, ModelOutput>>;
}

/** A model whose scores can be recomputed from the study's columns. */
export type ExecutableModel = FormulaModel | CommandModel;

const finite = z.number().finite();

/** Descriptions of these three are printed in docs/model-file.md. */
export const transformSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("identity") }).describe("the value"),
  z
    .strictObject({ kind: z.literal("interval"), above: finite, up_to: finite })
    .describe("1 where above < value ≤ up_to, else 0"),
  z.strictObject({ kind: z.literal("above"), above: finite }).describe("1 where value > above, else 0"),
  z
    .strictObject({ kind: z.literal("equals"), level: z.union([finite, z.string()]) })
    .describe("1 where the value is this level's code, else 0; the only one for text"),
  z.strictObject({ kind: z.literal("winsorised"), at: finite }).describe("the lesser of value and at"),
  z.strictObject({ kind: z.literal("log"), plus: finite }).describe("natural logarithm of value + plus"),
  z
    .strictObject({
      kind: z.literal("spline"),
      knots: z.array(finite).min(3).max(7),
      term: z.int().min(1).max(5),
      winsorised_at: finite.nullable(),
    })
    .describe(
      "nonlinear term number `term` of the restricted cubic spline with these knots, as Harrell's rcs scales it, of the " +
        "lesser of value and winsorised_at; K knots have K − 2 such terms",
    ),
]);
export const outputSchema = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("cox"), baseline_cumulative_hazard: finite.nonnegative() })
    .describe("1 − exp(−baseline_cumulative_hazard · exp(sum)); the hazard is that of the output's horizon"),
  z
    .strictObject({ kind: z.literal("logistic"), intercept: finite })
    .describe("1 / (1 + exp(−(intercept + sum)))"),
  z
    .strictObject({
      kind: z.literal("points"),
      table: z.array(z.strictObject({ from: finite, risk: finite.min(0).max(1) })).min(1),
    })
    .describe(
      "risk of the last row of table whose from the sum reaches; below the first row there is no score",
    ),
]);
const { format, name, version, fitted_on, tolerance } = modelFields;
export const modelFileSchema = z.strictObject({
  format,
  name,
  version,
  fitted_on,
  terms: z
    .array(z.strictObject({ variable: z.string().min(1), transform: transformSchema, coefficient: finite }))
    .min(1)
    .max(1000)
    .describe("What is summed: coefficient × transform(variable), in this order."),
  outputs: z
    .record(z.string(), outputSchema)
    .describe("How each column of the predictions file follows from the sum, by the column's name."),
  tolerance,
});

/**
 * Reads a model file.
 *
 * Errors: text that is no JSON, an unknown field, a spline whose knots do not rise or whose term does not exist, a points
 * table that does not rise, a program that lies outside its folder: each a Problem with the path of the field.
 */
export function parseModelFile(text: string, fileName: string): ExecutableModel {
  const json = readJson(text, fileName);
  return hasKind(json) ? toCommand(json, fileName) : toFormula(json, fileName);
}

/** A formula's file has none. */
function hasKind(json: unknown): boolean {
  return typeof json === "object" && json !== null && Object.hasOwn(json, "kind");
}

function toFormula(json: unknown, fileName: string): FormulaModel {
  const { name, version, terms, outputs, tolerance } = checked(modelFileSchema, json, fileName);
  return {
    kind: "formula",
    tolerance,
    name,
    version,
    terms: terms.map(({ variable, transform: raw, coefficient }, i) => ({
      variable,
      transform: toTransform(raw, fileName, `terms.${i}.transform`),
      coefficient,
    })),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([key, raw]) => [key, toOutput(raw, fileName, `outputs.${key}`)]),
    ),
  };
}

function toCommand(json: unknown, fileName: string): CommandModel {
  const raw = checked(commandFileSchema, json, fileName);
  const { kind, name, version, folder, command, reads, outputs, tolerance } = raw;
  const fault = programFault(command[0]!);
  if (fault !== undefined) throw modelProblem(fileName, "command.0", fault);
  const limits = { seconds: raw.time_limit_seconds, memoryMib: raw.memory_limit_mib };
  return { kind, name, version, folder, command, reads, outputs, tolerance, ...limits };
}

function checked<T>(schema: z.ZodType<T>, json: unknown, fileName: string): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue, ...more] = parsed.error.issues;
  throw modelProblem(fileName, issue!.path.join("."), issue!.message.toLowerCase(), {
    others: more.slice(0, 10).map(({ path, message }) => `${path.join(".")}: ${message.toLowerCase()}`),
  });
}

function readJson(text: string, fileName: string): unknown {
  const value = parsedJson(text, fileName);
  const repeated = repeatedKey(text);
  if (repeated === undefined) return value;
  const before = text.slice(0, repeated.offset).split("\n");
  throw new Problem("model-invalid", `"${repeated.key}" stands twice in one object`, {
    where: `${fileName}:${before.length}:${before.at(-1)!.length + 1}`,
    hint: "keep one of them",
  });
}

function parsedJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Problem("model-not-json", "the model file is not JSON", {
      where: fileName,
      hint: "see docs/model-file.md for the form of a model file",
      cause,
    });
  }
}

function modelProblem(
  fileName: string,
  path: string,
  message: string,
  detail: { others?: readonly string[] } = {},
): Problem {
  return new Problem("model-invalid", message, {
    where: `${fileName} ${path}`,
    hint: "correct this field of the model file",
    ...(detail.others && detail.others.length > 0 ? { others: detail.others } : {}),
  });
}

function toTransform(raw: z.infer<typeof transformSchema>, fileName: string, path: string): Transform {
  if (raw.kind === "interval") {
    if (!(raw.above < raw.up_to)) throw modelProblem(fileName, path, "above must be less than up_to");
    return { kind: "interval", above: raw.above, upTo: raw.up_to };
  }
  if (raw.kind !== "spline") return raw;
  const { knots, term, winsorised_at: winsorisedAt } = raw;
  if (knots.some((knot, i) => i > 0 && knot <= knots[i - 1]!))
    throw modelProblem(fileName, path, "knots must rise");
  if (term > knots.length - 2)
    throw modelProblem(
      fileName,
      path,
      `${knots.length} knots have ${counted(knots.length - 2, "nonlinear term")}`,
    );
  return { kind: "spline", knots, term, winsorisedAt };
}

function toOutput(raw: z.infer<typeof outputSchema>, fileName: string, path: string): ModelOutput {
  if (raw.kind === "cox") return { kind: "cox", baselineCumulativeHazard: raw.baseline_cumulative_hazard };
  if (raw.kind === "points" && raw.table.some(({ from }, i) => i > 0 && from <= raw.table[i - 1]!.from)) {
    throw modelProblem(fileName, path, "the points must rise from row to row");
  }
  return raw;
}
