import type { ComputedEstimate, KnownEstimate } from "../../evidence/estimate.ts";
import { isKnown, measureOf } from "../../evidence/estimate.ts";
import { claimSources } from "../claims.ts";
import { changeOffers, isOfChange } from "./change-offers.ts";
import { comparisonOffers } from "./comparison-offers.ts";
import type { Fact } from "./count-audit.ts";
import { patients, type Registry, rowsCount } from "./count-registry.ts";
import { extractionOffers } from "./extraction-offers.ts";
import { isIntersection } from "./group-counts.ts";
import { matchingOffers } from "./matching-offers.ts";
import { type Offer, offerKey, type Stated } from "./offer.ts";
import { burdenValue, weightsOf } from "./per-thousand.ts";
import { decimalsOf, printedRange } from "./printed.ts";
import {
  exactly,
  floorFacts,
  isRate,
  observedRiskFacts,
  rateBasis,
  rateFacts,
  weightedCountFacts,
} from "./rate-facts.ts";
import { shareCounts } from "./row-counts.ts";
import { sliceOffers } from "./slice-offers.ts";
import { netBenefitFacts } from "./thresholds.ts";
import { atEnd, atHorizon, riskGroup } from "./time-counts.ts";

export function estimateOffers(estimate: ComputedEstimate, to: Registry): Offer[] {
  const { id, n, events } = estimate;
  if (id.startsWith("fairness.")) return comparisonOffers(estimate, to);
  if (id.startsWith("extraction.")) return extractionOffers(estimate, to);
  if (id.startsWith("matching.")) return matchingOffers(estimate, to);
  if (isOfChange(estimate)) return changeOffers(estimate, to);
  if (/^performance\.slices?-/.test(id)) return sliceOffers(estimate, to);
  const group = groupOf(estimate, to);
  if (events !== undefined) {
    to.declare(group.events, events);
    to.declare(`${group.name}.others`, n - events);
  }
  const size = exact(to, group.n, n);
  const value = isKnown(estimate) ? statedBy(estimate, group, to) : { facts: [], basis: group.basis };
  const isRisk = isKnown(estimate) && events !== undefined && /^performance\.observed(-expected)?@/.test(id);
  const told = isRisk ? toldByInterval(estimate, [group.events], to) : [];
  const offers: Offer[] = [
    {
      key: offerKey(id, "value"),
      facts: [size, ...value.facts, ...told],
      basis: value.basis,
      apparent: apparentIn(estimate, group.name).filter((count) => to.value(count) !== undefined),
    },
  ];
  if (events !== undefined)
    offers.push({ key: offerKey(id, "events"), facts: [exact(to, group.events, events)], basis: [] });
  if (isKnown(estimate) && estimate.numerator !== undefined)
    offers.push({ key: offerKey(id, "fraction"), facts: fractionOf(estimate, group, to), basis: [] });
  return offers;
}

/** A stratum's row shows which of its counts are 0; so do a risk group's, and each share. */
function apparentIn({ id }: ComputedEstimate, group: string): readonly string[] {
  const measure = measureOf(id);
  if (measure === "cohort.in-group")
    return ["events", "free", "unknown", "flagged", "unflagged"].map((key) => `${group}.${key}`);
  if (measure === "performance.expected" && group.startsWith("risk-group:")) return [`${group}.events`];
  return [];
}

/** A count under its name; one that nothing adds up to is declared here. */
function exact({ declare, value }: Registry, count: string, shown: number): Fact {
  const name = value(count) === undefined || value(count) === shown ? count : `${count}=${shown}`;
  return exactly(declare(name, shown), shown);
}

/** Whose numbers they are: names of the size and of the events, and the counts behind a rate of events. */
interface GroupNames {
  readonly name: string;
  readonly n: string;
  readonly events: string;
  readonly basis: readonly string[];
}

function groupOf(estimate: ComputedEstimate, to: Registry): GroupNames {
  const { id, n, stratum, horizon } = estimate;
  const named = (name: string, size = `${name}.n`): GroupNames => ({
    name,
    n: size,
    events: `${name}.events`,
    basis: [`${name}.events`, `${name}.others`],
  });
  if (stratum === "worst-of-strata") return named(estimate.attainedIn ?? "all");
  if (stratum?.startsWith("risk-group:")) return named(riskGroup(horizon ?? "", stratum));
  if (/^(cohort|performance)\./.test(id)) {
    if (stratum !== undefined) return named(stratum);
    if (horizon === to.dossier.primaryHorizon) return named("all", patients);
    return named(horizon === undefined ? atEnd : atHorizon(horizon), patients);
  }
  const size = id.startsWith("labels.") ? "charts" : rowsCount(n, to.nPatients);
  return { name: id, n: size, events: `${id}.events`, basis: [] };
}

