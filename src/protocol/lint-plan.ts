import {
  chosenByOutcome,
  groupedByOutcome,
  groupsByOutcome,
  outcomeColumnsRead,
  outcomePredictors,
  predictsFromOutcome,
  timesNotCompared,
} from "./columns-read.ts";
import { type Check, found, type LintFinding } from "./lint-finding.ts";
import { pageCount } from "./page-count.ts";
import type { BurdenStep, Validation } from "./protocol-evidence.ts";

export const onePage: Check = (context) => {
  const { lines, limit, wrapped } = pageCount(context.text);
  if (lines <= limit) return [];
  const wraps = wrapped.length > 0 ? `, ${wrapped.length} of them longer than the page is wide` : "";
  const finding = found(context, "one-page", [], {
    severity: "concern",
    sentence: `The protocol prints on ${lines} lines${wraps}; one page has ${limit}.`,
    remedy: "Say each thing once; keep tables, code lists and explanations in files of their own.",
  });
  return [finding];
};

/** The templates mark what their user must supply with this comment; it goes when the value has come. */
export const toSupply: Check = (context) => {
  const lines = context.text
    .split(/\r?\n/)
    .flatMap((line, index) =>
      /(?:^|\s)# ?to supply\b/.test(line) ? [`${context.fileName}:${index + 1}`] : [],
    );
  if (lines.length === 0) return [];
  const finding = found(context, "to-supply", [], {
    severity: "concern",
    sentence: `${lines.length} ${lines.length === 1 ? "line is" : "lines are"} still as in the template.`,
    remedy: 'Put in what is true here, and delete the comment "# to supply".',
  });
  return [{ ...finding, place: `${lines[0]}:1`, rows: { count: lines.length, lines } }];
};

export const harmScenario: Check = (context) =>
  context.protocol.model.features.flatMap((feature, index) => {
    if (context.protocol.harms.some((harm) => harm.feature === feature)) return [];
    const finding = found(context, "harm-scenario", ["model", "features", index], {
      severity: "concern",
      sentence: `No harm scenario says what goes wrong with "${feature}".`,
      remedy: "Write who is harmed, how, after what delay, and how it is found.",
    });
    return [finding];
  });

export const monitoringPlan: Check = (context) => {
  const { monitoring } = context.protocol;
  if (monitoring?.owner) return [];
  const remedy = "Name the signals, how often they are read, and the person who reads them.";
  const path = monitoring ? ["monitoring", "owner"] : ["monitoring"];
  const sentence = monitoring ? "Nobody owns the monitoring." : "No monitoring plan.";
  return [found(context, "monitoring-plan", path, { severity: "concern", sentence, remedy })];
};

export const burdenSteps: Check = (context) => {
  const { perFalsePositive, perTruePositive } = context.protocol.burden;
  const free = ({ minutes, usdPerHour }: BurdenStep) => minutes.high === 0 || usdPerHour.high === 0;
  const findings: LintFinding[] = perFalsePositive.flatMap((step, index) =>
    free(step)
      ? [
          found(context, "burden-steps", ["burden", "per_false_positive", index], {
            severity: "concern",
            sentence: `The step "${step.step}" takes no time or costs nothing.`,
            remedy: "Time it, with the people who do it.",
          }),
        ]
      : [],
  );
  if (perTruePositive.length > 0) return findings;
  const finding = found(context, "burden-steps", ["burden"], {
    severity: "info",
    sentence: "True flags cause work too, and no step says which.",
    remedy: "Add burden.per_true_positive.",
  });
  return [...findings, finding];
};

/** A limit on cost that holds at one wage may not hold at another: the ends of the range show it. */
export const burdenRange: Check = (context) => {
  const { perFalsePositive } = context.protocol.burden;
  const isRange = ({ minutes, usdPerHour }: BurdenStep) =>
    minutes.low < minutes.high || usdPerHour.low < usdPerHour.high;
  if (perFalsePositive.some(isRange)) return [];
  const finding = found(context, "burden-range", ["burden", "per_false_positive"], {
    severity: "info",
    sentence: "Minutes and wages have no range, so gate 2 is judged at one wage alone.",
    remedy: "Write { low, mid, high } where they are not measured.",
  });
  return [finding];
};

const randomised: readonly Validation["design"][] = ["stepped-wedge", "randomised-trial"];
const unreviewed: readonly Validation["design"][] = ["a-b-test", "staged-rollout"];
const testInWords = /\bA\/B\b|\bsplit[- ]test|\brandomly (?:shown|hidden|assigned|switched)\b/i;

