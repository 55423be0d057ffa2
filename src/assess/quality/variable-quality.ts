import type { ColumnProfile, Store } from "../../data/index.ts";
import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { Cell, Table } from "../../evidence/figures.ts";
import type { Finding } from "../../evidence/finding.ts";
import { type Noun, saidOf } from "../../evidence/noun.ts";
import type { Protocol, Variable } from "../../protocol/index.ts";
import { studyTable } from "../cohort/load-study.ts";
import { shareOf } from "../estimate-of.ts";
import type { Piece } from "../piece.ts";

const retrospective = "retrospective" as const;

/** What the profile of the kept patients says about each declared variable. */
export async function variableQuality(store: Store, protocol: Protocol): Promise<Piece> {
  const { variables, patients } = protocol.data;
  const { unit } = patients;
  if (variables.length === 0) return {};
  const profiles = await store.profile({
    table: studyTable,
    rows: "kept",
    columns: variables.map(({ name, plausible, levels }) => ({
      name,
      ...(plausible ? { plausible } : {}),
      ...(levels ? { levels: levels.map(({ code }) => code) } : {}),
    })),
  });
  const described = variables.map((variable) => ({
    variable,
    profile: profiles.find(({ name }) => name === variable.name)!,
  }));
  return {
    estimates: described.flatMap(({ variable, profile }) => variableEstimates(variable, profile)),
    tables: [...completenessTable(described, unit), ...levelsTable(described, unit)],
    findings: described.flatMap(({ variable, profile }) => [
      ...missingFinding(variable, profile, protocol),
      ...implausibleFinding(variable, profile, unit),
    ]),
  };
}

function variableEstimates(
  { name, label, plausible, levels = [] }: Variable,
  { n, missing, implausible, levelCounts = [] }: ColumnProfile,
): ComputedEstimate[] {
  const context = { n, stratum: name, evidence: retrospective };
  const estimates = [shareOf(context, "data.missing", `${label} missing`, missing, n)];
  if (plausible) {
    const outside = `${label} outside ${plausible[0]} to ${plausible[1]}`;
    estimates.push(shareOf(context, "data.implausible", outside, implausible?.count ?? 0, n - missing));
  }
  const shares = levels.map((level, i) => {
    const at = { ...context, stratum: levelStratum(name, i) };
    return shareOf(at, "data.level", `${label}: ${level.label}`, levelCounts[i]!, n - missing);
  });
  return [...estimates, ...shares];
}

/** Codes may hold any character, ids may not: a level goes by its place in the protocol. */
function levelStratum(variable: string, index: number): string {
  return `${variable}:level-${index + 1}`;
}

interface Described {
  readonly variable: Variable;
  readonly profile: ColumnProfile;
}

const notApplicable = "–";

/** What has an order: numbers and dates. */
function completenessTable(described: readonly Described[], unit: Noun): Table[] {
  const measured = described.filter(({ variable }) => variable.levels === undefined);
  if (measured.length === 0) return [];
  return [
    {
      id: "data.completeness",
      caption: saidOf(unit, "Variables that are measured, in the patients who meet the criteria"),
      columns: [
        { key: "variable", label: "Variable", align: "start" },
        { key: "unit", label: "Unit", align: "start" },
        { key: "missing", label: "Missing", align: "end" },
        { key: "implausible", label: "Outside plausible range", align: "end" },
        { key: "smallest", label: "Smallest", align: "end" },
        { key: "median", label: "Median", align: "end" },
        { key: "largest", label: "Largest", align: "end" },
      ],
      rows: measured.map(({ variable, profile }): Cell[] => [
        variable.label,
        variable.unit ?? (variable.type === "number" ? "none given" : variable.type),
        { id: `data.missing/${variable.name}`, part: "both" },
        variable.plausible ? { id: `data.implausible/${variable.name}`, part: "both" } : "no range given",
        ...spread(variable, profile),
      ]),
    },
  ];
}

function spread({ type }: Variable, { range }: ColumnProfile): Cell[] {
  if (type !== "number" && type !== "date") return [notApplicable, notApplicable, notApplicable];
  if (range === undefined) return ["all missing", "all missing", "all missing"];
  const text = (value: number | string) => (typeof value === "number" ? exactly(value) : value);
  return [range.min, range.quartiles[1], range.max].map(text);
}

/** A value as recorded, with commas between thousands. */
function exactly(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 20 });
}

/** What is coded has no median: patients at each level, of those recorded. */
function levelsTable(described: readonly Described[], unit: Noun): Table[] {
  const coded = described.filter(({ variable }) => variable.levels !== undefined);
  if (coded.length === 0) return [];
  return [
    {
      id: "data.levels",
      caption: saidOf(unit, "Variables that are coded, in the patients who meet the criteria"),
      columns: [
        { key: "variable", label: "Variable", align: "start" },
        { key: "missing", label: "Missing", align: "end" },
        { key: "level", label: "Level", align: "start" },
        { key: "patients", label: saidOf(unit, "Patients, of those recorded"), align: "end" },
      ],
      rows: coded.flatMap(({ variable }) =>
        variable.levels!.map((level, i): Cell[] => [
          i === 0 ? variable.label : "",
          i === 0 ? { id: `data.missing/${variable.name}`, part: "both" } : "",
          level.label,
          { id: `data.level/${levelStratum(variable.name, i)}`, part: "both" },
        ]),
      ),
    },
  ];
}

/** More missing values than this in a variable that the model reads are a finding. */
const missingLimit = 0.05;

function missingFinding(
  { name, label }: Variable,
  { n, missing }: ColumnProfile,
  { model, data }: Protocol,
): Finding[] {
  if (!model.predictors.includes(name) || missing <= missingLimit * n) return [];
  const id = `data.missing/${name}`;
  return [
    {
      id: `quality.missing/${name}`,
      stage: "quality",
      severity: "concern",
      sentence: [
        `${label}, which the model reads, is missing in `,
        { id, part: "both" },
        ` of the ${data.patients.unit.many}.`,
      ],
      estimates: [id],
      remedy: `Say what the model does with a missing value, and report performance in those ${data.patients.unit.many}.`,
    },
  ];
}

function implausibleFinding(
  { name, label, plausible }: Variable,
  { implausible }: ColumnProfile,
  { many }: Noun,
): Finding[] {
  if (!plausible || !implausible || implausible.count === 0) return [];
  const id = `data.implausible/${name}`;
  return [
    {
      id: `quality.implausible/${name}`,
      stage: "quality",
      severity: "concern",
      sentence: [
        `${label} lies outside ${plausible[0]} to ${plausible[1]} in `,
        { id, part: "both" },
        ` of the ${many} with a value.`,
      ],
      estimates: [id],
      rows: { count: implausible.count, lines: implausible.first },
      remedy: "Check these rows against the source.",
    },
  ];
}
