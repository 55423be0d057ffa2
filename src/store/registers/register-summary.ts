import type { KnownEstimate } from "../../evidence/estimate.ts";
import { wilson } from "../../stats/proportion.ts";
import type { Register } from "./register.ts";
import type { RegisterEntry } from "./register-entries.ts";

const level = 0.95;

/**
 * The numbers over all entries that stand: for each declared choice the share of every level, and each declared sum.
 *
 * Convention: a share x/n always carries Wilson's 95 % interval, and every level is listed, those without an entry
 * too. Without entries there is no share and no sum.
 */
export function registerSummary(
  { name, fields, shares = [], sums = [] }: Register,
  entries: readonly RegisterEntry[],
): readonly KnownEstimate[] {
  const n = entries.length;
  if (n === 0) return [];
  const base = { n, evidence: "retrospective" } as const;
  return [
    ...shares.flatMap((key) => {
      const field = fields[key]!;
      if (field.kind !== "choice") throw new Error(`${name}: ${key} has no levels`);
      return field.levels.map((one): KnownEstimate => {
        const count = entries.filter(({ values }) => values[key] === one).length;
        return {
          ...base,
          id: `register.${name}.${key}/${one.replaceAll(" ", "-")}`,
          label: `${key}: ${one}`,
          unit: "share",
          method: "share of the entries, Wilson",
          value: count / n,
          interval: { ...wilson(count, n, level), level, kind: "pointwise" },
          numerator: count,
          denominator: n,
        };
      });
    }),
    ...sums.map(
      (key): KnownEstimate => ({
        ...base,
        id: `register.${name}.${key}`,
        label: `${key}, all entries`,
        unit: "hours",
        method: "sum over the entries",
        // Hours have two decimals: whole hundredths add up exactly.
        value: entries.reduce((sum, { values }) => sum + Math.round(Number(values[key]) * 100), 0) / 100,
      }),
    ),
  ];
}
