import { ContractError } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import type { Random } from "./random.ts";
import { type Units, unitsOf } from "./rows-by-unit.ts";

/** Rows dealt into folds; the rows of a cluster are in one fold. */
export interface Folds {
  readonly of: Uint16Array;
  readonly n: number;
}

/**
 * Deals units (clusters where there are any, else rows) into folds in random order, those with a member of the group and
 * those without apart, so that each fold has its share of both.
 *
 * Not estimable: fewer units with a member, or with another row, than folds, and a fold that lacks one of them, which takes
 * clusters with both. Fewer than three folds, of which `levelScores` leaves out two, are a ContractError.
 */
export function dealtFolds(
  member: Uint8Array,
  {
    cluster,
    nFolds,
    random,
  }: { readonly cluster?: Uint32Array; readonly nFolds: number; readonly random: Random },
): Folds | NotEstimable {
  if (!(Number.isSafeInteger(nFolds) && nFolds >= 3)) throw new ContractError(`${nFolds} folds`);
  const units = unitsOf(member.length, cluster);
  const [withMember, withOther] = [1, 0].map((code) => unitsWith(member, code, units));
  const enough = (held: Uint8Array) => held.reduce((sum, x) => sum + x, 0) >= nFolds;
  if (!(enough(withMember!) && enough(withOther!)))
    return {
      notEstimable: `the group, or the rest, has fewer ${cluster ? "clusters" : "rows"} than there are folds`,
    };
  const order = Uint32Array.from({ length: units.length }, (_, unit) => unit);
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const foldOf = new Uint16Array(units.length);
  const dealt = [0, 0];
  for (const unit of order) foldOf[unit] = dealt[withMember![unit]!]!++ % nFolds;
  const of = Uint16Array.from(units.of, (unit) => foldOf[unit]!);
  const held = new Set(Array.from(of, (fold, row) => 2 * fold + member[row]!));
  if (held.size < 2 * nFolds) return { notEstimable: "a fold has nobody of the group, or nobody else" };
  return { of, n: nFolds };
}

function unitsWith(member: Uint8Array, code: number, { of, length }: Units): Uint8Array {
  const held = new Uint8Array(length);
  member.forEach((m, row) => {
    if (m === code) held[of[row]!] = 1;
  });
  return held;
}
