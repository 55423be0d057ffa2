import type { Dossier } from "../../src/evidence/dossier.ts";
import { attack } from "./attacker.ts";

/** Small counts of patients or charts that follow from the file, with the range that follows. */
export function exposed(
  dossier: Dossier,
  counts: ReadonlyMap<string, number>,
  {
    minimumCell,
    ...protocol
  }: {
    readonly minimumCell: number;
    readonly usdPerFalseFlag: number;
    readonly claims?: readonly number[];
  },
): string[] {
  const known = attack(dossier, { told: counts, ...protocol });
  return [...counts].flatMap(([name, count]) => {
    if (count === 0 || count >= minimumCell) return [];
    const [low, high] = known.range(name);
    if (count < low - 1e-3 || count > high + 1e-3)
      throw new Error(`the attacker is wrong about ${name}: ${count} outside ${low} to ${high}`);
    const isProven = Math.ceil(low - 1e-4) >= 1 && Math.floor(high + 1e-4) < minimumCell;
    return isProven ? [`${name} = ${count} lies in ${low.toFixed(2)} to ${high.toFixed(2)}`] : [];
  });
}
