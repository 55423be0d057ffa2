import { type ChangedKey, changedKeys, changeIds, reclassifiedId } from "../../assess/index.ts";
import type { ComputedEstimate, Estimate } from "../../evidence/estimate.ts";
import { measureOf } from "../../evidence/estimate.ts";
import type { Registry } from "./count-registry.ts";
import { type Offer, offerKey } from "./offer.ts";
import { exactly } from "./rate-facts.ts";
import { matrixCell } from "./time-counts.ts";

const ofChange = new Set(
  changedKeys.flatMap((key) => [`performance.old-${key}`, `performance.change-${key}`]),
);

/** Whether a number is of the replaced model, or of the difference from it. */
export function isOfChange({ id }: Pick<Estimate, "id">): boolean {
  return ofChange.has(measureOf(id));
}

/** Cells of the operating point, by the reclassification tables whose rows add up to them. */
const rowsOf = { event: ["tp", "fn"], "event-free": ["fp", "tn"], unknown: ["uf", "un"] } as const;

function tablesIn({ dossier }: Pick<Registry, "dossier">) {
  return (Object.keys(rowsOf) as (keyof typeof rowsOf)[]).flatMap((status) => {
    const id = reclassifiedId(dossier.primaryHorizon, status);
    return dossier.matrices.some((matrix) => matrix.id === id) ? [{ id, cells: rowsOf[status] }] : [];
  });
}

/** A row of a reclassification table adds up to a cell of the operating point. */
export function declareReclassification(to: Registry): void {
  for (const { id, cells } of tablesIn(to))
    cells.forEach((cell, row) => {
      to.addUp(`all.${cell}`, [matrixCell(id, row, 0), matrixCell(id, row, 1)]);
    });
}

/**
 * The old model's numbers and the differences from them tell, beside the new model's own, every cell of the
 * reclassification tables: taken as told exactly. None is offered where a cell is not known here or is small.
 */
export function changeOffers({ id }: ComputedEstimate, to: Registry): Offer[] {
  const cells = tablesIn(to).flatMap((table) =>
    [0, 1].flatMap((row) => [0, 1].map((column) => matrixCell(table.id, row, column))),
  );
  if (cells.length === 0 || cells.some((cell) => to.value(cell) === undefined)) return [];
  const facts = cells.map((cell) => exactly(cell, to.value(cell)!));
  return (["value", "fraction", "events"] as const).map((part) => {
    return { key: offerKey(id, part), facts, basis: cells };
  });
}

/** What a change is made from: of two numbers and their difference each tells the third. */
export function changeTriples(horizon: string): readonly (readonly string[])[] {
  return changedKeys.map((key: ChangedKey) => Object.values(changeIds(key, horizon)));
}
