import { ContractError } from "./assert.ts";
import type { Units } from "./rows-by-unit.ts";

/** A column that slices are cut by: 0 … nLevels − 1, "not recorded" being a level like others. */
export interface SliceAttribute {
  readonly code: Uint16Array | Uint32Array;
  readonly nLevels: number;
}

/** The rows whose `attribute` (its place in the list) has this level. */
export interface SliceCondition {
  readonly attribute: number;
  readonly level: number;
}

/** A conjunction that is large enough, inside and outside. */
export interface CountedSlice {
  readonly conditions: readonly SliceCondition[];
  readonly nRows: number;
  /** Rows, or clusters where there are any, with a row inside, and with one outside. */
  readonly nInside: number;
  readonly nOutside: number;
}

export interface SliceCensus {
  readonly slices: readonly CountedSlice[];
  /** Fills `into` with the slices that hold a row, and returns how many. */
  readonly slicesOf: (row: number, into: Uint32Array) => number;
  /** Conjunctions with someone in them and too few inside or outside; those within one of them are not counted again. */
  readonly nTooSmall: number;
  /** Conjunctions of the same rows as one of their parts, which are not examined again. */
  readonly nRepeated: number;
}

/** Memory grows with their square. */
const mostSlices = 5_000;
const mostCells = 1 << 24;

/** Cells of one set of attributes: all combinations of the levels that are large enough by themselves. */
interface Combination {
  readonly attributes: readonly number[];
  readonly nRows: Uint32Array;
  readonly nInside: Uint32Array;
  /** Number of the slice of each cell; −1 for a cell that is none. */
  readonly sliceOf: Int32Array;
}

/**
 * All conjunctions of up to `depth` levels, one of each attribute, with at least `minSize` units inside and outside.
 *
 * A conjunction is never larger than its parts, so what lies within a small one is not visited (Agrawal & Srikant 1994).
 * More than 5,000 slices, or 2²⁴ cells of one set of attributes, are a ContractError.
 */
export function sliceCensus(
  attributes: readonly SliceAttribute[],
  { units, depth, minSize }: { readonly units: Units; readonly depth: number; readonly minSize: number },
): SliceCensus {
  const levels = attributes.map((attribute) => supported(attribute, units, minSize));
  const known = new Map<string, Combination>();
  const slices: CountedSlice[] = [];
  let nTooSmall = levels.reduce((sum, { nRare }) => sum + nRare, 0);
  let nRepeated = 0;
  for (const chosen of combinations(attributes.length, depth)) {
    const columns = chosen.map((a) => levels[a]!);
    const { nRows, nInside, nWhole } = tally(columns, units);
    const sliceOf = new Int32Array(nRows.length).fill(-1);
    const parts = partsOf(chosen, columns, known);
    nRows.forEach((n, cell) => {
      const own = parts.map((part) => part(cell));
      if (n === 0 || own.some((part) => part.nInside < minSize)) return;
      const nOutside = units.length - nWhole[cell]!;
      if (nInside[cell]! >= minSize && own.some((part) => part.nRows === n)) nRepeated++;
      else if (nInside[cell]! < minSize || nOutside < minSize) nTooSmall++;
      else {
        sliceOf[cell] = slices.length;
        const conditions = conditionsOf(cell, chosen, columns);
        slices.push({ conditions, nRows: n, nInside: nInside[cell]!, nOutside });
      }
    });
    if (slices.length > mostSlices) throw new ContractError(`more than ${mostSlices} slices`);
    known.set(chosen.join(), { attributes: chosen, nRows, nInside, sliceOf });
  }
  const all = [...known.values()].map(({ attributes: chosen, sliceOf }) => ({
    columns: chosen.map((a) => levels[a]!),
    sliceOf,
  }));
  const slicesOf = (row: number, into: Uint32Array) => {
    let n = 0;
    for (const { columns, sliceOf } of all) {
      const cell = cellOf(columns, row);
      if (cell >= 0 && sliceOf[cell]! >= 0) into[n++] = sliceOf[cell]!;
    }
    return n;
  };
  return { slices, slicesOf, nTooSmall, nRepeated };
}

