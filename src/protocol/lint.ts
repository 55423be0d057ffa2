import type { Severity } from "../evidence/finding.ts";
import { criterionNotComputed, fewEvents, groupsNotCompared, judgedByPoint } from "./lint-criteria.ts";
import { accuracy, lossWithoutEventRate } from "./lint-event-rate.ts";
import type { Check, LintFinding, Prose } from "./lint-finding.ts";
import {
  burdenRange,
  burdenSteps,
  followUp,
  groupByOutcome,
  harmScenario,
  knownAtNotCompared,
  monitoringPlan,
  onePage,
  populationByOutcome,
  predictorOfOutcome,
  toSupply,
  validationDesign,
} from "./lint-plan.ts";
import { ppvTarget } from "./lint-targets.ts";
import { percentageWords, vanityMetric } from "./lint-words.ts";
import { type MemoTextLength, memoTextLengths } from "./memo-text.ts";
import { type PageCount, pageCount } from "./page-count.ts";
import { parseProtocol } from "./parse-protocol.ts";
import type { Protocol } from "./protocol.ts";
import { type Path, readYaml, withoutMark, type YamlValue } from "./yaml-source.ts";

export interface Lint {
  readonly protocol: Protocol;
  /** Worst first; in equals, by the place in the file. */
  readonly findings: readonly LintFinding[];
  readonly page: PageCount;
  readonly memoTexts: readonly MemoTextLength[];
}

const worstFirst: readonly Severity[] = ["fatal", "serious", "concern", "info"];

const checks: readonly Check[] = [
  onePage,
  toSupply,
  vanityMetric,
  accuracy,
  percentageWords,
  ppvTarget,
  lossWithoutEventRate,
  criterionNotComputed,
  judgedByPoint,
  fewEvents,
  groupsNotCompared,
  harmScenario,
  monitoringPlan,
  burdenSteps,
  burdenRange,
  validationDesign,
  followUp,
  populationByOutcome,
  groupByOutcome,
  knownAtNotCompared,
  predictorOfOutcome,
];

/**
 * What a valid protocol says that a committee should not accept unread: findings of the shape of all others,
 * each with its place. The rules: docs/lint.md. Throws the Problem of `parseProtocol` where it is not valid.
 */
export function lintProtocol(written: string, fileName: string): Lint {
  const text = withoutMark(written);
  const protocol = parseProtocol(text, fileName);
  const source = readYaml(text, fileName);
  const prose = proseOf(source.value, []);
  const findings = checks.flatMap((check) => check({ protocol, source, text, fileName, prose }));
  const line = ({ place }: LintFinding) => Number(/:(\d+):\d+/.exec(place)?.[1]);
  const inOrder = [...findings].sort((a, b) => line(a) - line(b));
  return {
    protocol,
    findings: worstFirst.flatMap((severity) => inOrder.filter((finding) => finding.severity === severity)),
    page: pageCount(text),
    memoTexts: memoTextLengths(source.value),
  };
}

/** Parts that hold names, codes and conditions, not sentences. */
const notProse: ReadonlySet<string> = new Set(["data", "slices", "keep", "event", "flag_when"]);

function proseOf(value: YamlValue, path: Path): Prose[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => proseOf(item, [...path, index]));
  return Object.entries(value).flatMap(([key, inner]) =>
    notProse.has(key) ? [] : proseOf(inner, [...path, key]),
  );
}
