import type { FieldPath, NumberPlace, Provenance, SelectedRows, StudyRows } from "../assess/index.ts";
import type { Dossier, Measure } from "../evidence/dossier.ts";
import { type Estimate, isKnown, type KnownEstimate, measureOf } from "../evidence/estimate.ts";
import { Problem } from "../evidence/problem.ts";
import { closest } from "../evidence/suggestion.ts";
import type { Protocol } from "../protocol/index.ts";
import { criterionEstimateId } from "./acceptance.ts";
import { cellAddress, cellKeysText, figureCells, findCell } from "./figure-cells.ts";
import { type FigureCell, figureNumber } from "./figure-numbers.ts";
import { provenance } from "./provenance.ts";
import { type NeededSize, neededSizes } from "./trace-needed.ts";

/** A part of a number as the dossier gives it and as it was counted or calculated again. */
export interface Check {
  readonly part: "value" | "n" | "events" | "numerator" | "denominator" | "needed";
  readonly given: number;
  readonly found: number;
  readonly agrees: boolean;
}

/** One number down to its rows, the numbers it is calculated from, and the fields of the protocol. */
export interface Trace {
  readonly estimate: Estimate;
  readonly measure: Measure;
  /** In the order of the formula; each can be traced in turn. */
  readonly inputs: readonly Estimate[];
  /** The number from its inputs, where all of them are known. */
  readonly calculated?: number;
  /** Those of the worst stratum, where the number is the worst of the strata. Absent: it is made from no row. */
  readonly rows?: SelectedRows;
  readonly fields: readonly FieldPath[];
  /** How many patients memo and report say are needed before the number can be judged. */
  readonly needed: readonly NeededSize[];
  readonly checks: readonly Check[];
}

/** Values calculated from printed inputs agree within this, relative: the order of a product may differ. */
const tolerance = 1e-9;
const worstOfStrata = "worst-of-strata";

/**
 * Traces one number of a dossier; its rows are counted again by code that shares nothing with what made it.
 *
 * Errors: a Problem with the nearest id, where the dossier has no such number; not-a-dossier where no measure of this
 * version is its.
 */
export function trace(dossier: Dossier, protocol: Protocol, study: StudyRows, id: string): Trace {
  const address = cellAddress(id);
  const cell = address && findCell(dossier, address);
  if (cell && isReference(cell.content)) return trace(dossier, protocol, study, cell.content.id);
  if (cell) return traceCell(cell, { dossier, protocol, study, id });
  const { estimate, measure } = findNumber(dossier, id);
  const own = Object.hasOwn(provenance, measure.key) ? provenance[measure.key] : undefined;
  if (!own) throw notOurs(`nothing says where the numbers of "${measure.key}" come from`);
  const isWorst = estimate.stratum === worstOfStrata;
  const inputs = isWorst ? acrossStrata(dossier, protocol, estimate) : inputsOf(dossier, own, estimate);
  const place = placeOf(estimate, isWorst ? worstStratum(estimate, inputs) : estimate.stratum);
  const rows = own.rows && study.select(own.rows, place);
  const calculated = isWorst ? lowestOfAll(inputs) : calculate(own, inputs, protocol, { dossier, estimate });
  const needed = neededSizes(dossier, protocol, { estimate, strata: isWorst ? inputs : undefined });
  return {
    estimate,
    measure,
    inputs,
    ...(calculated === undefined ? {} : { calculated }),
    ...(rows ? { rows } : {}),
    fields: [...(own.fields?.(protocol, place) ?? []), ...criteriaOn(protocol, id)],
    needed,
    checks: [
      ...(rows ? rowChecks(estimate, rows, own) : []),
      ...valueChecks(estimate, calculated),
      ...needed.map(({ given, found }) => checkOf("needed", given, found ?? 0)),
    ],
  };
}

