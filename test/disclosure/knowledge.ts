import type { Dossier } from "../../src/evidence/dossier.ts";
import { type Estimate, isKnown, type KnownEstimate } from "../../src/evidence/estimate.ts";
import type { Constraint } from "./linear-program.ts";

export type Range = readonly [low: number, high: number];

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

/** What a printed number leaves open. */
export function printed({ value, unit, decimals }: KnownEstimate): Range {
  const half = 0.5 / 10 ** (decimals ?? printedPlaces[unit] ?? 9);
  return [value - half, value + half];
}

/** What an adversary knows so far of the counts behind a dossier. */
export class Knowledge {
  readonly constraints: Constraint[] = [];
  private readonly byId: ReadonlyMap<string, Estimate>;
  readonly h: string;
  readonly n: number | undefined;

  constructor(
    readonly dossier: Dossier,
    private readonly told: ReadonlyMap<string, number>,
  ) {
    this.byId = new Map(dossier.estimates.map((estimate) => [estimate.id, estimate]));
    this.h = dossier.primaryHorizon;
    this.n = this.estimate("cohort.analysed")?.value;
  }

  estimate(id: string): KnownEstimate | undefined {
    const estimate = this.byId.get(id);
    return estimate && isKnown(estimate) ? estimate : undefined;
  }

  between(terms: readonly (readonly [string, number])[], [low, high]: Range): void {
    const sum = new Map<string, number>();
    for (const [name, times] of terms) sum.set(name, (sum.get(name) ?? 0) + times);
    this.constraints.push({ terms: sum, low, high });
  }

  sum(names: readonly string[], range: Range | number): void {
    this.between(
      names.map((name) => [name, 1]),
      typeof range === "number" ? [range, range] : range,
    );
  }

  /** Numbers whose interval pins the counts behind them. */
  pinned(names: readonly string[]): void {
    for (const name of names) {
      const count = this.told.get(name);
      if (count === undefined) throw new Error(`nobody counted "${name}"`);
      this.sum([name], count);
    }
  }

  /** Left and right are the same count. */
  same(left: readonly string[], right: readonly string[]): void {
    this.between(
      [...left.map((name) => [name, 1] as const), ...right.map((name) => [name, -1] as const)],
      [0, 0],
    );
  }

  of(group: string, keys: readonly string[]): string[] {
    return keys.map((key) => `${group}.${key}`);
  }

  count(id: string, names: readonly string[]): void {
    const estimate = this.estimate(id);
    if (estimate) this.sum(names, estimate.value);
  }

  fraction(id: string, names: readonly string[]): void {
    const estimate = this.estimate(id);
    if (!estimate) return;
    const [low, high] = printed(estimate);
    this.sum(names, estimate.numerator ?? [low * estimate.n, high * estimate.n]);
  }

  /** low ≤ A / (A + B) ≤ high. */
  readRatio(of: string, among: string, [low, high]: Range): void {
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
}
