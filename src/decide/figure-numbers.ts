import type { Condition, FieldPath, NumberPlace, RowRule } from "../assess/index.ts";
import type { Dossier } from "../evidence/dossier.ts";
import { measureOf } from "../evidence/estimate.ts";
import type { Cell } from "../evidence/figures.ts";
import { daysPer, type Protocol } from "../protocol/index.ts";

/** A number that stands in a table or a figure without an id of its own: `cohort.risk-table#3/events`. */
export interface FigureNumber {
  readonly label: string;
  readonly value: number;
  /** What the rows count again, or the patients that the point of a curve is estimated from. */
  readonly rows?: RowRule;
  readonly place: NumberPlace;
  readonly fields: readonly FieldPath[];
}

/** One printed cell: what it shows, and the row and column it stands in. */
export interface FigureCell {
  readonly figure: string;
  readonly caption: string;
  /** From 0. */
  readonly row: number;
  readonly rowLabel: string;
  readonly column: string;
  /** Where the table prints another name than the column's own. */
  readonly columnLabel?: string;
  readonly content: Cell | number;
  /** The other cells of its row. */
  readonly beside: readonly (Cell | number)[];
}

const byStatus: Readonly<Record<string, Condition>> = {
  event: "event by the horizon",
  "event-free": "event-free at the horizon",
  unknown: "status unknown at the horizon",
};

function counting(...counted: readonly Condition[]): RowRule {
  return {
    kind: "count",
    population: "patients analysed",
    of: [],
    counted,
    byGroup: true,
    readsPredictions: false,
  };
}

type Asked = Pick<FigureNumber, "rows" | "place"> & { readonly fields?: readonly FieldPath[] };
type Finder = (cell: FigureCell, protocol: Protocol, dossier: Dossier) => Asked | undefined;

const horizonOf = ({ figure }: FigureCell): NumberPlace => ({ horizon: figure.split(/[@/]/)[1]! });

const idsIn = (cells: FigureCell["beside"]): string[] =>
  cells.flatMap((cell) => (cell !== null && typeof cell === "object" ? [cell.id] : []));

/** The group that the row's other cells are about, and their horizon. */
function groupPlace({ beside }: FigureCell, { estimates }: Dossier): NumberPlace {
  const ids = idsIn(beside);
  const { horizon, stratum } = estimates.find(({ id }) => ids.includes(id)) ?? {};
  if (horizon === undefined || stratum === undefined) throw new Error("the row names no group");
  return { horizon, stratum };
}

const attrition: Finder = ({ row, column }, { population }) => ({
  rows: {
    ...counting(column === "excluded" ? "excluded at the step" : "left after the step"),
    population: "rows of the patients file",
    ...(column === "subjects" ? { countsPatients: true as const } : {}),
  },
  place: { step: row },
  fields: row > 0 && row <= population.length ? [["population", row - 1]] : [],
});

const riskTable: Finder = ({ rowLabel, column }, { endpoint }) => {
  const conditions: Readonly<Record<string, Condition>> = {
    atRisk: "followed to that time",
    events: "event before that time",
    censored: "censored before that time",
  };
  const condition = conditions[column];
  if (condition === undefined) return undefined;
  const days = Number(rowLabel) * daysPer[endpoint.horizon.unit];
  return { rows: counting(condition), place: { days }, fields: [["endpoint", "time"]] };
};

const operatingPoint: Finder = (cell) => {
  const flag: Condition = cell.rowLabel === "flagged" ? "flagged" : "not flagged";
  return {
    rows: { ...counting(flag, byStatus[cell.column]!), readsPredictions: true },
    place: horizonOf(cell),
    fields: [["operating_point"]],
  };
};

const reclassified: Finder = (cell) => {
  const status = byStatus[cell.figure.split("/")[1]!]!;
  const isNot = (label: string) => label.startsWith("not ");
  return {
    rows: {
      ...counting(
        status,
        isNot(cell.rowLabel) ? "not flagged" : "flagged",
        isNot(cell.column) ? "not flagged by the replaced model" : "flagged by the replaced model",
      ),
      readsPredictions: true,
    },
    place: horizonOf(cell),
    fields: [["replaces"], ["operating_point"]],
  };
};

