import type { Dossier } from "../../src/evidence/dossier.ts";
import { type Estimate, isKnown, type KnownEstimate, measureOf } from "../../src/evidence/estimate.ts";
import { type Constraint, LinearProgram } from "./linear-program.ts";

/**
 * Reads a committee's dossier as an adversary who knows how each number is defined, and turns all of it into
 * constraints on counts of patients. Names of counts:
 *
 *     <group>.tp …           cells of the operating point; groups: all, each stratum and slice, rest of each partition
 *     new-events:<a>..<b>    between two points of time, and new-censored
 *     <histogram>[row,column], risk-group:<k>@<horizon>.events, excluded:<step>, missing:<variable>, …
 */
export function attack(dossier: Dossier): LinearProgram {
  const known = new Knowledge(dossier);
  known.readStatus();
  known.readTimes();
  known.readGroups();
  known.readHistograms();
  known.readRiskGroups();
  known.readAttrition();
  known.readVariables();
  return new LinearProgram(known.constraints);
}

export const cells = ["tp", "fp", "uf", "fn", "tn", "un"] as const;
const flagged = ["tp", "fp", "uf"];
const events = ["tp", "fn"];
const free = ["fp", "tn"];
const unknown = ["uf", "un"];

const rateCells = {
  sensitivity: ["tp", "fn"],
  specificity: ["tn", "fp"],
  ppv: ["tp", "fp"],
  npv: ["tn", "fn"],
} as const;

type Range = readonly [low: number, high: number];

const printedPlaces: Readonly<Record<string, number>> = {
  proportion: 2,
  share: 3,
  difference: 2,
  ratio: 2,
  perThousand: 0,
  count: 0,
  usd: 0,
  hours: 1,
};

function printed({ value, unit, decimals }: KnownEstimate): Range {
  const half = 0.5 / 10 ** (decimals ?? printedPlaces[unit] ?? 9);
  return [value - half, value + half];
}

class Knowledge {
  readonly constraints: Constraint[] = [];
  private readonly byId: ReadonlyMap<string, Estimate>;
  private readonly h: string;
  readonly n: number | undefined;

  constructor(private readonly dossier: Dossier) {
    this.byId = new Map(dossier.estimates.map((estimate) => [estimate.id, estimate]));
    this.h = dossier.primaryHorizon;
    this.n = this.known("cohort.analysed")?.value;
  }

  private known(id: string): KnownEstimate | undefined {
    const estimate = this.byId.get(id);
    return estimate && isKnown(estimate) ? estimate : undefined;
  }

  private between(terms: readonly (readonly [string, number])[], [low, high]: Range): void {
    const sum = new Map<string, number>();
    for (const [name, times] of terms) sum.set(name, (sum.get(name) ?? 0) + times);
    this.constraints.push({ terms: sum, low, high });
  }

  private sum(names: readonly string[], range: Range | number): void {
    this.between(
      names.map((name) => [name, 1]),
      typeof range === "number" ? [range, range] : range,
    );
  }

  /** Left and right are the same count. */
  private same(left: readonly string[], right: readonly string[]): void {
    this.between(
      [...left.map((name) => [name, 1] as const), ...right.map((name) => [name, -1] as const)],
      [0, 0],
    );
  }

  private of(group: string, keys: readonly string[]): string[] {
    return keys.map((key) => `${group}.${key}`);
  }

