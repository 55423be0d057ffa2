import type { ComputedEstimate } from "../evidence/estimate.ts";
import type { Cell, Table } from "../evidence/figures.ts";
import type { Finding } from "../evidence/finding.ts";
import type { Phrase } from "../evidence/phrase.ts";
import type { FairnessRule } from "../protocol/index.ts";
import { type MarginAnswer, type MarginVerdict, marginAnswers } from "../stats/fairness-audit.ts";
import { isNotEstimable, type NotEstimable } from "../stats/not-estimable.ts";
import { type AuditedKey, audited } from "./audited.ts";
import { type Cohort, type Group, primaryReading, type Reading } from "./cohort.ts";
import { estimateOf } from "./estimate-of.ts";
import { marginTests } from "./fairness-tests.ts";
import { namesWithin, shortened } from "./names-within.ts";
import type { Piece } from "./piece.ts";

/** Characters for the comparisons that are named; more are counted. The memo's decision holds the sentence. */
const namedRoom = 150;
/** Characters for the name of a group in a sentence. */
const nameRoom = 36;

interface Comparison {
  readonly key: AuditedKey;
  readonly name: string;
  readonly group: Group;
  readonly reference: Group;
  readonly estimate: ComputedEstimate;
  readonly answer: MarginVerdict;
}

/**
 * The fairness audit: each group of the protected variables against the largest one, in each audited measure, as one
 * family with the protocol's error rate.
 */
export function fairnessPiece(
  cohort: Cohort,
  { threshold, at, rule }: { readonly threshold: number; readonly at: string; readonly rule: FairnessRule },
): Piece {
  const reading = primaryReading(cohort);
  const tests = rule.variables.flatMap((variable) =>
    marginTests(cohort, { threshold, margin: rule.margin, variable }),
  );
  if (tests.length === 0) return {};
  const answers = marginAnswers(
    tests.map(({ test }) => test),
    rule.errorRate,
  );
  const comparisons = tests.map(({ key, group, reference, method }, i): Comparison => {
    const { name, inSentence } = audited[key];
    const answer = answers[i]!;
    const context = {
      n: group.n + reference.n,
      horizon: reading.short,
      stratum: `${group.id}~${reference.id}`,
      evidence: "retrospective",
    } as const;
    const naming = {
      measure: `fairness.${key}`,
      label: `Difference in ${inSentence}${key === "calibration" ? "" : ` at ${at}`}, ${group.name} less ${reference.name}`,
      unit: "difference",
      method: `${method}; interval for all ${tests.length} comparisons at once (Bonferroni)`,
    } as const;
    return {
      key,
      name,
      group,
      reference,
      estimate: estimateOf(context, naming, outcomeOf(answer, rule)),
      answer: isNotEstimable(answer) ? "not enough data to tell" : answer.answer,
    };
  });
  return {
    estimates: comparisons.map(({ estimate }) => estimate),
    tables: [auditTable(comparisons, reading, rule)],
    findings: [...beyond(comparisons, reading, rule), ...notEnough(comparisons, reading, rule)],
  };
}

function outcomeOf(answer: MarginAnswer | NotEstimable, { errorRate }: FairnessRule) {
  if (isNotEstimable(answer)) return answer;
  const { difference, lower, upper } = answer;
  return { value: difference, lower, upper, level: 1 - errorRate, kind: "simultaneous" } as const;
}

function auditTable(
  comparisons: readonly Comparison[],
  { short }: Reading,
  { margin, errorRate }: FairnessRule,
): Table {
  return {
    id: `fairness.audit@${short}`,
    caption:
      `Fairness audit: ${comparisons.length} comparisons with the largest group, margin ${margin}; in all of them together ` +
      `a false "beyond" and a false "within" have a chance of at most ${percent(errorRate)} each`,
    columns: [
      { key: "measure", label: "Measure", align: "start" },
      { key: "group", label: "Group", align: "start" },
      { key: "own", label: "Group's", align: "end" },
      { key: "reference", label: "Compared with", align: "start" },
      { key: "others", label: "Its", align: "end" },
      { key: "difference", label: "Difference", align: "end" },
      { key: "answer", label: "Answer", align: "start" },
    ],
    rows: comparisons.map(({ key, name, group, reference, estimate, answer }): Cell[] => {
      const cell = ({ id }: Group): Cell => ({ id: `${audited[key].beside}@${short}/${id}`, part: "value" });
      return [
        name,
        group.name,
        cell(group),
        reference.name,
        cell(reference),
        { id: estimate.id, part: "both" },
        answer,
      ];
    }),
  };
}

const percent = (share: number): string => `${Number((100 * share).toFixed(2))}\u00a0%`;

function beyond(
  comparisons: readonly Comparison[],
  { short, label }: Reading,
  { margin, errorRate }: FairnessRule,
): Finding[] {
  const found = comparisons.filter(({ answer }) => answer === "beyond the margin");
  if (found.length === 0) return [];
  const told = found.map(toldOf);
  const nNamed = namesWithin(told, namedRoom);
  const more = found.length - nNamed;
  return [
    {
      id: `fairness.beyond@${short}`,
      stage: "fairness",
      severity: "serious",
      sentence: [
        `Groups differ at ${label} by more than the margin of ${margin}: `,
        ...told.slice(0, nNamed).flat(),
        ...(more > 0 ? [`; and in ${more} more ${more === 1 ? "comparison" : "comparisons"}`] : []),
        `. Chance of any such error in ${comparisons.length} comparisons: at most ${percent(errorRate)}.`,
      ],
      estimates: found.map(({ estimate }) => estimate.id),
      remedy: "Change model, threshold or use for these groups, or say why the difference is right.",
    },
  ];
}

function toldOf({ key, group, reference, estimate }: Comparison, place: number): Phrase {
  return [
    `${place === 0 ? "" : "; "}${audited[key].inSentence} of ${shortened(group.name, nameRoom)} less that of ${shortened(reference.name, nameRoom)} `,
    { id: estimate.id, part: "both" },
  ];
}

function notEnough(
  comparisons: readonly Comparison[],
  { short, label }: Reading,
  { margin, errorRate }: FairnessRule,
): Finding[] {
  const open = comparisons.filter(({ answer }) => answer === "not enough data to tell");
  if (open.length === 0) return [];
  return [
    {
      id: `fairness.not-enough@${short}`,
      stage: "fairness",
      severity: "concern",
      sentence: [
        `Not enough data to tell in ${open.length} of ${comparisons.length} comparisons of groups at ${label} whether they differ by ` +
          `more than the margin of ${margin}, at an error rate of ${percent(errorRate)} for all together.`,
      ],
      estimates: open.map(({ estimate }) => estimate.id),
      remedy: "Do not call the model fair to these groups; collect more patients of the smallest of them.",
    },
  ];
}
