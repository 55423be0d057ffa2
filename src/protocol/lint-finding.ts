import type { Finding } from "../evidence/finding.ts";
import { formatPath } from "./fault.ts";
import type { Protocol } from "./protocol.ts";
import type { Path, YamlSource } from "./yaml-source.ts";

/** Each rule and what it finds, as docs/lint.md explains it. */
export const lintRules = {
  "one-page": "the protocol is longer than one page",
  "to-supply": "lines of a template that nobody has filled in",
  "vanity-metric": "success is counted in use, not in what happens to patients",
  accuracy: "accuracy without the event rate, or no better than flagging nobody",
  "percentage-without-base": "a percentage that does not say of what",
  "relative-or-points": "a change in per cent that may be relative or in points",
  "ppv-target": "a PPV that the AUC hardly allows at the event rate, or that cannot be checked",
  "loss-without-event-rate":
    "a limit on log loss or Brier score without the event rate, or no better than it",
  "criterion-not-computed": "an acceptance criterion for which no number or no interval will exist",
  "judged-by-point": "an acceptance criterion judged by the estimate alone",
  "few-events": "no criterion asks for 100 events",
  "groups-not-compared": "protected groups without the audit that compares them",
  "harm-scenario": "a feature without a harm scenario",
  "monitoring-plan": "no monitoring plan, or nobody who owns it",
  "burden-steps": "steps of a flag that take no time or cost nothing, or work of true flags left out",
  "burden-range": "minutes and wages without a range",
  "validation-design": "a trial that the intervention does not allow, or that ends before the horizon",
  "follow-up": "a horizon that the follow-up cannot reach by the decision date",
  "population-by-outcome": "a population chosen by what is known only after the model was asked",
  "group-by-outcome": "strata or a slice made of what is known only after the model was asked",
  "known-at-not-compared":
    "a column of when inputs became known that no moment of prediction can be compared with",
  "predictor-of-outcome": "a predictor that the event is read from",
} as const;

export type LintRule = keyof typeof lintRules;

/** A finding on the protocol itself, with the place of the words that it is about. */
export interface LintFinding extends Finding {
  readonly rule: LintRule;
  /** `file:line:column path` */
  readonly place: string;
}

/** A text for a reader, with its path. */
export interface Prose {
  readonly path: Path;
  readonly text: string;
}

export interface LintContext {
  readonly protocol: Protocol;
  readonly source: YamlSource;
  readonly text: string;
  readonly fileName: string;
  readonly prose: readonly Prose[];
}

export type Check = (context: LintContext) => readonly LintFinding[];

type Said = Pick<LintFinding, "severity" | "remedy"> & {
  readonly sentence: string;
  /** Offset of the words in the text at the path. */
  readonly at?: number;
};

/** A finding whose id is its rule and path. */
export function found(
  { source }: LintContext,
  rule: LintRule,
  path: Path,
  { severity, sentence, remedy, at }: Said,
): LintFinding {
  const offset = at === undefined ? source.keyOffsetOf(path) : source.offsetInText(path, at);
  const field = formatPath(path);
  return {
    id: `protocol.${rule}${field === "" ? "" : `/${field}`}`,
    rule,
    stage: "protocol",
    severity,
    sentence: [sentence],
    estimates: [],
    remedy,
    place: source.place(offset, path),
  };
}

/** A share for a sentence: two decimals below 1 %, else one, none where it is whole. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value > 0 && value < 0.005) return "less than 0.01 %";
  const text = value.toFixed(value > 0 && value < 1 ? 2 : 1);
  return `${text.replace(/\.0+$/, "")} %`;
}

/** A number from 0 to 1 for a sentence: .84. */
export function bare(value: number, decimals = 2): string {
  return value.toFixed(decimals).replace(/^0\./, ".");
}