  /** Events, event-free and unknown of everybody at each horizon, from counts and from Kaplan–Meier. */
  readStatus(): void {
    const { n } = this;
    if (n === undefined) return;
    this.sum(this.of("all", cells), n);
    this.same([`by:${this.h}.events`], this.of("all", events));
    this.same([`by:${this.h}.censored`], this.of("all", unknown));
    for (const h of this.dossier.horizons) {
      const by = `by:${h}`;
      this.sum([`${by}.events`, `${by}.censored`, `${by}.left`], n);
      this.count(`cohort.events@${h}`, [`${by}.events`]);
      this.count(`cohort.event-free@${h}`, [`${by}.left`]);
      this.fraction(`cohort.unknown@${h}`, [`${by}.censored`]);
      for (const { id, ...estimate } of this.dossier.estimates) {
        const isWhole = !id.includes("/") && id.endsWith(`@${h}`);
        if (isWhole && "events" in estimate && estimate.events !== undefined)
          this.sum([`${by}.events`], estimate.events);
      }
      for (const [measure, sign] of [
        ["performance.observed", 1],
        ["cohort.survival", -1],
      ] as const) {
        const observed = this.known(`${measure}@${h}`);
        if (!observed) continue;
        const [low, high] =
          sign === 1
            ? printed(observed)
            : (printed(observed)
                .map((v) => 1 - v)
                .reverse() as never);
        this.sum([`${by}.events`], [Number.NEGATIVE_INFINITY, n * high]);
        this.sum([`${by}.events`, `${by}.censored`], [n * low, Number.POSITIVE_INFINITY]);
      }
      const expected = this.known(`performance.expected@${h}`);
      for (const [key, parts] of [
        ["none", ["events"]],
        ["all", ["events", "censored"]],
      ] as const) {
        const ratio = this.known(`performance.observed-expected-if-${key}@${h}`);
        if (!ratio || !expected) continue;
        const [a, b] = [printed(ratio), printed(expected)];
        this.sum(this.of(by, parts), [a[0] * b[0] * n, a[1] * b[1] * n]);
      }
    }
  }

  private count(id: string, names: readonly string[]): void {
    const estimate = this.known(id);
    if (estimate) this.sum(names, estimate.value);
  }

  private fraction(id: string, names: readonly string[]): void {
    const estimate = this.known(id);
    if (!estimate) return;
    const [low, high] = printed(estimate);
    this.sum(names, estimate.numerator ?? [low * estimate.n, high * estimate.n]);
  }

  /** Points of time in order: horizons, rows of the risk table, the end. */
  readTimes(): void {
    const { n, dossier } = this;
    if (n === undefined) return;
    const months = (h: string) => (h === "60mo" ? 59.88 : Number.parseFloat(h));
    const table = dossier.tables.find(({ id }) => id === "cohort.risk-table");
    const points = [
      ...dossier.horizons.map((h) => ({ name: `by:${h}`, at: months(h) })),
      ...(table?.rows ?? []).map(([time], row) => ({ name: `by:row-${row}`, at: Number(time) - 1e-6 })),
      { name: "by:end", at: Number.POSITIVE_INFINITY },
    ].sort((a, b) => a.at - b.at);
    points.forEach(({ name }, i) => {
      const before = points[i - 1]?.name;
      for (const key of ["events", "censored"])
        this.same([`${name}.${key}`], [...(before ? [`${before}.${key}`] : []), `${name}.new-${key}`]);
      this.sum([`${name}.events`, `${name}.censored`, `${name}.left`], n);
    });
    this.sum(["by:end.left"], 0);
    const all = this.known("performance.harrell-c");
    if (all?.events !== undefined) this.sum(["by:end.events"], all.events);
    table?.rows.forEach(([, ...counts], row) => {
      counts.forEach((count, c) => {
        if (typeof count === "string")
          this.sum([`by:row-${row}.${["left", "events", "censored"][c]}`], Number(count));
      });
    });
  }

  private strata(): string[] {
    return this.dossier.estimates.flatMap(({ id, stratum }) =>
      stratum !== undefined && measureOf(id) === "cohort.in-group" ? [stratum] : [],
    );
  }

  readGroups(): void {
    const matrix = this.dossier.matrices.find(({ id }) => id === `performance.operating-point@${this.h}`);
    matrix?.cells.flat().forEach((count, i) => {
      if (count !== null) this.sum([`all.${cells[i]}`], count);
    });
    this.readRates("all", "");
    this.readWhole();
    this.readBurden();
    const families = new Map<string, string[]>();
    for (const stratum of this.strata()) {
      const key = stratum.startsWith("slice:") ? stratum : stratum.split(":")[0]!;
      families.set(key, [...(families.get(key) ?? []), stratum]);
      this.readRates(stratum, `/${stratum}`);
      this.readWorst(stratum);
    }
    for (const [family, members] of families) {
      this.readWeights(`rest:${family}`);
      for (const cell of [...cells, "tp*", "fp*", "fn*", "tn*"])
        this.same(
          [`all.${cell}`],
          [...members.map((member) => `${member}.${cell}`), `rest:${family}.${cell}`],
        );
    }
    // What the attacker knows of the study: 10 nodes or more is a part of 9 or more.
    for (const cell of cells)
      if (this.strata().includes("slice:more_nodes"))
        this.same([`slice:more_nodes.${cell}`], [`slice:many_nodes.${cell}`, `between.${cell}`]);
    this.readNetBenefit();
  }

