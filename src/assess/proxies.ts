import { type ComputedEstimate, isKnown } from "../evidence/estimate.ts";
import type { Cell, Table } from "../evidence/figures.ts";
import type { Finding } from "../evidence/finding.ts";
import { saidOf } from "../evidence/noun.ts";
import type { Phrase } from "../evidence/phrase.ts";
import type { ProxyRule } from "../protocol/index.ts";
import type { FoldedAuc } from "../stats/folded-auc.ts";
import { isNotEstimable, type NotEstimable } from "../stats/not-estimable.ts";
import { seededRandom } from "../stats/random.ts";
import { clustering } from "./binary-rates.ts";
import { type Cohort, type CohortInput, primaryReading } from "./cohort.ts";
import { estimateOf } from "./estimate-of.ts";
import { namesWithin, shortened } from "./names-within.ts";
import type { Piece } from "./piece.ts";
import {
  type AuditByProxy,
  auditEstimates,
  auditsByProxy,
  auditsTable,
  type InputProxy,
} from "./proxy-gaps.ts";
import { type AskedGroup, askedGroups, nFolds, type StandIn, standIn, strengthOf } from "./proxy-groups.ts";
import { nSliceSearches } from "./slice-search.ts";

/** Characters for the stand-ins that are named; more are counted. The memo may hold the sentence. */
const namedRoom = 130;
/** Characters for the name of a group in a sentence. */
const nameRoom = 44;

interface Asked {
  readonly asked: AskedGroup;
  /** Absent: all inputs together. */
  readonly input?: CohortInput;
  readonly estimate: ComputedEstimate;
  readonly answer: StandIn;
  readonly chance?: Float64Array;
}

interface Question {
  readonly rule: ProxyRule;
  readonly protectedVariables: readonly string[];
  readonly threshold: number;
  readonly at: string;
  readonly seed: number;
}

/**
 * Which inputs stand in for a protected group, alone and all together, and what an audit would show that has such an input in
 * place of the group. No outcome is needed for the first.
 */
export function proxiesPiece(cohort: Cohort, question: Question): Piece {
  const { rule, protectedVariables, threshold, at, seed } = question;
  const groups = [...new Set(protectedVariables)].flatMap((variable) => askedGroups(cohort, variable));
  if (groups.length === 0) return {};
  // The readings and the search for slices draw from the children before.
  const folds = seededRandom(seed)
    .split(cohort.readings.length + nSliceSearches + 1)
    .at(-1)!
    .split(groups.length);
  const all = groups.flatMap((asked, k) => {
    const strength = strengthOf(cohort, asked, folds[k]!);
    return askedOf(cohort, asked, rule.auc, strength);
  });
  const proxies = all.flatMap(({ input, asked, chance, answer }): InputProxy[] =>
    answer === "stands in" && input && chance ? [{ input, asked, chance }] : [],
  );
  const audits = auditsByProxy(cohort, proxies, { threshold, at });
  return {
    estimates: [...all.map(({ estimate }) => estimate), ...auditEstimates(audits)],
    tables: [
      inputsTable(all, cohort, rule),
      ...(audits.length > 0 ? [auditsTable(audits, primaryReading(cohort))] : []),
    ],
    findings: standInFindings(all, audits, rule),
  };
}

function askedOf(
  cohort: Cohort,
  asked: AskedGroup,
  limit: number,
  strength: ReturnType<typeof strengthOf>,
): Asked[] {
  const { inputs } = cohort;
  const alone = inputs.map((input, j): Asked => {
    const found = isNotEstimable(strength) ? undefined : strength.inputs[j]!;
    const auc = found?.crossValidated ?? (strength as NotEstimable);
    return {
      ...{ asked, input, estimate: aucEstimate(cohort, asked, auc, input), answer: standIn(auc, limit) },
      ...(found ? { chance: found.chance } : {}),
    };
  });
  if (inputs.length === 1) return alone;
  const joint = isNotEstimable(strength) ? strength : strength.joint;
  return [...alone, { asked, estimate: aucEstimate(cohort, asked, joint), answer: standIn(joint, limit) }];
}

