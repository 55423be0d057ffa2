import { z } from "zod";
import {
  count,
  date,
  dateOrNone,
  duration,
  orNone,
  person,
  positiveCount,
  quantity,
  range,
  share,
  text,
} from "./schema-fields.ts";
import { acceptanceMeasureNames, claimMeasureNames } from "./vocabulary.ts";

export const acceptance = z.strictObject({
  measure: z.enum(acceptanceMeasureNames).describe("What is measured (see the table of measures)."),
  at_least: z
    .number()
    .optional()
    .describe("Passes at this value or above. One of the three limits is given."),
  at_most: z.number().optional().describe("Passes at this value or below."),
  between: z
    .tuple([z.number(), z.number()])
    .meta({ kind: "[low, high]" })
    .optional()
    .describe("Passes from low to high, both included."),
  at: duration.optional().describe("One of the endpoint's horizons; the main one unless stated."),
  worst_of: z.literal("strata").optional().describe("The limit holds for the worst stratum."),
  judged_by: z
    .enum(["bound", "point"])
    .optional()
    .describe("What must pass: the unfavourable 95 % bound (unless stated), or the point estimate."),
});

const step = z.strictObject({
  step: text(60).describe("What has to be done."),
  role: text(40).describe("Who does it."),
  minutes: range.describe("Minutes each time."),
  usd_per_hour: range.describe("Cost of that role's hour."),
  share: z
    .number()
    .min(0.0001)
    .max(1)
    .meta({ kind: "number from 0.0001 to 1" })
    .optional()
    .describe("Share of the flags that reach the step; 1 unless stated."),
});

export const claim = z.strictObject({
  said: text(60).describe("The words: 5 % false negative rate."),
  by: text(40).describe("Who says it."),
  measure: z
    .enum(claimMeasureNames)
    .describe("What the number is of; error_change: more (above 0) or fewer (below 0) errors than now."),
  value: z
    .number()
    .meta({ kind: "number: a rate from 0 to 1, a log loss above 0, a change from -1 to 1" })
    .describe("The number: 0.05 for 5 %."),
});

export const burden = z.strictObject({
  volume: z
    .strictObject({
      scored_per_month: quantity.describe("Patients scored in a month."),
      source: text(60).describe("Where that number comes from."),
    })
    .describe("How many patients are scored."),
  per_false_positive: z.array(step).min(1).max(20).describe("Work that a false flag sets off."),
  per_true_positive: z.array(step).max(20).optional().describe("Work that a true flag sets off."),
  limit_usd_per_month: quantity
    .optional()
    .describe("The most that false flags may cost; 5000 unless stated."),
});

export const harm = z.strictObject({
  feature: text(40).describe("One of model.features."),
  scenario: text(80).describe("What goes wrong, for whom."),
  severity: z.enum(["minor", "moderate", "major", "catastrophic"]).describe("How bad it is."),
  delay_days: quantity.describe("Days by which right care comes later."),
  detection: text(80).describe("How it would be noticed."),
  mitigation: text(80).describe("What keeps it small."),
  owner: text(40).describe("Who answers for it."),
});

export const disclosure = z.strictObject({
  minimum_cell: z
    .int()
    .min(1)
    .max(100)
    .meta({ kind: "whole number from 1 to 100" })
    .describe("Counts below it are not shown to the committee; 11 unless stated."),
  because: text(80).optional().describe("Why, where it is below 11."),
});

const approval = z.strictObject({
  status: z.enum(["exempt", "approved", "not-required", "missing"]).describe("State of the approval."),
  id: text(40).optional().describe("Number of the approval; needed where approved."),
  because: text(80).optional().describe("Why; needed where exempt or not-required."),
  expires: date.optional().describe("Last day it holds; needed where approved."),
});

export const approvals = z.strictObject({
  irb: approval.describe("Ethics committee."),
  dua: approval.describe("Data use agreement."),
});

const expires = date.optional().describe("Last day on which the evidence counts.");

export const review = orNone(
  z.strictObject({
    document: text(80).describe("The record of the review."),
    date: date.describe("When."),
    by: text(40).describe("Who reviewed."),
    expires,
  }),
);

export const shadowing = orNone(
  z.strictObject({
    hours: quantity.describe("Hours spent watching the work that the model is to change."),
    unit: text(40).describe("Where."),
    by: text(40).describe("Who watched."),
    date: date.describe("Last day."),
  }),
);

export const fallback = orNone(
  z.strictObject({
    document: text(80).describe("The procedure on paper."),
    last_drill: dateOrNone.describe("When staff last worked by it."),
    concordance: orNone(share).describe("Share of cases with the same decision as the model."),
    expires,
  }),
);

export const timeOnTask = orNone(
  z.strictObject({
    document: text(80).describe("The time study."),
    date: date.describe("When it ended."),
    roles: z
      .record(
        text(40),
        z.strictObject({
          before_minutes: quantity.describe("Minutes a patient without the model."),
          after_minutes: quantity.describe("Minutes a patient with it."),
          n: positiveCount.describe("Patients timed."),
        }),
      )
      .describe("Every role that the model touches."),
    expires,
  }),
);

export const downtimeLog = orNone(
  z.strictObject({
    document: text(80).describe("The log and its replay."),
    date: date.describe("When it was replayed."),
    outages: count.describe("Past outages replayed."),
    safe: count.describe("Those in which the system behaved safely."),
    expires,
  }),
);

export const contract = z.strictObject({
  fee: z
    .enum(["fixed", "per-alert", "per-use", "none", "unknown"])
    .describe("What is paid for. none: nobody pays. unknown: no evidence."),
  usd_per_year: quantity.optional().describe("Needed where fixed; may stand beside the next two."),
  usd_per_alert: quantity.optional().describe("Needed where per-alert."),
  usd_per_use: quantity.optional().describe("Needed where per-use."),
});

export const training = orNone(
  z
    .array(
      z.strictObject({
        unit: text(40).describe("Where."),
        date: date.describe("When."),
        led_by: text(40).describe("Who taught."),
        vendor: z.boolean().describe("true where the vendor's staff led it."),
        expires,
      }),
    )
    .min(1, "is an empty list; write none"),
);

export const monitoring = orNone(
  z.strictObject({
    owner: person.describe("Who reads the signals."),
    review: z.enum(["weekly", "monthly", "quarterly", "yearly"]).describe("How often."),
    signals: z.array(text(40)).min(1).max(6).describe("What is watched."),
  }),
);

export const memo = z.strictObject({
  kill_if: text(80).describe("The observation that ends the use of the model."),
  dissent: z
    .strictObject({
      text: text(160).describe("Word for word, two lines at most."),
      by: text(40).describe("Who dissents."),
    })
    .optional()
    .describe("Printed beside the signatures."),
});