/** An attribute with its large levels numbered anew, the others −1. */
interface Levels {
  readonly place: Int32Array;
  /** The level of each place. */
  readonly level: readonly number[];
  readonly nRare: number;
}

function supported({ code, nLevels }: SliceAttribute, units: Units, minSize: number): Levels {
  const all = { place: Int32Array.from(code), level: Array.from({ length: nLevels }, (_, k) => k), nRare: 0 };
  const { nRows, nInside } = tally([all], units);
  const level = all.level.filter((k) => nInside[k]! >= minSize);
  const placeOf = new Int32Array(nLevels).fill(-1);
  for (const [place, k] of level.entries()) placeOf[k] = place;
  const nUsed = nRows.reduce((sum, n) => sum + +(n > 0), 0);
  return { place: all.place.map((k) => placeOf[k]!), level, nRare: nUsed - level.length };
}

/** Sets of 1, 2, … `depth` attributes: smaller ones first, so that the parts of a conjunction come before it. */
function combinations(nAttributes: number, depth: number): number[][] {
  let last: number[][] = [[]];
  const all: number[][] = [];
  for (let size = 1; size <= depth; size++) {
    last = last.flatMap((set) =>
      Array.from({ length: nAttributes }, (_, a) => a)
        .filter((a) => a > (set.at(-1) ?? -1))
        .map((a) => [...set, a]),
    );
    all.push(...last);
  }
  return all;
}

function cellOf(columns: readonly Levels[], row: number): number {
  let cell = 0;
  for (const { place, level } of columns) {
    const own = place[row]!;
    if (own < 0) return -1;
    cell = cell * level.length + own;
  }
  return cell;
}

/** By cell: rows, units with a row in it, and units with all their rows in it. */
function tally(columns: readonly Levels[], { start, rows, length }: Units) {
  const nCells = columns.reduce((product, { level }) => product * level.length, 1);
  if (nCells > mostCells) throw new ContractError(`${nCells} cells of ${columns.length} attributes`);
  const nRows = new Uint32Array(nCells);
  const nInside = new Uint32Array(nCells);
  const nWhole = new Uint32Array(nCells);
  const before = new Uint32Array(nCells);
  for (let unit = 0; unit < length; unit++) {
    const touched: number[] = [];
    for (let i = start[unit]!; i < start[unit + 1]!; i++) {
      const cell = cellOf(columns, rows[i]!);
      if (cell < 0) continue;
      if (nRows[cell] === before[cell]) touched.push(cell);
      nRows[cell]!++;
    }
    for (const cell of touched) {
      nInside[cell]!++;
      if (nRows[cell]! - before[cell]! === start[unit + 1]! - start[unit]!) nWhole[cell]!++;
      before[cell] = nRows[cell]!;
    }
  }
  return { nRows, nInside, nWhole };
}

/** For a cell: the counts of each conjunction that leaves out one of its attributes. */
function partsOf(
  chosen: readonly number[],
  columns: readonly Levels[],
  known: ReadonlyMap<string, Combination>,
) {
  if (chosen.length < 2) return [];
  return chosen.map((_, out) => {
    const part = known.get(chosen.filter((_, k) => k !== out).join())!;
    return (cell: number) => {
      const places = placesOfCell(cell, columns).filter((_, k) => k !== out);
      const others = columns.filter((_, k) => k !== out);
      const own = places.reduce((sum, place, k) => sum * others[k]!.level.length + place, 0);
      return { nRows: part.nRows[own]!, nInside: part.nInside[own]! };
    };
  });
}

function placesOfCell(cell: number, columns: readonly Levels[]): number[] {
  let rest = cell;
  return columns.toReversed().reduce<number[]>((places, { level }) => {
    places.unshift(rest % level.length);
    rest = Math.floor(rest / level.length);
    return places;
  }, []);
}

function conditionsOf(
  cell: number,
  chosen: readonly number[],
  columns: readonly Levels[],
): readonly SliceCondition[] {
  return placesOfCell(cell, columns).map((place, k) => ({
    attribute: chosen[k]!,
    level: columns[k]!.level[place]!,
  }));
}