  /** Weight of the event-free where it can be worked out. */
  private weight(): Range {
    const [survival, left] = [
      this.known(`cohort.survival@${this.h}`),
      this.known(`cohort.event-free@${this.h}`),
    ];
    const { n } = this;
    if (!survival || !left || left.value === 0 || n === undefined) return [1, Number.POSITIVE_INFINITY];
    const [low, high] = printed(survival);
    const seen = this.known(`cohort.events@${this.h}`);
    if (seen && seen.value + left.value === n) return [1, 1];
    return [Math.max(1, (n * low) / left.value), (n * high) / left.value];
  }

  /** Each weighted cell beside its count; those of the whole add up to everybody, those of a partition to the whole. */
  private readWeights(group: string): void {
    const [low, high] = this.weight();
    const at = (cell: string) => [`${group}.${cell}`, `${group}.${cell}*`] as const;
    for (const cell of ["tp", "fp", "fn", "tn"]) {
      const [count, weighted] = at(cell);
      const isFree = cell === "fp" || cell === "tn";
      this.between(
        [
          [weighted, 1],
          [count, isFree ? -low : -1],
        ],
        [0, Number.POSITIVE_INFINITY],
      );
      if (Number.isFinite(high))
        this.between(
          [
            [weighted, 1],
            [count, -high],
          ],
          [Number.NEGATIVE_INFINITY, 0],
        );
    }
  }

  private readWhole(): void {
    const { n } = this;
    if (n === undefined) return;
    const weighted = (keys: readonly string[]) => keys.map((cell) => `all.${cell}*`);
    this.sum(weighted(["tp", "fp", "fn", "tn"]), n);
    for (const [id, keys] of [
      [`cohort.survival@${this.h}`, ["fp", "tn"]],
      [`performance.observed@${this.h}`, ["tp", "fn"]],
      [`performance.accuracy@${this.h}`, ["tp", "tn"]],
      [`performance.accuracy-flag-nobody@${this.h}`, ["fp", "tn"]],
      [`performance.accuracy-flag-everybody@${this.h}`, ["tp", "fn"]],
    ] as const) {
      const estimate = this.known(id);
      if (!estimate) continue;
      const [low, high] = printed(estimate);
      this.sum(weighted(keys), [n * low, n * high]);
    }
  }

  private readRates(group: string, suffix: string): void {
    const at = `@${this.h}${suffix}`;
    if (suffix !== "") {
      const own = this.dossier.estimates.filter(
        ({ id, stratum }) => stratum === group && /^(cohort|perf)/.test(id),
      );
      for (const estimate of own) {
        if ("hidden" in estimate) continue;
        this.sum(this.of(group, cells), estimate.n);
        if (estimate.events !== undefined) this.sum(this.of(group, events), estimate.events);
      }
      this.count(`cohort.event-free${at}`, this.of(group, free));
      this.fraction(`cohort.unknown${at}`, this.of(group, unknown));
    }
    this.readWeights(group);
    this.fraction(`performance.flagged${at}`, this.of(group, flagged));
    for (const [rate, [of, among]] of Object.entries(rateCells)) {
      const estimate = this.known(`performance.${rate}${at}`);
      if (!estimate) continue;
      if (estimate.numerator !== undefined) {
        this.sum([`${group}.${of}`], estimate.numerator);
        this.sum([`${group}.${among}`], estimate.denominator! - estimate.numerator);
      }
      this.readRatio(`${group}.${of}*`, `${group}.${among}*`, printed(estimate));
      // All event-free have the same weight.
      if (rate === "specificity") this.readRatio(`${group}.${of}`, `${group}.${among}`, printed(estimate));
    }
    const names = {
      tp: "true-positives",
      fp: "false-positives",
      fn: "false-negatives",
      tn: "true-negatives",
    };
    for (const [cell, name] of Object.entries(names)) {
      const estimate = this.known(`performance.${name}${at}`);
      if (!estimate || this.n === undefined) continue;
      const [low, high] = printed(estimate);
      this.sum([`${group}.${cell}*`], [(low * this.n) / 1000, (high * this.n) / 1000]);
    }
  }

