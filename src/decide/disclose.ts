import type { Dossier } from "../evidence/dossier.ts";
import type { Estimate, HiddenEstimate } from "../evidence/estimate.ts";
import type { AttritionStep, Curve, Matrix, Table } from "../evidence/figures.ts";
import { hiddenGroups } from "./hidden-groups.ts";

/**
 * The half of the dossier that may leave: counts from 1 to minimumCell − 1 are hidden, and with them whatever would
 * give them away: the complement in a fraction, the sibling stratum, the rates and burden made from them, the steps of
 * a curve, the excluded of a criterion, the extremes of a variable.
 *
 * Convention: a minimum cell of 1 hides no count, only the lines of findings. Zero is never hidden. What hangs on a hidden count is hidden whole.
 * Source: CMS cell-size suppression policy, https://resdac.org/articles/cms-cell-size-suppression-policy.
 */
export function disclose(dossier: Dossier, minimumCell: number): Dossier {
  const isSmall = (count: number | undefined) => count !== undefined && count > 0 && count < minimumCell;
  const findings = dossier.findings.map(({ rows, ...finding }) =>
    rows && !isSmall(rows.count) ? { ...finding, rows: { count: rows.count } } : finding,
  );
  if (minimumCell === 1) return { ...dossier, findings };
  const groups = hiddenGroups(dossier.estimates, minimumCell);
  const estimates = hideDependents(
    dossier.estimates.map((estimate) =>
      isExposed(estimate, isSmall) || groups.has(estimate.stratum ?? "") ? hidden(estimate) : estimate,
    ),
  );
  return {
    ...dossier,
    estimates,
    attrition: discloseAttrition(dossier.attrition, isSmall),
    curves: discloseCurves(dossier, isSmall),
    tables: dossier.tables.map((table) => discloseTable(withoutHiddenCounts(table, estimates), isSmall)),
    matrices: dossier.matrices.map((matrix) => discloseMatrix(matrix, minimumCell)),
    findings,
  };
}

type IsSmall = (count: number | undefined) => boolean;

/** Rates carry the raw counts they were made from, so that a fraction of small counts is seen here. */
function isExposed(estimate: Estimate, isSmall: IsSmall): boolean {
  if ("hidden" in estimate) return true;
  if (isBurden(estimate.id)) return false;
  const { n, events } = estimate;
  if (isSmall(n) || isSmall(events) || isSmall(events === undefined ? undefined : n - events)) return true;
  if (!("value" in estimate)) return false;
  const { numerator, denominator, unit, value } = estimate;
  if (isSmall(numerator) || isSmall(denominator)) return true;
  if (numerator !== undefined && denominator !== undefined && isSmall(denominator - numerator)) return true;
  return (unit === "count" && isSmall(value)) || (unit === "perThousand" && isSmall((value * n) / 1000));
}

function isBurden(id: string): boolean {
  return id.startsWith("burden.");
}

function hidden({ id, label, unit, method, evidence, horizon, stratum }: Estimate): HiddenEstimate {
  return {
    id,
    label,
    unit,
    method,
    evidence,
    n: null,
    hidden: true,
    ...(horizon === undefined ? {} : { horizon }),
    ...(stratum === undefined ? {} : { stratum }),
  };
}

