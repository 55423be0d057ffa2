import type { Dossier } from "../../evidence/dossier.ts";
import type { Matrix } from "../../evidence/figures.ts";
import { patients, type Registry } from "./count-registry.ts";

/** Events and censorings so far, at a horizon or a row of the risk table. */
interface TimePoint {
  readonly name: string;
  readonly events: number;
  readonly censored: number;
}

export const atHorizon = (horizon: string) => `by:${horizon}`;
export const atRiskRow = (row: number) => `by:row-${row}`;
export const atEnd = "by:end";

/** The points of time at which counts are printed, in their order, and what happens between two of them. */
export function declareTimes(to: Registry): void {
  const { declare, addUp, value } = to;
  const points = timePoints(to).sort((a, b) => a.events + a.censored - b.events - b.censored);
  points.forEach(({ name, events, censored }, i) => {
    const before = points[i - 1] ?? { events: 0, censored: 0 };
    const so = { events, censored } as const;
    for (const key of ["events", "censored"] as const) {
      declare(`${name}.${key}`, so[key]);
      const since = declare(`${name}.new-${key}`, so[key] - before[key]);
      addUp(`${name}.${key}`, i === 0 ? [since] : [`${points[i - 1]!.name}.${key}`, since]);
    }
    declare(`${name}.left`, value(patients)! - events - censored);
    declare(`${name}.gone`, events + censored);
    addUp(patients, [`${name}.events`, `${name}.censored`, `${name}.left`]);
    addUp(patients, [`${name}.gone`, `${name}.left`]);
    const otherwise = declare(`${name}.others`, value(patients)! - events);
    addUp(patients, [`${name}.events`, otherwise]);
  });
  const primary = atHorizon(to.dossier.primaryHorizon);
  addUp("all.events", [`${primary}.events`]);
  addUp("all.unknown", [`${primary}.censored`]);
}

function timePoints({ dossier, known, counted, nPatients }: Registry): TimePoint[] {
  if (nPatients === undefined) return [];
  const horizons = dossier.horizons.flatMap((horizon): TimePoint[] => {
    const events = known(`cohort.events@${horizon}`)?.value;
    const free = known(`cohort.event-free@${horizon}`)?.value;
    if (events === undefined || free === undefined) return [];
    return [{ name: atHorizon(horizon), events, censored: nPatients - events - free }];
  });
  const rows = riskRows(dossier).flatMap(({ row, events, censored }): TimePoint[] => [
    { name: atRiskRow(row), events, censored },
  ]);
  const events = counted("performance.harrell-c")?.events;
  const end = events === undefined ? [] : [{ name: atEnd, events, censored: nPatients - events }];
  return [...horizons, ...rows, ...end];
}

/** The rows of the risk table as numbers. */
export function riskRows({ tables }: Dossier): {
  readonly row: number;
  readonly time: number;
  readonly events: number;
  readonly censored: number;
}[] {
  const table = tables.find(({ id }) => id === "cohort.risk-table");
  if (!table) return [];
  const column = (key: string) => table.columns.findIndex((candidate) => candidate.key === key);
  const number = (cells: (typeof table.rows)[number], key: string) =>
    Number(String(cells[column(key)]).replaceAll(",", ""));
  return table.rows.map((cells, row) => ({
    row,
    time: number(cells, "time"),
    events: number(cells, "events"),
    censored: number(cells, "censored"),
  }));
}

export const riskGroup = (horizon: string, stratum: string) => `${stratum}@${horizon}`;

/** Groups of similar risk: a partition at each horizon, and often the same one at all. */
export function declareRiskGroups(to: Registry): void {
  const { dossier, declare, addUp, counted } = to;
  let before: { names: readonly string[]; sizes: string } | undefined;
  for (const horizon of dossier.horizons) {
    const strata = dossier.estimates.flatMap(({ id, stratum }) =>
      stratum?.startsWith("risk-group:") && id === `performance.observed@${horizon}/${stratum}`
        ? [stratum]
        : [],
    );
    const groups = strata.map((stratum) => counted(`performance.observed@${horizon}/${stratum}`)!);
    const names = strata.map((stratum) => riskGroup(horizon, stratum));
    groups.forEach(({ n, events = 0 }, k) => {
      declare(`${names[k]}.n`, n);
      declare(`${names[k]}.events`, events);
      declare(`${names[k]}.others`, n - events);
      addUp(`${names[k]}.n`, [`${names[k]}.events`, `${names[k]}.others`]);
    });
    if (names.length === 0) continue;
    const of = (key: string) => names.map((name) => `${name}.${key}`);
    addUp(patients, of("n"));
    addUp(`${atHorizon(horizon)}.events`, of("events"));
    const sizes = groups.map(({ n }) => n).join();
    if (before?.sizes === sizes) declareSameGroups(to, before.names, names);
    before = { names, sizes };
  }
}

/** The same groups at a later horizon: their events can be subtracted. */
function declareSameGroups(
  { declare, addUp, value }: Registry,
  earlier: readonly string[],
  later: readonly string[],
): void {
  const more = later.map((name, k) => value(`${name}.events`)! - value(`${earlier[k]}.events`)!);
  if (more.some((count) => count < 0)) return;
  later.forEach((name, k) => {
    addUp(`${name}.n`, [`${earlier[k]}.n`]);
    addUp(`${name}.events`, [`${earlier[k]}.events`, declare(`${name}.more`, more[k])]);
  });
}

export const histogramId = (horizon: string) => `performance.risk-histogram@${horizon}`;
export const matrixCell = (id: string, row: number, column: number) => `${id}[${row},${column}]`;

/** Patients by predicted risk: columns add up to the status counts, and to the flagged where the threshold is an edge. */
export function declareHistograms(to: Registry): void {
  const { dossier, declare, addUp, value } = to;
  for (const horizon of dossier.horizons) {
    const matrix = dossier.matrices.find(({ id }) => id === histogramId(horizon));
    if (!matrix) continue;
    const bins = matrix.cells.map((row, r) =>
      row.map((count, c) => declare(matrixCell(matrix.id, r, c), count ?? undefined)),
    );
    const column = (c: number, from = 0, to = bins.length) => bins.slice(from, to).map((row) => row[c]!);
    const by = atHorizon(horizon);
    [`${by}.events`, `${by}.left`, `${by}.censored`].forEach((total, c) => {
      addUp(total, column(c));
    });
    if (horizon !== dossier.primaryHorizon) continue;
    const edge = thresholdEdge(matrix, value);
    if (edge === undefined) continue;
    ["all.tp", "all.fp", "all.uf"].forEach((cell, c) => {
      addUp(cell, column(c, edge));
    });
    ["all.fn", "all.tn", "all.un"].forEach((cell, c) => {
      addUp(cell, column(c, 0, edge));
    });
  }
}

/** The first bin of the flagged, where the operating point lies on an edge between bins. */
function thresholdEdge({ cells }: Matrix, value: Registry["value"]): number | undefined {
  const flagged = ["all.tp", "all.fp", "all.uf"].map(value);
  const edge = cells.findIndex((_, from) =>
    flagged.every((count, c) => count === cells.slice(from).reduce((sum, row) => sum + (row[c] ?? 0), 0)),
  );
  return edge < 0 ? undefined : edge;
}
