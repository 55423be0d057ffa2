/** An assertion of ours does not hold: a bug in the caller, never something the user can fix. */
export class ContractError extends Error {
  override readonly name = "ContractError";
}

/** Throws unless every column has the same length. The keys name the columns in the message. */
export function assertSameLength(columns: Readonly<Record<string, { readonly length: number }>>): void {
  const lengths = Object.entries(columns).map(([name, column]) => `${name} ${column.length}`);
  if (new Set(Object.values(columns).map((column) => column.length)).size > 1)
    throw new ContractError(`columns differ in length: ${lengths.join(", ")}`);
}

/** Throws when a column holds NaN or an infinity: missing values are decided, and counted, upstream. */
export function assertFinite(columns: Readonly<Record<string, Float64Array>>): void {
  for (const [name, column] of Object.entries(columns))
    for (let i = 0; i < column.length; i++)
      if (!Number.isFinite(column[i]))
        throw new ContractError(`${name}[${i}] is ${column[i]}, not a finite number`);
}

/** Throws when a column holds anything but numbers from 0 to 1, such as NaN, percentages or a linear predictor. */
export function assertRisk(columns: Readonly<Record<string, Float64Array>>): void {
  for (const [name, column] of Object.entries(columns))
    for (let i = 0; i < column.length; i++)
      if (!(column[i]! >= 0 && column[i]! <= 1))
        throw new ContractError(`${name}[${i}] is ${column[i]}, not between 0 and 1`);
}

/** Throws unless `n` is a whole number from 0 on. */
export function assertCount(what: string, n: number): void {
  if (!(Number.isSafeInteger(n) && n >= 0)) throw new ContractError(`${n} ${what}`);
}

/** Throws unless an option is one of the words it knows, which a caller without types may not know. */
export function assertWord(option: string, word: unknown, known: readonly string[]): void {
  if (!known.includes(word as string))
    throw new ContractError(
      `no ${option} ${typeof word === "string" ? `"${word}"` : typeof word}: expected one of ${known.join(", ")}`,
    );
}

/** The most groups that a test compares or a cohort is cut into: memory grows with their number, or its square. */
const mostGroups = 1000;

/** Throws unless there are 0 to 1,000 groups. */
export function assertGroups(n: number): void {
  assertCount("groups", n);
  if (n > mostGroups) throw new ContractError(`${n} groups, at most ${mostGroups} are allowed`);
}

/**
 * Throws unless every code is below `n`, a whole number that is at most the number of rows, or 1,000 where they are
 * fewer: what is counted by code takes memory for every code up to the largest.
 */
export function assertCodes(
  name: string,
  codes: Int8Array | Uint16Array | Uint32Array | Int32Array,
  { n, what }: { readonly n: number; readonly what: string },
): void {
  assertCount(what, n);
  if (n > Math.max(mostGroups, codes.length))
    throw new ContractError(`${n} ${what} for ${codes.length} rows: number them from 0`);
  for (let i = 0; i < codes.length; i++)
    if (codes[i]! >= n) throw new ContractError(`${name}[${i}] is ${codes[i]}, of ${n} ${what}`);
}

/** Throws when the horizon is NaN; an infinite one is after, or before, every time. */
export function assertHorizon(horizon: number): void {
  if (Number.isNaN(horizon)) throw new ContractError("the horizon is NaN");
}

/** Throws when a column holds anything but 0 and 1. */
export function assertBinary(columns: Readonly<Record<string, Uint8Array>>): void {
  for (const [name, column] of Object.entries(columns))
    for (let i = 0; i < column.length; i++)
      if (column[i]! > 1) throw new ContractError(`${name}[${i}] is ${column[i]}, not 0 or 1`);
}

/** Throws unless 0 < level < 1. */
export function assertLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new ContractError(`confidence level ${level} is not between 0 and 1`);
}
