import fc from "fast-check";
import type { CoxData, CoxTies } from "../../src/stats/cox.ts";

// A slow, obvious twin of the Cox model: at every round of every event time the risk set is listed row by row.

export interface CoxRow {
  readonly time: number;
  readonly entry: number;
  readonly event: number;
  readonly weight: number;
  readonly offset: number;
  readonly stratum: number;
  readonly x: readonly number[];
}

export const nStrata = 3;

/** Few distinct times, so that ties of events, censorings and entries are common. */
export const coxRows = (options: { readonly weight: fc.Arbitrary<number>; readonly maxLength?: number }) =>
  fc.array(
    fc
      .record({
        time: fc.integer({ min: 1, max: 7 }),
        observed: fc.integer({ min: 1, max: 8 }),
        event: fc.integer({ min: 0, max: 1 }),
        weight: options.weight,
        offset: fc.integer({ min: -10, max: 10 }).map((tenths) => tenths / 10),
        stratum: fc.integer({ min: 0, max: nStrata - 1 }),
        // Steps of 0.01: near 5e-324 numbers have no digits left that two ways of computing could agree in.
        x: fc.tuple(
          fc.integer({ min: -2, max: 2 }),
          fc.integer({ min: -200, max: 200 }).map((hundredths) => hundredths / 100),
        ),
      })
      .map(({ observed, ...row }): CoxRow => ({ ...row, entry: row.time - observed })),
    { minLength: 1, maxLength: options.maxLength ?? 14 },
  );

export const anyWeight = fc.integer({ min: 1, max: 40 }).map((tenths) => tenths / 10);
export const wholeWeight = fc.integer({ min: 1, max: 3 });
export const tiesOf = fc.constantFrom<CoxTies>("efron", "breslow");

export function coxData(rows: readonly CoxRow[]): CoxData {
  const column = (of: (row: CoxRow) => number) => Float64Array.from(rows, of);
  return {
    time: column(({ time }) => time),
    entry: column(({ entry }) => entry),
    event: Uint8Array.from(rows, ({ event }) => event),
    weight: column(({ weight }) => weight),
    offset: column(({ offset }) => offset),
    stratum: Uint32Array.from(rows, ({ stratum }) => stratum),
    nStrata,
    covariates: [0, 1].map((j) => column(({ x }) => x[j]!)),
  };
}

/** One round of the events at one time: the part of each row that is at risk, and what follows from it. */
interface Round {
  readonly stratum: number;
  readonly time: number;
  readonly rounds: number;
  /** Of each row: 0 not at risk, 1 at risk, in between where it is one of the events of a tie. */
  readonly presence: readonly number[];
  readonly weight: number;
  readonly total: number;
  readonly mean: readonly number[];
  readonly covariance: readonly (readonly number[])[];
}

const riskOf = ({ x, offset }: CoxRow, beta: readonly number[]) =>
  Math.exp(offset + x.reduce((sum, value, j) => sum + value * beta[j]!, 0));

export function roundsTwin(rows: readonly CoxRow[], beta: readonly number[], ties: CoxTies): Round[] {
  const result: Round[] = [];
  for (let stratum = 0; stratum < nStrata; stratum++)
    for (let time = 1; time <= 7; time++) {
      const fails = (row: CoxRow) => row.stratum === stratum && row.time === time && row.event === 1;
      const failing = rows.filter(fails);
      const rounds = ties === "efron" ? failing.length : Math.min(1, failing.length);
      for (let round = 0; round < rounds; round++) {
        const presence = rows.map((row) => {
          const isAtRisk = row.stratum === stratum && row.entry < time && time <= row.time;
          return isAtRisk ? 1 - (fails(row) ? round / rounds : 0) : 0;
        });
        const parts = rows.map((row, i) => presence[i]! * row.weight * riskOf(row, beta));
        const total = parts.reduce((sum, part) => sum + part, 0);
        const mean = [0, 1].map((j) => rows.reduce((sum, { x }, i) => sum + parts[i]! * x[j]!, 0) / total);
        const covariance = [0, 1].map((a) =>
          [0, 1].map(
            (b) =>
              rows.reduce((sum, { x }, i) => sum + parts[i]! * (x[a]! - mean[a]!) * (x[b]! - mean[b]!), 0) /
              total,
          ),
        );
        const weight = failing.reduce((sum, row) => sum + row.weight, 0) / rounds;
        result.push({ stratum, time, rounds, presence, weight, total, mean, covariance });
      }
    }
  return result;
}

/** Log likelihood, gradient and curvature in the covariates' own units; `factor` of each time. */
export function likelihoodTwin(
  rows: readonly CoxRow[],
  beta: readonly number[],
  ties: CoxTies,
  factor: (time: number) => number = () => 1,
) {
  let logLikelihood = 0;
  const score = [0, 0];
  const information = [
    [0, 0],
    [0, 0],
  ];
  for (const row of rows.filter(({ event }) => event === 1)) {
    const counted = row.weight * factor(row.time);
    logLikelihood += counted * Math.log(riskOf(row, beta));
    for (const j of [0, 1]) score[j]! += counted * row.x[j]!;
  }
  for (const { time, weight, total, mean, covariance } of roundsTwin(rows, beta, ties)) {
    logLikelihood -= factor(time) * weight * Math.log(total);
    for (const a of [0, 1]) {
      score[a]! -= factor(time) * weight * mean[a]!;
      for (const b of [0, 1]) information[a]![b]! += factor(time) * weight * covariance[a]![b]!;
    }
  }
  return { logLikelihood, score, information };
}

/** Martingale residual and score residuals of each row, without its case weight. */
export function residualsTwin(rows: readonly CoxRow[], beta: readonly number[], ties: CoxTies) {
  const rounds = roundsTwin(rows, beta, ties);
  return rows.map((row, i) => {
    let martingale = row.event;
    const score = [0, 0];
    for (const round of rounds) {
      const met = (round.presence[i]! * riskOf(row, beta) * round.weight) / round.total;
      const isOwn = row.event === 1 && round.stratum === row.stratum && round.time === row.time;
      martingale -= met;
      for (const j of [0, 1])
        score[j]! += (row.x[j]! - round.mean[j]!) * ((isOwn ? 1 / round.rounds : 0) - met);
    }
    return { martingale, score };
  });
}

/** Cumulative hazard at covariates and offset zero by t, Σ (W/d)/total² and Σ m dΛ. */
export function hazardTwin(
  rows: readonly CoxRow[],
  beta: readonly number[],
  { ties, stratum, t }: { readonly ties: CoxTies; readonly stratum: number; readonly t: number },
) {
  const met = roundsTwin(rows, beta, ties).filter((round) => round.stratum === stratum && round.time <= t);
  const sum = (of: (round: Round) => number) => met.reduce((total, round) => total + of(round), 0);
  return {
    hazard: sum(({ weight, total }) => weight / total),
    variance: sum(({ weight, total }) => weight / total ** 2),
    drift: [0, 1].map((j) => sum(({ weight, total, mean }) => (weight / total) * mean[j]!)),
  };
}
