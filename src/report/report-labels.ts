import type { Table } from "../evidence/figures.ts";
import { dataTable } from "./data-table.ts";
import type { Lookup } from "./figures.ts";
import type { Html } from "./html.ts";
import type { Numbers } from "./numbers.ts";
import { section } from "./section.ts";

export const isOfLabels = ({ id }: Pick<Table, "id">): boolean => id.startsWith("labels.");

/** What was read, how far readers agree, and the rates that charts correct; absent where no chart review is here. */
export function labelsSection({ dossier }: Lookup, numbers: Numbers): Html | null {
  const tables = dossier.tables.filter(isOfLabels);
  if (tables.length === 0) return null;
  return section("labels", {
    aside:
      "Charts read again by two people. Each chart stands for its stratum; unweighted shares are of the charts alone.",
    content: tables.map((table) => dataTable(table, numbers)),
  });
}
