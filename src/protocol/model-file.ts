import { z } from "zod";
import { counted } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import { repeatedKey } from "./json-repeated-key.ts";

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

/** A model that can be run on the study's columns, so that its scores can be recomputed. */
export interface ExecutableModel {
  readonly name: string;
  readonly version: string;
  readonly terms: readonly ModelTerm[];
  readonly outputs: Readonly<Record<string, ModelOutput>>;
  /** Scores that differ by no more count as equal. */
  readonly tolerance: number;
}

/** The rounding of a file that prints ten significant digits or more. */
const defaultTolerance = 1e-9;
const largestTolerance = 0.01;

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
export const modelFileSchema = z.strictObject({
  format: z.literal("probity-model/1").describe("Version of this format."),
  name: z.string().min(1).max(80).describe("As in model.name of the protocol."),
  version: z.string().min(1).max(40).describe("As in model.version of the protocol."),
  fitted_on: z
    .record(z.string(), z.union([z.string(), finite]))
    .optional()
    .describe("Notes on the development data; not read."),
  terms: z
    .array(z.strictObject({ variable: z.string().min(1), transform: transformSchema, coefficient: finite }))
    .min(1)
    .max(1000)
    .describe("What is summed: coefficient × transform(variable), in this order."),
  outputs: z
    .record(z.string(), outputSchema)
    .describe("How each column of the predictions file follows from the sum, by the column's name."),
  tolerance: finite
    .nonnegative()
    .max(largestTolerance)
    .default(defaultTolerance)
    .describe("A score that differs by no more is met: half a unit of the last printed digit. At most 0.01."),
});

/**
 * Reads a model file.
 *
 * Errors: text that is no JSON, an unknown field, a spline whose knots do not rise or whose term does not exist, a points
 * table that does not rise: each a Problem with the path of the field.
 */
export function parseModelFile(text: string, fileName: string): ExecutableModel {
  const parsed = modelFileSchema.safeParse(readJson(text, fileName));
  if (!parsed.success) {
    const [issue, ...more] = parsed.error.issues;
    throw modelProblem(fileName, issue!.path.join("."), issue!.message.toLowerCase(), {
      others: more.slice(0, 10).map(({ path, message }) => `${path.join(".")}: ${message.toLowerCase()}`),
    });
  }
  const { name, version, terms, outputs, tolerance } = parsed.data;
  return {
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
