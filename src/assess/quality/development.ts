import type { Store } from "../../data/index.ts";
import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { Finding } from "../../evidence/finding.ts";
import { fromProtocol } from "../../evidence/phrase.ts";
import {
  columnsRead,
  type IsoDate,
  type Protocol,
  type Treatment,
  type TreatmentGiven,
} from "../../protocol/index.ts";
import { criterionColumn } from "../cohort/column-names.ts";
import { developmentTable, type LoadedStudy, numbers, studyTable, truths } from "../cohort/load-study.ts";
import { shareOf } from "../estimate-of.ts";
import type { Piece } from "../piece.ts";

/** A development patient outside the intended use in more than this share is a finding. */
const outsideUseLimit = 0.1;
/** A treatment given in shares that differ by more than this many points is a finding. */
const treatmentGapLimit = 0.1;
/** Recruitment that ended longer ago than this is a finding. */
const oldYears = 10;

/** Compares the table on which the model was fitted with the study's: intended use, treatment. */
export async function developmentPiece(store: Store, protocol: Protocol, study: LoadedStudy): Promise<Piece> {
  if (!study.development) return {};
  const use = await intendedUse(store, protocol, study.development.rows);
  const treatment = await treatmentGaps(store, protocol);
  return {
    estimates: [...use.estimates, ...treatment.estimates],
    findings: [...use.findings, ...treatment.findings],
  };
}

type Compared = { readonly estimates: ComputedEstimate[]; readonly findings: Finding[] };

/** Places in the population of the criteria whose columns the development table holds under the same name and coding. */
export function comparableCriteria({ data, population }: Protocol): readonly number[] {
  const same = new Set(
    (data.development?.variables ?? []).flatMap((mapped) =>
      mapped.kind === "same" && mapped.column === mapped.variable ? [mapped.column] : [],
    ),
  );
  return population.flatMap(({ keep }, i) =>
    [...columnsRead(keep.expression)].every((name) => same.has(name)) ? [i] : [],
  );
}

async function intendedUse(store: Store, protocol: Protocol, n: number): Promise<Compared> {
  const criteria = comparableCriteria(protocol);
  const set = await store.columns({
    table: developmentTable,
    columns: criteria.map((i) => ({
      name: criterionColumn(i),
      expression: protocol.population[i]!.keep.expression,
    })),
  });
  const estimates: ComputedEstimate[] = [];
  const findings: Finding[] = [];
  for (const i of criteria) {
    const { keep, because } = protocol.population[i]!;
    const outside = truths(set, criterionColumn(i)).reduce((sum, kept) => sum + (kept === 1 ? 0 : 1), 0);
    const context = { n, stratum: `criterion-${i + 1}`, evidence: "retrospective" as const };
    const estimate = shareOf(
      context,
      "data.outside-use",
      `Development patients failing "${keep.text}"`,
      outside,
      n,
    );
    estimates.push(estimate);
    if (outside / n <= outsideUseLimit) continue;
    findings.push({
      id: `quality.outside-use/criterion-${i + 1}`,
      stage: "quality",
      severity: "concern",
      sentence: [
        { id: estimate.id, part: "both" },
        ' of the patients on whom the model was fitted do not meet "',
        ...fromProtocol(`population[${i}].keep`, keep.text),
        '" (',
        ...fromProtocol(`population[${i}].because`, because),
        ").",
      ],
      estimates: [estimate.id],
      rows: { count: outside },
      remedy:
        "Ask the developer for performance in development patients who meet the criteria, or refit on them.",
    });
  }
  return { estimates, findings };
}

async function treatmentGaps(store: Store, protocol: Protocol): Promise<Compared> {
  const estimates: ComputedEstimate[] = [];
  const findings: Finding[] = [];
  for (const treatment of protocol.data.treatments) {
    if (treatment.development === null) continue;
    const [here, there] = await Promise.all([
      treated(store, studyTable, treatment, treatment.study, "study"),
      treated(store, developmentTable, treatment, treatment.development, "development"),
    ]);
    estimates.push(here, there);
    if (!("value" in here) || !("value" in there)) continue;
    const isRead = protocol.model.predictors.includes(treatment.name);
    if (isRead || Math.abs(here.value - there.value) <= treatmentGapLimit) continue;
    findings.push({
      id: `quality.treatment/${treatment.name}`,
      stage: "quality",
      severity: "concern",
      sentence: [
        "Of the patients on whom the model was fitted ",
        { id: there.id, part: "both" },
        ` were given ${treatment.label}, of the study's patients `,
        { id: here.id, part: "both" },
        "; the model does not read it.",
      ],
      estimates: [there.id, here.id],
      remedy:
        "Report performance by treatment, and judge whether predicted risk still means risk under today's treatment.",
    });
  }
  return { estimates, findings };
}

async function treated(
  store: Store,
  table: string,
  { name, label: called }: Treatment,
  given: TreatmentGiven,
  where: string,
): Promise<ComputedEstimate> {
  const column = given.kind === "column" ? given.column : undefined;
  const set = await store.columns({
    table,
    rows: table === studyTable ? "kept" : "all",
    columns: column === undefined ? [] : [column],
  });
  const context = { n: set.n, stratum: `${name}:${where}`, evidence: "retrospective" as const };
  const label = `${called} given, ${where} table`;
  if (column === undefined)
    return shareOf(context, "data.treated", label, given.kind === "all" ? set.n : 0, set.n);
  const values = numbers(set, column);
  const recorded = values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);
  const yes = values.reduce((sum, value) => sum + (value === 1 ? 1 : 0), 0);
  return shareOf(context, "data.treated", label, yes, recorded);
}

/** How long ago the patients were recruited, on the day that counts as today. */
export function eraFinding({ data }: Protocol, asOf: IsoDate): Finding[] {
  const { recruited } = data.source;
  const years = (Date.parse(asOf) - Date.parse(recruited.to)) / (365.25 * 86_400_000);
  if (years <= oldYears) return [];
  const field = "data.source.recruited";
  return [
    {
      id: "quality.era",
      stage: "quality",
      severity: "concern",
      sentence: [
        "These patients were recruited ",
        { field, text: recruited.label },
        "; from the end of recruitment, ",
        { field, text: recruited.to },
        `, to the decision, ${asOf}, are `,
        { field, text: String(fullYears(recruited.to, asOf)) },
        " full years.",
      ],
      estimates: [],
      remedy: "Run the model silently on current patients before anyone acts on it.",
    },
  ];
}

/** Anniversaries of a day that have passed on another; both YYYY-MM-DD. */
function fullYears(from: string, to: string): number {
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4));
  return to.slice(5) < from.slice(5) ? years - 1 : years;
}
