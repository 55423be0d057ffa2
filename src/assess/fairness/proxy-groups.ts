import { isNotEstimable, type NotEstimable } from "../../stats/not-estimable.ts";
import { type Proxies, proxyStrength } from "../../stats/proxy-strength.ts";
import type { Random } from "../../stats/random.ts";
import type { Cohort, Family, Group } from "../cohort/cohort.ts";

/** A protected group against all others whose group is recorded. */
export interface AskedGroup {
  readonly group: Group;
  /** Places in the cohort of those whose group is recorded. */
  readonly rows: Uint32Array;
  /** Of each of them whether it is in the group. */
  readonly member: Uint8Array;
  /** Whose row each is, where patients may have several. */
  readonly cluster?: Uint32Array;
}

/**
 * The groups of a protected variable that are asked: each, of two the smaller alone, because what tells one tells the other.
 * Rows whose group is not recorded are in none of them.
 */
export function askedGroups(cohort: Cohort, variable: string): AskedGroup[] {
  const family = cohort.groups.filter((group) => group.family === variable);
  const recorded = family.filter(({ id }) => id !== `${variable}:missing`);
  const [first] = recorded;
  if (!first) return [];
  const rows = rowsOf(recorded);
  const cluster = cohort.kind === "binary" && cohort.patient ? pickCodes(cohort.patient, rows) : undefined;
  const asked = recorded.length === 2 ? [recorded.toSorted((a, b) => a.n - b.n)[0]!] : recorded;
  return asked.map((group) => ({
    ...{ group, rows },
    member: Uint8Array.from(rows, (row) => (first.codes[row] === group.code ? 1 : 0)),
    ...(cluster ? { cluster } : {}),
  }));
}

function rowsOf(recorded: Family): Uint32Array {
  const codes = new Set(recorded.map(({ code }) => code));
  return Uint32Array.from(recorded[0]!.codes.keys()).filter((row) => codes.has(recorded[0]!.codes[row]!));
}

function pickCodes(codes: Uint16Array | Uint32Array, rows: Uint32Array): Uint32Array {
  return Uint32Array.from(rows, (row) => codes[row]!);
}

export const nFolds = 5;

/** How well each input of the cohort, and all together, tell the group. */
export function strengthOf(
  { inputs }: Cohort,
  { rows, member, cluster }: AskedGroup,
  random: Random,
): Proxies | NotEstimable {
  return proxyStrength({
    inputs: inputs.map(({ levels: { code, nLevels } }) => ({
      kind: "levels",
      code: pickCodes(code, rows),
      nLevels,
    })),
    ...{ member, nFolds, random },
    ...(cluster ? { cluster } : {}),
  });
}

/** What an AUC says of the input: it stands in, it does not, or the data cannot tell. */
export type StandIn = "stands in" | "does not" | "not enough data to tell";

/**
 * An input stands in from the limit on, where the interval is also above one half; it does not where the whole interval is
 * below the limit.
 */
export function standIn(
  auc: { readonly auc: number; readonly lower: number; readonly upper: number } | NotEstimable,
  limit: number,
): StandIn {
  if (isNotEstimable(auc)) return "not enough data to tell";
  if (auc.auc >= limit && auc.lower > 0.5) return "stands in";
  return auc.upper < limit ? "does not" : "not enough data to tell";
}
