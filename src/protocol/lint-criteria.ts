import { type Check, found, type LintFinding } from "./lint-finding.ts";
import type { AcceptanceCriterion, Endpoint } from "./protocol.ts";
import type { AcceptanceMeasure } from "./vocabulary.ts";

/** Rates at the operating point: the only ones of which the worst stratum is computed. */
const rates: readonly AcceptanceMeasure[] = ["sensitivity", "specificity", "ppv", "npv"];
/** Computed for the main horizon alone. */
const mainHorizonOnly: readonly AcceptanceMeasure[] = [
  ...rates,
  "flag_rate",
  "net_benefit",
  "net_benefit_gain",
  "harrell_c",
  "uno_c",
];
/** Counted as they stand: an interval would answer a question nobody asked. */
const withoutInterval: readonly AcceptanceMeasure[] = ["flag_rate"];
/** Fewer are too few to validate: Collins 2016, doi:10.1002/sim.6787. */
const enoughEvents = 100;

/** Criteria that can never pass, because the number or the interval they ask for does not exist. */
export const criterionNotComputed: Check = (context) =>
  context.protocol.acceptance.flatMap((criterion, index) => {
    const why = missingNumber(criterion, context.protocol.endpoint);
    if (why === undefined) return [];
    return [
      found(context, "criterion-not-computed", ["acceptance", index], {
        severity: "concern",
        sentence: `The criterion on ${criterion.measure} cannot pass: ${why.reason}.`,
        remedy: why.remedy,
      }),
    ];
  });

function missingNumber(
  { measure, worstOf, at, judgedBy }: AcceptanceCriterion,
  { horizon }: Endpoint,
): { readonly reason: string; readonly remedy: string } | undefined {
  if (worstOf && !rates.includes(measure)) {
    const reason = `the worst stratum is computed for ${rates.join(", ")} only`;
    return { reason, remedy: "Leave out worst_of, or name one of these." };
  }
  if (at.days !== horizon.days && mainHorizonOnly.includes(measure)) {
    const reason = `it is computed at the main horizon, ${horizon.label}, not at ${at.label}`;
    return { reason, remedy: "Leave out at, or make it the main horizon." };
  }
  if (withoutInterval.includes(measure) && judgedBy === "bound") {
    return {
      reason: "it is counted without an interval, and a bound shall pass",
      remedy: "Write judged_by: point.",
    };
  }
  return undefined;
}

/** A criterion on the estimate alone passes by luck in about half of the studies in which the truth is the limit. */
export const judgedByPoint: Check = (context) =>
  context.protocol.acceptance.flatMap(({ measure, judgedBy }, index): LintFinding[] => {
    if (judgedBy !== "point" || measure === "events" || withoutInterval.includes(measure)) return [];
    return [
      found(context, "judged-by-point", ["acceptance", index, "judged_by"], {
        severity: "concern",
        sentence: `The criterion on ${measure} looks at the estimate alone: with a truth at the limit it passes in about half of all studies.`,
        remedy: "Judge by the bound, and plan the size that it needs.",
      }),
    ];
  });

export const fewEvents: Check = (context) => {
  const isEnough = context.protocol.acceptance.some(
    ({ measure, limit }) => measure === "events" && limit.kind === "atLeast" && limit.value >= enoughEvents,
  );
  if (isEnough) return [];
  return [
    found(context, "few-events", ["acceptance"], {
      severity: "info",
      sentence: `No criterion asks for ${enoughEvents} events; fewer are too few to validate.`,
      remedy: `Add: { measure: events, at_least: ${enoughEvents} }.`,
    }),
  ];
};

/** Groups that are named as protected and never compared look as if somebody had compared them. */
export const groupsNotCompared: Check = (context) => {
  const { protectedVariables, fairness } = context.protocol;
  if (protectedVariables.length === 0 || fairness) return [];
  const names = [...new Set(protectedVariables)].join(", ");
  return [
    found(context, "groups-not-compared", ["protected"], {
      severity: "concern",
      sentence: `Protected are ${names}, but nothing asks whether the model errs more in one of these groups than in another.`,
      remedy: "Add fairness, with the margin up to which a difference is accepted.",
    }),
  ];
};
