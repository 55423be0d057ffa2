import fc from "fast-check";
import { type Random, seededRandom } from "../../src/stats/random.ts";
import { reference } from "./reference.ts";

export interface HorizonColumns {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  readonly risk: Float64Array;
  readonly horizon: number;
}

/** What R printed for one cohort, horizon and model; a case has some of these. */
export interface HorizonExpected {
  readonly score?: {
    readonly auc: Readonly<Record<"AUC" | "se" | "lower" | "upper", number>>;
    readonly brier: Readonly<Record<"Brier" | "se" | "lower" | "upper" | "IPA", number>>;
    readonly null: number;
  };
  readonly brier?: number;
  readonly auc?: number;
  readonly weights?: readonly number[];
  readonly weightsOfFirst20?: readonly number[];
  readonly oe?: Readonly<Record<string, number>>;
  readonly slope?: Readonly<Record<"slope" | "se" | "lower" | "upper", number>>;
  readonly ici?: Readonly<Record<"ICI" | "E50" | "E90" | "Emax", number>>;
  readonly groups?: Readonly<Record<"n" | "pred" | "obs" | "se" | "lower" | "upper", readonly number[]>>;
  readonly logLoss?: number;
  readonly nullLogLoss?: number;
  readonly netBenefit?: readonly number[];
  readonly netBenefitAll?: readonly number[];
  readonly twoByTwo?: {
    readonly rows: readonly string[];
    readonly cols: readonly string[];
    readonly values: readonly (readonly (number | string | null)[])[];
  };
}

export interface HorizonCase {
  readonly name: string;
  readonly columns: HorizonColumns;
  readonly thresholds: Float64Array;
  readonly stratum: Uint16Array;
  readonly expected: HorizonExpected;
}

/** The cases of test/reference/horizon.json. */
export function horizonCases(): HorizonCase[] {
  return reference("horizon").map(({ name, input, expected }) => ({
    name,
    columns: {
      time: Float64Array.from(input.time!),
      event: Uint8Array.from(input.event!),
      risk: Float64Array.from(input.risk!),
      horizon: input.horizon![0]!,
    },
    thresholds: Float64Array.from(input.thresholds ?? []),
    stratum: Uint16Array.from(input.stratum ?? []),
    expected: expected as HorizonExpected,
  }));
}

/** Small cohorts with many ties in time and risk; the horizon may lie anywhere. */
export const smallCohort = fc
  .record({
    rows: fc.array(
      fc.record({
        time: fc.integer({ min: 1, max: 8 }),
        event: fc.integer({ min: 0, max: 1 }),
        risk: fc.integer({ min: 1, max: 9 }),
      }),
      { minLength: 1, maxLength: 24 },
    ),
    horizon: fc.integer({ min: 0, max: 9 }),
  })
  .map(
    ({ rows, horizon }): HorizonColumns => ({
      time: Float64Array.from(rows, (row) => row.time),
      event: Uint8Array.from(rows, (row) => row.event),
      risk: Float64Array.from(rows, (row) => row.risk / 10),
      horizon,
    }),
  );

/** G(t) or G(t−) from its definition, patient by patient. */
export function naiveUncensored({ time, event }: HorizonColumns, t: number, before: boolean): number {
  const at = [...new Set(time)].filter((u) => (before ? u < t : u <= t));
  return at.reduce((free, u) => {
    const tied = [...time.keys()].filter((i) => time[i] === u);
    const censored = tied.filter((i) => !event[i]).length;
    const atRisk = time.filter((value) => value >= u).length - (tied.length - censored);
    return censored > 0 ? free * (1 - censored / atRisk) : free;
  }, 1);
}

export function naiveWeights(columns: HorizonColumns): number[] {
  const { time, event, horizon } = columns;
  return Array.from(time, (t, i) => {
    if (t > horizon) return 1 / naiveUncensored(columns, horizon, false);
    return event[i] ? 1 / naiveUncensored(columns, t, true) : 0;
  });
}

/**
 * What each patient adds to a weighted mean by shaping the censoring curve, from the definition: the
 * influence function of the Nelson–Aalen estimate of the censoring hazard, for each pair of patients.
 */
export function naiveCensoringTerm(
  { time, event, horizon }: HorizonColumns,
  weighted: ArrayLike<number>,
): number[] {
  const n = time.length;
  const atRisk = (u: number) => time.filter((t) => t >= u).length;
  const phi = (i: number, counts: (u: number) => boolean) => {
    const own = !event[i] && counts(time[i]!) ? n / atRisk(time[i]!) : 0;
    const censoredBefore = [...time.keys()].filter(
      (k) => !event[k] && time[k]! <= time[i]! && counts(time[k]!),
    );
    return own - censoredBefore.reduce((sum, k) => sum + n / atRisk(time[k]!) ** 2, 0);
  };
  return Array.from(time, (_, i) => {
    let sum = 0;
    for (let k = 0; k < n; k++)
      if (weighted[k] !== 0)
        sum += weighted[k]! * phi(i, (u) => u <= horizon && (time[k]! > horizon || u < time[k]!));
    return sum / n;
  });
}

/** A cohort with exponential times; about half of the events are seen, and the risk is informative. */
export function simulatedCohort(n: number, random: Random): HorizonColumns {
  const columns = {
    time: new Float64Array(n),
    event: new Uint8Array(n),
    risk: new Float64Array(n),
    horizon: 1,
  };
  for (let i = 0; i < n; i++) {
    const hazard = Math.exp(1.6 * random.next() - 1.2);
    const eventTime = -Math.log(1 - random.next()) / hazard;
    const censoringTime = -Math.log(1 - random.next()) / 0.5;
    columns.time[i] = Math.min(eventTime, censoringTime);
    columns.event[i] = eventTime <= censoringTime ? 1 : 0;
    columns.risk[i] = 1 - Math.exp(-(hazard ** 1.3));
  }
  return columns;
}

/** Rows drawn with replacement. */
export function resampled(columns: HorizonColumns, random: Random): HorizonColumns {
  const rows = Array.from(columns.time, () => random.integer(columns.time.length));
  return rowsOf(columns, rows);
}

export function rowsOf(
  { time, event, risk, horizon }: HorizonColumns,
  rows: readonly number[],
): HorizonColumns {
  return {
    time: Float64Array.from(rows, (row) => time[row]!),
    event: Uint8Array.from(rows, (row) => event[row]!),
    risk: Float64Array.from(rows, (row) => risk[row]!),
    horizon,
  };
}

/** A fixed permutation of the rows, neither sorted nor reversed. */
export function shuffled(columns: HorizonColumns): HorizonColumns {
  const rows = [...columns.time.keys()];
  const random = seededRandom(7);
  for (let i = rows.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [rows[i], rows[j]] = [rows[j]!, rows[i]!];
  }
  return rowsOf(columns, rows);
}
