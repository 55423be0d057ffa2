import { z } from "zod";
import { extractions, trialMatching } from "./schema-charts.ts";
import {
  acceptance,
  approvals,
  burden,
  claim,
  contract,
  disclosure,
  downtimeLog,
  fallback,
  harm,
  memo,
  monitoring,
  review,
  shadowing,
  timeOnTask,
  training,
} from "./schema-decision.ts";
import { betweenZeroAndOne, date, expression, name, quantity, text } from "./schema-fields.ts";
import {
  criterion,
  data,
  endpoint,
  model,
  operatingPoint,
  question,
  replaces,
  validation,
} from "./schema-study.ts";

/** The protocol as written. Unknown fields are refused at every level. Cross-field rules: normalise.ts. */
export const protocolSchema = z.strictObject({
  protocol: z.literal(1).describe("Version of this format."),
  title: text(90).describe("Title of the study."),
  site: text(60).describe("Where the study's patients were treated; printed in the memo's header."),
  author: text(40).describe("Who wrote the protocol; printed in the memo's header."),
  decision_date: date.describe("Day of the decision; evidence that expires before it has lapsed."),
  question: question.describe("Who decides what, for whom, and what would change."),
  model: model.describe("The model to be judged."),
  data: data.describe("The tables and what their columns mean."),
  population: z.array(criterion).max(30).describe("Criteria, applied in this order."),
  endpoint: endpoint.describe("What is predicted, by when."),
  operating_point: operatingPoint.describe("When a patient is flagged."),
  replaces: replaces
    .optional()
    .describe(
      "The model in use until now: both are compared on the same patients at the decision's horizon.",
    ),
  strata: z
    .array(z.union([name, z.record(name, z.array(z.number()).min(1).max(20))]))
    .max(20)
    .describe(
      "Groups reported apart: a variable with levels, or a number with its cut points: age: [50, 65].",
    ),
  intersections: z
    .array(z.array(name).min(2).max(3))
    .max(10)
    .optional()
    .describe(
      "Strata crossed with each other, such as [age, sex]: each group of the one within each of the other.",
    ),
  slice_search: z
    .strictObject({
      variables: z
        .array(name)
        .min(1)
        .max(8)
        .optional()
        .describe("Strata that slices are made of; all unless stated."),
      depth: z
        .union([z.literal(1), z.literal(2), z.literal(3)])
        .optional()
        .describe("Most strata that a slice is cut by; 2 unless stated."),
      at_least: z
        .int()
        .min(10)
        .max(1_000_000)
        .optional()
        .describe("Events, or event-free, that a slice must hold, and leave outside; 30 unless stated."),
      margin: betweenZeroAndOne.describe("A slice may err more often than all others by so much."),
      error_rate: betweenZeroAndOne
        .optional()
        .describe("Chance that the whole search names any slice falsely; .05 unless stated."),
    })
    .optional()
    .describe(
      "Searches for slices in which events are missed, or the event-free flagged, more often than elsewhere.",
    ),
  slices: z.record(name, expression).optional().describe("Further groups, each by an expression."),
  protected: z.array(name).max(20).describe("Those of the strata whose groups are compared for fairness."),
  fairness: z
    .strictObject({
      margin: betweenZeroAndOne.describe(
        "Differences of up to so much are accepted, in sensitivity, specificity, PPV, share flagged, and observed less expected risk.",
      ),
      error_rate: betweenZeroAndOne
        .optional()
        .describe(
          "Chance that the whole audit says of any difference falsely that it is beyond; .05 unless stated.",
        ),
    })
    .optional()
    .describe(
      "The audit that compares the groups of protected with the largest of them; without it they are not compared.",
    ),
  proxies: z
    .strictObject({
      inputs: z
        .array(name)
        .min(1)
        .max(50)
        .optional()
        .describe(
          "Variables that may stand in; the model's predictors that are not protected unless stated.",
        ),
      auc: z
        .number()
        .gt(0.5)
        .lt(1)
        .meta({ kind: "number above 0.5 and below 1" })
        .optional()
        .describe("AUC from which an input is called a stand-in; .70 unless stated."),
    })
    .optional()
    .describe(
      "Asks of inputs whether they stand in for a group of protected; without it they are not asked.",
    ),
  extractions: extractions
    .optional()
    .describe(
      "Values that a model read out of text, compared with what people abstracted from the same charts.",
    ),
  trial_matching: trialMatching
    .optional()
    .describe(
      "Charts read for a trial: of the eligible, how many the model names, are confirmed, and consent.",
    ),
  acceptance: z.array(acceptance).min(1).max(30).describe("Limits set before outcomes are joined."),
  precision: z
    .strictObject({
      bootstrap_draws: z
        .int()
        .min(100)
        .max(10_000)
        .meta({ kind: "whole number from 100 to 10,000" })
        .describe("Resamples for an interval; 500 unless stated."),
    })
    .optional()
    .describe("How finely intervals are computed."),
  validation: validation.optional().describe("The trial beside real work that is planned next."),
  claims: z
    .array(claim)
    .max(5)
    .optional()
    .describe("What is said of the model; each is shown under every reading that its words allow."),
  burden: burden.describe("What the flags cost."),
  harms: z.array(harm).max(30).describe("At least one for each of model.features; the worst is on the memo."),
  worst_delay_days: quantity.describe("The longest delay that is acceptable in the worst scenario."),
  disclosure: disclosure.optional().describe("Which counts are too small to show."),
  approvals: approvals.describe("Papers that must be valid."),
  privacy_review: review.describe("Review before the records were loaded."),
  harm_review: review.describe("Review of the harms by someone who did not write them."),
  shadowing_hours: shadowing.describe("Time spent beside the people whose work changes."),
  fallback: fallback.describe("Gate 3: how care goes on when the model is down."),
  time_on_task: timeOnTask.describe("Gate 4: minutes before and after, for all roles."),
  downtime_log: downtimeLog.describe("Gate 5: replay of past outages."),
  contract: contract.describe("Gate 6: whether anyone earns by the alert."),
  training: training.describe("Gate 7: sessions led by peers."),
  monitoring: monitoring.describe("Who watches the model in use."),
  memo: memo.describe("What only a person can write on the memo."),
});

export type ProtocolInput = z.infer<typeof protocolSchema>;
