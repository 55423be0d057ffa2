import { z } from "zod";
import { file, name, positiveCount, quantity, share, text } from "./schema-fields.ts";

const code = z.union([z.number(), text(40)]).meta({ kind: "number or text" });

/** Names go into ids. */
const stratumName = z
  .string()
  .regex(/^[\w.+-]{1,40}$/, "is not made of letters, digits, _, ., + and -")
  .meta({ kind: "name" });

/** How charts were drawn, where strata were read at different rates. */
export const sample = z.strictObject({
  stratum: name.describe("The column that says from which stratum a chart was drawn."),
  sizes: z
    .record(stratumName, positiveCount)
    .meta({ kind: "stratum: number of charts in it" })
    .describe("Every value of that column, and how many charts the stratum holds, read or not."),
});

const extractedValue = z.strictObject({
  label: text(30).optional().describe("What a reader calls it; its name here unless stated."),
  kind: z.enum(["category", "number", "date"]).describe("What is compared."),
  model: name.describe("The column with what the model gives; an empty cell means that it gives nothing."),
  human: name.describe(
    "The column with what a person found in the chart; empty where the chart has nothing.",
  ),
  levels: z
    .array(code)
    .min(2)
    .max(30)
    .meta({ kind: "list of codes" })
    .optional()
    .describe("Of a category: every value that may occur in either column."),
  unit: text(20).optional().describe("Of a number: what both columns are measured in."),
  tolerance: quantity
    .optional()
    .describe("Of a number: values that differ by at most so much agree; 0 unless stated."),
  within_days: z
    .int()
    .min(0)
    .max(36_525)
    .meta({ kind: "whole number of days" })
    .optional()
    .describe("Of a date: dates that lie at most so many days apart agree; 0 unless stated."),
  agreement_at_least: share.optional().describe("Least share of charts with both values that must agree."),
  missed_at_most: share
    .optional()
    .describe("Largest share of charts with a value for which the model may give none."),
  invented_at_most: share
    .optional()
    .describe("Largest share of charts without a value for which the model may give one."),
});

export const extractions = z.strictObject({
  file: file.describe("One row a chart that was read by a person."),
  key: name.describe("Its key column, different in every row."),
  patient: name
    .optional()
    .describe("The column that says whose chart it is, where a patient may have several; not beside sample."),
  sample: sample
    .optional()
    .describe("How the charts were drawn, where not all at one rate; the limits are then judged weighted."),
  values: z.record(name, extractedValue).describe("What is compared, each by a name of its own, at most 20."),
});

const least = (of: string) => share.optional().describe(`Least share of the ${of}.`);

export const trialMatching = z.strictObject({
  file: file.describe("One row a patient whose chart was read, named by the model or not."),
  key: name.describe("Its key column, different in every row."),
  kind: z
    .enum(["marks", "dates"])
    .optional()
    .describe(
      "Of the steps after eligible: marks, 1 or 0, empty where it is not known yet; or dates, empty where it did not happen. Marks unless stated.",
    ),
  steps: z
    .strictObject({
      eligible: name.describe(
        "The chart meets the trial's criteria: 1 or 0; empty where the chart does not tell.",
      ),
      identified: name.describe("The model names the patient."),
      confirmed: name.describe("The trial's staff agree."),
      consented: name.describe("The patient consents."),
    })
    .describe("The column of each step."),
  sample: sample
    .optional()
    .describe("How the charts were drawn, where not all at one rate; shares are then weighted."),
  by: z
    .record(name, z.array(stratumName).min(1).max(20))
    .meta({ kind: "column: list of its values" })
    .optional()
    .describe(
      "Groups reported apart, each column with every value that may occur; an empty cell is a group, too.",
    ),
  at_least: z
    .strictObject({
      identified: least("eligible that the model must name: its sensitivity"),
      confirmed: least("eligible whom the model names that the staff must confirm"),
      consented: least("eligible confirmed that must consent"),
    })
    .optional()
    .describe("How many of the step before must reach each step."),
});