function aucEstimate(
  cohort: Cohort,
  { group, rows }: AskedGroup,
  auc: FoldedAuc | NotEstimable,
  input?: CohortInput,
): ComputedEstimate {
  const together = cohort.kind === "binary" ? clustering(cohort) : "";
  return estimateOf(
    {
      n: rows.length,
      stratum: input ? `${input.name}~${group.id}` : group.id,
      evidence: "retrospective",
    },
    {
      measure: input ? "fairness.proxy-auc" : "fairness.proxy-joint-auc",
      label: `AUC of ${input?.label ?? "all inputs together"} for ${group.name}`,
      unit: "proportion",
      method: `cross-validated in ${nFolds} folds${together}; Wald interval, widened for models fitted to shared folds`,
    },
    isNotEstimable(auc) ? auc : { value: auc.auc, lower: auc.lower, upper: auc.upper },
  );
}

const limitText = (auc: number): string =>
  String(auc)
    .replace(/^0(?=\.)/, "")
    .padEnd(3, "0");

function inputsTable(all: readonly Asked[], cohort: Cohort, { auc }: ProxyRule): Table {
  return {
    id: "fairness.proxies",
    caption: saidOf(
      cohort.unit,
      `Inputs that may stand in for a protected group, from an AUC of ${limitText(auc)} on and above .50 with the whole interval; ` +
        "n: patients whose group is recorded",
    ),
    columns: [
      { key: "input", label: "Input", align: "start" },
      { key: "group", label: "Group, against the others", align: "start" },
      { key: "n", label: "n", align: "end" },
      { key: "auc", label: "AUC", align: "end" },
      { key: "answer", label: "Answer", align: "start" },
    ],
    rows: all.map(({ asked, input, estimate, answer }): Cell[] => [
      input?.label ?? "all together",
      asked.group.name,
      String(estimate.n),
      { id: estimate.id, part: "both" },
      answer,
    ]),
  };
}

function standInFindings(
  all: readonly Asked[],
  audits: readonly AuditByProxy[],
  { auc }: ProxyRule,
): Finding[] {
  // Each alone before all together: what one tells, all tell.
  const found = all
    .filter(({ answer }) => answer === "stands in")
    .toSorted((a, b) => +(a.input === undefined) - +(b.input === undefined) || aucOf(b) - aucOf(a));
  if (found.length === 0) return [];
  const told = found.map(toldOf);
  const nNamed = namesWithin(told, namedRoom);
  const more = found.length - nNamed;
  return [
    {
      id: "fairness.stand-ins",
      stage: "fairness",
      severity: "concern",
      sentence: [
        `Inputs stand in for a protected group, with an AUC of ${limitText(auc)} or more: `,
        ...told.slice(0, nNamed).flat(),
        ...(more > 0 ? [`; and ${more} more`] : []),
        ". A model that reads them can treat the group apart without being told who is in it.",
      ],
      estimates: found.map(({ estimate }) => estimate.id),
      remedy: "Say what each of these inputs tells of the outcome that nothing else does, or take it out.",
    },
    ...auditFinding(audits),
  ];
}

const aucOf = ({ estimate }: Asked): number => numberOf(estimate);
const numberOf = (estimate: ComputedEstimate): number => (isKnown(estimate) ? estimate.value : Number.NaN);

function toldOf({ input, asked, estimate }: Asked, place: number): Phrase {
  const what = input ? input.label : "all inputs together";
  return [
    `${place === 0 ? "" : "; "}${what} for ${shortened(asked.group.name, nameRoom)} `,
    { id: estimate.id, part: "both" },
    " (n\u00a0",
    { id: estimate.id, part: "n" },
    ")",
  ];
}

/** The audit with the largest true difference, where one of them has numbers. */
function auditFinding(audits: readonly AuditByProxy[]): Finding[] {
  const [largest] = audits
    .filter(({ truth, shown }) => isKnown(truth) && isKnown(shown))
    .toSorted((a, b) => Math.abs(numberOf(b.truth)) - Math.abs(numberOf(a.truth)));
  if (!largest) return [];
  const { proxy, rate, truth, shown } = largest;
  return [
    {
      id: "fairness.audit-by-stand-in",
      stage: "fairness",
      severity: "info",
      sentence: [
        `The ${rate.name} of ${shortened(proxy.asked.group.name, nameRoom)} less that of the others is `,
        { id: truth.id, part: "both" },
        `; an audit by ${proxy.input.label} in place of the group would show `,
        { id: shown.id, part: "both" },
        ".",
      ],
      estimates: [truth.id, shown.id],
      remedy: "Audit error rates by the recorded group, not by an input that stands in for it.",
    },
  ];
}
