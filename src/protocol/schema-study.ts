import { z } from "zod";
import {
  betweenZeroAndOne,
  date,
  dateOrNone,
  duration,
  expression,
  file,
  name,
  orNone,
  period,
  person,
  positiveCount,
  text,
  timeUnit,
} from "./schema-fields.ts";

export const question = z.strictObject({
  who_acts: text(60).describe("Who makes the decision that the model is to change."),
  on_what: text(70).describe("What that person is shown, and when."),
  decision_changed: text(80).describe("What is then done that would otherwise not be done."),
  for_whom: text(60).describe("The patients the model is meant for, in words."),
  intervention: z
    .enum(["informs", "outreach", "workflow", "treatment"])
    .describe("What a flag sets off; decides which validation designs are allowed."),
  success: text(90).describe("The one measure by which use is called a success."),
  success_owner: z
    .strictObject({
      role: text(40).describe("Role that answers for success."),
      name: person.describe("Who holds the role."),
      signed: dateOrNone.describe("When that person signed."),
    })
    .describe("Unsigned, the requirement stays without evidence."),
});

export const model = z.strictObject({
  name: text(40).describe("Name of the model."),
  version: text(20).describe('Version; in quotes where it would read as a number ("1.10").'),
  executable: file
    .optional()
    .describe("The model as a file, from which scores are recomputed; see model-file.md."),
  owner: text(40).describe("Team that maintains the model."),
  predictors: z
    .array(name)
    .min(1)
    .max(200)
    .describe("Variables the model uses; each is one of data.variables."),
  features: z
    .array(text(40))
    .min(1)
    .max(20)
    .describe("What its user sees, such as a flag; each needs a harm scenario."),
  output: z
    .record(
      name,
      z.strictObject({ horizon: duration.describe("The probability is that of an event by then.") }),
    )
    .describe("Columns of the predictions file that hold probabilities, one for each horizon."),
  developed_on: z
    .strictObject({
      data: text(60).describe("Where the development patients came from."),
      period: period.describe("When they were recruited."),
    })
    .describe("Where the model was fitted."),
});

const code = z.union([z.number(), text(40)]).meta({ kind: "number or text" });

const label = text(30).optional();

const variable = z.strictObject({
  label: label.describe("What a reader calls it; the column's name unless stated."),
  type: z
    .enum(["number", "text", "date", "boolean"])
    .optional()
    .describe("Needed only where neither unit nor levels says it."),
  unit: text(20).optional().describe("Unit of a number; count for a number of things."),
  plausible: z
    .tuple([z.number(), z.number()])
    .meta({ kind: "[low, high]" })
    .optional()
    .describe("Values outside, both ends allowed, are counted and listed."),
  levels: z
    .union([z.array(code).min(1).max(100), z.record(text(40), text(40))])
    .meta({ kind: "list of codes, or code: label" })
    .optional()
    .describe("Every code that may occur. Codes that are all numbers are numbers."),
});

const developmentVariable = z.union([
  name,
  z.strictObject({
    column: name.optional().describe("Its column there; the same name unless stated."),
    classes: z
      .array(text(40))
      .min(2)
      .max(50)
      .describe("Labels that stand for ranges of the study's numbers."),
    upper_limits: z
      .array(z.number())
      .min(1)
      .max(49)
      .describe("Upper limit of each class but the last, which is open; the limit belongs to its class."),
  }),
]);

const development = z
  .strictObject({
    file: file.describe("The development table."),
    key: name.describe("Its key column."),
    variables: z
      .record(name, developmentVariable)
      .optional()
      .describe("Where name or coding differs: the other column, the word absent, or classes."),
  })
  .describe("Where the development table is at hand, so that it is compared with the study's.");

