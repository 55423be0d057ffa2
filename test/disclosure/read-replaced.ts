import { cells } from "./cells.ts";
import type { Knowledge } from "./knowledge.ts";

/** Cells of the operating point, each divided by whether the replaced model flags: `old:all.tp`, `not:all.tp`. */
const tables = { event: ["tp", "fn"], "event-free": ["fp", "tn"], unknown: ["uf", "un"] } as const;

/** Reclassification tables, the old model's fractions, and the difference in flags. */
export function readReplaced(known: Knowledge): void {
  for (const cell of cells) known.same([`all.${cell}`], [`old:all.${cell}`, `not:all.${cell}`]);
  for (const [status, rows] of Object.entries(tables)) {
    const matrix = known.dossier.matrices.find(
      ({ id }) => id === `performance.reclassified@${known.h}/${status}`,
    );
    rows.forEach((cell, r) => {
      const [byOld, notByOld] = matrix?.cells[r] ?? [null, null];
      if (byOld != null) known.sum([`old:all.${cell}`], byOld);
      if (notByOld != null) known.sum([`not:all.${cell}`], notByOld);
    });
  }
  const of = (by: "old" | "not", keys: readonly string[]) => keys.map((key) => `${by}:all.${key}`);
  const rates = {
    sensitivity: [of("old", tables.event), of("not", tables.event)],
    specificity: [of("not", tables["event-free"]), of("old", tables["event-free"])],
    ppv: [of("old", tables.event), of("old", tables["event-free"])],
    npv: [of("not", tables["event-free"]), of("not", tables.event)],
    flagged: [of("old", cells), of("not", cells)],
  };
  for (const [rate, [numerator, rest]] of Object.entries(rates)) {
    const estimate = known.estimate(`performance.old-${rate}@${known.h}`);
    if (estimate?.numerator === undefined) continue;
    known.sum(numerator!, estimate.numerator);
    known.sum(rest!, estimate.denominator! - estimate.numerator);
  }
}