/** A number of a table or figure: its rows are counted as those of any other, or it is a point of a curve. */
function traceCell(
  cell: FigureCell,
  { dossier, protocol, study, id }: { dossier: Dossier; protocol: Protocol; study: StudyRows; id: string },
): Trace {
  const found = figureNumber(cell, protocol, dossier);
  if (!found) throw numberNotFound(dossier, id);
  const { label, value, rows: rule, place, fields } = found;
  const rows = rule && study.select(rule, place);
  const isCount = rule?.kind === "count";
  return {
    estimate: {
      ...{ id, label, value, unit: isCount ? "count" : "number", evidence: "retrospective" },
      n: rows?.n ?? 0,
      method: isCount ? "counted" : rows ? "as its table or curve" : "given in the protocol",
      ...placeOf(place, place.stratum),
      ...(isCount || Number.isInteger(value) ? { decimals: 0 } : { decimals: 3 }),
    },
    measure: {
      key: cell.figure,
      name: cell.caption,
      definition: `${found.label}.`,
      equation: isCount ? "count" : rows ? "as its table or curve" : "none: given, not calculated",
      source: rows ? "the study's files and protocol" : "the protocol",
    },
    inputs: [],
    ...(rows ? { rows } : {}),
    fields,
    needed: [],
    checks:
      rows && isCount
        ? [checkOf("value", value, rule?.countsPatients ? rows.numerator : rows.rows.length)]
        : [],
  };
}

/** Throws a Problem, with the nearest id, where the dossier has no such number. */
export function requireNumber(dossier: Dossier, id: string): void {
  const address = cellAddress(id);
  if (address ? findCell(dossier, address) === undefined : !dossier.estimates.some((one) => one.id === id))
    throw numberNotFound(dossier, id);
}

function numberNotFound(dossier: Dossier, id: string): Problem {
  const [figure = ""] = id.split("#");
  const isCell = figure !== id;
  const { estimates, tables, matrices, curves } = dossier;
  const known = isCell ? [...tables, ...matrices, ...curves] : estimates;
  const ids = known.map((one) => one.id);
  // Whoever leaves out the horizon means the number as it is read for the decision.
  const near =
    ids.find((one) => one === `${figure}@${dossier.primaryHorizon}`) ??
    ids.find((one) => figure !== "" && one.startsWith(figure)) ??
    closest(figure, ids);
  const cells = figureCells(dossier, figure);
  const address = cellAddress(id);
  const hint =
    isCell && cells.length > 0
      ? `name a row and a column that hold a number: ${cellKeysText(cells, address)}`
      : near && `did you mean "${near}${isCell ? "#…" : ""}"?`;
  return new Problem("number-not-found", `the dossier has no number "${id}"`, {
    hint: hint || "the report lists every id",
  });
}

function findNumber(dossier: Dossier, id: string): { estimate: Estimate; measure: Measure } {
  const estimate = dossier.estimates.find((candidate) => candidate.id === id);
  if (!estimate) throw numberNotFound(dossier, id);
  const measure = dossier.measures.find(({ key }) => key === measureOf(id));
  if (!measure) throw notOurs(`it has no measure "${measureOf(id)}"`);
  return { estimate, measure };
}

/** That every measure has its provenance is a test, so that no evaluation of this version wrote such a number. */
function notOurs(message: string): Problem {
  return new Problem("not-a-dossier", `the dossier was not written by this version of probity: ${message}`, {
    hint: "evaluate the study again, or trace with the version that wrote it",
  });
}

function isReference(content: FigureCell["content"]): content is { readonly id: string } {
  return content !== null && typeof content === "object";
}

function placeOf({ horizon }: NumberPlace, stratum: string | undefined): NumberPlace {
  return { ...(horizon === undefined ? {} : { horizon }), ...(stratum === undefined ? {} : { stratum }) };
}