export const data = z.strictObject({
  patients: z
    .strictObject({
      file: file.describe("One row a patient; with patient, one row an encounter or the like."),
      key: name.describe("Its key column, different in every row."),
      patient: name
        .optional()
        .describe(
          "The column that says whose row it is, where a patient may have several; only without endpoint.time.",
        ),
      unit: z
        .string()
        .regex(/^[a-z][a-z ]{0,18}[a-z]$/, "is not a word such as encounter")
        .meta({ kind: "word in the singular, 2 to 20 small letters" })
        .optional()
        .describe("What a row is where patient is given, such as encounter; row unless stated."),
    })
    .describe("The patients table."),
  predictions: z
    .strictObject({
      file: file.describe(
        "One row for each row of the patients table, with the columns named in model.output.",
      ),
      key: name.describe("Its key column."),
      predicted_at: name.describe("The moment of prediction: times.from, or a variable of dates or times."),
    })
    .describe("The model's outputs."),
  development: development.optional(),
  birth_date: name.optional().describe('The date variable from which "age at" counts.'),
  variables: z.record(name, variable).describe("Columns of the patients table that the study reads."),
  treatments: z
    .record(
      name,
      z.strictObject({
        label: label.describe("What a reader calls it; its name here unless stated."),
        study: name.describe("A variable coded 1 = given, 0 = not; or all, or none."),
        development: name.optional().describe("The same for the development table's column."),
      }),
    )
    .optional()
    .describe("What patients received, whether the model uses it or not."),
  times: z
    .strictObject({
      kind: z
        .enum(["durations", "dates"])
        .describe("Whether the table holds lengths of time or calendar dates."),
      from: name.describe("The index moment: durations count from it; dates name its column."),
      known_at: name.describe(
        "Variable of dates or times, or none: when the values of a row became known; compared with predicted_at.",
      ),
    })
    .describe("What the table says about time."),
  cut: text(60).describe("What the tables hold and up to when; printed in the memo's header."),
  source: z
    .strictObject({
      kind: z
        .enum(["trial", "registry", "records", "claims", "synthetic"])
        .describe("What the records were kept for."),
      recruited: period.describe("When the study's patients were recruited."),
      treatment: text(60).describe("Treatment of the time that all of them had, or none."),
    })
    .describe("Where the records come from."),
});

export const criterion = z.strictObject({
  keep: expression.describe(
    "Rows for which it is true are kept; where it is missing they are not, and are counted.",
  ),
  because: text(80).describe("Why."),
});

export const endpoint = z.strictObject({
  name: text(40).describe("The field's name for it."),
  meaning: text(60).describe("What counts as the event, in words."),
  version: positiveCount.describe("Version of the definition."),
  event: expression.describe("True where the event happened, at the recorded time or by the horizon."),
  time: z
    .strictObject({
      column: name.describe("Time to event or last follow-up."),
      unit: timeUnit.describe("Its unit."),
    })
    .optional()
    .describe(
      "Follow-up; a length of time in expressions. Left out where the event is known of every row by the horizon.",
    ),
  horizon: duration.describe("The horizon on which the decision rests."),
  also: z.array(duration).max(10).optional().describe("Secondary horizons."),
  censor_at: duration.optional().describe("Administrative censoring; no horizon lies beyond it."),
  read_at: duration
    .optional()
    .describe(
      "Where the risk at the horizon is read, when nobody is followed past the horizon: event-free means followed beyond.",
    ),
  expected_event_rate: betweenZeroAndOne
    .optional()
    .describe("Share of patients expected to have the event by the horizon: the base of accuracy and PPV."),
  label_source: z
    .enum(["structured", "abstracted", "model-derived"])
    .describe("Where the event labels come from."),
  label_review: orNone(
    z.strictObject({
      document: text(80).describe("Report of the chart review."),
      date: date.describe("When."),
      charts: positiveCount.describe("Charts read."),
      reviewers: positiveCount.describe("Readers of each chart."),
      kappa: z
        .number()
        .min(-1)
        .max(1)
        .optional()
        .describe("Agreement of two readers; not where file is given."),
      file: file
        .optional()
        .describe("The readings, as probity review import wrote them; rates are then judged on them."),
    }),
  ).describe("How the labels were checked."),
});

const flagWhen = z
  .string()
  .regex(/^>=? ?\d+(\.\d+)?$/, 'is not a threshold such as ">= 0.40"')
  .meta({ kind: "threshold, such as >= 0.40" })
  .describe("A patient is flagged when the output is so high; from 0 to 1.");

export const operatingPoint = z.strictObject({
  output: name.describe("One of model.output."),
  flag_when: flagWhen,
  set_by: z.enum(["protocol", "developer", "site"]).describe("Who chose the threshold."),
  per: z.literal(1000).describe("Counts are given per 1,000 patients; no other number is taken."),
});

export const replaces = z.strictObject({
  name: model.shape.name.describe("Its name."),
  version: model.shape.version.describe("Its version."),
  output: name.describe(
    "Column of the predictions file that holds its probability of the event by endpoint.horizon.",
  ),
  flag_when: flagWhen,
});

export const validation = z.strictObject({
  design: z
    .enum(["silent", "prospective-cohort", "staged-rollout", "stepped-wedge", "randomised-trial", "a-b-test"])
    .describe("How the model is tried beside real work."),
  duration: duration.describe("How long it lasts."),
});