const histogram: Finder = (cell) => {
  const [from = 0, below = 1] = cell.rowLabel.split("–").map(Number);
  return {
    rows: { ...counting("predicted risk in the class", byStatus[cell.column]!), readsPredictions: true },
    place: { ...horizonOf(cell), riskBetween: [from, below] },
  };
};

const groupSize: Finder = (cell, _, dossier) => {
  if (cell.column !== "n" && cell.column !== "events") return undefined;
  const rows = cell.column === "n" ? counting() : counting("event by the horizon");
  return { rows: { ...rows, readsPredictions: true }, place: groupPlace(cell, dossier) };
};

const completeness: Finder = ({ beside, column }, _, { estimates }) => {
  if (!["smallest", "median", "largest"].includes(column)) return undefined;
  const ids = idsIn(beside);
  const variable = estimates.find(({ id }) => ids.includes(id))?.stratum;
  if (variable === undefined) throw new Error("the row names no variable");
  const rows: RowRule = {
    ...counting(),
    kind: "estimate",
    population: "patients kept",
    of: ["value recorded"],
    byGroup: false,
  };
  return { rows, place: { stratum: variable }, fields: [["data", "variables", variable]] };
};

/** Everybody whose group is recorded, of an input that may stand in for it. */
const askedOfGroup: Finder = ({ beside, column }, _, { estimates }) => {
  if (column !== "n") return undefined;
  const ids = idsIn(beside);
  const { stratum } = estimates.find(({ id }) => ids.includes(id)) ?? {};
  if (stratum === undefined) throw new Error("the row names no group");
  const population = "patients analysed whose group is recorded";
  return { rows: { ...counting(), population, byGroup: false }, place: { stratum }, fields: [["protected"]] };
};

/** Rows and columns are the levels in their order, then "no value". */
const confused: Finder = ({ figure, row, column }, { extractions }) => {
  const [, name = ""] = figure.split("/");
  const value = extractions?.values.find((one) => one.name === name);
  if (value?.kind !== "category") throw new Error(`the protocol compares no category "${name}"`);
  const { levels } = value;
  const placeOf = (at: number) => (at >= 0 && at < levels.length ? at + 1 : undefined);
  const columnAt = levels.indexOf(column);
  return {
    rows: { ...counting("in the cell"), population: "charts abstracted", byGroup: false },
    place: { stratum: name, cell: [placeOf(row), placeOf(columnAt)] },
    fields: [["extractions", "values", name]],
  };
};

const burdenStep: Finder = ({ row, column }) => {
  const keys: Readonly<Record<string, string>> = { minutes: "minutes", wage: "usd_per_hour", share: "share" };
  const key = keys[column];
  return key === undefined ? undefined : { place: {}, fields: [["burden", "per_false_positive", row, key]] };
};

/** A point of a curve is estimated from every patient analysed, not from those near it. */
const curvePoint: Finder = (cell) => ({
  rows: { ...counting(), kind: "estimate", readsPredictions: !cell.figure.startsWith("cohort.") },
  place: {},
});

const finders: Readonly<Record<string, Finder>> = {
  "cohort.attrition": attrition,
  "cohort.risk-table": riskTable,
  "performance.operating-point": operatingPoint,
  "performance.reclassified": reclassified,
  "performance.risk-histogram": histogram,
  "performance.strata": groupSize,
  "performance.intersections": groupSize,
  "performance.calibration-groups": groupSize,
  "fairness.proxies": askedOfGroup,
  "extraction.confusion": confused,
  "data.completeness": completeness,
  "burden.steps": burdenStep,
  "cohort.survival": curvePoint,
  "cohort.censored": curvePoint,
  "performance.calibration": curvePoint,
  "performance.net-benefit": curvePoint,
};

/** Where the number of a cell comes from; undefined where the cell holds no number. */
export function figureNumber(
  cell: FigureCell,
  protocol: Protocol,
  dossier: Dossier,
): FigureNumber | undefined {
  const { content, figure, caption, rowLabel, column } = cell;
  const value = typeof content === "string" ? Number(content.split(" ")[0]!.replaceAll(",", "")) : content;
  if (typeof value !== "number" || !Number.isFinite(value) || content === "") return undefined;
  const asked = finders[measureOf(figure)]?.(cell, protocol, dossier);
  return asked && { fields: [], ...asked, label: `${caption}: ${rowLabel}, ${column}`, value };
}