/** A model that may change treatment is tried silently, in a cohort, or in a trial that a committee approved. */
export const validationDesign: Check = (context) => {
  const { validation, question, approvals, endpoint } = context.protocol;
  const findings: LintFinding[] = [];
  const isApproved = approvals.irb.status === "approved";
  if (question.intervention === "treatment" && !isApproved) {
    const remedy =
      "Validate silently, in a prospective cohort, or in a randomised trial with the ethics committee's approval.";
    const said = (sentence: string) => ({ severity: "serious", sentence, remedy }) as const;
    const words = context.prose.find(({ text }) => testInWords.test(text));
    if (validation && unreviewed.includes(validation.design)) {
      const sentence = `The model may change treatment, and ${validation.design} lets chance or date decide who gets it.`;
      findings.push(found(context, "validation-design", ["validation", "design"], said(sentence)));
    } else if (validation && randomised.includes(validation.design)) {
      const sentence = `A ${validation.design} of a model that may change treatment has no approval of an ethics committee.`;
      findings.push(found(context, "validation-design", ["validation", "design"], said(sentence)));
    } else if (words) {
      const at = testInWords.exec(words.text)!.index;
      const sentence = "The model may change treatment, and the protocol speaks of an A/B test.";
      findings.push(found(context, "validation-design", words.path, { ...said(sentence), at }));
    }
  }
  if (validation && validation.duration.days < endpoint.horizon.days) {
    const sentence = `The trial lasts ${validation.duration.label}, the endpoint needs ${endpoint.horizon.label}: no outcome of it can be known.`;
    const remedy = "Run it longer than the horizon, or choose an endpoint that comes sooner.";
    const said = { severity: "concern", sentence, remedy } as const;
    findings.push(found(context, "validation-design", ["validation", "duration"], said));
  }
  return findings;
};

const msPerDay = 86_400_000;

/** Days between recruitment and decision against the horizon. */
export const followUp: Check = (context) => {
  const { data, decisionDate, endpoint } = context.protocol;
  const { from, to, label } = data.source.recruited;
  const daysSince = (date: string) => (Date.parse(decisionDate) - Date.parse(date)) / msPerDay;
  const horizon = endpoint.horizon;
  const reached = endpoint.time ? `been followed for ${horizon.label}` : `reached ${horizon.label}`;
  const path = ["data", "source", "recruited"];
  if (daysSince(from) < horizon.days) {
    const sentence = `Nobody recruited in ${label} can have ${reached} by ${decisionDate}.`;
    const remedy = "Take earlier patients, a shorter horizon, or decide later.";
    return [found(context, "follow-up", path, { severity: "serious", sentence, remedy })];
  }
  if (daysSince(to) < horizon.days) {
    const sentence = `The last of those recruited in ${label} cannot have ${reached} by ${decisionDate}.`;
    const remedy = endpoint.time
      ? "Say in data.cut up to when patients were followed."
      : "Say in data.cut up to when events were recorded.";
    return [found(context, "follow-up", path, { severity: "info", sentence, remedy })];
  }
  return [];
};

/** The same words as the finding of an evaluation. */
export const populationByOutcome: Check = (context) => {
  const { population, endpoint } = context.protocol;
  return population.flatMap(({ keep }, index) => {
    const columns = outcomeColumnsRead(keep.expression, endpoint);
    if (columns.length === 0) return [];
    const said = { severity: "serious", ...chosenByOutcome(keep.text, columns) } as const;
    return [found(context, "population-by-outcome", ["population", index, "keep"], said)];
  });
};

/** The same words as the finding of an evaluation. */
export const groupByOutcome: Check = (context) =>
  groupsByOutcome(context.protocol).map((group) => {
    const said = { severity: "serious", ...groupedByOutcome(group) } as const;
    return found(context, "group-by-outcome", [...group.path], said);
  });

/** Gate 1 asks for this comparison; without it all inputs are taken as known. */
export const knownAtNotCompared: Check = (context) => {
  const { data } = context.protocol;
  const reason = timesNotCompared(data);
  if (reason === undefined) return [];
  const finding = found(context, "known-at-not-compared", ["data", "times", "known_at"], {
    severity: "concern",
    sentence: `When inputs became known, ${data.times.knownAt}, is compared with no prediction: ${reason}.`,
    remedy:
      "Name in predictions.predicted_at the column of the day or time that each prediction was made: a variable of type date, or of type text without levels.",
  });
  return [finding];
};

/** The same words as the finding of an evaluation. */
export const predictorOfOutcome: Check = (context) => {
  const columns = outcomePredictors(context.protocol);
  if (columns.length === 0) return [];
  const said = { severity: "serious", ...predictsFromOutcome(columns) } as const;
  return [found(context, "predictor-of-outcome", ["model", "predictors"], said)];
};