const cellOf: Readonly<Record<string, string>> = {
  "true-positives": "tp",
  "false-positives": "fp",
  "false-negatives": "fn",
  "true-negatives": "tn",
};

/** What the printed value says about counts. */
function statedBy(estimate: KnownEstimate, group: GroupNames, to: Registry): Stated {
  const measure = measureOf(estimate.id);
  const [room, name = ""] = measure.split(".");
  if (room === "burden") return burdenValue(estimate, name, to);
  if (room === "claims") return claimValue(estimate, to);
  if (room === "data" || room === "labels") return rowsValue(estimate, group, to);
  if (room === "cohort") return cohortValue(estimate, name, group, to);
  return performanceValue(estimate, name, group, to);
}

function cohortValue(estimate: KnownEstimate, name: string, group: GroupNames, to: Registry): Stated {
  const { value, numerator } = estimate;
  const isWhole = estimate.stratum === undefined;
  const plain = (count: string, shown: number) => ({ facts: [exact(to, count, shown)], basis: [] });
  if (name === "analysed" || name === "in-group") return plain(group.n, value);
  if (name === "events") return plain(group.events, value);
  const by = atHorizon(estimate.horizon ?? "");
  if (name === "event-free") return plain(isWhole ? `${by}.left` : `${group.name}.free`, value);
  if (name === "unknown" && numerator !== undefined)
    return plain(isWhole ? `${by}.censored` : `${group.name}.unknown`, numerator);
  if (name === "survival") return observedValue(estimate, group, to, true);
  return otherValue(estimate, [], to);
}

/** A number of which nothing more is known than its own fraction. */
function otherValue(
  { id, numerator, denominator }: KnownEstimate,
  basis: readonly string[],
  to: Registry,
): Stated {
  if (numerator === undefined || denominator === undefined) return { facts: [], basis };
  const { yes, no } = shareCounts({ id });
  return {
    facts: [],
    basis: [...basis, to.declare(yes, numerator), to.declare(no, denominator - numerator)],
  };
}

function performanceValue(estimate: KnownEstimate, name: string, group: GroupNames, to: Registry): Stated {
  const weights = weightsOf(to);
  const all = group.name;
  // Cells of strata are per 1,000 of all, so that they add up.
  const whole = to.nPatients ?? estimate.n;
  const counted = (cells: readonly string[], [low, high]: readonly [number, number]) =>
    weightedCountFacts(
      cells.map((cell) => `${all}.${cell}`).filter((cell) => to.value(cell) !== undefined),
      [low * whole, high * whole],
      weights,
    );
  if (estimate.stratum === "worst-of-strata") return worstValue(estimate, name, group, to);
  if (name === "flagged" && estimate.numerator !== undefined)
    return { facts: [exact(to, `${all}.flagged`, estimate.numerator)], basis: [] };
  if (isRate(name)) {
    const basis = rateBasis(name, all);
    const isDeclared = basis.every((count) => to.value(count) !== undefined);
    return {
      facts: isDeclared
        ? [...rateFacts(name, all, estimate, weights), ...toldByInterval(estimate, basis, to)]
        : [],
      basis: [...basis, ...group.basis],
    };
  }
  const cell = cellOf[name];
  if (cell !== undefined) {
    const [low, high] = printedRange(estimate);
    return { facts: counted([cell], [low / 1000, high / 1000]), basis: [`${all}.${cell}`, ...group.basis] };
  }
  const correct = [`${all}.tp`, `${all}.tn`];
  if (name === "accuracy") return { facts: counted(["tp", "tn"], printedRange(estimate)), basis: correct };
  if (name === "observed") return observedValue(estimate, group, to, false);
  if (name === "expected" || name === "threshold") return { facts: [], basis: [] };
  if (name.startsWith("observed-expected-if-")) {
    const by = `${atHorizon(estimate.horizon ?? "")}.censored`;
    const unknown = to.value(by);
    return { facts: unknown === undefined ? [] : [exactly(by, unknown)], basis: group.basis };
  }
  if (name === "net-benefit" || name === "net-benefit-gain")
    return netBenefitValue(estimate, name, group, to);
  return otherValue(estimate, group.basis, to);
}

