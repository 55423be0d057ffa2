import { z } from "zod";
import { Problem } from "../evidence/problem.ts";
import { repeatedKey } from "./json-repeated-key.ts";

/** What a reader may find in a chart: the event by the horizon, none by then, or no telling. */
export const chartLabels = ["event", "event-free", "unclear"] as const;
export type ChartLabel = (typeof chartLabels)[number];

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "is not a SHA-256 of 64 hexadecimal digits");
const hashedFile = z.strictObject({ name: z.string().min(1).max(1000), sha256 });
const chartKey = z.string().min(1);
const label = z.enum(chartLabels);

const sampleSchema = z.strictObject({
  format: z.literal("probity-review-sample/1"),
  seed: z.number().int().min(0).max(4_294_967_295),
  size: z.number().int().min(1),
  allocation: z.enum(["equal", "proportional"]),
  floor: z.number().int().min(1),
  by: z.array(z.string()),
  flag: z.strictObject({ comparison: z.enum([">=", ">"]), threshold: z.number().min(0).max(1) }),
  inputs: z.array(hashedFile).length(2),
  charts: z.array(chartKey).min(1),
});

const reviewSchema = z
  .strictObject({
    format: z.literal("probity-review/1"),
    sample: sampleSchema.nullable(),
    chosen: z.string().min(1).max(200).nullable(),
    readings: z.tuple([hashedFile, hashedFile]),
    adjudication: hashedFile.nullable(),
    charts: z
      .array(
        z.strictObject({ key: chartKey, readings: z.tuple([label, label]), adjudicated: label.optional() }),
      )
      .min(1),
  })
  .refine(({ sample, chosen }) => (sample === null) !== (chosen === null), {
    path: ["chosen"],
    message: "says how charts were chosen where no sample was drawn, and only there",
  });

/** Charts drawn for review, with all that it takes to draw them again; no stratum, count or weight. */
export type DrawnSample = Readonly<z.infer<typeof sampleSchema>>;

/** Two readings of each chart and a third where they differ. */
export type ChartReview = Readonly<z.infer<typeof reviewSchema>>;
export type ReadChart = ChartReview["charts"][number];

/** Reads the file that `probity review sample` wrote. Throws a Problem with the path of the field that is wrong. */
export function parseSampleFile(text: string, fileName: string): DrawnSample {
  const sample = checked(sampleSchema, text, fileName);
  refuseRepeated(sample.charts, fileName);
  return sample;
}

/**
 * Reads the file that `probity review import` wrote.
 *
 * Errors: a Problem with the path of the field that is wrong; a chart twice; charts other than those of its sample; a
 * disagreement that nobody has decided, or a decision where there was nothing to decide.
 */
export function parseReviewFile(text: string, fileName: string): ChartReview {
  const review = checked(reviewSchema, text, fileName);
  const keys = review.charts.map(({ key }) => key);
  refuseRepeated(keys, fileName);
  const drawn = new Set(review.sample?.charts ?? keys);
  const other = keys.find((key) => !drawn.has(key));
  if (other !== undefined || drawn.size !== keys.length)
    throw invalid(fileName, "its charts are not those of its sample");
  const undecided = review.charts.filter((chart) => isUndecided(chart)).length;
  if (undecided > 0) throw invalid(fileName, `${undecided} disagreements are not decided`);
  if (review.charts.some((chart) => chart.adjudicated !== undefined && !isOpen(chart)))
    throw invalid(fileName, "a chart is decided on which both readers agree");
  return review;
}

/** Where the two readings leave something to decide: they differ, or neither could tell. */
export function isOpen({ readings: [one, other] }: Pick<ReadChart, "readings">): boolean {
  return one !== other || one === "unclear";
}

/** Where somebody has to decide and nobody has: two readers who could not tell agree. */
export function isUndecided(chart: ReadChart): boolean {
  return chart.readings[0] !== chart.readings[1] && chart.adjudicated === undefined;
}

/** What a chart says in the end: where the readers differ, what was decided. */
export function finalLabel({ readings, adjudicated }: ReadChart): ChartLabel {
  return adjudicated ?? readings[0];
}

function checked<T>(schema: z.ZodType<T>, text: string, fileName: string): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(fileName, "it is not JSON", cause);
  }
  const twice = repeatedKey(text);
  if (twice) throw invalid(fileName, `"${twice.key}" stands twice`);
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(fileName, `${issue?.path.join(".") || "the file"}: ${issue?.message ?? "not valid"}`);
}

function refuseRepeated(keys: readonly string[], fileName: string): void {
  if (new Set(keys).size < keys.length) throw invalid(fileName, "a chart stands twice");
}

function invalid(where: string, message: string, cause?: unknown): Problem {
  return new Problem("review-invalid", message, {
    where,
    hint: "the file is written by probity review and not edited; write it again",
    ...(cause === undefined ? {} : { cause }),
  });
}