/** A number without a horizon of its own, as a cost, is made at the primary one. */
function inputPlace({ primaryHorizon }: Dossier, estimate: Estimate): NumberPlace {
  return { horizon: primaryHorizon, ...placeOf(estimate, estimate.stratum) };
}

function inputIds(dossier: Dossier, own: Provenance, estimate: Estimate): readonly string[] {
  return own.inputs?.(inputPlace(dossier, estimate)) ?? [];
}

function inputsOf(dossier: Dossier, own: Provenance, estimate: Estimate): Estimate[] {
  return inputIds(dossier, own, estimate).flatMap(
    (id) => dossier.estimates.find((candidate) => candidate.id === id) ?? [],
  );
}

/** The same rate in each stratum of the protocol; slices are not among them. */
function acrossStrata({ estimates }: Dossier, { strata }: Protocol, { id, horizon }: Estimate): Estimate[] {
  const families = new Set(strata.map(({ variable }) => variable));
  return estimates.filter(
    (candidate) =>
      candidate.horizon === horizon &&
      measureOf(candidate.id) === measureOf(id) &&
      families.has(candidate.stratum?.split(":")[0] ?? ""),
  );
}

/** The first of the lowest; undefined where none of them has a number. */
function lowest(estimates: readonly Estimate[]): KnownEstimate | undefined {
  return estimates.filter(isKnown).toSorted((a, b) => a.value - b.value)[0];
}

/** The lowest, or the first without a number; where none has one, that which the estimate names, or everybody. */
function worstStratum(estimate: Estimate, inputs: readonly Estimate[]): string | undefined {
  if (!inputs.some(isKnown)) return "hidden" in estimate ? undefined : estimate.attainedIn;
  return (inputs.find((one) => !isKnown(one)) ?? lowest(inputs))?.stratum;
}

function lowestOfAll(estimates: readonly Estimate[]): number | undefined {
  const known = estimates.filter(isKnown);
  return known.length < estimates.length ? undefined : lowest(known)?.value;
}

function calculate(
  own: Provenance,
  inputs: readonly Estimate[],
  protocol: Protocol,
  { dossier, estimate }: { readonly dossier: Dossier; readonly estimate: Estimate },
): number | undefined {
  const { calculate: formula } = own;
  if (!formula) return undefined;
  const values = inputs.filter(isKnown).map(({ value }) => value);
  const isWhole = values.length === inputIds(dossier, own, estimate).length;
  return isWhole ? formula(values, protocol, inputPlace(dossier, estimate)) : undefined;
}

function criteriaOn({ acceptance }: Protocol, id: string): readonly FieldPath[] {
  return acceptance.flatMap((criterion, i) =>
    criterionEstimateId(criterion) === id ? [["acceptance", i]] : [],
  );
}

function checkOf(part: Check["part"], given: number, found: number): Check {
  return { part, given, found, agrees: given === found };
}

function rowChecks(estimate: Estimate, rows: SelectedRows, { rows: rule }: Provenance): Check[] {
  if ("hidden" in estimate) return [];
  const checks = [checkOf("n", estimate.n, rows.n)];
  if (estimate.events !== undefined) checks.push(checkOf("events", estimate.events, rows.events));
  if (!isKnown(estimate)) return checks;
  const { value, numerator, denominator } = estimate;
  if (rule?.kind === "count")
    checks.push(checkOf("value", value, rule.countsPatients ? rows.numerator : rows.rows.length));
  if (numerator !== undefined) checks.push(checkOf("numerator", numerator, rows.numerator));
  if (denominator !== undefined) checks.push(checkOf("denominator", denominator, rows.denominator));
  return checks;
}

function valueChecks(estimate: Estimate, calculated: number | undefined): Check[] {
  if (calculated === undefined || !isKnown(estimate)) return [];
  const { value } = estimate;
  const agrees = Math.abs(value - calculated) <= tolerance * Math.max(1, Math.abs(value));
  return [{ part: "value", given: value, found: calculated, agrees }];
}