/** A value and the width of its interval tell the numbers behind them: taken as told exactly. */
function toldByInterval({ interval }: KnownEstimate, counts: readonly string[], { value }: Registry): Fact[] {
  return interval ? counts.map((count) => exactly(count, value(count)!)) : [];
}

/** The gain is the net benefit less that of flagging all or nobody, which is printed to as many digits. */
function netBenefitValue(estimate: KnownEstimate, name: string, group: GroupNames, to: Registry): Stated {
  const at = `@${to.dossier.primaryHorizon}`;
  const threshold = to.known(`performance.threshold${at}`)?.value;
  const basis = ["all.tp", "all.fp", ...group.basis];
  if (threshold === undefined || ["all.tp", "all.fp", "all.uf"].some((cell) => to.value(cell) === undefined))
    return { facts: [], basis };
  const all = to.known(`performance.net-benefit-all${at}`);
  const [low, high] = printedRange(estimate);
  const [least, most] = name === "net-benefit" || !all ? [0, 0] : printedRange(all);
  const range = [low + Math.max(0, least), high + Math.max(0, most)] as const;
  const names = [["all.tp"], ["all.fp"], ["all.uf"]] as const;
  return { facts: netBenefitFacts({ names }, { threshold, n: estimate.n, range }), basis };
}

/** The worst rate is that of one stratum and a floor for the others. */
function worstValue(estimate: KnownEstimate, rate: string, group: GroupNames, to: Registry): Stated {
  const weights = weightsOf(to);
  const strata = to.dossier.estimates.flatMap(({ id, stratum }) =>
    stratum !== undefined &&
    !stratum.includes("slice:") &&
    !isIntersection(stratum) &&
    id === `cohort.in-group@${estimate.horizon}/${stratum}`
      ? [stratum]
      : [],
  );
  const declared = strata.filter((stratum) =>
    rateBasis(rate, stratum).every((count) => to.value(count) !== undefined),
  );
  return {
    facts: [
      ...(declared.includes(group.name) ? rateFacts(rate, group.name, estimate, weights) : []),
      ...declared.flatMap((stratum) => floorFacts(rate, stratum, estimate, weights)),
    ],
    basis: [...rateBasis(rate, group.name), ...group.basis],
  };
}

function observedValue(estimate: KnownEstimate, group: GroupNames, to: Registry, isFree: boolean): Stated {
  const unknown = `${atHorizon(estimate.horizon ?? "")}.censored`;
  if (to.value(unknown) === undefined || to.value(group.events) === undefined)
    return { facts: [], basis: group.basis };
  const [low, high] = printedRange(estimate);
  return {
    facts: observedRiskFacts(
      { n: estimate.n, events: group.events, unknown },
      isFree ? [1 - high, 1 - low] : [low, high],
    ),
    basis: group.basis,
  };
}

/**
 * A number that follows from a claim tells those of the cohort that it is made from, to one decimal more than they are
 * printed with: a reading multiplies by up to about ten.
 */
function claimValue({ id }: KnownEstimate, to: Registry): Stated {
  const told = claimSources(id).flatMap((source) => {
    const from = to.known(source);
    if (!from) return [];
    return [statedBy({ ...from, decimals: decimalsOf(from) + 1 }, groupOf(from, to), to)];
  });
  return { facts: told.flatMap(({ facts }) => facts), basis: told.flatMap(({ basis }) => basis) };
}

function rowsValue(estimate: KnownEstimate, { n }: GroupNames, to: Registry): Stated {
  const { unit, value, numerator, denominator } = estimate;
  if (unit === "count") return { facts: [exact(to, rowsCount(value, to.nPatients), value)], basis: [] };
  const { yes, of } = shareCounts(estimate);
  if (numerator === undefined || denominator === undefined || to.value(of) === undefined)
    return otherValue(estimate, [n], to);
  // 0 % says nothing about the denominator.
  return {
    facts: numerator === 0 ? [exactly(yes, 0)] : [exactly(yes, numerator), exactly(of, denominator)],
    basis: [],
  };
}

function fractionOf(estimate: KnownEstimate, group: GroupNames, to: Registry): Fact[] {
  const { id, numerator = 0, denominator = 0 } = estimate;
  const measure = measureOf(id).replace(/^\w+\./, "");
  const { yes, of } = shareCounts(estimate);
  if (to.value(of) !== undefined) return [exactly(yes, numerator), exactly(of, denominator)];
  if (!isRate(measure)) return [];
  return rateBasis(measure, group.name).map((count, i) =>
    exactly(to.declare(count, to.value(count)), i === 0 ? numerator : denominator - numerator),
  );
}
