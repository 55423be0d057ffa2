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
