import type { Offenders } from "../../data/index.ts";
import { Problem } from "../../evidence/problem.ts";

/** The first of several offending places, and how many are not listed. */
export function listed({ count, first }: Offenders): readonly string[] {
  return count > first.length
    ? [...first, `and ${(count - first.length).toLocaleString("en-US")} more`]
    : first;
}

/** Throws when a list of offending rows is not empty; all are counted, the first are listed. */
export function refuseOffenders(
  offenders: Offenders,
  { code, one, many, where, hint }: { code: string; one: string; many: string; where: string; hint: string },
): void {
  const { count } = offenders;
  if (count === 0) return;
  const message = count === 1 ? `1 ${one}` : `${count} ${many}`;
  throw new Problem(code, message, { where, hint, others: listed(offenders) });
}
