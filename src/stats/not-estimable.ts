/** A number that does not exist for these data, and why: lower case, no full stop. */
export interface NotEstimable {
  readonly notEstimable: string;
}

export function isNotEstimable(result: unknown): result is NotEstimable {
  return typeof result === "object" && result !== null && "notEstimable" in result;
}
