import type { Dossier } from "../../evidence/dossier.ts";
import { measureOf } from "../../evidence/estimate.ts";
import { declareReclassification, isOfChange } from "./change-offers.ts";
import { countAudit } from "./count-audit.ts";
import { type Registry, registry, rowsCount } from "./count-registry.ts";
import { estimateOffers } from "./estimate-offers.ts";
import { declareExtractions } from "./extraction-offers.ts";
import { declareGroups } from "./group-counts.ts";
import { declareMatching } from "./matching-offers.ts";
import { type Offer, offerKey } from "./offer.ts";
import { exactly } from "./rate-facts.ts";
import { declareAttrition, declareShares, excludedCount } from "./row-counts.ts";
import { netBenefitFacts, safeThresholds } from "./thresholds.ts";
import {
  atRiskRow,
  declareHistograms,
  declareRiskGroups,
  declareTimes,
  histogramId,
  matrixCell,
  riskRows,
} from "./time-counts.ts";
import { withdrawn } from "./withdrawal.ts";

/** Which parts of a dossier may leave. */
export interface Publication {
  readonly estimate: (id: string, part: "value" | "events" | "fraction") => boolean;
  readonly attrition: (step: number, part: "records" | "subjects" | "excluded") => boolean;
  readonly file: (id: number) => boolean;
  readonly riskRow: (row: number, part: "left" | "all") => boolean;
  /** A point of the decision curve. */
  readonly threshold: (index: number) => boolean;
  readonly cell: (matrix: string, row: number, column: number) => boolean;
}

/**
 * Goes through everything that the dossier would publish, what a committee needs most first, and publishes each
 * part after which no small count can be worked out.
 */
export function publication(dossier: Dossier, minimumCell: number): Publication {
  const to = registry(dossier);
  declareAttrition(to);
  declareGroups(to, minimumCell);
  declareTimes(to);
  declareRiskGroups(to);
  declareHistograms(to);
  declareMatrices(to);
  declareReclassification(to);
  declareShares(to);
  declareExtractions(to);
  declareMatching(to);
  const ranked = [...rankedEstimates(to), ...rankedFigures(to), ...rankedThresholds(to, minimumCell)].sort(
    (a, b) => a.rank - b.rank || Math.sign(b.size - a.size),
  );
  const audit = countAudit(to.counts, to.identities, minimumCell);
  audit.publish([], [...to.counts.keys()].filter(isAlwaysApparent));
  const offers = ranked.flatMap(({ offer }) =>
    !offer.basis.some(audit.isSmall) && audit.publish(offer.facts, offer.apparent) ? [offer] : [],
  );
  const published = new Set(withdrawn(offers, to, minimumCell).map(({ key }) => key));
  return {
    estimate: (id, part) => published.has(offerKey(id, part)),
    attrition: (step, part) => published.has(`attrition ${step} ${part}`),
    file: (id) => published.has(`file ${id}`),
    riskRow: (row, part) => published.has(`risk row ${row} ${part}`),
    threshold: (index) => published.has(`threshold ${index}`),
    cell: (matrix, row, column) => published.has(matrix) && published.has(matrixCell(matrix, row, column)),
  };
}

/** Attrition and shares of variables are always listed, and show where nobody is concerned. */
function isAlwaysApparent(count: string): boolean {
  return count.startsWith("excluded:") || count.endsWith(".yes");
}

interface Ranked {
  readonly offer: Offer;
  readonly rank: number;
  /** Of equal rank the largest goes first, so that what must be hidden beside a small count is small, too. */
  readonly size: number;
}

const order = [
  "analysed",
  "primary status",
  "files",
  "operating point",
  "all flagged",
  "worst of strata",
  "raw counts",
  "attrition",
  "variables",
  "other horizons",
  "stratum sizes",
  "stratum events",
  "stratum rates",
  "stratum counts",
  "risk table",
  "risk groups",
  "decision curve",
  "histogram",
  "details",
] as const;

function rankOf(name: (typeof order)[number]): number {
  return order.indexOf(name);
}

/**
 * Levels are counted before the endpoint is read and strata after it: the difference is a count that nothing here
 * audits, so levels are never published beside a minimum cell. The most rows of a patient are of one patient.
 */
const teamOnly: ReadonlySet<string> = new Set(["data.level", "cohort.most-rows"]);

function rankedEstimates(to: Registry): Ranked[] {
  return to.dossier.estimates.flatMap((estimate) => {
    if ("hidden" in estimate) return [];
    if (teamOnly.has(measureOf(estimate.id))) return [];
    return estimateOffers(estimate, to).map((offer): Ranked => {
      const isPart = !offer.key.endsWith("#value");
      const isStratumEvents = offer.key.startsWith("cohort.in-group@") && offer.key.endsWith("#events");
      const rank = isStratumEvents
        ? "stratum events"
        : isPart
          ? "details"
          : rankOfEstimate(estimate, to.dossier);
      return { offer, rank: rankOf(rank), size: estimate.n };
    });
  });
}

function rankOfEstimate(
  { id, stratum, horizon }: { readonly id: string; readonly stratum?: string; readonly horizon?: string },
  { primaryHorizon }: Dossier,
): (typeof order)[number] {
  const measure = measureOf(id);
  if (measure === "cohort.analysed") return "analysed";
  if (measure === "data.records" || measure === "data.matched") return "files";
  if (measure.startsWith("data.")) return "variables";
  if (/^(fairness|extraction|matching)\./.test(measure) || isOfChange({ id })) return "details";
  if (stratum === "worst-of-strata") return "worst of strata";
  if (stratum?.startsWith("risk-group:")) return "risk groups";
  if (stratum !== undefined) {
    if (measure === "cohort.in-group") return "stratum sizes";
    return measure === "cohort.unknown" || measure === "performance.flagged"
      ? "stratum counts"
      : "stratum rates";
  }
  if (horizon !== undefined && horizon !== primaryHorizon) return "other horizons";
  if (measure.startsWith("cohort.")) return "primary status";
  return tellsAllFlagged.test(measure) ? "all flagged" : "operating point";
}

