import { comparedGroups } from "../assess/index.ts";
import type { Dossier } from "../evidence/dossier.ts";
import type { Estimate, HiddenEstimate } from "../evidence/estimate.ts";
import { isKnown } from "../evidence/estimate.ts";
import type { AttritionStep, Cell, Table } from "../evidence/figures.ts";
import type { Finding } from "../evidence/finding.ts";
import { noStratum } from "./acceptance.ts";
import { claimSources } from "./claims.ts";
import { changeTriples, isOfChange } from "./disclosure/change-offers.ts";
import { type ChartDisclosure, chartDisclosure } from "./disclosure/chart-counts.ts";
import { discloseCurves } from "./disclosure/curves.ts";
import { asPrinted } from "./disclosure/printed.ts";
import { type Publication, publication } from "./disclosure/publication.ts";
import { withoutCounts } from "./disclosure/texts.ts";

/**
 * The half of the dossier that may leave: no count of 1 to minimumCell − 1 patients can be read from it or worked out.
 *
 * Counts, fractions, rates, tables, matrices and attrition are published one by one, what a committee needs most
 * first, each only if no small count follows from it and all that is published already: sums of strata, differences
 * of steps and times, rates times their base (count-audit.ts). Values keep the digits that print. Curves are thinned
 * to points with enough patients between them; extremes and the lines of findings stay with the team.
 *
 * Where a patient may have several rows, a count of rows is small where it could be of fewer patients than the minimum.
 *
 * Convention: a minimum cell of 1 hides no count, only the lines of findings. An empty cell may be shown.
 * Source: CMS cell-size suppression policy, https://resdac.org/articles/cms-cell-size-suppression-policy.
 */
export function disclose(dossier: Dossier, fewestPatients: number): Dossier {
  const minimumCell = dossier.binary?.minimumRows ?? fewestPatients;
  const withoutLines = dossier.findings.map(({ rows, ...finding }) =>
    rows ? { ...finding, rows: { count: rows.count } } : finding,
  );
  if (minimumCell === 1) return { ...dossier, findings: withoutLines };
  const published = publication(dossier, minimumCell);
  const estimates = withoutChartCounts(
    withoutTornComparisons(
      withoutTornChanges(
        withoutBorrowedBounds(
          withoutWhatFollows(
            withoutPartialTables(dossier.estimates.map((estimate) => discloseEstimate(estimate, published))),
          ),
          dossier,
        ),
        dossier,
      ),
    ),
    chartDisclosure(dossier, minimumCell),
  );
  const byId = new Map(estimates.map((estimate) => [estimate.id, estimate]));
  const files = dossier.files.filter(({ id, rows }) => rows === undefined || published.file(id));
  return withoutCounts(
    {
      ...dossier,
      files,
      estimates,
      attrition: dossier.attrition.map((step, i) => discloseStep(step, i, published, minimumCell)),
      curves: discloseCurves(dossier, published, minimumCell),
      tables: dossier.tables.map((table) => discloseTable(table, byId, published)),
      matrices: dossier.matrices.map((matrix) => ({
        ...matrix,
        cells: matrix.cells.map((row, r) =>
          row.map((count, c) => (published.cell(matrix.id, r, c) ? count : null)),
        ),
      })),
      findings: withoutLines.map((finding) => discloseRows(finding, byId)),
    },
    dossier,
  );
}

type ById = ReadonlyMap<string, Estimate>;

function discloseEstimate(estimate: Estimate, published: Publication): Estimate {
  if ("hidden" in estimate) return estimate;
  const { id } = estimate;
  if (!published.estimate(id, "value")) return hidden(estimate);
  const { events, ...others } = estimate;
  const shown = events !== undefined && published.estimate(id, "events") ? { ...others, events } : others;
  if (!isKnown(shown)) return shown;
  if (shown.numerator === undefined || published.estimate(id, "fraction")) return asPrinted(shown);
  const { numerator: _, denominator: __, ...value } = shown;
  return asPrinted(value);
}

const cellOrRate =
  /^performance\.((true|false)-(positives|negatives)|sensitivity|specificity|ppv|npv|accuracy|flagged|net-benefit-gain-cells)@/;
const ofUnknownToo = /^performance\.flagged@/;

/**
 * A rate beside three cells gives the fourth, and event-free patients share one weight, so that a cell per 1,000 is a
 * count: where one cell or rate of a two-by-two table is hidden, all of that table are. The number flagged holds patients
 * of unknown status too: hidden for their sake it is no part of the table that follows from the others.
 */
function withoutPartialTables(estimates: readonly Estimate[]): Estimate[] {
  const table = ({ horizon, stratum }: Estimate) => `${horizon}/${stratum ?? ""}`;
  const isMissing = (estimate: Estimate) =>
    "hidden" in estimate && cellOrRate.test(estimate.id) && !ofUnknownToo.test(estimate.id);
  const partial = new Set(estimates.filter(isMissing).map(table));
  return estimates.map((estimate) =>
    !("hidden" in estimate) && cellOrRate.test(estimate.id) && partial.has(table(estimate))
      ? hidden(estimate)
      : estimate,
  );
}

/** A claim says of this cohort what it makes of other numbers: where one of these is hidden, so is that. */
function withoutWhatFollows(estimates: readonly Estimate[]): Estimate[] {
  const hiddenIds = new Set(estimates.flatMap((estimate) => ("hidden" in estimate ? [estimate.id] : [])));
  return estimates.map((estimate) =>
    claimSources(estimate.id).some((id) => hiddenIds.has(id)) ? hidden(estimate) : estimate,
  );
}

/**
 * The interval of a worst over strata is a function of the same rate in each of them: it stays where each of these is
 * shown. Otherwise a bound would tell the cells of the smallest stratum, which are hidden.
 */
