import { measureOf } from "../../src/evidence/estimate.ts";
import { cells } from "./cells.ts";
import type { Knowledge } from "./knowledge.ts";

const comparedCells: Readonly<Record<string, readonly string[]>> = {
  sensitivity: ["tp", "fn"],
  specificity: ["tn", "fp"],
  ppv: ["tp", "fp"],
  flagged: cells,
  calibration: cells,
};

const errorCells = { fnr: ["tp", "fn"], fpr: ["fp", "tn"] } as const;

/** A difference of two groups with its interval: the counts of both, and their size together. */
export function readFairness(known: Knowledge): void {
  for (const { id, stratum = "" } of known.dossier.estimates) {
    if (!id.startsWith("fairness.") || !stratum.includes("~") || id.startsWith("fairness.proxy-")) continue;
    const found = known.estimate(id);
    const compared = comparedCells[measureOf(id).replace("fairness.", "")];
    if (!found || !compared) continue;
    const groups = stratum.split("~");
    known.sum(
      groups.flatMap((group) => known.of(group, cells)),
      found.n,
    );
    for (const group of groups) known.pinned(known.of(group, compared));
  }
}

/**
 * An AUC of an input for a group tells how many are in it; a gap with its interval the counts of the group and of the
 * others; the table how many have a recorded group.
 */
export function readProxies(known: Knowledge): void {
  for (const { id, stratum = "" } of known.dossier.estimates) {
    const found = known.estimate(id);
    const [, measure = ""] = measureOf(id).split(".");
    if (!found || !/^(proxy-|fnr-gap|fpr-gap)/.test(measure)) continue;
    const group = stratum.split("~").at(-1)!;
    const rate = (["fnr", "fpr"] as const).find((key) => measure.includes(key));
    known.pinned(known.of(group, rate ? errorCells[rate] : cells));
  }
  const table = known.dossier.tables.find(({ id }) => id === "fairness.proxies");
  const at = table?.columns.findIndex(({ key }) => key === "n") ?? -1;
  for (const row of table?.rows ?? []) {
    const [own, n] = [row.find((cell) => cell !== null && typeof cell === "object"), row[at]];
    if (typeof n !== "string" || own === undefined || own === null || typeof own !== "object") continue;
    const family = own.id.split(/[~/]/).at(-1)!.split(":")[0]!;
    // Those whose group is not recorded are the rest.
    known.same(known.of("all", cells), [`with-group:${family}`, ...known.of(`${family}:missing`, cells)]);
    known.sum([`with-group:${family}`], Number(n.replaceAll(",", "")));
  }
}

/** A slice is a part of each of its strata; its share and its distance from all others pin its counts. */
export function readSlices(known: Knowledge): void {
  for (const { id, stratum } of known.dossier.estimates) {
    const [, error] = /^performance\.slice-(missed|false-alarms)(?:-gap)?@/.exec(id) ?? [];
    if (error === undefined || stratum === undefined) continue;
    const outer = stratum.split(",");
    if (outer.length > 1)
      for (const one of outer)
        for (const cell of cells)
          known.same([`${one}.${cell}`], [`${stratum}.${cell}`, `${one} less ${stratum}.${cell}`]);
    const found = known.estimate(id);
    if (!found) continue;
    known.sum(known.of(stratum, cells), found.n);
    const own = error === "missed" ? ["tp", "fn"] : ["fp", "tn"];
    known.pinned(known.of(stratum, own));
  }
}
