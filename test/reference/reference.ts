import { readFileSync } from "node:fs";

/** One call of R: its inputs as columns and what is kept of its value. */
export interface ReferenceCase {
  readonly name: string;
  /** The R expression that was evaluated. */
  readonly r: string;
  readonly input: Readonly<Record<string, readonly number[]>>;
  readonly expected: unknown;
}

interface ReferenceFile {
  /** Version of R, and of the packages used. */
  readonly generatedBy: string;
  readonly packages: Readonly<Record<string, string>>;
  /** Where inputs that are not made up were published. */
  readonly data?: string;
  /** Functions that the calls use and no package has. */
  readonly definitions?: readonly string[];
  /** By how much a number may differ when `npm run reference` has R compute it again. */
  readonly repeatsWithin: { readonly relative: number; readonly absolute: number };
  readonly cases: readonly ReferenceCase[];
}

/** The cases of test/reference/<name>.json; null is R's NA, "NaN", "Infinity", "-Infinity" are strings. */
export function reference(name: string): readonly ReferenceCase[] {
  const file: ReferenceFile = JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), "utf8"));
  if (file.cases.length === 0) throw new Error(`test/reference/${name}.json has no cases`);
  return file.cases;
}

export interface Tolerance {
  readonly relative?: number;
  readonly absolute?: number;
}

type Numbers = number | string | null | undefined | ArrayLike<Numbers>;

/**
 * Throws unless each number is within `relative` of the expected one (in units of its size) or within
 * `absolute`. R's NA is met by NaN only. Returns the largest difference: relative, or absolute where that
 * tolerance was needed.
 */
export function assertClose(actual: Numbers, expected: unknown, tolerance: Tolerance): number {
  const [ours, theirs] = [flatten(actual), flatten(expected as Numbers)];
  if (ours.length !== theirs.length) throw new Error(`${ours.length} numbers, expected ${theirs.length}`);
  const { relative = 0, absolute = 0 } = tolerance;
  let largest = 0;
  for (const [i, value] of theirs.entries()) {
    const got = ours[i]!;
    if (Object.is(got, value) || got === value) continue;
    const difference = Math.abs(got - value);
    const ratio = difference / Math.abs(value);
    if (ratio <= relative) largest = Math.max(largest, ratio);
    else if (difference <= absolute) largest = Math.max(largest, difference);
    else
      throw new Error(
        `number ${i}: ${got}, expected ${value}; they differ by ${ratio.toExponential(1)} of it`,
      );
  }
  return largest;
}

function flatten(numbers: Numbers): number[] {
  if (typeof numbers === "number") return [numbers];
  if (numbers === null) return [Number.NaN];
  if (typeof numbers === "string") {
    if (!["NaN", "Infinity", "-Infinity"].includes(numbers)) throw new Error(`"${numbers}" is not a number`);
    return [Number(numbers)];
  }
  if (typeof numbers !== "object" || typeof numbers.length !== "number")
    throw new Error("not a number or a list");
  return Array.from(numbers).flatMap(flatten);
}
