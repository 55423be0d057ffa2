import type { ComputedEstimate } from "../evidence/estimate.ts";
import type { Cell, Table } from "../evidence/figures.ts";
import type { Finding } from "../evidence/finding.ts";
import type { SliceSearchRule } from "../protocol/index.ts";
import { isNotEstimable, type NotEstimable } from "../stats/not-estimable.ts";
import type { Random } from "../stats/random.ts";
import { type ExaminedSlice, findSlices, type SliceSearch } from "../stats/slice-finding.ts";
import { type BinaryCohort, type Group, primaryReading } from "./cohort.ts";
import { countOf, estimateOf, shareOf } from "./estimate-of.ts";
import { shortened } from "./names-within.ts";
import type { Piece } from "./piece.ts";

const retrospective = "retrospective" as const;

/** The errors that are searched, each among the rows that it can happen to. */
const errors = [
  { key: "missed", name: "Missed", of: "of those with the event", isEvent: 1, isFlagged: false },
  { key: "false-alarms", name: "Flagged for nothing", of: "of the event-free", isEvent: 0, isFlagged: true },
] as const;

export const nSliceSearches = errors.length;

type SearchedError = (typeof errors)[number];

/** Of each search as many slices are listed, the one that speaks most clearly first. */
const nListed = 10;
/** Characters for the name of a slice in a sentence. */
const nameRoom = 96;
interface Listed {
  readonly error: SearchedError;
  readonly slice: ExaminedSlice;
  readonly id: string;
  readonly name: string;
  /** Names of its conditions. */
  readonly groups: readonly string[];
  /** Rows of the cohort in the slice, whether the error can happen to them or not. */
  readonly n: number;
}

/**
 * Searches all slices of the strata for those in which the model errs more often than in all others, by more than the margin.
 * Each of the two searches has half of the error rate, so that any false find in either has at most the whole.
 */
export function sliceSearchPiece(
  cohort: BinaryCohort,
  {
    threshold,
    rule,
    random,
  }: { readonly threshold: number; readonly rule: SliceSearchRule; readonly random: readonly Random[] },
): Piece {
  const { short } = primaryReading(cohort);
  const families = rule.variables.map((name) => cohort.groups.filter(({ family }) => family === name));
  const found = errors.map((error, i) => ({
    error,
    search: searched(cohort, { error, families, threshold, rule, random: random[i]! }),
  }));
  const listed = found.flatMap(({ error, search }) =>
    isNotEstimable(search)
      ? []
      : search.slices
          .flatMap((slice) => named(error, slice, families))
          .slice(0, nListed)
          .map(
            ({ groups, ...one }): Listed => ({
              ...one,
              groups: groups.map(({ name }) => name),
              n: rowsIn(groups),
            }),
          ),
  );
  return {
    estimates: [
      ...found.flatMap(({ error, search }) => counts(cohort, error, search, short)),
      ...listed.flatMap((one) => sliceEstimates(one, short, rule)),
    ],
    tables: [searchTable(listed, found, short, rule)],
    findings: beyond(cohort, listed, rule, short),
  };
}

function searched(
  { event, readings, patient }: BinaryCohort,
  {
    error,
    families,
    threshold,
    rule,
    random,
  }: {
    readonly error: SearchedError;
    readonly families: readonly (readonly Group[])[];
    readonly threshold: number;
    readonly rule: SliceSearchRule;
    readonly random: Random;
  },
): SliceSearch | NotEstimable {
  const { risk } = readings[0];
  const rows = Uint32Array.from(event, (_, row) => row).filter((row) => event[row] === error.isEvent);
  return findSlices({
    attributes: families.map((family) => attributeOf(family, rows)),
    value: Float64Array.from(rows, (row) => (risk[row]! >= threshold === error.isFlagged ? 1 : 0)),
    ...(patient ? { cluster: Uint32Array.from(rows, (row) => patient[row]!) } : {}),
    ...{ depth: rule.depth, minSize: rule.atLeast, margin: rule.margin, errorRate: rule.errorRate / 2 },
    random,
  });
}

/** Rows in no group of the family make a level that no slice is named by. */
function attributeOf(family: readonly Group[], rows: Uint32Array) {
  const { codes } = family[0]!;
  const code = Uint16Array.from(rows, (row) => (codes[row]! < 0 ? family.length : codes[row]!));
  return { code, nLevels: family.length + 1 };
}

/** None for a slice of rows in no group. */
function named(
  error: SearchedError,
  slice: ExaminedSlice,
  families: readonly (readonly Group[])[],
): (Omit<Listed, "n" | "groups"> & { readonly groups: readonly Group[] })[] {
  const groups = slice.conditions.flatMap(({ attribute, level }) => families[attribute]![level] ?? []);
  if (groups.length < slice.conditions.length) return [];
  const [id, name] = [groups.map((one) => one.id).join(","), groups.map((one) => one.name).join(", ")];
  return [{ error, slice, id, name, groups }];
}

