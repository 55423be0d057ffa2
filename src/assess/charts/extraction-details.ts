import type { ComputedEstimate, Unit } from "../../evidence/estimate.ts";
import type { Matrix } from "../../evidence/figures.ts";
import type { CountedShare, PresenceCounts } from "../../stats/extracted-presence.ts";
import {
  type ExtractedCategories,
  type ExtractedDates,
  type ExtractedNumbers,
  extractedCategories,
  extractedDates,
  extractedNumbers,
} from "../../stats/extracted-values.ts";
import type { EstimateWithLimits, LimitsOfAgreement } from "../../stats/limits-of-agreement.ts";
import { isNotEstimable, type NotEstimable } from "../../stats/not-estimable.ts";
import { type Context, estimateOf, type Outcome } from "../estimate-of.ts";
import type { LimitedShare } from "./extraction-answers.ts";
import type { ExtractionRows, ReadValue } from "./extraction-rows.ts";
import { shareMethod, shareOutcome } from "./share-outcome.ts";

export interface ExtractionDetail {
  readonly shares: Readonly<Record<LimitedShare, CountedShare | NotEstimable>>;
  /** What is said of values of this kind alone, in the order in which it is printed. */
  readonly estimates: readonly ComputedEstimate[];
  /** Charts by the chart's level, then by the model's. */
  readonly confusion?: Matrix;
}

/** How one value's columns differ, by its kind. */
export function extractionDetails(rows: ExtractionRows, value: ReadValue): ExtractionDetail {
  const { rule, presence, extracted, abstracted } = value;
  const of = detailsOf(rows, value);
  if (rule.kind === "category") {
    const code = (column: Float64Array) => Uint16Array.from(column, (x) => (Number.isNaN(x) ? 0 : x));
    const found = extractedCategories({
      ...presence,
      extracted: code(extracted),
      abstracted: code(abstracted),
      nLevels: rule.levels.length,
    });
    const names = [...rule.levels, "no value"];
    return {
      shares: { agreement: found.agreement, missed: found.missed, invented: found.invented },
      estimates: [...of.presence(found), ...ofCategories(of, found, rule.levels)],
      confusion: {
        id: `extraction.confusion/${rule.name}`,
        label: `${rule.label}: charts by what the chart says (rows) and what the model gives (columns)`,
        rows: names,
        columns: names,
        cells: found.confusion,
      },
    };
  }
  if (rule.kind === "number") {
    const found = extractedNumbers({ ...presence, extracted, abstracted, tolerance: rule.tolerance });
    return {
      shares: { agreement: found.withinTolerance, missed: found.missed, invented: found.invented },
      estimates: [...of.presence(found), ...ofNumbers(of, found, rule.unit)],
    };
  }
  const day = (column: Float64Array) => Int32Array.from(column, (x) => (Number.isNaN(x) ? 0 : x));
  const found = extractedDates({
    ...presence,
    extracted: day(extracted),
    abstracted: day(abstracted),
    withinDays: rule.withinDays,
  });
  return {
    shares: { agreement: found.within, missed: found.missed, invented: found.invented },
    estimates: [...of.presence(found), ...ofDates(of, found)],
  };
}

type Details = ReturnType<typeof detailsOf>;

function detailsOf(rows: ExtractionRows, { rule }: ReadValue) {
  const context: Context = { n: rows.n, stratum: rule.name, evidence: "retrospective" };
  const named = (
    [measure, label, unit, method]: readonly [measure: string, label: string, unit: Unit, method: string],
    outcome: Outcome,
    stratum = rule.name,
  ) =>
    estimateOf(
      { ...context, stratum },
      { measure: `extraction.${measure}`, label: `${rule.label}: ${label}`, unit, method },
      outcome,
    );
  const share = (measure: string, label: string, found: CountedShare | NotEstimable, level = "") =>
    named([measure, label, "proportion", shareMethod(rows)], shareOutcome(found), `${rule.name}${level}`);
  /** No interval is claimed. */
  const counted = (measure: string, label: string, numerator: number, denominator: number) =>
    named(
      [measure, label, "share", "counted"],
      denominator === 0
        ? { notEstimable: "no chart has both values" }
        : { value: numerator / denominator, numerator, denominator },
    );
  const presence = ({ nBoth, nNeither, inventedOfGiven }: PresenceCounts) => [
    counted("both", "charts with both values", nBoth, rows.n),
    counted("neither", "charts with neither value", nNeither, rows.n),
    share("invented-of-given", "not in the chart, of values given", inventedOfGiven),
  ];
  return { named, share, counted, presence };
}

function ofCategories(
  { named, share }: Details,
  { kappa, values }: ExtractedCategories,
  levels: readonly string[],
): ComputedEstimate[] {
  return [
    named(
      [
        "kappa",
        "kappa",
        "proportion",
        "Cohen's kappa with no value as a category, unweighted; Fleiss, Cohen and Everitt's interval",
      ],
      isNotEstimable(kappa)
        ? kappa
        : { value: kappa.kappa, lower: kappa.lower, upper: kappa.upper, kind: kappa.kind },
    ),
    ...values.flatMap(({ sensitivity, ppv }, k) => {
      const level = `:level-${k + 1}`;
      return [
        share("level-sensitivity", `found of those with ${levels[k]}`, sensitivity, level),
        share("level-ppv", `right of those given ${levels[k]}`, ppv, level),
      ];
    }),
  ];
}

const agreementMethod = "Bland and Altman's; exact interval for independent normal differences";

function ofNumbers(
  { named, share, counted }: Details,
  { exact, nBoth, unitMistakes, limits }: ExtractedNumbers,
  unit: string,
): ComputedEstimate[] {
  const limit = (
    measure: string,
    label: string,
    of: (found: LimitsOfAgreement) => EstimateWithLimits,
  ): ComputedEstimate =>
    named(
      [measure, `${label}, ${unit}`, "number", agreementMethod],
      isNotEstimable(limits) ? limits : of(limits),
    );
  return [
    share("exact", "exactly the same", exact),
    counted(
      "unit-slips",
      "beyond the tolerance, explained by a change of unit",
      unitMistakes.reduce((sum, { n }) => sum + n, 0),
      nBoth,
    ),
    limit("bias", "mean difference, model less chart", ({ bias }) => bias),
    limit("lower-limit", "lower limit of agreement", ({ lowerLimit }) => lowerLimit),
    limit("upper-limit", "upper limit of agreement", ({ upperLimit }) => upperLimit),
  ];
}

function ofDates(
  { named, share, counted }: Details,
  { exact, sameMonth, nBoth, nEarlier, nLater, nSwapped, nOtherYear, daysOff }: ExtractedDates,
): ComputedEstimate[] {
  const off = (measure: string, label: string, of: "median" | "p90" | "most") =>
    named(
      [measure, label, "days", "interpolated between charts with both dates; no interval"],
      isNotEstimable(daysOff) ? { notEstimable: "no chart has both values" } : { value: daysOff[of] },
    );
  return [
    share("exact", "exactly the same", exact),
    share("same-month", "the same month", sameMonth),
    counted("earlier", "the model's is earlier", nEarlier, nBoth),
    counted("later", "the model's is later", nLater, nBoth),
    counted("swapped", "day and month exchanged", nSwapped, nBoth),
    counted("other-year", "the year alone differs", nOtherYear, nBoth),
    off("days-off", "days apart, median", "median"),
    off("days-off-90", "days apart, 90 % are within", "p90"),
  ];
}
