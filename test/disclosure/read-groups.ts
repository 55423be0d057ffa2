import { measureOf } from "../../src/evidence/estimate.ts";
import { cells, events, flagged, free, rateCells, unknown } from "./cells.ts";
import { type Knowledge, printed, type Range } from "./knowledge.ts";
import { readNetBenefit } from "./read-risks.ts";

export function readGroups(known: Knowledge, usdPerFalseFlag: number): void {
  const matrix = known.dossier.matrices.find(({ id }) => id === `performance.operating-point@${known.h}`);
  matrix?.cells.forEach((row, r) => {
    row.forEach((count, c) => {
      if (count !== null) known.sum([`all.${cells[3 * r + c]}`], count);
    });
  });
  readRates(known, "all", "");
  readWhole(known);
  readBurden(known, usdPerFalseFlag);
  const families = new Map<string, string[]>();
  for (const stratum of strataOf(known)) {
    const parts = stratum.split(",");
    const key = stratum.startsWith("slice:") ? stratum : parts.map((part) => part.split(":")[0]!).join(",");
    families.set(key, [...(families.get(key) ?? []), stratum]);
    readRates(known, stratum, `/${stratum}`);
    if (parts.length === 1) readWorst(known, stratum);
  }
  for (const [family, members] of families) {
    readWeights(known, `rest:${family}`);
    for (const cell of [...cells, "tp*", "fp*", "fn*", "tn*"])
      known.same(
        [`all.${cell}`],
        [...members.map((member) => `${member}.${cell}`), `rest:${family}.${cell}`],
      );
  }
  readCrossed(known);
  // What the attacker knows of the study: 10 nodes or more is a part of 9 or more.
  for (const cell of cells)
    if (strataOf(known).includes("slice:more_nodes"))
      known.same([`slice:more_nodes.${cell}`], [`slice:many_nodes.${cell}`, `between.${cell}`]);
  readNetBenefit(known);
}

/** Each arm adds up over the clinics, and each clinic over the arms. */
function readCrossed(known: Knowledge): void {
  const crossed = strataOf(known).filter((stratum) => stratum.includes(","));
  for (const outer of new Set(crossed.flatMap((stratum) => stratum.split(",")))) {
    const members = crossed.filter((stratum) => stratum.split(",").includes(outer));
    for (const cell of [...cells, "tp*", "fp*", "fn*", "tn*"])
      known.same(
        [`${outer}.${cell}`],
        members.map((member) => `${member}.${cell}`),
      );
  }
}

/** Weight of the event-free where it can be worked out. */
function weight(known: Knowledge): Range {
  if (known.dossier.binary) return [1, 1];
  const [survival, left] = [
    known.estimate(`cohort.survival@${known.h}`),
    known.estimate(`cohort.event-free@${known.h}`),
  ];
  const { n } = known;
  if (!survival || !left || left.value === 0 || n === undefined) return [1, Number.POSITIVE_INFINITY];
  const [low, high] = printed(survival);
  const seen = known.estimate(`cohort.events@${known.h}`);
  if (seen && seen.value + left.value === n) return [1, 1];
  return [Math.max(1, (n * low) / left.value), (n * high) / left.value];
}

/** Each weighted cell beside its count; those of the whole add up to everybody, those of a partition to the whole. */
function readWeights(known: Knowledge, group: string): void {
  const [low, high] = weight(known);
  const at = (cell: string) => [`${group}.${cell}`, `${group}.${cell}*`] as const;
  for (const cell of ["tp", "fp", "fn", "tn"]) {
    const [count, weighted] = at(cell);
    const isFree = cell === "fp" || cell === "tn";
    known.between(
      [
        [weighted, 1],
        [count, isFree ? -low : -1],
      ],
      [0, Number.POSITIVE_INFINITY],
    );
    if (Number.isFinite(high))
      known.between(
        [
          [weighted, 1],
          [count, -high],
        ],
        [Number.NEGATIVE_INFINITY, 0],
      );
  }
}