function rowsIn(groups: readonly Group[]): number {
  let n = 0;
  for (let row = 0; row < groups[0]!.codes.length; row++)
    if (groups.every(({ codes, code }) => codes[row] === code)) n++;
  return n;
}

function counts(
  { n }: BinaryCohort,
  { key, name, of }: SearchedError,
  search: SliceSearch | NotEstimable,
  short: string,
): ComputedEstimate[] {
  const context = { n, horizon: short, evidence: retrospective };
  const [examined, tooSmall] = isNotEstimable(search) ? [0, 0] : [search.nExamined, search.nTooSmall];
  return [
    countOf(
      context,
      `performance.slices-${key}-examined`,
      `Slices searched, ${name.toLowerCase()} ${of}`,
      examined,
    ),
    countOf(
      context,
      `performance.slices-${key}-too-small`,
      `Slices too small, ${name.toLowerCase()} ${of}`,
      tooSmall,
    ),
  ];
}

function sliceEstimates(
  { error: { key, name, of }, slice, id, name: slicedBy, n }: Listed,
  short: string,
  { errorRate }: SliceSearchRule,
): ComputedEstimate[] {
  const { nRows, mean, gap, lower, upper } = slice;
  const context = { n, horizon: short, stratum: id, evidence: retrospective };
  return [
    shareOf(
      context,
      `performance.slice-${key}`,
      `${name} ${of}, ${slicedBy}`,
      Math.round(mean * nRows),
      nRows,
    ),
    estimateOf(
      context,
      {
        measure: `performance.slice-${key}-gap`,
        label: `${name} ${of}, ${slicedBy} less all others`,
        unit: "difference",
        method: "score test of shares; limits for all slices at once by max-T",
      },
      { value: gap, lower, upper, level: 1 - errorRate, kind: "simultaneous" },
    ),
  ];
}

type Found = readonly { readonly error: SearchedError; readonly search: SliceSearch | NotEstimable }[];

function searchTable(
  listed: readonly Listed[],
  found: Found,
  short: string,
  { depth, atLeast, margin, errorRate }: SliceSearchRule,
): Table {
  const told = found.map(({ error, search }) =>
    isNotEstimable(search)
      ? `${error.name.toLowerCase()}: ${search.notEstimable}`
      : `${error.name.toLowerCase()}: ${search.nExamined} searched, ${search.nTooSmall} too small`,
  );
  return {
    id: `performance.slice-search@${short}`,
    caption:
      `Slices of up to ${depth} strata with at least ${atLeast}, against all others: the ${nListed} that speak most clearly ` +
      `for each error; ${told.join("; ")}. Margin ${margin}; chance of any false "beyond" at most ${errorRate}`,
    columns: [
      { key: "slice", label: "Slice", align: "start" },
      { key: "error", label: "Error", align: "start" },
      { key: "own", label: "In the slice", align: "end" },
      { key: "gap", label: "Less all others", align: "end" },
      { key: "answer", label: "Answer", align: "start" },
    ],
    rows: listed.map(({ error, slice, id, name }): Cell[] => [
      name,
      error.name,
      { id: `performance.slice-${error.key}@${short}/${id}`, part: "both" },
      { id: `performance.slice-${error.key}-gap@${short}/${id}`, part: "both" },
      slice.answer,
    ]),
  };
}

/** Each of its conditions has the same room. */
function sliceName({ groups }: Listed): string {
  return groups.map((name) => shortened(name, Math.floor(nameRoom / groups.length) - 2)).join(", ");
}

/** One finding, which names the slice that speaks most clearly. */
function beyond(
  { unit }: BinaryCohort,
  listed: readonly Listed[],
  { margin, errorRate }: SliceSearchRule,
  short: string,
): Finding[] {
  const found = listed.filter(({ slice }) => slice.answer === "beyond the margin");
  const [first] = found;
  if (!first) return [];
  const gapOf = ({ error, id }: Listed) => `performance.slice-${error.key}-gap@${short}/${id}`;
  const more = found.length - 1;
  return [
    {
      id: `performance.slices@${short}`,
      stage: "performance",
      severity: "serious",
      sentence: [
        `The model errs more often in ${sliceName(first)} than in all other ${unit.many}: `,
        `${first.error.name.toLowerCase()} ${first.error.of} `,
        { id: gapOf(first), part: "both" },
        ` more, margin ${margin}`,
        ...(more > 0 ? [`; and so it does in ${more} more slices`] : []),
        `. Chance of any false find: at most ${errorRate}.`,
      ],
      estimates: found.map(gapOf),
      remedy: "Change model, threshold or use for these slices, or say why the difference is right.",
    },
  ];
}