/**
 * Numbers of all flagged patients, those of unknown status among them. Beside the rates, which leave these out, they tell
 * how many they are, often a small count; the rates and the cells say more to a committee, so they go first.
 */
const tellsAllFlagged = /^performance\.(flagged|net-benefit|net-benefit-gain)$/;

function rankedFigures(to: Registry): Ranked[] {
  const { dossier, nPatients } = to;
  const counted = (key: string, count: string, rank: (typeof order)[number]): Ranked[] => {
    const value = to.value(count);
    if (value === undefined) return [];
    return [{ offer: { key, facts: [exactly(count, value)], basis: [] }, rank: rankOf(rank), size: value }];
  };
  const steps = dossier.attrition.flatMap(({ records, subjects, excluded }, i) => [
    ...(records === null
      ? []
      : counted(`attrition ${i} records`, rowsCount(records, nPatients), "attrition")),
    ...(subjects === null
      ? []
      : counted(`attrition ${i} subjects`, rowsCount(subjects, nPatients), "attrition")),
    ...(excluded === 0
      ? [
          {
            offer: { key: `attrition ${i} excluded`, facts: [], basis: [] },
            rank: rankOf("attrition"),
            size: 0,
          },
        ]
      : excluded === to.value(excludedCount(i))
        ? counted(`attrition ${i} excluded`, excludedCount(i), "attrition")
        : []),
  ]);
  const files = dossier.files.flatMap(({ id, rows }) =>
    rows === undefined ? [] : counted(`file ${id}`, rowsCount(rows, nPatients), "files"),
  );
  return [...steps, ...files, ...rankedRiskRows(to), ...rankedCells(to)];
}

function rankedRiskRows({ dossier, value }: Registry): Ranked[] {
  return riskRows(dossier).flatMap(({ row, events, censored }) => {
    const [name, rank] = [atRiskRow(row), rankOf("risk table")];
    const left = value(`${name}.left`);
    if (left === undefined) return [];
    const all = [exactly(`${name}.events`, events), exactly(`${name}.censored`, censored)];
    return [
      { offer: { key: `risk row ${row} all`, facts: all, basis: [] }, rank, size: 2 },
      {
        offer: { key: `risk row ${row} left`, facts: [exactly(`${name}.left`, left)], basis: [] },
        rank,
        size: 1,
      },
    ];
  });
}

/** A threshold whose counts nothing here knows is not offered. */
function rankedThresholds({ dossier, nPatients = 0, value }: Registry, minimumCell: number): Ranked[] {
  const model = dossier.curves.find(
    ({ id }) => id === `performance.net-benefit@${dossier.primaryHorizon}/model`,
  );
  const known = safeThresholds(dossier, minimumCell).filter(({ names }) =>
    names.flat().every((name) => value(name) !== undefined),
  );
  return known.map(({ index, names }) => {
    const shown = Number(model!.y[index]!.toFixed(3));
    const range = [shown - 0.0005, shown + 0.0005] as const;
    const facts = netBenefitFacts({ names }, { threshold: model!.x[index]!, n: nPatients, range });
    return {
      offer: { key: `threshold ${index}`, facts, basis: [] },
      rank: rankOf("decision curve"),
      size: 0,
    };
  });
}

const operatingPointCells = [
  ["all.tp", "all.fp", "all.uf"],
  ["all.fn", "all.tn", "all.un"],
] as const;

function isOperatingPoint(id: string): boolean {
  return id.startsWith("performance.operating-point@");
}

/** The operating point's counts are those of the whole; a matrix that nothing here knows stands alone. */
function declareMatrices({ dossier, declare, addUp, value }: Registry): void {
  for (const { id, cells } of dossier.matrices) {
    cells.forEach((row, r) => {
      row.forEach((count, c) => {
        const cell = declare(matrixCell(id, r, c), count ?? undefined);
        const same = operatingPointCells[r]?.[c];
        if (isOperatingPoint(id) && same !== undefined && value(same) === count) addUp(same, [cell]);
      });
    });
  }
}

/** Each cell on its own; before them whether the matrix may be shown at all, which tells which cells are 0. */
function rankedCells({ dossier }: Registry): Ranked[] {
  const ofStudy = new Set(dossier.horizons.map(histogramId));
  return dossier.matrices.flatMap(({ id, cells }) => {
    const rank = rankOf(isOperatingPoint(id) ? "raw counts" : "histogram");
    const known = cells.flatMap((row, r) =>
      row.flatMap((count, c) => (count === null ? [] : [{ key: matrixCell(id, r, c), count }])),
    );
    const names = known.map(({ key }) => key);
    // What adds up to what is not known: one small cell withholds the matrix.
    const basis = isOperatingPoint(id) || ofStudy.has(id) ? [] : names;
    const whole: Ranked = {
      offer: { key: id, facts: [], basis, apparent: names },
      rank,
      size: Number.POSITIVE_INFINITY,
    };
    return [
      whole,
      ...known.map(({ key, count }): Ranked => {
        return { offer: { key, facts: [exactly(key, count)], basis }, rank, size: count };
      }),
    ];
  });
}