function readWhole(known: Knowledge): void {
  const { n } = known;
  if (n === undefined) return;
  const weighted = (keys: readonly string[]) => keys.map((cell) => `all.${cell}*`);
  known.sum(weighted(["tp", "fp", "fn", "tn"]), n);
  for (const [id, keys] of [
    [`cohort.survival@${known.h}`, ["fp", "tn"]],
    [`performance.observed@${known.h}`, ["tp", "fn"]],
    [`performance.accuracy@${known.h}`, ["tp", "tn"]],
    [`performance.accuracy-flag-nobody@${known.h}`, ["fp", "tn"]],
    [`performance.accuracy-flag-everybody@${known.h}`, ["tp", "fn"]],
  ] as const) {
    const estimate = known.estimate(id);
    if (!estimate) continue;
    const [low, high] = printed(estimate);
    known.sum(weighted(keys), [n * low, n * high]);
  }
}

function readRates(known: Knowledge, group: string, suffix: string): void {
  const at = `@${known.h}${suffix}`;
  if (suffix !== "") {
    const own = known.dossier.estimates.filter(
      ({ id, stratum }) => stratum === group && /^(cohort|perf)/.test(id),
    );
    for (const estimate of own) {
      if ("hidden" in estimate) continue;
      known.sum(known.of(group, cells), estimate.n);
      if (estimate.events !== undefined) known.sum(known.of(group, events), estimate.events);
    }
    known.count(`cohort.event-free${at}`, known.of(group, free));
    known.fraction(`cohort.unknown${at}`, known.of(group, unknown));
  }
  readWeights(known, group);
  known.fraction(`performance.flagged${at}`, known.of(group, flagged));
  for (const [rate, [of, among]] of Object.entries(rateCells)) {
    const estimate = known.estimate(`performance.${rate}${at}`);
    if (!estimate) continue;
    if (estimate.numerator !== undefined) {
      known.sum([`${group}.${of}`], estimate.numerator);
      known.sum([`${group}.${among}`], estimate.denominator! - estimate.numerator);
    }
    known.readRatio(`${group}.${of}*`, `${group}.${among}*`, printed(estimate));
    // All event-free have the same weight.
    if (rate === "specificity") known.readRatio(`${group}.${of}`, `${group}.${among}`, printed(estimate));
  }
  const names = {
    tp: "true-positives",
    fp: "false-positives",
    fn: "false-negatives",
    tn: "true-negatives",
  };
  for (const [cell, name] of Object.entries(names)) {
    const estimate = known.estimate(`performance.${name}${at}`);
    if (!estimate || known.n === undefined) continue;
    const [low, high] = printed(estimate);
    known.sum([`${group}.${cell}*`], [(low * known.n) / 1000, (high * known.n) / 1000]);
  }
}

/** Dollars and hours give the false flags with more digits than the count per 1,000. */
function readBurden(known: Knowledge, usdPerFalseFlag: number): void {
  const cost = known.estimate("burden.cost");
  if (!cost || known.n === undefined) return;
  const scale = known.n / usdPerFalseFlag;
  const [low, high] = printed(cost);
  known.sum(["all.fp*"], [low * scale, high * scale]);
}

/** The worst stratum's rate is a floor for each. */
function readWorst(known: Knowledge, stratum: string): void {
  if (stratum.startsWith("slice:")) return;
  for (const [rate, [of, among]] of Object.entries(rateCells)) {
    const worst = known.estimate(`performance.${rate}@${known.h}/worst-of-strata`);
    if (worst) known.readRatio(`${stratum}.${of}*`, `${stratum}.${among}*`, [printed(worst)[0], 1]);
  }
}

function strataOf({ dossier }: Knowledge): string[] {
  return dossier.estimates.flatMap(({ id, stratum }) =>
    stratum !== undefined && measureOf(id) === "cohort.in-group" ? [stratum] : [],
  );
}