  /** low ≤ A / (A + B) ≤ high. */
  private readRatio(of: string, among: string, [low, high]: Range): void {
    this.between(
      [
        [of, 1 - low],
        [among, -low],
      ],
      [0, Number.POSITIVE_INFINITY],
    );
    this.between(
      [
        [of, 1 - high],
        [among, -high],
      ],
      [Number.NEGATIVE_INFINITY, 0],
    );
  }

  /** Dollars and hours give the false flags with more digits than the count per 1,000. */
  private readBurden(): void {
    const cost = this.known("burden.cost");
    if (!cost || this.n === undefined) return;
    // The protocol's 140 patients a month, 8 minutes at $165 and 20 at $52.
    const scale = this.n / (140 * ((8 * 165 + 20 * 52) / 60));
    const [low, high] = printed(cost);
    this.sum(["all.fp*"], [low * scale, high * scale]);
  }

  /** The worst stratum's rate is a floor for each. */
  private readWorst(stratum: string): void {
    if (stratum.startsWith("slice:")) return;
    for (const [rate, [of, among]] of Object.entries(rateCells)) {
      const worst = this.known(`performance.${rate}@${this.h}/worst-of-strata`);
      if (worst) this.readRatio(`${stratum}.${of}*`, `${stratum}.${among}*`, [printed(worst)[0], 1]);
    }
  }

  /** n · NB between TP − w(FP + UF) and TP + UF − wFP, at each threshold whose flagged are whole bins. */
  private readNetBenefit(): void {
    const model = this.dossier.curves.find(({ id }) => id === `performance.net-benefit@${this.h}/model`);
    const histogram = this.dossier.matrices.find(({ id }) => id === `performance.risk-histogram@${this.h}`);
    if (!model || !histogram || this.n === undefined) return;
    model.x.forEach((threshold, i) => {
      const bin = Math.round(threshold * 20);
      if (Math.abs(bin / 20 - threshold) > 1e-9) return;
      const above = (c: number) =>
        histogram.rows.flatMap((_, r) => (r >= bin ? [`${histogram.id}[${r},${c}]`] : []));
      const weight = threshold / (1 - threshold);
      const value = model.y[i]!;
      const term = (c: number, times: number) => above(c).map((name) => [name, times] as const);
      this.between(
        [...term(0, 1), ...term(2, 1), ...term(1, -weight)],
        [this.n! * (value - 0.0005), Number.POSITIVE_INFINITY],
      );
      this.between(
        [...term(0, 1), ...term(1, -weight), ...term(2, -weight)],
        [Number.NEGATIVE_INFINITY, this.n! * (value + 0.0005)],
      );
    });
  }

  readHistograms(): void {
    for (const h of this.dossier.horizons) {
      const matrix = this.dossier.matrices.find(({ id }) => id === `performance.risk-histogram@${h}`);
      if (!matrix) continue;
      const cell = (r: number, c: number) => `${matrix.id}[${r},${c}]`;
      matrix.cells.forEach((row, r) => {
        row.forEach((count, c) => {
          if (count !== null) this.sum([cell(r, c)], count);
        });
      });
      const column = (c: number, keep = (_: number) => true) =>
        matrix.rows.flatMap((_, r) => (keep(r) ? [cell(r, c)] : []));
      ["events", "left", "censored"].forEach((key, c) => {
        this.same([`by:${h}.${key}`], column(c));
      });
      const threshold = this.known(`performance.threshold@${this.h}`);
      if (h !== this.h || !threshold) continue;
      const bin = Math.round(threshold.value * 20);
      if (Math.abs(bin / 20 - threshold.value) > 1e-9) continue;
      flagged.forEach((name, c) => {
        this.same(
          [`all.${name}`],
          column(c, (r) => r >= bin),
        );
      });
    }
  }