/** Estimates from which a hidden one could be worked out. */
const dependents: readonly (readonly [of: RegExp, also: RegExp])[] = [
  [/^cohort\.(unknown|events|event-free)@([^/]+)$/, /^cohort\.(unknown|event-free)@$2$/],
  [
    /^performance\.(true|false)-(positives|negatives)@/,
    /^(performance\.(true|false)-(positives|negatives)@|burden\.)/,
  ],
  [/^data\.matched$/, /^data\.records\//],
];

function hideDependents(estimates: readonly Estimate[]): Estimate[] {
  const patterns = estimates
    .filter((estimate) => "hidden" in estimate && estimate.stratum === undefined)
    .flatMap(({ id }) =>
      dependents.flatMap(([of, also]) => {
        const match = of.exec(id);
        return match ? [new RegExp(also.source.replace("$2", match[2] ?? ""))] : [];
      }),
    );
  return estimates.map((estimate) =>
    patterns.some((pattern) => pattern.test(estimate.id)) ? hidden(estimate) : estimate,
  );
}

/**
 * Hides small exclusions. The counts left before and after a step give its exclusion away, so while any is hidden
 * only the last count stays, and every exclusion is hidden.
 */
function discloseAttrition(steps: readonly AttritionStep[], isSmall: IsSmall): AttritionStep[] {
  const needsHiding = steps.some(({ excluded, records }) => isSmall(excluded ?? 0) || isSmall(records ?? 0));
  if (!needsHiding) return [...steps];
  return steps.map((step, i) => {
    const isLast = i === steps.length - 1;
    const kept = isLast && !isSmall(step.records ?? 0);
    return {
      ...step,
      records: kept ? step.records : null,
      subjects: kept ? step.subjects : null,
      excluded: step.excluded === 0 && i === 0 ? 0 : null,
      reason: step.reason.replace(/; \d+ of them because a value is missing/, ""),
    };
  });
}

/** A survival curve steps at single events: only its values at the times of the risk table stay, while enough are at risk. */
function discloseCurves({ curves, tables }: Dossier, isSmall: IsSmall): Curve[] {
  const risk = tables.find(({ id }) => id === "cohort.risk-table");
  const times = (risk?.rows ?? [])
    .filter(([, atRisk]) => !isSmall(Number(atRisk)) && Number(atRisk) > 0)
    .map(([time]) => Number(time));
  return curves.flatMap((curve): Curve[] => {
    if (curve.id === "cohort.censored") return [];
    if (curve.id !== "cohort.survival") return [curve];
    const indices = times.map((time) => curve.x.findLastIndex((x) => x <= time)).filter((i) => i >= 0);
    const at = (values: readonly number[]) => indices.map((i) => values[i]!);
    return [
      {
        ...curve,
        shape: "line",
        x: times.slice(0, indices.length),
        y: at(curve.y),
        ...(curve.lower && curve.upper ? { lower: at(curve.lower), upper: at(curve.upper) } : {}),
      },
    ];
  });
}

/** Counts printed as text beside an estimate that is hidden. */
function withoutHiddenCounts(table: Table, estimates: readonly Estimate[]): Table {
  const hiddenIds = new Set(estimates.flatMap((estimate) => ("hidden" in estimate ? [estimate.id] : [])));
  const isCount = table.columns.map(({ key }) => key === "n" || key === "events");
  return {
    ...table,
    rows: table.rows.map((row) => {
      const isHidden = row.some(
        (cell) => cell !== null && typeof cell === "object" && hiddenIds.has(cell.id),
      );
      return isHidden ? row.map((cell, i) => (isCount[i] ? null : cell)) : row;
    }),
  };
}

/** Extremes are single patients; small counts at risk, and the events and censorings that differ by few, are hidden. */
function discloseTable(table: Table, isSmall: IsSmall): Table {
  if (table.id === "data.completeness") {
    const extremes = table.columns.flatMap(({ key }, i) =>
      key === "smallest" || key === "largest" ? [i] : [],
    );
    return {
      ...table,
      rows: table.rows.map((row) => row.map((cell, i) => (extremes.includes(i) ? null : cell))),
    };
  }
  if (table.id === "cohort.risk-table") {
    const counts = table.rows.map((row) => row.map(Number));
    return {
      ...table,
      rows: table.rows.map((row, r) =>
        row.map((cell, c) => {
          const [here, before] = [counts[r]![c]!, counts[r - 1]?.[c]];
          const step = before === undefined ? undefined : Math.abs(here - before);
          return c > 0 && (isSmall(here) || isSmall(step)) ? null : cell;
        }),
      ),
    };
  }
  return table;
}

/**
 * Hides small cells and, in each row and column whose total may be known elsewhere, the next smallest until what is
 * hidden there adds up to the minimum or more.
 */
function discloseMatrix(matrix: Matrix, minimumCell: number): Matrix {
  const counts = matrix.cells.map((row) => row.map((cell) => cell ?? 0));
  const isHidden = counts.map((row) => row.map((count) => count > 0 && count < minimumCell));
  let changed = true;
  while (changed) {
    changed = false;
    for (const line of lines(counts)) {
      if (widen(line, counts, isHidden, minimumCell)) changed = true;
    }
  }
  return {
    ...matrix,
    cells: matrix.cells.map((row, r) => row.map((cell, c) => (isHidden[r]![c] ? null : cell))),
  };
}

type Place = readonly [row: number, column: number];

function lines(counts: readonly (readonly number[])[]): Place[][] {
  const rows = counts.map((row, r) => row.map((_, c): Place => [r, c]));
  const columns = (counts[0] ?? []).map((_, c) => counts.map((_row, r): Place => [r, c]));
  return [...rows, ...columns];
}

/** Hides one more cell of a line where the hidden ones could be worked out from its total; true when it did. */
function widen(
  line: readonly Place[],
  counts: readonly number[][],
  isHidden: boolean[][],
  minimumCell: number,
): boolean {
  const concealed = line.filter(([r, c]) => isHidden[r]![c]);
  if (concealed.length === 0) return false;
  const total = concealed.reduce((sum, [r, c]) => sum + counts[r]![c]!, 0);
  if (concealed.length > 1 && total >= minimumCell) return false;
  const open = line.filter(([r, c]) => !isHidden[r]![c] && counts[r]![c]! > 0);
  const next = open.sort(([a, b], [c, d]) => counts[a]![b]! - counts[c]![d]!)[0];
  if (!next) return false;
  isHidden[next[0]]![next[1]] = true;
  return true;
}