function withoutBorrowedBounds(estimates: readonly Estimate[], { estimates: whole }: Dossier): Estimate[] {
  const hiddenIds = new Set(estimates.flatMap((estimate) => ("hidden" in estimate ? [estimate.id] : [])));
  return estimates.map((estimate) => {
    if (!isKnown(estimate) || estimate.stratum !== worstOfStrata || !estimate.interval) return estimate;
    const own = estimate.id.replace(worstOfStrata, "");
    const isTold = whole.every(({ id }) => !id.startsWith(own) || noStratum.test(id) || !hiddenIds.has(id));
    if (isTold) return estimate;
    const { interval: _, ...value } = estimate;
    return { ...value, isIntervalHidden: true };
  });
}

const ofGroup = /^(cohort|performance)\./;

/** A difference of two groups beside the number of one gives that of the other: it stays where all of both are shown. */
function withoutTornComparisons(estimates: readonly Estimate[]): Estimate[] {
  const torn = new Set(
    estimates.flatMap((one) => ("hidden" in one && ofGroup.test(one.id) && one.stratum ? [one.stratum] : [])),
  );
  return estimates.map((one) =>
    !("hidden" in one) &&
    one.id.startsWith("fairness.") &&
    comparedGroups(one.stratum).some((group) => torn.has(group))
      ? hidden(one)
      : one,
  );
}

/** An old model's number and the difference from it give the new model's: neither stays where that is hidden. */
function withoutTornChanges(estimates: readonly Estimate[], { primaryHorizon }: Dossier): Estimate[] {
  const hiddenIds = new Set(estimates.flatMap((one) => ("hidden" in one ? [one.id] : [])));
  const torn = new Set(
    changeTriples(primaryHorizon)
      .filter((ids) => ids.some((id) => hiddenIds.has(id)))
      .flat(),
  );
  return estimates.map((one) =>
    !("hidden" in one) && isOfChange(one) && torn.has(one.id) ? hidden(one) : one,
  );
}

function withoutChartCounts(
  estimates: readonly Estimate[],
  disclosed: (id: string) => ChartDisclosure,
): Estimate[] {
  return estimates.map((estimate) => {
    const may = disclosed(estimate.id);
    if (may === "all" || "hidden" in estimate) return estimate;
    if (may === "nothing") return hidden(estimate);
    if (!isKnown(estimate)) return estimate;
    const { interval: _, numerator: __, denominator: ___, decimals: ____, ...value } = estimate;
    return asPrinted({ ...value, isIntervalHidden: true });
  });
}

const worstOfStrata = "worst-of-strata";

/** A hidden worst over strata does not name its stratum either. */
function hidden({ id, label, unit, method, evidence, horizon, stratum }: Estimate): HiddenEstimate {
  return {
    id,
    label: stratum === worstOfStrata ? label.replace(/,.*$/, "") : label,
    unit,
    method,
    evidence,
    n: null,
    hidden: true,
    ...(horizon === undefined ? {} : { horizon }),
    ...(stratum === undefined ? {} : { stratum }),
  };
}

const missingAmong = /; (\d+) of them because a value is missing$/;

function discloseStep(
  step: AttritionStep,
  i: number,
  published: Publication,
  minimumCell: number,
): AttritionStep {
  const may = (part: "records" | "subjects" | "excluded") => published.attrition(i, part);
  const missing = Number(missingAmong.exec(step.reason)?.[1] ?? 0);
  const isSmall = (count: number) => count > 0 && count < minimumCell;
  const tells = may("excluded") && !isSmall(missing) && !isSmall((step.excluded ?? 0) - missing);
  return {
    ...step,
    records: may("records") ? step.records : null,
    subjects: may("subjects") ? step.subjects : null,
    excluded: may("excluded") ? step.excluded : null,
    reason: tells ? step.reason : step.reason.replace(missingAmong, ""),
  };
}

/** A finding's count of rows is shown where one of its estimates shows the same number. */
function discloseRows({ rows, ...finding }: Finding, byId: ById): Finding {
  const isShown = finding.estimates.some((id) => {
    const estimate = byId.get(id);
    return estimate && isKnown(estimate) && (estimate.numerator ?? estimate.value) === rows?.count;
  });
  return rows && isShown ? { ...finding, rows } : finding;
}

const ofSinglePatients = new Set(["smallest", "largest"]);

function discloseTable(table: Table, byId: ById, published: Publication): Table {
  const keys = table.columns.map(({ key }) => key);
  if (table.id === "cohort.risk-table") {
    return {
      ...table,
      rows: table.rows.map((row, r) =>
        row.map((cell, c) => {
          if (keys[c] === "time" || published.riskRow(r, "all")) return cell;
          return keys[c] === "atRisk" && published.riskRow(r, "left") ? cell : null;
        }),
      ),
    };
  }
  return {
    ...table,
    rows: table.rows.map((row) =>
      row.map((cell, c) => {
        if (table.id === "data.completeness" && ofSinglePatients.has(keys[c]!)) return null;
        return isCount(keys[c]!) && !isCarried(cell, keys[c]!, row, byId) ? null : cell;
      }),
    ),
  };
}

function isCount(key: string): key is "n" | "events" {
  return key === "n" || key === "events";
}

/** A count printed as text is shown where a shown estimate of its row carries it. */
function isCarried(cell: Cell, key: "n" | "events", row: readonly Cell[], byId: ById): boolean {
  if (typeof cell !== "string") return cell !== null;
  return row.some((other) => {
    const estimate = other !== null && typeof other === "object" ? byId.get(other.id) : undefined;
    if (!estimate || "hidden" in estimate) return false;
    return estimate[key] === Number(cell.replaceAll(",", ""));
  });
}