  /** The synthetic risks of all horizons rank alike; the groups are the same where their sizes are. */
  readRiskGroups(): void {
    const sizes = new Map<string, number>();
    this.dossier.horizons.forEach((h, i) => {
      const groups = this.dossier.estimates.flatMap(({ id, stratum }) =>
        stratum?.startsWith("risk-group:") && id === `performance.expected@${h}/${stratum}` ? [stratum] : [],
      );
      if (groups.length === 0) return;
      const of = (stratum: string, key: string, at = h) => `${stratum}@${at}.${key}`;
      for (const stratum of groups) {
        this.same([of(stratum, "n")], [of(stratum, "events"), of(stratum, "others")]);
        for (const measure of ["expected", "observed"]) {
          const estimate = this.known(`performance.${measure}@${h}/${stratum}`);
          if (!estimate) continue;
          sizes.set(of(stratum, "n"), estimate.n);
          this.sum([of(stratum, "n")], estimate.n);
          if (estimate.events !== undefined) this.sum([of(stratum, "events")], estimate.events);
          if (measure !== "observed") continue;
          const [low, high] = printed(estimate);
          this.sum([of(stratum, "events")], [Number.NEGATIVE_INFINITY, high * estimate.n]);
          this.sum([of(stratum, "events"), `by:${h}.censored`], [low * estimate.n, Number.POSITIVE_INFINITY]);
        }
      }
      for (const key of ["n", "events"])
        this.same(
          key === "n" ? [`by:${h}.events`, `by:${h}.censored`, `by:${h}.left`] : [`by:${h}.events`],
          groups.map((stratum) => of(stratum, key)),
        );
      const before = this.dossier.horizons[i - 1];
      const size = (stratum: string, at: string) => sizes.get(of(stratum, "n", at));
      if (before === undefined || groups.some((stratum) => size(stratum, h) !== size(stratum, before)))
        return;
      for (const stratum of groups) {
        this.same([of(stratum, "n")], [of(stratum, "n", before)]);
        this.same([of(stratum, "events")], [of(stratum, "events", before), of(stratum, "more")]);
      }
    });
  }

  readAttrition(): void {
    const { attrition, files } = this.dossier;
    attrition.forEach(({ records, subjects, excluded }, i) => {
      for (const left of [records, subjects]) if (left !== null) this.sum([`rows:${i}`], left);
      if (i === 0) return;
      this.same([`rows:${i - 1}`], [`rows:${i}`, `excluded:${i}`]);
      if (excluded !== null) this.sum([`excluded:${i}`], excluded);
    });
    if (this.n !== undefined) this.sum([`rows:${attrition.length - 1}`], this.n);
    for (const name of ["patients", "predictions"]) this.count(`data.records/${name}`, ["rows:0"]);
    for (const { rows } of files) if (rows !== undefined) this.sum(["rows:0"], rows);
    const matched = this.known("data.matched");
    if (matched) this.same(["rows:0"], ["matched", "unmatched"]);
    if (matched) this.sum(["matched"], matched.value);
  }

  /** Missing and implausible values and treatments, of the rows kept before the endpoint is looked at. */
  readVariables(): void {
    const kept = `rows:${this.dossier.attrition.length - 2}`;
    for (const estimate of this.dossier.estimates) {
      const { id, stratum = "" } = estimate;
      const measure = measureOf(id);
      if (!["data.missing", "data.implausible", "data.treated"].includes(measure)) continue;
      const variable = stratum.split(":")[0]!;
      this.same([kept], [`missing:${variable}`, `recorded:${variable}`]);
      this.same([`recorded:${variable}`], [`${measure}:${variable}.yes`, `${measure}:${variable}.no`]);
      if (!isKnown(estimate)) continue;
      this.sum([kept], estimate.n);
      const { value, numerator, denominator } = estimate;
      if (measure === "data.missing") {
        this.sum([`missing:${variable}`], numerator ?? value * estimate.n);
        continue;
      }
      if (numerator !== undefined) this.sum([`${measure}:${variable}.yes`], numerator);
      if (denominator !== undefined) this.sum([`recorded:${variable}`], denominator);
      if (numerator === undefined && value === 0) this.sum([`${measure}:${variable}.yes`], 0);
    }
  }
}
